"""Examine the updates from the network: is one there, can the box look for one."""

from collections.abc import Iterator
from dataclasses import dataclass

from appliance.clock import DAY
from appliance.model.findings import Finding, find
from appliance.model.outside.update import Description

STUCK = 7.0 * DAY
"""Seconds of looks that failed after which somebody must mend it."""


@dataclass(frozen=True, slots=True)
class FetchFacts:
    """What the keeper knows of updates from the network."""

    address: str  # of the description; empty: nothing is looked for
    looked: float | None  # UTC, of the last look that went well
    code: str  # why the last look failed
    failing: float | None  # counted seconds since looks fail; None: the last one went well
    looking: bool  # a look is due now, or under way
    newer: Description | None  # that was found
    fetching: bool
    have: int  # bytes that are here
    size: int  # of the update that is fetched or here
    checking: bool  # all bytes are here, and are compared
    ready: str  # the version that is here as a whole
    why: str  # why the last fetch failed
    away: bool  # the courier has not asked for a while


def examine_update(seen: FetchFacts) -> Iterator[Finding]:
    """Yield the findings about updates from the network, on a ready-made box."""
    if not seen.address:
        yield find("update.none")
        return
    if seen.away:
        yield find("update.away")
    if seen.failing is not None:
        yield find("update.stuck" if seen.failing >= STUCK else "update.fails")
    elif not seen.away and seen.newer is None:
        yield find("update.newest" if seen.looked is not None else "update.first")
    if seen.ready:
        yield find("update.ready", version=seen.ready)
    elif seen.why:
        yield find("update.not_fetched")
    elif seen.newer is not None:
        yield find("update.newer", version=seen.newer.version)
