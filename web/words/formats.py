"""Write figures, times and telephone numbers in the reader's language."""

from datetime import UTC, date, datetime, timedelta
from urllib.parse import quote

from flask import Flask
from flask_babel import (  # fmt: skip
    format_date,
    format_datetime,
    format_decimal,
    get_timezone,
    gettext,
    to_user_timezone,
)
from werkzeug.http import dump_options_header

from appliance.clock import zone_where_needed
from appliance.config.numbering import in_groups
from appliance.model.sentences.heard import UNREAL_FILES

EPOCH = date(1970, 1, 1)


def moment(seconds: float) -> str:
    """Write a time of day with its date: seconds since the epoch, UTC."""
    when = datetime.fromtimestamp(seconds, UTC)
    return str(format_datetime(when, "medium")) + zone_where_needed(seconds)


def minute(seconds: float) -> str:
    """Write a time of day with its date, without the seconds."""
    when = datetime.fromtimestamp(seconds, UTC)
    day = format_date(to_user_timezone(when), "medium")
    return f"{day}, {format_datetime(when, 'HH:mm')}{zone_where_needed(seconds)}"


def zone(seconds: float) -> str:
    """Name the office's time zone, and how far it is from UTC at a time."""
    here = datetime.fromtimestamp(seconds).astimezone()
    name = getattr(get_timezone(), "zone", None)
    return f"{name or here.tzname()} (UTC{here:%z})"


def file_name(name: str) -> str:
    """Begin a file's name, as the keeper gives it, with words of the reader's language."""
    for first in UNREAL_FILES.values():
        if name.startswith(first):
            return str(gettext(first)) + name.removeprefix(first)
    return name


def attachment(name: str) -> str:
    """Return the header of a download whose name may have letters of any language."""
    if name.isascii():
        return dump_options_header("attachment", {"filename": name})
    return dump_options_header("attachment", {"filename*": f"UTF-8''{quote(name)}"})


def iso(seconds: float) -> str:
    """Write a time for a machine, as ``<time datetime>`` wants it."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")


def clock(seconds: float) -> str:
    """Write a time of day without its date."""
    return str(format_datetime(datetime.fromtimestamp(seconds, UTC), "HH:mm:ss"))


def since(seconds: float, now: float) -> str:
    """Write a time of day, with its date unless that is today."""
    when = to_user_timezone(datetime.fromtimestamp(seconds, UTC))
    today = to_user_timezone(datetime.fromtimestamp(now, UTC))
    return clock(seconds) if when.date() == today.date() else moment(seconds)


def day(number: int) -> str:
    """Write a day, given as days since 1970-01-01."""
    return str(format_date(EPOCH + timedelta(days=number), "long"))


def that_day(text: str) -> str:
    """Write a day, given as 2026-11-25; what is none is shown as it is."""
    try:
        return str(format_date(date.fromisoformat(text), "long"))
    except ValueError:
        return text


def duration(seconds: float) -> str:
    """Write how long something took: 0:07, 12:40, 1:02:05."""
    whole = round(seconds)
    hours, rest = divmod(whole, 3600)
    minutes, left = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{left:02}" if hours else f"{minutes}:{left:02}"


def spoken_duration(seconds: float) -> str:
    """Write how long something took in words' short forms: 1 min 5 s."""
    minutes, left = divmod(round(seconds), 60)
    if not minutes:
        return str(gettext("%(seconds)s s", seconds=left))
    return str(gettext("%(minutes)s min %(seconds)s s", minutes=minutes, seconds=left))


def length_of(seconds: float) -> str:
    """Write a short time with its unit: 12 ms, 0.4 s."""
    if seconds < 0.1:
        return f"{figure(seconds * 1000, 0)} ms"
    return f"{figure(seconds)} s"


def figure(value: float, digits: int = 1) -> str:
    """Write a number with the language's own decimal sign."""
    pattern = "#,##0." + "0" * digits if digits else "#,##0"
    return str(format_decimal(value, format=pattern))


def size(count: int) -> str:
    """Write a number of bytes in kB or MB."""
    if count < 1_000_000:
        return f"{figure(count / 1000, 0)} kB"
    return f"{figure(count / 1_000_000)} MB"


def number(text: str | None) -> str:
    """Write a telephone number in groups; leave any other text as it is."""
    return (in_groups(text) or text) if text else ""


def install(app: Flask) -> None:
    """Give the templates their filters."""
    for write in (
        moment,
        minute,
        iso,
        clock,
        day,
        that_day,
        duration,
        spoken_duration,
        length_of,
        figure,
        size,
        number,
    ):
        app.add_template_filter(write)
