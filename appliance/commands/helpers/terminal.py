"""Say what a command prints in the language of the terminal."""

import os
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta

import click

from appliance.language import N_, language_of, translated

_NAME_WIDTH = 11
"""Longer names of rows push their own value to the right."""

SELF_SET = N_("%(time)s, by a clock that was not set")
UNCONFIRMED = N_("%(time)s, by a clock that nobody had confirmed")
HERE = N_("%(utc)s (%(local)s on this computer)")

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


def decimal(value: float, digits: int = 1) -> str:
    """Write a number with the language's own decimal sign."""
    said = f"{value:.{digits}f}"
    return said if language_of(os.environ) == "en" else said.replace(".", ",")


def day(number: int) -> str:
    """Write a day, given as days since 1970-01-01."""
    return str(date(1970, 1, 1) + timedelta(days=number))


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
