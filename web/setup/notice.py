"""Work out the first day of recording, and what the staff are told of it.

The Polish Labour Code (Art. 22(2) sections 6 to 10 with Art. 22(3) section 4) wants the staff told
two weeks before: the purposes, the extent and the way of it.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from flask_babel import gettext

from appliance.link.requests.time import GetTime, TimeState
from web import access
from web.setup.steps import Values, first_days, phone_lines, shared_day
from web.words import formats

AHEAD_DAYS = 14
"""Between telling the staff and the first day, at least."""

LATEST_DAYS = 366
"""A day further off is a slip of the hand."""


def today() -> tuple[date, bool]:
    """Return the day, and whether the box is sure of it."""
    time: TimeState = access.ask(GetTime())
    sure = time.counted is not None
    seconds = time.counted if time.counted is not None else time.clock or 0.0
    return datetime.fromtimestamp(seconds, UTC).date(), sure


def first_day(form: Mapping[str, str], values: Values) -> tuple[str, dict[str, str]]:
    """Return the first day that a form asks for, and its mistakes by question."""
    now, _sure = today()
    if form.get("who") == "alone":
        return now.isoformat(), {}
    if form.get("who") != "staff":
        return "", {"who": gettext("Choose one.")}
    told, first = _day(form.get("told", "")), _day(form.get("first", ""))
    mistakes = {}
    for name, day in (("told", told), ("first", first)):
        if day is None:
            mistakes[name] = gettext("Write a day, such as 2027-01-11.")
        elif day > now + timedelta(days=LATEST_DAYS):
            mistakes[name] = gettext("That is more than a year away; choose an earlier day.")
    if told is not None and first is not None and not mistakes:
        earliest = told + timedelta(days=AHEAD_DAYS)
        if first < earliest:
            mistakes["first"] = gettext(
                "Two weeks after the staff are told is %(day)s; choose that day or a later one.",
                day=formats.that_day(earliest.isoformat()),
            )
    return (first.isoformat() if first else ""), mistakes


def asked(values: Values, form: Mapping[str, str]) -> dict[str, Any]:
    """Return what the step shows: the days, and whether the box knows what day it is."""
    now, sure = today()
    days = first_days(phone_lines(values))
    latest = max((day for _line, day in days), default="")
    first = latest or (now + timedelta(days=AHEAD_DAYS)).isoformat()
    return {
        "today": now.isoformat(),
        "sure": sure,
        "days": days,
        "shared": shared_day(days),
        "told": form.get("told", now.isoformat()),
        "first": form.get("first", first),
        "who_reads": form.get("who", ""),
    }


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None
