"""Examine the time stamps: are any set up, do they come, does the courier run."""

from collections.abc import Iterator
from dataclasses import dataclass

from appliance.clock import DAY
from appliance.model.findings import Finding, find
from appliance.model.outside.stamps import TROUBLES

STUCK = 3.0 * DAY
"""Seconds of failures in a row after which somebody must mend it."""


@dataclass(frozen=True, slots=True)
class StampFacts:
    """What the keeper knows of its stamps."""

    wanted: bool  # an authority is named
    day: str  # the newest whose head has a stamp; empty: none has
    failing: float | None  # seconds since the first failure in a row; None: the last went well
    code: str  # why the last attempt failed
    away: bool  # the courier has not asked for a while


def examine_stamps(seen: StampFacts) -> Iterator[Finding]:
    """Yield the findings about time stamps."""
    if not seen.wanted:
        yield find("stamp.none")
        return
    if seen.away:
        yield find("stamp.away")
    if seen.code == "roots":
        yield find("stamp.roots")
    elif seen.code and seen.code not in TROUBLES:
        yield find("stamp.refused")
    elif seen.failing is not None and seen.failing >= STUCK:
        yield find("stamp.stuck")
    elif seen.failing is not None:
        yield find("stamp.fails")
    elif not seen.away:
        yield find("stamp.fine", day=seen.day) if seen.day else find("stamp.first")
