"""Take-up: what the recorder left on the disk becomes the keeper's, whether or not it was there.

Works locked: a ticket's outer layer, which says when a recording is due, opens with the keyring
alone. What a recording says about a person waits for somebody's login (``cataloguing``).
"""

import logging
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import msgspec

from appliance.clock import Clock, day_of
from appliance.config.folders import Folders
from appliance.errors import FileFormatError, ZgodaError
from appliance.keeper.audit.log import KEEPER, AuditLog
from appliance.keeper.reading.reading import Reading
from appliance.keeper.storage.ledger import Ledger, SureTime
from appliance.model.records import CallNote
from appliance.vault.disk import Disk, being_written
from appliance.vault.format import FRAME_BYTES, HEADER_BYTES, Ticket
from appliance.vault.opening.keyring import Keyring
from appliance.vault.opening.unseal import open_ticket, read_header
from appliance.vault.opening.verdicts import digest, is_overwritten

UNREADABLE_DAYS = 90
"""How long a recording is kept whose ticket does not open: the usual period (see defaults)."""


NOTHING_YET = HEADER_BYTES + 3 * FRAME_BYTES
"""A shorter file has no third frame, and so no sound."""

_log = logging.getLogger(__name__)
_MOST_NOTE = 4096
_UNFINISHED = "unfinished"


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
        self._passed_over: set[str] = set()
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
            whole, begun, emptied = self._sorted(closed, withdrawn)
            # A file that begins is short for a moment; only one that stays so was cut.
            stillborn, self._suspects = begun & self._suspects, begun
            sealed = self._seal(whole)
            return TakenUp(sealed, withdrawn + emptied, tuple(sorted(stillborn)), notes)

    def _sorted(
        self, closed: list[Path], withdrawn: tuple[str, ...]
    ) -> tuple[list[Path], frozenset[str], tuple[str, ...]]:
        """Tell recordings from what only began and from what a withdrawal overwrote.

        A file that holds who called and what was agreed, but not a moment of the call, is no
        recording. A header of zeros with frames behind it is a withdrawal whose marker could not
        be left.
        """
        whole, begun, emptied = [], set(), []
        for path in closed:
            if path.name in withdrawn or not path.exists():
                continue
            size = path.stat().st_size
            zeros = size >= HEADER_BYTES and is_overwritten(path)
            if zeros and size > HEADER_BYTES:
                emptied.append(path.name)
            elif zeros or size < NOTHING_YET:
                begun.add(path.name)
            else:
                whole.append(path)
        return whole, frozenset(begun), tuple(emptied)

    def pending(self) -> tuple[str, ...]:
        """Return the recordings that were withdrawn and are not shredded yet."""
        return tuple(path.name for path in self._files(self._folders.withdrawn))

    def _withdrawn(self) -> tuple[str, ...]:
        """Return the recordings whose withdrawal is to be honoured; remove void markers."""
        honoured = []
        known = self._keyring.content.recordings
        for path in self._files(self._folders.withdrawn):
            entry = known.get(path.name)
            if entry is None:
                self._disk.unlink(path)  # Its key is gone already.
                continue
            ended = _UNFINISHED if entry.due_day is None else self._ended(path.name)
            if ended == _UNFINISHED:
                honoured.append(path.name)
            elif ended is not None:
                self._audit.append("withdrawal_void", KEEPER, path.name)
                self._disk.unlink(path)
        return tuple(honoured)

    def _ended(self, rid: str) -> str | None:
        """Say how a recording that was taken up had ended; None if nobody can tell now.

        A finished recording is final: whoever could write a marker now must not destroy it. One
        that a fault ended may have been continued in another file, during which the caller
        withdrew. While the box is locked, or the file cannot be read for now, the marker waits.
        """
        try:
            ended = self._reading.summary(rid).ended
        except FileFormatError:
            return _UNFINISHED  # Nothing opens it any more, so nothing is lost by erasing it.
        except ZgodaError:
            return None
        return _UNFINISHED if ended in {"cut", "storage"} else ended

    def _untaken(self) -> list[Path]:
        """Return the recordings that are closed for good and that are not the keeper's yet.

        After a write error a call is continued in another file: until that is closed too, the
        first one waits, since the caller may still withdraw.
        """
        known = self._keyring.content.recordings
        closed: list[Path] = []
        written: list[Path] = []
        for path in self._files(self._folders.recordings):
            if path.name in known and known[path.name].due_day is None:
                with self._passing_over(path):
                    (written if being_written(path) else closed).append(path)
        if not written:
            return closed
        going_on = {self._call(path) for path in written}
        return [path for path in closed if self._call(path) not in going_on]

    def _seal(self, paths: list[Path]) -> tuple[str, ...]:
        """Put recordings on the record, then note when they are due; returns those it could."""
        tickets: dict[str, Ticket] = {}
        for path in paths:
            with self._passing_over(path):
                ticket = self._ticket(path) or self._makeshift()
                # What a killed recorder wrote last may not be on the medium yet; the audit must
                # not promise a frame that a power cut could still take.
                self._disk.settle(path)
                found = digest(path)
                tickets[path.name] = ticket
            if path.name in tickets and path.name not in self._on_record():
                self._audit.append(
                    "sealed", KEEPER, path.name, frames=found.frames, sha256=found.sha256
                )
                self._on_record().add(path.name)
        if tickets:
            self._note_due(tickets)
        return tuple(tickets)

    def _note_due(self, tickets: dict[str, Ticket]) -> None:
        believed = self._ledger.sure_time()
        with self._keyring.changing() as draft:
            for rid, ticket in tickets.items():
                entry = draft.recordings[rid]
                entry.due_day, entry.call = ticket.due_day, ticket.call_id
                entry.clock_ok, entry.day = plausible(ticket, believed), ticket.day
                entry.boot_id, entry.uptime = ticket.boot_id, ticket.uptime

    @contextmanager
    def _passing_over(self, path: Path) -> Iterator[None]:
        """Let a file that cannot be read wait for the next take-up; the others go on."""
        try:
            yield
        except (OSError, FileFormatError) as error:
            if path.name not in self._passed_over:
                reason = error.strerror if isinstance(error, OSError) else error
                _log.warning("%s cannot be taken up for now: %s", path.name, reason)
            self._passed_over.add(path.name)
        else:
            self._passed_over.discard(path.name)

    @staticmethod
    def _files(folder: Path) -> list[Path]:
        """Return a folder's ordinary files; whatever else stands there is none of ours."""
        with os.scandir(folder) as entries:
            return sorted(Path(e.path) for e in entries if e.is_file(follow_symlinks=False))

    def _on_record(self) -> set[str]:
        """Return the recordings that the audit calls sealed; the audit is read once."""
        if self._sealed is None:
            entries = self._audit.entries()
            self._sealed = {e.rid for e in entries if e.type == "sealed" and e.rid is not None}
        return self._sealed

    def _call(self, path: Path) -> str:
        """Return the call that a recording belongs to; one that does not open stands alone."""
        ticket = None
        with self._passing_over(path):
            ticket = self._ticket(path)
        return ticket.call_id if ticket else path.name

    def _ticket(self, path: Path) -> Ticket | None:
        try:
            return open_ticket(read_header(path), self._keyring.private(path.name)).fields
        except FileFormatError:
            return None

    def _makeshift(self) -> Ticket:
        """Return what stands in for a ticket that does not open."""
        due = day_of(self._clock.now()) + UNREADABLE_DAYS
        return Ticket(due, "", self._clock.trusted(), "", 0, UNREADABLE_DAYS)

    def _count_notes(self) -> int:
        """Count the recorder's notes, each once even if the power goes in between."""
        notes, foreign = {}, []
        for path in self._files(self._folders.notes):
            if path.suffix != ".json" or path.name.startswith("."):
                continue
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


def plausible(ticket: Ticket, believed: SureTime | None) -> bool:
    """Say whether a recording can have begun on the day that its ticket names.

    It cannot have been made long before it was last looked for.

    Args:
        ticket: of a recording that is being taken up.
        believed: when the keeper last believed a clock, and so was there.
    """
    return ticket.clock_ok and (believed is None or ticket.day >= day_of(believed.wall) - 1)


def _read_note(raw: bytes) -> CallNote:
    """Read a note strictly; raises FileFormatError for anything that could not be counted."""
    try:
        note = msgspec.json.decode(raw, type=CallNote)
        date.fromisoformat(note.day)
    except ValueError as error:  # msgspec's errors are ValueErrors as well
        raise FileFormatError("This is no note of the recorder.") from error
    return note
