"""Take-up: what the recorder left on the disk becomes the keeper's, whether or not it was there.

Works locked: a ticket's outer layer, which says when a recording is due, opens with the keyring
alone. What a recording says about a person waits for somebody's login (``cataloguing``).
"""

import logging
import threading
from dataclasses import dataclass
from pathlib import Path

import msgspec

from appliance.clock import Clock
from appliance.config.folders import Folders
from appliance.errors import FileFormatError
from appliance.keeper.audit import KEEPER, AuditLog
from appliance.keeper.ledger import Ledger
from appliance.link.requests.lines import RecorderNews
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

_log = logging.getLogger(__name__)


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
        self, folders: Folders, keyring: Keyring, audit: AuditLog, ledger: Ledger, clock: Clock
    ) -> None:
        self._folders = folders
        self._keyring = keyring
        self._audit = audit
        self._ledger = ledger
        self._clock = clock
        self._disk = Disk()
        self._lock = threading.Lock()
        self._suspects: frozenset[str] = frozenset()
        self._finished: set[str] = set()

    def heard(self, news: RecorderNews) -> None:
        """Note that the recorder finished a recording; ``take_up`` is to follow."""
        if news.kind == "sealed":
            with self._lock:
                self._finished.add(news.recording)

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
            self._finished.difference_update(path.name for path in whole)
            return TakenUp(
                tuple(path.name for path in whole), withdrawn, tuple(sorted(stillborn)), notes
            )

    def pending(self) -> tuple[str, ...]:
        """Return the recordings that were withdrawn and are not shredded yet."""
        return tuple(sorted(path.name for path in self._folders.withdrawn.iterdir()))

    def honoured(self, recordings: tuple[str, ...]) -> None:
        """Remove the markers of withdrawals whose keys are gone."""
        for rid in recordings:
            self._disk.unlink(self._folders.withdrawn / rid)

    def _withdrawn(self) -> tuple[str, ...]:
        """Return the recordings whose withdrawal is to be honoured; remove void markers."""
        known = self._keyring.content.recordings
        honoured = []
        for path in sorted(self._folders.withdrawn.iterdir()):
            entry = known.get(path.name)
            if entry is not None and entry.due_day is None:
                honoured.append(path.name)
                continue
            # Final, or erased already: whoever could write a marker now must not destroy it.
            if entry is not None:
                self._audit.append("withdrawal_void", KEEPER, path.name)
            self._disk.unlink(path)
        return tuple(honoured)

    def _untaken(self) -> list[Path]:
        """Return the recordings that are closed for good and that are not the keeper's yet.

        One that the recorder did not call finished may be continued in another file after a write
        error, and the caller may still withdraw: it waits until nothing is being written.
        """
        known = self._keyring.content.recordings
        ours = [
            path
            for path in sorted(self._folders.recordings.iterdir())
            if path.name in known and known[path.name].due_day is None
        ]
        closed = [path for path in ours if not being_written(path)]
        if len(closed) == len(ours):
            return closed
        return [path for path in closed if path.name in self._finished]

    def _seal(self, paths: list[Path]) -> None:
        """Put recordings on the record, then note when they are due."""
        if not paths:
            return
        already = self._audit.by_recording()
        tickets: dict[str, Ticket] = {}
        for path in paths:
            found = digest(path)
            if not any(entry.type == "sealed" for entry in already.get(path.name, [])):
                self._audit.append(
                    "sealed", KEEPER, path.name, frames=found.frames, sha256=found.sha256
                )
            tickets[path.name] = self._ticket(path)
        with self._keyring.changing() as draft:
            for rid, ticket in tickets.items():
                entry = draft.recordings[rid]
                entry.due_day, entry.call = ticket.due_day, ticket.call_id
                entry.clock_ok = ticket.clock_ok
                entry.boot_id, entry.uptime = ticket.boot_id, ticket.uptime

    def _ticket(self, path: Path) -> Ticket:
        try:
            return open_ticket(read_header(path), self._keyring.private(path.name)).fields
        except FileFormatError as error:
            _log.warning("The recording %s cannot be read: %s", path.name, error)
            due = int(self._clock.now() // DAY) + UNREADABLE_DAYS
            return Ticket(due, "", self._clock.trusted(), "", 0)

    def _count_notes(self) -> int:
        """Count the recorder's notes, each once even if the power goes in between."""
        notes, foreign = {}, []
        for path in sorted(self._folders.notes.glob("*.json")):
            try:
                notes[path.name] = msgspec.json.decode(
                    self._disk.read(path, _MOST_NOTE), type=CallNote
                )
            except (msgspec.DecodeError, FileFormatError, UnicodeDecodeError):
                foreign.append(path)
        if notes:
            self._ledger.count(notes)
        for path in [self._folders.notes / name for name in notes] + foreign:
            path.unlink()
        if notes or foreign:
            self._disk.sync_folder(self._folders.notes)
        return len(notes)
