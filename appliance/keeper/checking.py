"""What the audit and the files say about recordings: verdicts, for one and for all."""

from collections.abc import Iterable

from appliance.config.folders import Folders
from appliance.errors import FileFormatError
from appliance.keeper.audit import AuditEntry, AuditLog
from appliance.keeper.reading import Reading
from appliance.keeper.reading_protocol import Assessed
from appliance.model.records import Verdict
from appliance.vault.keyring import Keyring
from appliance.vault.verdicts import Keys, Known, assess


def known_of(entries: Iterable[AuditEntry]) -> Known:
    """Return what the audit says about one recording, from its entries."""
    frames, sha256, erased = None, None, False
    for entry in entries:
        if entry.type == "sealed" and sha256 is None:
            frames, sha256 = entry.frames, entry.sha256
        erased = erased or entry.type == "erased"
    return Known(frames, sha256, erased)


class Checking:
    """Judges recordings with the reading child's help."""

    def __init__(
        self, folders: Folders, keyring: Keyring, audit: AuditLog, reading: Reading
    ) -> None:
        self._folders = folders
        self._keyring = keyring
        self._audit = audit
        self._reading = reading

    def one(self, rid: str) -> tuple[Assessed, list[AuditEntry]]:
        """Judge one recording afresh; also return what was done with it.

        Raises:
            Refused: ``locked``.
            VaultError: the file cannot be read.
        """
        entries = self._audit.of_recording(rid)
        return self._judge(rid, known_of(entries)), entries

    def everything(self) -> dict[str, Verdict]:
        """Judge every recording that the keyring or the audit knows.

        Raises:
            Refused: ``locked``.
        """
        by_recording = self._audit.by_recording()
        taken_up = {
            rid
            for rid, entry in self._keyring.content.recordings.items()
            if entry.due_day is not None
        }
        sealed = {
            rid for rid, entries in by_recording.items() if any(e.type == "sealed" for e in entries)
        }
        return {
            rid: self._judge(rid, known_of(by_recording.get(rid, []))).verdict
            for rid in sorted(taken_up | sealed)
        }

    def _judge(self, rid: str, known: Known) -> Assessed:
        path = self._folders.recordings / rid
        entry = self._keyring.content.recordings.get(rid)
        try:
            if entry is not None and path.exists() and not known.erased:
                return self._reading.assess(rid, known)
            finding = assess(path, known, Keys(entry.private if entry else None))
        except FileFormatError as error:
            return Assessed(verdict=Verdict.TAMPERED, why=str(error), frames=0)
        return Assessed(verdict=finding.verdict, why=finding.why, frames=finding.frames)
