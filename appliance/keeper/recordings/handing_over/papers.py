"""Take what an authority's paper says, and the day until which it keeps a copy silent."""

from datetime import date
from typing import NamedTuple

from appliance.errors import Refused
from appliance.model.limits import LONGEST_RECIPIENT

_EPOCH = date(1970, 1, 1)


class Paper(NamedTuple):
    """What was typed of a copy's recipient; all but ``whom`` of an authority alone."""

    whom: str = ""
    file_number: str = ""
    legal_basis: str = ""
    signed_by: str = ""

    @property
    def text(self) -> str:
        """Return it as it is sealed: a line each, the empty ones at the end left out."""
        return "\n".join(self).rstrip("\n")

    @classmethod
    def of(cls, text: str) -> "Paper":
        """Read what was sealed."""
        lines = text.split("\n")[: len(cls._fields)]
        return cls(*lines)

    @property
    def is_whole(self) -> bool:
        """Say whether an authority's has everything."""
        return all(self)


def typed(whom: str, file_number: str, legal_basis: str, signed_by: str) -> Paper:
    """Return what was typed, each on one line.

    Raises:
        Refused: ``recipient_long``.
    """
    paper = Paper(*(" ".join(one.split()) for one in (whom, file_number, legal_basis, signed_by)))
    if max(map(len, paper)) > LONGEST_RECIPIENT:
        raise Refused("recipient_long", most=LONGEST_RECIPIENT)
    return paper


def silent_until(day: str, today: int) -> int:
    """Return the last day of a silence, in days since 1970-01-01.

    Args:
        day: such as 2027-06-30.
        today: likewise in days.

    Raises:
        Refused: ``no_day``, ``silence_past``: not a day to come; ``silence_long``: more than twelve
            months ahead.
    """
    try:
        until = date.fromisoformat(day)
    except ValueError as error:
        raise Refused("no_day", day=day[:20]) from error
    now = date.fromordinal(_EPOCH.toordinal() + today)
    if until <= now:
        raise Refused("silence_past")
    if until > _in_a_year(now):
        raise Refused("silence_long")
    return (until - _EPOCH).days


def _in_a_year(day: date) -> date:
    leap = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year + 1, day=28 if leap else day.day)
