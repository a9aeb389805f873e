"""Take up what the recorder left on the disk, now or while the keeper was away.

Take-up works locked: a ticket's outer layer, which holds the due day, opens with the keyring alone.
What a recording says about a person waits for a login (``catalogue.fill``).
"""

import logging
import os
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from msgspec import structs

from appliance.clock import Clock, day_of
from appliance.config.folders import Folders
from appliance.errors import FileFormatError, ZgodaError
from appliance.keeper.audit.log import KEEPER, AuditLog
from appliance.keeper.reading.reading import Reading
from appliance.keeper.recordings.origins import Origins
from appliance.keeper.storage.belief import Belief
from appliance.keeper.storage.ledger import Ledger
from appliance.model.records import CallNote
from appliance.vault.decoding import decode_json, decoding
from appliance.vault.disk import Disk, being_written
from appliance.vault.format import (
    FRAME_BYTES,
    HEADER_BYTES,
    LEAST_OPENING,
    LONGEST_KEPT_DAYS,
    MOST_OPENING,
    Ticket,
)
from appliance.vault.opening.digest import MOST_BYTES, Digest, digest
from appliance.vault.opening.entry import RecordingEntry
from appliance.vault.opening.keyring import Keyring
from appliance.vault.opening.unseal import open_ticket, read_header
from appliance.vault.opening.verdicts import is_overwritten

UNREADABLE_DAYS = 90
"""Retention of a recording whose ticket does not open, or keeps it longer than any purpose may: the
usual period (see defaults)."""


LEAST = HEADER_BYTES + (LEAST_OPENING + 1) * FRAME_BYTES
"""A shorter file has no frame behind its opening and so no sound."""

_log = logging.getLogger(__name__)
_MOST_NOTE = 4096
_UNFINISHED = "unfinished"


@dataclass(frozen=True, slots=True)
class TakenUp:
    """The result of a take-up."""

    sealed: tuple[str, ...]  # recordings taken up
    withdrawn: tuple[str, ...]  # to be erased: withdrawn during the call
    stillborn: tuple[str, ...]  # to be erased: a power cut came before any sound
    notes: int  # counted


class Intake:
    """Take-up of recordings, withdrawals and notes. Threads may share it; one runs at a time."""

    def __init__(
        self,
        folders: Folders,
        keyring: Keyring,
        audit: AuditLog,
        ledger: Ledger,
        reading: Reading,
        origins: Origins,
        clock: Clock,
    ) -> None:
        self._folders = folders
        self._origins = origins
        self._keyring = keyring
        self._audit = audit
        self._ledger = ledger
        self._reading = reading
        self._clock = clock
        self._disk = Disk()
        self._lock = threading.Lock()
        self._suspects: frozenset[str] = frozenset()
        self._unfinished: frozenset[str] = frozenset()  # notes, at the last take-up
        self._passed_over: set[str] = set()
        self._sealed: set[str] | None = None

    def take_up(self) -> TakenUp:
        """Take up everything that is no longer being written; safe to repeat.

        Raises:
            VaultError: audit or keyring could not be written; the next take-up goes on.
        """
        with self._lock:
            notes = self._count_notes()
            # Markers second: a marker is written before its recording closes, so none is missed.
            closed = self._untaken()
            withdrawn = self._withdrawn()
            whole, begun, emptied = self._sorted(closed, withdrawn)
            # A new file is short for a moment; only one that stays short was cut.
            stillborn, self._suspects = begun & self._suspects, begun
            sealed = self._seal(whole)
            return TakenUp(sealed, withdrawn + emptied, tuple(sorted(stillborn)), notes)

    def _sorted(
        self, closed: list[Path], withdrawn: tuple[str, ...]
    ) -> tuple[list[Path], frozenset[str], tuple[str, ...]]:
        """Separate recordings from files that only began and from overwritten ones.

        A file with its opening but no sound is no recording, nor is one that is larger than any
        can be. A header of zeros with frames behind it is a withdrawal whose marker could not be
        written.
        """
        whole, begun, emptied = [], set(), []
        for path in closed:
            if path.name in withdrawn or not path.exists():
                continue
            size = path.stat().st_size
            zeros = size >= HEADER_BYTES and is_overwritten(path)
            if zeros and size > HEADER_BYTES:
                emptied.append(path.name)
            elif zeros or not LEAST <= size <= MOST_BYTES or self._only_opened(path, size):
                begun.add(path.name)
            else:
                whole.append(path)
        return whole, frozenset(begun), tuple(emptied)

    def _only_opened(self, path: Path, size: int) -> bool:
        """Say whether a file has no whole frame behind its opening, by its ticket."""
        if size >= HEADER_BYTES + (MOST_OPENING + 1) * FRAME_BYTES:
            return False
        ticket = None
        with self._passing_over(path):
            ticket = self._ticket(path)
        return ticket is not None and size < HEADER_BYTES + (ticket.opening + 1) * FRAME_BYTES

    def pending(self) -> tuple[str, ...]:
        """Return the withdrawn recordings that are not erased yet."""
        return tuple(path.name for path in self._files(self._folders.withdrawn))

    def _withdrawn(self) -> tuple[str, ...]:
        """Return the recordings with a valid withdrawal; remove void markers."""
        honoured = []
        for path in self._files(self._folders.withdrawn):
            entry = self._keyring.get(path.name)
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
        """Return how a taken-up recording ended; None if that is unknown for now.

        A finished recording is final: a marker written later must not destroy it. One that a fault
        ended may continue in another file, during which the caller withdrew. While the box is
        locked or the file unreadable, the marker waits.
        """
        try:
            ended = self._reading.summary(rid).ended
        except FileFormatError:
            return _UNFINISHED  # Nothing opens it, so erasing loses nothing.
        except ZgodaError:
            return None
        return _UNFINISHED if ended in {"cut", "storage"} else ended

    def _untaken(self) -> list[Path]:
        """Return the finally closed recordings that are not taken up yet.

        After a write error a call continues in another file. Until that is closed too, the first
        one waits, since the caller may still withdraw.
        """
        unused = set(self._keyring.unused())
        closed: list[Path] = []
        written: list[Path] = []
        for path in self._files(self._folders.recordings):
            if path.name in unused:
                with self._passing_over(path):
                    (written if being_written(path) else closed).append(path)
        if not written:
            return closed
        going_on = {self._call(path) for path in written}
        return [path for path in closed if self._call(path) not in going_on]

    def _seal(self, paths: list[Path]) -> tuple[str, ...]:
        """Record recordings in the audit, then note their due days; return those that succeeded."""
        tickets: dict[str, Ticket] = {}
        for path in paths:
            with self._passing_over(path):
                ticket = self._ticket(path) or self._makeshift()
                # A killed recorder's last write may not be on the medium yet; the audit must not
                # promise a frame that a power cut could still lose.
                self._disk.settle(path)
                signer = self._origins.signer(path)
                found = digest(path)
                tickets[path.name] = ticket
            if path.name in tickets and path.name not in self._on_record():
                self._put_on_record(path.name, found, signer)
        if tickets:
            self._note_due(tickets)
        return tuple(tickets)

    def _put_on_record(self, rid: str, found: Digest, signer: str | None) -> None:
        """Write the recording into the audit, with its origin if the keeper has met the key."""
        origin = signer if self._origins.knows(signer) else None
        self._audit.append(
            "sealed",
            KEEPER,
            rid,
            frames=found.frames,
            sha256=found.sha256,
            head=found.head,
            origin=origin,
        )
        self._on_record().add(rid)
        if signer and not origin:
            self._origins.wait(rid, signer)

    def _note_due(self, tickets: dict[str, Ticket]) -> None:
        believed = self._ledger.belief()

        def noted(rid: str, entry: RecordingEntry) -> RecordingEntry:
            ticket = tickets[rid]
            return structs.replace(
                entry,
                due_day=ticket.due_day,
                call=ticket.call_id,
                clock_ok=plausible(ticket, believed),
                day=ticket.day,
                boot_id=ticket.boot_id,
                uptime=ticket.uptime,
            )

        self._keyring.change(tickets, noted)

    @contextmanager
    def _passing_over(self, path: Path) -> Iterator[None]:
        """Leave an unreadable file for the next take-up and go on with the others."""
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
        """Return a folder's ordinary files; anything else is not ours."""
        with os.scandir(folder) as entries:
            return sorted(Path(e.path) for e in entries if e.is_file(follow_symlinks=False))

    def _on_record(self) -> set[str]:
        """Return the recordings sealed by the audit; what is settled has its day, too."""
        if self._sealed is None:
            entries = self._audit.unsettled()
            self._sealed = {e.rid for e in entries if e.type == "sealed" and e.rid is not None}
        return self._sealed

    def note_on_record(self, rids: Iterable[str]) -> None:
        """Take recordings up again without sealing them again: the audit has them."""
        with self._lock:
            self._on_record().update(rids)

    @contextmanager
    def at_rest(self) -> Iterator[bool]:
        """Take nothing up meanwhile; yield whether everything sealed has its due day."""
        with self._lock:
            entries = [self._keyring.get(rid) for rid in self._on_record()]
            rests = all(entry is None or entry.due_day is not None for entry in entries)
            if rests:
                self._sealed = set()
            yield rests

    def _call(self, path: Path) -> str:
        """Return a recording's call; one whose ticket does not open stands alone."""
        ticket = None
        with self._passing_over(path):
            ticket = self._ticket(path)
        return ticket.call_id if ticket else path.name

    def _ticket(self, path: Path) -> Ticket | None:
        try:
            with decoding("The header"):
                header = read_header(path)
                ticket = open_ticket(header, self._keyring.private(path.name)).fields
        except FileFormatError:
            return None
        return ticket if ticket.kept_days <= LONGEST_KEPT_DAYS else None

    def _makeshift(self) -> Ticket:
        """Return a substitute for a ticket that does not open."""
        due = day_of(self._clock.now()) + UNREADABLE_DAYS
        return Ticket(due, "", self._clock.trusted(), "", 0, UNREADABLE_DAYS)

    def _unfinished_notes(self) -> list[Path]:
        """Return notes that a power cut left; one that is being written is so only once."""
        paths = [p for p in self._files(self._folders.notes) if p.name.startswith(".")]
        before, self._unfinished = self._unfinished, frozenset(path.name for path in paths)
        return [path for path in paths if path.name in before]

    def _count_notes(self) -> int:
        """Count the recorder's notes, each once even across a power cut."""
        notes, foreign = {}, self._unfinished_notes()
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
            path.unlink(missing_ok=True)  # one that seemed unfinished may have its name by now
        if notes or foreign:
            self._disk.sync_folder(self._folders.notes)
        return len(notes)


def plausible(ticket: Ticket, believed: Belief | None) -> bool:
    """Say whether a recording can have begun on its ticket's day.

    It cannot be much older than the last take-up that did not find it.

    Args:
        ticket: of a recording that is being taken up.
        believed: when the keeper last believed a clock and so was running.
    """
    return ticket.clock_ok and (believed is None or ticket.day >= day_of(believed.at) - 1)


def _read_note(raw: bytes) -> CallNote:
    """Read a note strictly; raises FileFormatError if it cannot be counted."""
    note = decode_json(raw, CallNote, "The note")
    with decoding("The note's day"):
        date.fromisoformat(note.day)
    return note
