"""Decide, as a pure function, which sweep has to be asked for: whatever the clock says.

Retention erases one due day after another. A sweep over more days than have been counted since the
last one, or over a large part of the archive, is what a wrong time looks like.
"""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from appliance.clock import DAY
from appliance.keeper.storage.belief import Swept

SHARE = 10
"""One recording in so many may go at once."""

SMALL = 50
"""So many may always go: the tenth of a small archive is nothing."""

SHORT = 10
"""Days: of recordings kept for less, one day is more than a tenth by itself."""


@dataclass(frozen=True, slots=True)
class Due:
    """A recording whose retention is over."""

    rid: str
    day: int  # its last day
    kept: int | None  # days that it was to be kept, if known


def counts(days: Iterable[int]) -> tuple[tuple[int, int], ...]:
    """Return how many recordings are due on each day, the earliest first."""
    return tuple(sorted(Counter(days).items()))


def must_ask(due: Collection[Due], archive: int, counted: float, swept: Swept | None) -> bool:
    """Say whether an administrator has to agree to a sweep.

    Args:
        due: what it would erase.
        archive: how many recordings there are, these included.
        counted: seconds that boot time and clock chip have counted in all.
        swept: the last sweep that went through, if there was one.
    """
    if swept is not None and swept.asks:
        return bool(due)  # waiting explains nothing: no answer is no consent
    explained = (counted - swept.counted) / DAY if swept is not None else 0.0
    # What was due before the last sweep was held then, by a person and not by a clock.
    days = {one.day for one in due if swept is None or one.day >= swept.day}
    long = sum(one.kept is None or one.kept >= SHORT for one in due)
    return len(days) > explained + 1 or long > max(SMALL, archive / SHARE)
