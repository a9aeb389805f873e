"""Who wants what erased, and what an earlier run left unfinished."""

from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass

from appliance.keeper.audit.entries import ERASURE, AuditEntry
from appliance.link.requests.calls import Certificate
from appliance.vault.opening.eraser import Level

REMAINS: Mapping[Level, tuple[str, ...]] = {
    "E0": ("flash_may_keep_root",),  # an overwritten file may live on in flash memory
    "E1": ("flash_may_keep_root_under_board",),  # and is of use only with this very board
    "E2": (),
}
"""Level -> what a certificate says may remain, as ids of sentences."""


@dataclass(frozen=True, slots=True)
class Order:
    """One recording to be erased, on whose behalf and why."""

    recording: str
    ground: str
    actor: str  # an operator's id, or keeper
    case: str | None = None


@dataclass(slots=True)
class Batch:
    """What is committed but not finished. Without orders only an old root has to go."""

    orders: list[Order]
    shelves: tuple[str, ...]
    since: float  # monotonic
    failed: bool = False
    renewals: tuple[str, ...] = ()  # who changed or took away a password


def interrupted(
    entries: Iterable[AuditEntry], keys: Container[str], ground_of: Callable[[str], str]
) -> tuple[list[Order], list[Order]]:
    """Tell from the audit and the keyring how far earlier erasures came.

    Args:
        entries: the whole audit, oldest first.
        keys: the recordings whose keys are in the keyring.
        ground_of: tells why a recording was to be erased.

    Returns:
        What was begun and still has its key, and what only has to be finished. An erasure that was
        reported as failed with its key still there is left for a person to order again.
    """
    last: dict[str, AuditEntry] = {}
    for entry in entries:
        if entry.rid is not None and entry.type in ERASURE:
            last[entry.rid] = entry
    orders = {
        rid: Order(rid, ground_of(rid), entry.actor, entry.case)
        for rid, entry in last.items()
        if entry.type != "erased"
    }
    begun = [o for rid, o in orders.items() if rid in keys and last[rid].type == "erasing"]
    gone = [order for rid, order in orders.items() if rid not in keys]
    return begun, gone


def certified(erased: AuditEntry, ground: str) -> Certificate:
    """Make the certificate that an entry ``erased`` stands for."""
    level, _, generation = (erased.detail or "e0.0").partition(".")
    name = next(known for known in REMAINS if known == level.upper())
    return Certificate(
        recording=erased.rid or "",
        state="erased",
        ground=ground,
        level=name,
        generation=int(generation),
        at=erased.t,
        remains=REMAINS[name],
        seq=erased.seq,
    )
