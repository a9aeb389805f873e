"""Silence the recordings that are taken up once their call was silenced."""

from collections.abc import Sequence

from msgspec import structs

from appliance.keeper.audit.entries import Act
from appliance.keeper.audit.log import KEEPER, AuditLog
from appliance.keeper.audit.silent import HELD, SILENCED, hold_cases, until_day
from appliance.keeper.recordings.handing_over.silenced_calls import together
from appliance.keeper.storage.ledger import Ledger
from appliance.keeper.storage.rows import SilenceRow
from appliance.vault.opening.keyring import Keyring


def silence_late(keyring: Keyring, audit: AuditLog, ledger: Ledger) -> None:
    """Silence the rest of each call that is silenced, and let its hold belong to it.

    Raises:
        VaultError: audit or ledger could not be written; the next time goes on.
    """
    for row in ledger.silences().values():
        known = row.recordings
        parts = {part for rid in known for part in keyring.parts(rid)}
        late = tuple(sorted(parts.difference(known)))
        if not late:
            continue
        held = [rid for rid in late if ledger.hold_of(rid) is not None]
        before = {part for rid in held for part in keyring.parts(rid)}.intersection(known)
        joined = {rid for rid in before if row.case in hold_cases(audit.of_recording(rid))}
        more = structs.replace(row, calls=(late,))
        audit.append_many(
            [
                *silence_acts([more], SILENCED, KEEPER, until_day(row.until)),
                *(
                    Act(type=HELD, actor=KEEPER, rid=rid, case=row.case)
                    for rid in held
                    if not joined.isdisjoint(keyring.parts(rid))
                ),
            ]
        )
        calls = together(keyring, (*known, *late), row.calls)
        ledger.change_silences([structs.replace(row, calls=calls)])


def silence_acts(
    rows: Sequence[SilenceRow], kind: str, actor: str, detail: str | None = None
) -> list[Act]:
    """Return what the audit says of silences: an entry at each of their recordings."""
    return [
        Act(type=kind, actor=actor, rid=rid, case=row.case, detail=detail)
        for row in rows
        for rid in row.recordings
    ]
