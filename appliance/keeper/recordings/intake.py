"""Take up what the recorder left on the disk, now or while the keeper was away.

Take-up works locked: a ticket's outer layer, which holds the due day, opens with the keyring alone.
What a recording says about a person waits for a login (``catalogue.fill``).
"""

import errno
import logging
import stat
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from msgspec import structs

from appliance.clock import Clock, day_of
from appliance.config.folders import Folders
from appliance.errors import FileFormatError, ZgodaError
from appliance.keeper.audit.log import KEEPER, AuditLog
from appliance.keeper.reading.reading import Reading
from appliance.keeper.recordings.arrivals import Arrivals
from appliance.keeper.recordings.closed_files import sort_files
from appliance.keeper.recordings.endings import with_endings
from appliance.keeper.recordings.notes import NoteCounter, first_entries
from appliance.keeper.recordings.origins import Origins
from appliance.keeper.storage.belief import Belief
from appliance.keeper.storage.ledger import Ledger
from appliance.vault.decoding import decoding
from appliance.vault.disk import Disk, failure
from appliance.vault.format import LONGEST_KEPT_DAYS, Ticket
from appliance.vault.opening.digest import Digest, digest
from appliance.vault.opening.entry import RecordingEntry
from appliance.vault.opening.keyring import Keyring
from appliance.vault.opening.unseal import open_ticket, read_header

UNREADABLE_DAYS = 90
"""Retention of a recording whose ticket does not open, or keeps it longer than any purpose may: the
usual period (see defaults)."""

_log = logging.getLogger(__name__)
_UNFINISHED = "unfinished"


@dataclass(frozen=True, slots=True)
class TakenUp:
    """The result of a take-up."""

    sealed: tuple[str, ...]  # recordings taken up
    withdrawn: tuple[str, ...]  # to be erased: withdrawn during the call
    stillborn: tuple[str, ...]  # to be erased: it ended before any sound
    impossible: tuple[str, ...]  # to be erased: larger than a recording can be
    notes: int  # counted


class Intake:
    """Take-up of recordings, withdrawals and notes. Threads may share it; one runs at a time."""

    def __init__(  # noqa: PLR0913 - it stands on so many parts
        self,
        folders: Folders,
        keyring: Keyring,
        audit: AuditLog,
        ledger: Ledger,
        reading: Reading,
        origins: Origins,
        clock: Clock,
        *,
        disk: Disk | None = None,
    ) -> None:
        self._folders = folders
        self._origins = origins
        self._keyring = keyring
        self._audit = audit
        self._ledger = ledger
        self._reading = reading
        self._clock = clock
        self._disk = disk or Disk()
        self._lock = threading.Lock()
        self._failing: dict[str, str] = {}  # file -> why, in this take-up
        self._passed_over: dict[str, str] = {}  # the same of the last one
        self._sealed: set[str] | None = None
        self._moved: set[str] | None = None  # not due yet, as a power cut may leave them
        self._notes = NoteCounter(folders.notes, ledger, self._disk)
        self.arrivals = Arrivals(folders, keyring, clock)
        """What lies in the folder of the files made ahead."""

    def take_up(self, leaving: Callable[[str], bool] = lambda rid: False) -> TakenUp:
        """Take up everything that nobody can write to any more; safe to repeat.

        Args:
            leaving: says whether a recording is being erased.

        Raises:
            VaultError: audit or keyring could not be written; the next take-up goes on.
        """
        with self._lock:
            self._failing = {}
            try:
                notes = self._notes.count()
                # Markers second: one is written before its recording closes, so none is missed.
                closed = self._untaken(leaving)
                withdrawn = self._withdrawn(closed)
                found = sort_files(closed, withdrawn, self._opening)
                sealed = self._seal(found.whole)
            finally:
                self._passed_over = self._failing
            gone = [rid for rid in withdrawn if rid not in found.begun]
            return TakenUp(
                sealed, (*gone, *found.emptied), tuple(found.begun), tuple(found.impossible), notes
            )

    def _opening(self, path: Path) -> int | None:
        """Return how many frames stand before a file's first sound, by its ticket."""
        ticket = None
        with self._passing_over(path):
            ticket = self._ticket(path)
        return ticket.opening if ticket is not None else None

    def going_on(self) -> set[str]:
        """Return the calls of which something lies in the folder of the files made ahead."""
        with self._lock:
            return {self._call(path) for path in self.arrivals.begun()}

    def problems(self) -> dict[str, str]:
        """Return the files that are not taken up, and why: foreign, or not readable for now."""
        return self._passed_over | self.arrivals.strange

    def pending(self) -> tuple[str, ...]:
        """Return the withdrawn recordings that are not erased yet."""
        return tuple(self._markers())

    def _markers(self) -> list[str]:
        """Return the names of the markers, as many as one take-up looks at."""
        found = first_entries(self._folders.withdrawn)
        return sorted(entry.name for entry in found if entry.is_file(follow_symlinks=False))

    def _withdrawn(self, closed: list[Path]) -> tuple[str, ...]:
        """Return the recordings with a valid withdrawal; remove void markers.

        Args:
            closed: recordings to be taken up; their markers count among however many others.
        """
        folder = self._folders.withdrawn
        honoured = [path.name for path in closed if _is_file(folder / path.name)]
        void = []
        for rid in sorted(set(self._markers()).difference(honoured)):
            entry = self._keyring.get(rid)
            if entry is None:
                void.append(rid)  # Its key is gone already.
                continue
            ended = _UNFINISHED if entry.due_day is None else self._ended(rid)
            if ended == _UNFINISHED:
                honoured.append(rid)
            elif ended is not None:
                self._audit.append("withdrawal_void", KEEPER, rid)
                void.append(rid)
        self._disk.unlink_all(folder / rid for rid in void)
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

    def _untaken(self, leaving: Callable[[str], bool]) -> list[Path]:
        """Return the finally closed recordings that are not taken up yet.

        After a write error a call continues in another file. Until that is closed too, the first
        one waits, since the caller may still withdraw.
        """
        found = self.arrivals.look(leaving)
        for rid in self.arrivals.newly_held():
            _log.warning("%s is held open, and so not taken up: restart the recorder.", rid)
            self._audit.append("held_open", KEEPER, rid)
        for path in found.astray:
            with self._passing_over(path):
                self._move(path)
                self._settle_places()
        closed = [*self._half_taken(), *found.closed]
        if not found.written:
            return closed
        going_on = {self._call(path) for path in found.written}
        return [path for path in closed if self._call(path) not in going_on]

    def _half_taken(self) -> list[Path]:
        """Return the recordings that were moved, and whose due day was not noted then."""
        if self._moved is None:
            folder = self._folders.recordings
            self._moved = {rid for rid in self._keyring.unused() if _is_file(folder / rid)}
        entries = {rid: self._keyring.get(rid) for rid in self._moved}
        self._moved = {rid for rid, entry in entries.items() if entry and entry.due_day is None}
        return [self._folders.recordings / rid for rid in sorted(self._moved)]

    def _seal(self, paths: list[Path]) -> tuple[str, ...]:
        """Record recordings in the audit, then note their due days; return those that succeeded."""
        tickets: dict[str, Ticket] = {}
        for path in paths:
            seen = []
            with self._passing_over(path):
                seen.append(self._examine(path))
            for ticket, found, signer in seen:
                waits = self._put_on_record(path.name, found, signer)
                with self._passing_over(path):
                    self._move(path)
                    tickets[path.name] = ticket
                if waits and path.name in tickets:
                    self._origins.wait(path.name, waits)
        if tickets:
            try:
                self._settle_places()
            except OSError as error:
                raise failure(error, "The folder of the recordings") from error
            self._note_due(tickets)
        return tuple(tickets)

    def _examine(self, path: Path) -> tuple[Ticket, Digest, str | None]:
        """Return a recording's ticket, its digest and the fingerprint of its signer."""
        ticket = self._ticket(path) or self._makeshift()
        # A killed recorder's last write may not be on the medium yet; the audit must not promise
        # a frame that a power cut could still lose.
        self._disk.settle(path)
        signer = self._origins.signer(path)
        return ticket, digest(path), signer

    def _move(self, path: Path) -> None:
        """Move a recording where the keeper alone reaches it; its place is not on the medium yet.

        Raises:
            FileFormatError: one of this name is there, or it is on another mount.
            OSError: the disk fails.
        """
        target = self._folders.recordings / path.name
        if path == target:
            return
        if target.exists():
            raise FileFormatError(f"There is another recording of this name in {target.parent}.")
        try:
            self._disk.rename(path, target)
        except OSError as error:
            if error.errno != errno.EXDEV:
                raise
            raise FileFormatError(f"{path.parent} and {target.parent} must be on one mount.") from (
                error
            )
        if self._moved is not None:
            self._moved.add(path.name)

    def _settle_places(self) -> None:
        """Wait until moved recordings have their place on the medium; a move is one step there."""
        self._disk.sync_folder(self._folders.recordings)

    def _put_on_record(self, rid: str, found: Digest, signer: str | None) -> str | None:
        """Write the recording into the audit once, with its origin if the keeper has met the key.

        Returns:
            The key that the recording waits for to be attested.
        """
        if rid in self._on_record():
            return None
        origin = signer if self._origins.knows(signer) else None
        self._audit.append(
            *("sealed", KEEPER, rid),
            frames=found.frames,
            sha256=found.sha256,
            head=found.head,
            origin=origin,
        )
        self._on_record().add(rid)
        return signer if not origin else None

    def _note_due(self, tickets: dict[str, Ticket]) -> None:
        believed = self._ledger.belief()

        def noted(rid: str, entry: RecordingEntry) -> RecordingEntry:
            ticket = tickets[rid]
            fresh = structs.replace(
                entry,
                due_day=ticket.due_day,
                call=ticket.call_id,
                clock_ok=plausible(ticket, believed),
                day=ticket.day,
                boot_id=ticket.boot_id,
                uptime=ticket.uptime,
            )
            return with_endings(fresh, self._ledger.ending_of(rid))  # if it was here before

        self._keyring.change(tickets, noted)

    @contextmanager
    def _passing_over(self, path: Path) -> Iterator[None]:
        """Leave an unreadable file for the next take-up and go on with the others."""
        try:
            yield
        except (OSError, FileFormatError) as error:
            reason = (error.strerror or "unknown") if isinstance(error, OSError) else str(error)
            if reason not in {known.get(path.name) for known in (self._passed_over, self._failing)}:
                _log.warning("%s cannot be taken up for now: %s", path.name, reason)
            self._failing[path.name] = reason

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


def plausible(ticket: Ticket, believed: Belief | None) -> bool:
    """Say whether a recording can have begun on its ticket's day.

    It cannot be much older than the last take-up that did not find it.

    Args:
        ticket: of a recording that is being taken up.
        believed: when the keeper last believed a clock and so was running.
    """
    return ticket.clock_ok and (believed is None or ticket.day >= day_of(believed.at) - 1)


def _is_file(path: Path) -> bool:
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except OSError:
        return False
