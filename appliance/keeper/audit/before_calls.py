"""Know the entry that recordings name as the one before their call.

It is the newest time stamp's, else that of the newest day's key: never a person's act, which would
show that act to whoever checks the recording.
"""

from pathlib import Path

from appliance.keeper.audit.lines import newest_of
from appliance.model.records import AuditPlace
from appliance.vault.audit.entries import NEW_KEY
from appliance.vault.audit.evidence import STAMPED

MONTHS = 2
"""The newest months of the log in which a time stamp is looked for."""


class BeforeCalls:
    """The entry; replaced as a whole, so that any thread may read it."""

    def __init__(self, folder: Path) -> None:
        """Look for it in an existing log."""
        self.place: AuditPlace | None = None
        self._stamped = False
        for kind in (NEW_KEY, STAMPED):
            line = newest_of(folder, kind, MONTHS)
            if line is not None:
                self.see(kind, line.entry.seq, line.digest)

    def see(self, kind: str, seq: int, digest: str) -> None:
        """Take an entry that was written."""
        if kind == STAMPED or (kind == NEW_KEY and not self._stamped):
            self.place = AuditPlace(seq=seq, hash=digest)
            self._stamped = self._stamped or kind == STAMPED
