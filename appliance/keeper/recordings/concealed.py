"""Say which recordings a silence alone keeps past their date.

The last sweep would have erased them but for a hold that belongs to a silence. Whoever may not know
of it takes them for erased. Once that hold is lifted they stay concealed until the next sweep. A
sweep that failed, or waits for a person, erases nothing, so it conceals nothing either.
"""

from msgspec import structs

from appliance.keeper.audit.log import AuditLog
from appliance.keeper.audit.silent import hold_cases, silenced_cases
from appliance.keeper.storage.ledger import Ledger
from appliance.vault.opening.keyring import Keyring


class ConcealedRecordings:
    """What a silence alone keeps past its erasure date. Threads may share it; works locked."""

    def __init__(self, keyring: Keyring, audit: AuditLog, ledger: Ledger) -> None:
        self._keyring = keyring
        self._audit = audit
        self._ledger = ledger

    def all(self) -> frozenset[str]:
        """Return the recordings."""
        swept, silences = self._ledger.swept(), self._ledger.silences()
        if swept is None or not silences:
            return frozenset()
        held = [one.recording for one in self._ledger.holds() if one.silence in silences]
        found = {rid for rid in held if self._is_over(rid, swept.day)}
        found |= {rid for rid in self._keyring.due(swept.day) if self._was_silent(rid)}
        return frozenset(found)

    def _is_over(self, rid: str, day: int) -> bool:
        """Say whether a recording would be erased on a day if nobody held it."""
        entry = self._keyring.get(rid)
        return entry is not None and structs.replace(entry, held=False).due(day)

    def _was_silent(self, rid: str) -> bool:
        """Say whether the hold that a recording had last belongs to a silence."""
        entries = self._audit.of_recording(rid)
        return not silenced_cases(entries).isdisjoint(hold_cases(entries))
