"""Say what is to be erased, by whose order, and how far an earlier run came."""

from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import dataclass, replace

from appliance.keeper.audit.entries import ERASURE, Act
from appliance.keeper.audit.log import KEEPER
from appliance.vault.audit.entries import AuditEntry
from appliance.vault.opening.eraser import Level

NOTHING_RECORDED = "nothing_recorded"
"""The ground of a file that ended before its first sample: a count alone tells of its call."""


@dataclass(frozen=True, slots=True)
class Order:
    """A recording to be erased, by whose order and why."""

    recording: str
    ground: str
    actor: str  # an operator's id, or keeper
    case: str | None = None
    level: Level | None = None  # the lowest that its key had; None: not known any more


@dataclass(slots=True)
class Batch:
    """A committed, unfinished erasure; without orders only an old root has to be overwritten."""

    orders: list[Order]
    since: float  # monotonic
    failed: bool = False
    renewals: tuple[str, ...] = ()  # who changed or removed a password
    everything: bool = False  # it took every key: whatever has none goes


def interrupted(
    entries: Iterable[AuditEntry], keys: Container[str]
) -> tuple[list[Order], list[Order]]:
    """Derive from audit and keyring how far earlier erasures came.

    Args:
        entries: of the audit, oldest first, from before the first unfinished erasure.
        keys: the recordings whose keys are in the keyring.

    Returns:
        Those that still have their key, also if they were reported as failed, and those that only
        have to be finished.
    """
    last: dict[str, AuditEntry] = {}
    grounds: dict[str, str] = {}
    for entry in entries:
        if entry.rid is not None and entry.type in ERASURE:
            last[entry.rid] = entry
            if entry.type == "erasing" and entry.detail:
                grounds[entry.rid] = entry.detail
    orders = {
        rid: Order(rid, grounds.get(rid, ""), entry.actor, entry.case)
        for rid, entry in last.items()
        if entry.type != "erased"
    }
    begun = [order for rid, order in orders.items() if rid in keys]
    gone = [order for rid, order in orders.items() if rid not in keys]
    return begun, gone


def left_out(
    parts: Callable[[str], Iterable[str]], begun: Sequence[Order], gone: Sequence[Order]
) -> list[Order]:
    """Order what a power cut kept out of the audit: a person erases a call whole.

    Args:
        parts: returns the recordings of a recording's call.
        begun: orders whose recordings have their keys.
        gone: orders whose recordings have none.
    """
    ordered = {order.recording for order in (*begun, *gone)}
    missing = {
        rid: replace(order, recording=rid)
        for order in begun
        if order.actor != KEEPER
        for rid in parts(order.recording)
        if rid not in ordered
    }
    return list(missing.values())


def act_of(type: str, order: Order, detail: str) -> Act:
    """Return what the audit says of a step of an erasure."""
    return Act(
        type=type, actor=order.actor, rid=order.recording, case=order.case, detail=detail or None
    )
