"""Define how many calls of a line had an outcome on a day, and sort such counts."""

from datetime import date
from typing import NamedTuple


class CallCount(NamedTuple):
    """The number of a line's calls with an outcome on a day."""

    line: str
    day: str
    outcome: str
    reason: str
    calls: int


def newest_first(row: CallCount) -> tuple[int, str, str, str]:
    """Return what sorts counts by day, the newest first."""
    return -date.fromisoformat(row.day).toordinal(), row.line, row.outcome, row.reason
