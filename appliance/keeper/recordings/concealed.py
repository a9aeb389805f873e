"""Say which recordings a silence alone keeps past their date.

The last sweep would have erased them but for a hold that belongs to a silence. Whoever may not know
of it takes them for erased, and nothing of them leaves for a caller. Once that hold is lifted they
stay concealed until the next sweep. A sweep that failed, or waits for a person, erases nothing, so
it conceals nothing either.
"""

from msgspec import structs

from appliance.keeper.audit.log import AuditLog
from appliance.keeper.audit.silent import hold_cases, silenced_cases
from appliance.keeper.recordings.handing_over.silent_holds import silence_of
from appliance.keeper.storage.ledger import Ledger
from appliance.model.proof import ProofReader, reader_for
from appliance.vault.opening.keyring import Keyring


class ConcealedRecordings:
    """What a silence alone keeps past its erasure date. Threads may share it; works locked."""

    def __init__(self, keyring: Keyring, audit: AuditLog, ledger: Ledger) -> None:
        self._keyring = keyring
        self._audit = audit
        self._ledger = ledger

    def all(self) -> frozenset[str]:
        """Return the recordings."""
        swept = self._ledger.swept()
        if swept is None or not self._ledger.silences():
            return frozenset()
        lifted = {rid for rid in self._keyring.due(swept.day) if self._was_silent(rid)}
        return frozenset(self.kept(swept.day).keys() | lifted)

    def for_recipient(self, recipient: str) -> frozenset[str]:
        """Return the recordings that are erased for those who get a copy or a proof.

        Args:
            recipient: their kind; empty: nobody has said it. All but an authority and the office
                may know what a caller may.
        """
        return self.all() if reader_for(recipient) is ProofReader.CALLER else frozenset()

    def kept(self, day: int) -> dict[str, int]:
        """Return the recordings that silent holds keep on a day, each with its last day."""
        if not (silences := self._ledger.silences()):
            return {}
        mine = self._keyring, self._ledger, self._audit
        known = {one.recording: one.silence for one in self._ledger.holds()}
        lost = [rid for rid in self._keyring.held() if rid not in known and silence_of(*mine, rid)]
        held = [*(rid for rid, case in known.items() if case in silences), *lost]
        found = {rid: self._over_since(rid, day) for rid in held}
        return {rid: last for rid, last in found.items() if last is not None}

    def _over_since(self, rid: str, day: int) -> int | None:
        """Return a recording's last day if it would be erased on a day but for its hold."""
        entry = self._keyring.get(rid)
        if entry is None or not structs.replace(entry, held=False).due(day):
            return None
        return entry.due_day

    def _was_silent(self, rid: str) -> bool:
        """Say whether the hold that a recording had last belongs to a silence."""
        entries = self._audit.of_recording(rid)
        return not silenced_cases(entries).isdisjoint(hold_cases(entries))
