"""Say whether a copy of erased recordings was handed out, and so may remain.

A copy is put on record before anything of it leaves, so an entry alone says too much: the audit
names it again if nothing left.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence

from appliance.keeper.audit.entries import FAILED
from appliance.keeper.audit.silent import told
from appliance.keeper.storage.rows import CopyEntry
from appliance.model.proof import ProofReader
from appliance.vault.audit.entries import AuditEntry

EXPORTED = "exported"
"""The entry type of a copy that is handed out; ``failed`` names its case if nothing left."""

CopyOf = Callable[[str], CopyEntry | None]
"""Returns what the ledger has of a copy's case."""


def nothing_left(
    case: str, recording: str, entries: Iterable[AuditEntry], kept: CopyEntry | None
) -> bool:
    """Say whether nothing of a copy left: it was never put on record, or the audit says so.

    What the audit says to have failed left all the same if the ledger still has it.

    Args:
        case: of the copy.
        recording: of the call.
        entries: of that recording.
        kept: what the ledger has of the case.
    """
    types = {one.type for one in entries if one.case == case}
    if EXPORTED in types and kept is not None and kept.call_of(recording) is not None:
        return False
    return EXPORTED not in types or FAILED in types


def was_exported(
    entries: Mapping[str, Sequence[AuditEntry]], reader: ProofReader, kept: CopyOf
) -> bool:
    """Say whether a copy was handed out, as far as a reader may know.

    Args:
        entries: of each recording.
        reader: who is told.
        kept: returns what the ledger has of a copy's case.
    """
    for rid, acts in entries.items():
        for one in told(acts) if reader is ProofReader.CALLER else acts:
            if one.type != EXPORTED:
                continue
            if one.case is None or not nothing_left(one.case, rid, acts, kept(one.case)):
                return True
    return False


def copied(entries: Callable[[], Iterable[AuditEntry]]) -> dict[str, list[AuditEntry]]:
    """Return the entries of every recording of which a copy is on record.

    Args:
        entries: returns those that count, oldest first.
    """
    found: dict[str, list[AuditEntry]] = {
        one.rid: [] for one in entries() if one.rid is not None and one.type == EXPORTED
    }
    for one in entries() if found else ():
        if one.rid in found:
            found[one.rid].append(one)
    return found
