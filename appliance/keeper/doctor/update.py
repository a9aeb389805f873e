"""Examine the updates from the network: is one there, can the box look for one."""

from collections.abc import Iterator

from appliance.clock import DAY
from appliance.link.requests.outside.update import NetworkState
from appliance.model.findings import Finding, find

STUCK = 7.0 * DAY
"""Seconds of looks that failed after which somebody must mend it."""


def examine_update(seen: NetworkState) -> Iterator[Finding]:
    """Yield the findings about updates from the network, on a ready-made box."""
    if not seen.address:
        yield find("update.none")
        return
    if seen.away:
        yield find("update.away")
    if seen.failing is not None:
        yield find("update.stuck" if seen.failing >= STUCK else "update.fails")
    elif not seen.away and not seen.version:
        yield find("update.newest" if seen.looked is not None else "update.first")
    if seen.ready:
        yield find("update.ready", version=seen.ready)
    elif seen.why:
        yield find("update.not_fetched")
    elif seen.version:
        yield find("update.newer", version=seen.version)
