"""Take-up: what the recorder left on the disk becomes the keeper's, whether or not it was there.

Works locked: a ticket's outer layer, which says when a recording is due, opens with the keyring
alone. What a recording says about a person waits for somebody's login (``cataloguing``).
"""

import threading
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import msgspec

from appliance.clock import Clock
from appliance.config.folders import Folders
from appliance.errors import FileFormatError, Refused, ZgodaError
from appliance.keeper.audit import KEEPER, AuditLog
from appliance.keeper.ledger import Ledger
from appliance.keeper.reading import Reading
from appliance.model.records import CallNote
from appliance.vault.disk import Disk, being_written
from appliance.vault.format import HEADER_BYTES
from appliance.vault.keyring import Keyring
from appliance.vault.seal import Ticket
from appliance.vault.unseal import open_ticket, read_header
from appliance.vault.verdicts import digest

UNREADABLE_DAYS = 90
"""How long a recording is kept whose ticket does not open: the usual period (see defaults)."""

DAY = 86_400
_MOST_NOTE = 4096


@dataclass(frozen=True, slots=True)
class TakenUp:
    """What one take-up found."""

    sealed: tuple[str, ...]  # recordings that are now the keeper's
    withdrawn: tuple[str, ...]  # to be erased: withdrawn during their call
    stillborn: tuple[str, ...]  # to be erased: a power cut left not even a header
    notes: int  # counted


class Intake:
    """Takes up recordings, withdrawals and notes. Threads may share it; one works at a time."""

    def __init__(
        self,
        folders: Folders,
        keyring: Keyring,
        audit: AuditLog,
        ledger: Ledger,
        reading: Reading,
        clock: Clock,
    ) -> None:
        self._folders = folders
        self._keyring = keyring
        self._audit = audit
        self._ledger = ledger
        self._reading = reading
        self._clock = clock
        self._disk = Disk()
        self._lock = threading.Lock()
        self._suspects: frozenset[str] = frozenset()
        self._sealed: set[str] | None = None

    def take_up(self) -> TakenUp:
        """Take up all that lies there and that nobody writes to any more; safe to repeat.

        Raises:
            VaultError: audit or keyring could not be written; the next take-up goes on.
        """
        with self._lock:
            notes = self._count_notes()
            # Markers second: a marker stands before its recording is closed, so none is missed.
            closed = self._untaken()
            withdrawn = self._withdrawn()
            closed = [path for path in closed if path.name not in withdrawn]
            short = frozenset(path.name for path in closed if path.stat().st_size < HEADER_BYTES)
            # A file that begins is short for a moment; only one that stays so was cut.
            stillborn, self._suspects = short & self._suspects, short
            whole = [path for path in closed if path.name not in short]
            self._seal(whole)
            return TakenUp(
                tuple(path.name for path in whole), withdrawn, tuple(sorted(stillborn)), notes
            )

    def pending(self) -> tuple[str, ...]:
        """Return the recordings that were withdrawn and are not shredded yet."""
        return tuple(sorted(path.name for path in self._folders.withdrawn.iterdir()))

    def _withdrawn(self) -> tuple[str, ...]:
        """Return the recordings whose withdrawal is to be honoured; remove void markers."""
        honoured = []
        known = self._keyring.content.recordings
        for path in sorted(self._folders.withdrawn.iterdir()):
            entry = known.get(path.name)
            if entry is None:
                self._disk.unlink(path)  # Its key is gone already.
            elif entry.due_day is None or self._cut(path.name):
                honoured.append(path.name)
            elif self._reading.running:
                self._audit.append("withdrawal_void", KEEPER, path.name)
                self._disk.unlink(path)
        return tuple(honoured)

    def _cut(self, rid: str) -> bool:
        """Say whether a recording that was taken up is known to have been cut.

        A finished recording is final: whoever could write a marker now must not destroy it. One
        that was cut may have been continued in another file, during which the caller withdrew.
        Nobody can tell while the box is locked; the marker then waits.
        """
        try:
            return self._reading.summary(rid).ended == "cut"
        except Refused:
            return False
        except ZgodaError:
            return True  # Nothing opens it any more, so nothing is lost by erasing it.

    def _untaken(self) -> list[Path]:
        """Return the recordings that are closed for good and that are not the keeper's yet.

        After a write error a call is continued in another file: until that is closed too, the
        first one waits, since the caller may still withdraw.
        """
        known = self._keyring.content.recordings
        ours = [
            path
            for path in sorted(self._folders.recordings.iterdir())
            if path.name in known and known[path.name].due_day is None
        ]
        written = {path for path in ours if being_written(path)}
        if not written:
            return ours
        going_on = {self._call(path) for path in written}
        return [path for path in ours if path not in written and self._call(path) not in going_on]

    def _seal(self, paths: list[Path]) -> None:
        """Put recordings on the record, then note when they are due."""
        if not paths:
            return
        tickets: dict[str, Ticket] = {}
        for path in paths:
            found = digest(path)
            if path.name not in self._on_record():
                self._audit.append(
                    "sealed", KEEPER, path.name, frames=found.frames, sha256=found.sha256
                )
                self._on_record().add(path.name)
            tickets[path.name] = self._ticket(path) or self._makeshift()
        with self._keyring.changing() as draft:
            for rid, ticket in tickets.items():
                entry = draft.recordings[rid]
                entry.due_day, entry.call = ticket.due_day, ticket.call_id
                entry.clock_ok = ticket.clock_ok
                entry.boot_id, entry.uptime = ticket.boot_id, ticket.uptime

    def _on_record(self) -> set[str]:
        """Return the recordings that the audit calls sealed; the audit is read once."""
        if self._sealed is None:
            entries = self._audit.entries()
            self._sealed = {e.rid for e in entries if e.type == "sealed" and e.rid is not None}
        return self._sealed

    def _call(self, path: Path) -> str:
        """Return the call that a recording belongs to; one that does not open stands alone."""
        ticket = self._ticket(path)
        return ticket.call_id if ticket else path.name

    def _ticket(self, path: Path) -> Ticket | None:
        try:
            return open_ticket(read_header(path), self._keyring.private(path.name)).fields
        except FileFormatError:
            return None

    def _makeshift(self) -> Ticket:
        """Return what stands in for a ticket that does not open."""
        due = int(self._clock.now() // DAY) + UNREADABLE_DAYS
        return Ticket(due, "", self._clock.trusted(), "", 0)

    def _count_notes(self) -> int:
        """Count the recorder's notes, each once even if the power goes in between."""
        notes, foreign = {}, []
        for path in sorted(self._folders.notes.glob("*.json")):
            try:
                notes[path.name] = _read_note(self._disk.read(path, _MOST_NOTE))
            except FileFormatError:
                foreign.append(path)
        if notes:
            self._ledger.count(notes)
        for path in [self._folders.notes / name for name in notes] + foreign:
            path.unlink()
        if notes or foreign:
            self._disk.sync_folder(self._folders.notes)
        return len(notes)


def _read_note(raw: bytes) -> CallNote:
    """Read a note strictly; raises FileFormatError for anything that could not be counted."""
    try:
        note = msgspec.json.decode(raw, type=CallNote)
        date.fromisoformat(note.day)
    except ValueError as error:  # msgspec's errors are ValueErrors as well
        raise FileFormatError("This is no note of the recorder.") from error
    return note
