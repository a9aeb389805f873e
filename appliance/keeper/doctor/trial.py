"""Tell once, and quietly, what a trial does without."""

from collections.abc import Iterable, Iterator

from appliance.model.findings import Finding, find
from appliance.model.kind import Kind

OF_REAL_LINES = frozenset(
    {"vault.E0", "clock.not_kept", "clock.no_chip", "backup.none", "memory.swap"}
)
"""Findings about what matters once real calls are recorded; a trial never records one."""


def in_its_place(found: Iterable[Finding], kind: Kind) -> Iterator[Finding]:
    """Yield the findings of a box; in a trial's folder one stands for those of real lines."""
    if kind != "trial":
        yield from found
        return
    yield from (finding for finding in found if finding.id not in OF_REAL_LINES)
    yield find("configuration.trial")
