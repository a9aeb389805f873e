"""Say what a command prints in the language of the terminal."""

import os
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta

import click

from appliance.clock import EPOCH
from appliance.language import N_, language_of, translated
from appliance.model.words.calls import VERDICTS

_NAME_WIDTH = 11
"""Longer names of rows push their own value to the right."""

SELF_SET = N_("%(time)s, by a clock that was not set")
UNCONFIRMED = N_("%(time)s, by a clock that nobody had confirmed")
HERE = N_("%(utc)s (%(local)s on this computer)")

MONTHS = (
    N_("%(day)s January %(year)s"),
    N_("%(day)s February %(year)s"),
    N_("%(day)s March %(year)s"),
    N_("%(day)s April %(year)s"),
    N_("%(day)s May %(year)s"),
    N_("%(day)s June %(year)s"),
    N_("%(day)s July %(year)s"),
    N_("%(day)s August %(year)s"),
    N_("%(day)s September %(year)s"),
    N_("%(day)s October %(year)s"),
    N_("%(day)s November %(year)s"),
    N_("%(day)s December %(year)s"),
)
"""How a day is written, by its month."""

WRITTEN = N_("%(path)s: %(size)s bytes.")
"""A file that was written."""

NOT_SHOWN = N_("what a law keeps back, people of the office, copies of others")


def shown(text: str) -> str:
    """Return a text without what would steer the terminal."""
    harmless = "\N{NO-BREAK SPACE}"  # our own sentences hold it
    return "".join(
        c if c.isprintable() or c == harmless else "\N{REPLACEMENT CHARACTER}" for c in text
    )


def here(text: str, /, **values: object) -> str:
    """Return a marked sentence in the terminal's language, with its values."""
    said = translated(text, language_of(os.environ))
    return said % values if values else said


def word(words: Mapping[str, str], code: str) -> str:
    """Return a code word in the terminal's language; an unknown one as it is."""
    return here(words[code]) if code in words else code


def verdict_word(code: str) -> str:
    """Return the verdict on a recording in the terminal's language."""
    return here(VERDICTS[code][0]) if code in VERDICTS else code


def verdict_sentence(code: str, why: str) -> str:
    """Return why a verdict is so: in English precisely, else what the verdict means."""
    return for_experts(why) or (here(VERDICTS[code][1]) if code in VERDICTS else "")


def for_experts(english: str) -> str:
    """Return what is told of a damage in English alone; nothing to a reader of another language."""
    return english if language_of(os.environ) == "en" else ""


def decimal(value: float, digits: int = 1) -> str:
    """Write a number with the language's own decimal sign."""
    said = f"{value:.{digits}f}"
    return said if language_of(os.environ) == "en" else said.replace(".", ",")


def day(number: int) -> str:
    """Write a day as a proof has it, given as days since 1970-01-01."""
    return str(EPOCH + timedelta(days=number))


def day_in_words(when: date | int) -> str:
    """Write a day as the panel does, 27 November 2026; also given as days since 1970-01-01."""
    if isinstance(when, int):
        when = EPOCH + timedelta(days=when)
    return here(MONTHS[when.month - 1], day=when.day, year=when.year)


def local_time(at: float) -> str:
    """Write a time in this computer's time zone, with its day in words."""
    when = datetime.fromtimestamp(at).astimezone()
    return f"{day_in_words(when)}, {when:%H:%M %Z}"


def length(seconds: float) -> str:
    """Write a length of sound in minutes and seconds."""
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes}:{rest:02}"


def signed(value: float, digits: int = 1) -> str:
    """Write a number as ``decimal`` does, always with its sign."""
    return ("+" if value >= 0 else "\N{MINUS SIGN}") + decimal(abs(value), digits)


def yes_or_no(holds: bool) -> str:
    """Return the word for it."""
    return here(N_("yes")) if holds else here(N_("no"))


def moment(at: float, told: str = "") -> str:
    """Write a time in UTC, and in this computer's time zone where that is another.

    Args:
        at: seconds since 1970.
        told: a marked sentence with ``time``: what is to be said of the clock.
    """
    when = datetime.fromtimestamp(at, UTC)
    said, local = f"{when:%Y-%m-%d %H:%M:%S} UTC", when.astimezone()
    if local.utcoffset():
        said = here(HERE, utc=said, local=f"{local:%Y-%m-%d %H:%M:%S} UTC{local:%z}")
    return here(told, time=said) if told else said


def print_rows(rows: Iterable[tuple[str, str]]) -> None:
    """Print what is known, each with its marked name."""
    for name, value in rows:
        click.echo(f"{here(name):<{_NAME_WIDTH}} {shown(value)}")
