"""Let holds belong to the silences of their calls: to one or several, as the audit says.

A call has one hold, and the ledger's row of it names the newest of its silences. A hold that any of
them in force covers stays silent; when the last one has ended it is told, and goes on.
"""

from collections.abc import Collection, Iterable

from msgspec import structs

from appliance.keeper.audit.entries import Act
from appliance.keeper.audit.log import KEEPER, AuditLog
from appliance.keeper.audit.silent import HELD, hold_cases
from appliance.keeper.storage.ledger import Ledger
from appliance.keeper.storage.rows import HoldEntry
from appliance.vault.opening.keyring import Keyring


def silence_of(keyring: Keyring, ledger: Ledger, audit: AuditLog, recording: str) -> str:
    """Return the case of a silence that a recording's hold belongs to; empty if there is none.

    Of a hold that the ledger has lost the audit says it.
    """
    hold, silences = ledger.hold_of(recording), ledger.silences()
    if hold is not None:
        return hold.silence if hold.silence in silences else ""
    entry = keyring.get(recording)
    if not silences or entry is None or not entry.held:
        return ""
    own = [case for case in hold_cases(audit.of_recording(recording)) if case in silences]
    return own[-1] if own else ""


def join_holds(ledger: Ledger, case: str, recordings: Iterable[str]) -> list[str]:
    """Let recordings' holds belong to the silence of a copy, too; return those that are held."""
    held = [hold for rid in recordings if (hold := ledger.hold_of(rid)) is not None]
    ledger.hold([structs.replace(hold, silence=case) for hold in held])
    return [hold.recording for hold in held]


def let_go(
    ledger: Ledger, audit: AuditLog, holds: Iterable[HoldEntry], cases: Collection[str]
) -> None:
    """Let holds belong to another of their silences that is in force; to none if there is none.

    Args:
        ledger: keeps the holds.
        audit: says to which silences each belongs.
        holds: which.
        cases: of silences that do not count any more.
    """
    silences = ledger.silences().keys() - cases
    changed = []
    for hold in holds:
        own = hold_cases(audit.of_recording(hold.recording))
        left = [case for case in own if case in silences]
        changed.append(structs.replace(hold, silence=left[-1] if left else ""))
    ledger.hold(changed)


def mend_holds(keyring: Keyring, ledger: Ledger, audit: AuditLog) -> None:
    """Say the same of holds in ledger and audit; a power cut may have come between.

    Raises:
        VaultError: audit or ledger could not be written; the next start goes on.
    """
    rows = ledger.silences()
    silenced = {rid for row in rows.values() for rid in row.recordings}
    unsaid, loose = list[Act](), list[HoldEntry]()
    for hold in ledger.holds():
        row, rid = rows.get(hold.silence), hold.recording
        if row is None:
            loose += [hold] if rid in silenced else []
        elif rid in row.recordings:
            if row.case not in hold_cases(audit.of_recording(rid)):
                unsaid.append(Act(type=HELD, actor=KEEPER, rid=rid, case=row.case))
        elif set(keyring.parts(rid)).isdisjoint(row.recordings):
            loose.append(hold)
    let_go(ledger, audit, loose, ())
    audit.append_many(unsaid)
