"""List the recorded calls while an operator is logged in.

The rows lie in the shelves, sealed; the reading child opens them and searches. The keeper holds
which of them are listed, lends the seeds of their keys, and adds what the keyring knows: hold,
restriction and verdict. Shards are read newest first: the first list is there at once, the rest
comes while it is read.
"""

import logging
import threading
from collections import defaultdict
from collections.abc import Callable, Collection, Container, Iterable, Sequence
from pathlib import Path

from msgspec import structs

from appliance.errors import FileFormatError, KeyLost, Refused, VaultError, ZgodaError
from appliance.keeper.audit.days import midnight
from appliance.keeper.catalogue.shelves import Shelves
from appliance.keeper.catalogue.shown import in_list, remembered, whole
from appliance.keeper.reading.protocol import Find, Slots
from appliance.keeper.reading.reading import Reading
from appliance.link.requests.calls import CallList, ListCalls, StillReading
from appliance.model.records import CallRecord
from appliance.vault.disk import Disk
from appliance.vault.opening.entry import RecordingEntry
from appliance.vault.opening.keyring import Keyring

MOST_PER_PAGE = 200

FIRST_ROWS = 200
"""Rows that a login waits for, if there are as many: more than a page."""

_log = logging.getLogger(__name__)


class Catalogue:
    """The list of recorded calls, open between ``unlock`` and ``lock``. Threads may share it."""

    def __init__(
        self,
        folder: Path,
        keyring: Keyring,
        reading: Reading,
        disk: Disk | None = None,
        listed: Callable[[Collection[bytes]], None] = lambda shards: None,
    ) -> None:
        """Begin locked.

        Args:
            folder: of the shelves' files; made if missing.
            keyring: knows the recordings.
            reading: opens and searches the rows.
            disk: writes the files.
            listed: told of the shards whose rows were read afresh.
        """
        self._keyring = keyring
        self._reading = reading
        self._shelves = Shelves(folder, disk or Disk())
        self._lock = threading.RLock()
        self._unread: list[tuple[bytes, int]] | None = None  # the next one last; None: locked
        self._listed: dict[bytes, int] = {}  # shard -> slots, as bits
        self._version = 0
        self._told = listed
        self._waiting: tuple[tuple[int, int], list[str]] | None = None

    def __len__(self) -> int:
        return sum(slots.bit_count() for slots in self._listed.values())

    @property
    def unlocked(self) -> bool:
        """Say whether the calls can be listed."""
        return self._unread is not None

    @property
    def reading(self) -> bool:
        """Say whether shelves are still to be read."""
        return bool(self._unread)

    def unlock(self) -> None:
        """Begin to read the shelves, as soon as the reading child runs; read the first ones."""
        with self._lock:
            self.tidy()
            self._unread, self._listed = self._keyring.shards()[::-1], {}
            self._version += 1
        while len(self) < FIRST_ROWS and self.read_on():
            pass

    def lock(self) -> None:
        """Forget what is listed."""
        with self._lock:
            self._unread, self._waiting, self._listed = None, None, {}
            self._version += 1

    def read_on(self) -> bool:
        """Read the next shelf; return False if there is none left.

        Raises:
            Refused: ``locked``.
        """
        with self._lock:
            unread = self._opened()
            if not unread:
                return False
            sid, _ = unread[-1]
            raw = self._shelves.read(sid)
            try:
                loaded = self._reading.load_rows(sid, raw)
            except (FileFormatError, VaultError) as error:
                _log.error("The calls of a shard cannot be listed: %s", error)
                loaded = None
            unread.pop()
            self._version += 1
            if loaded is not None:
                living, missing = loaded
                self._listed[sid] = _bits(living - missing)
                self._shelves.clear_dead_rows(sid, raw, living)
                self._told({sid})
            return bool(unread)

    def waiting(self) -> list[str]:
        """Return the recordings that are taken up but not listed, the newest shard's first.

        They came while the box was locked, or their row is lost. Those of shelves that are still to
        be read are left out.
        """
        with self._lock:
            unread = {sid for sid, _ in self._opened()}
            seen = self._keyring.changes, self._version
            if self._waiting is None or self._waiting[0] != seen:
                found: list[str] = []
                for sid, count in reversed(self._keyring.taken_up_by_shard().items()):
                    listed = self._listed.get(sid, 0)
                    if sid not in unread and listed.bit_count() != count:
                        found += self._named(sid, self._keyring.slots(sid) & ~listed)
                self._waiting = seen, found
            return list(self._waiting[1])

    def _named(self, sid: bytes, slots: int) -> list[str]:
        """Return the recordings in some slots; none of a shard that cannot be read any more."""
        try:
            return self._keyring.named(sid, slots)
        except FileFormatError as error:
            _log.error("The calls of a shard cannot be named: %s", error)
            return []

    def make(self, rids: Sequence[str]) -> dict[str, int | ZgodaError]:
        """Make the rows of recordings from what these say; return each one's due day, or the fault.

        A recording whose key was erased meanwhile is left out, and one whose shelf is not read yet.

        Raises:
            Refused: ``locked``.
        """
        done: dict[str, int | ZgodaError] = {}
        rows: dict[bytes, dict[int, bytes]] = {}
        with self._lock:
            unread, opened = {sid for sid, _ in self._opened()}, self._opened()
        where = self._keyring.where(rids)
        for rid, (sid, slot) in where.items():
            if sid in unread:
                continue
            try:
                done[rid], raw = self._reading.make_row(rid, sid, slot)
                rows.setdefault(sid, {})[slot] = raw
            except Refused:
                raise
            except KeyLost:
                continue
            except ZgodaError as error:
                done[rid] = error
        with self._lock:
            if self._unread is not opened:
                raise _locked()  # and perhaps unlocked again
            for sid, made in rows.items():
                self._shelves.write(sid, made)
                self._listed[sid] = self._listed.get(sid, 0) | _bits(made)
            self._version += 1
            self.drop(place for rid, place in where.items() if rid not in self._keyring)
            self._told(rows.keys())
        return done

    def drop(self, where: Iterable[tuple[bytes, int]]) -> None:
        """List recordings no more whose keys are erased; works locked, where nothing is listed."""
        slots: dict[bytes, list[int]] = defaultdict(list)
        for sid, slot in where:
            slots[sid].append(slot)
        if not slots:
            return
        with self._lock:
            for sid, gone in slots.items():
                if self._unread is not None:
                    self._reading.drop_rows(sid, gone)
                if sid in self._listed:
                    self._listed[sid] &= ~_bits(gone)
                self._shelves.clear_rows(sid, gone)
            self._version += 1
            self.tidy()

    def tidy(self) -> None:
        """Remove the shelves of shards that are gone."""
        with self._lock:
            self._shelves.tidy(self._keyring.content.shards)

    def get(self, recording: str) -> CallRecord:
        """Return one call as its recording tells it; without its receipt if only the row is left.

        Raises:
            Refused: ``locked``, or ``not_found``.
        """
        entry = self.entry(recording)
        try:
            return whole(recording, self._reading.summary(recording), entry)
        except Refused:
            raise
        except ZgodaError:
            return self.listed(recording)

    def listed(self, recording: str) -> CallRecord:
        """Return one call as its row tells it, without opening the recording; raises as ``get``."""
        entry = self.entry(recording)
        where = self._keyring.where([recording]).get(recording)
        found = self._reading.row(recording, *where) if where else None
        if found is None:
            raise _unknown() from None
        return remembered(found, entry)

    def entry(self, recording: str) -> RecordingEntry:
        """Return what the keyring knows of a recording that was taken up; raises as ``get``."""
        self._opened()
        entry = self._keyring.get(recording)
        if entry is None or entry.due_day is None:
            raise _unknown()
        return entry

    def search(
        self,
        asked: ListCalls,
        without: Collection[str] = (),
        untold_holds: Collection[str] = (),
    ) -> CallList:
        """Return a page of the matching calls, in the order asked for.

        Args:
            asked: which.
            without: recordings to be left out.
            untold_holds: recordings that count as not held.

        Raises:
            Refused: ``locked``, or ``no_day``.
        """
        self._opened()
        wanted = Find(
            text=asked.text,
            line=asked.line,
            purpose=asked.with_purpose,
            answer=asked.answer,
            since=midnight(asked.since),
            before=midnight(asked.until, days_later=1),
            page=asked.page,
            per_page=min(max(asked.per_page, 1), MOST_PER_PAGE),
            oldest_first=asked.order == "oldest",
            without=self._slots(without),
            doubted=self._keyring.ended_slots() if asked.with_purpose else {},
        )
        if asked.hold:
            wanted = self._by_hold(wanted, untold_holds, held=asked.hold == "held")
        found = self._reading.find(wanted)
        if found.doubtful:
            have = [
                rid for one in found.doubtful if self._has(rid := one.hex(), asked.with_purpose)
            ]
            found = self._reading.find(structs.replace(wanted, settled=self._slots(have)))
        state = self._keyring.shown
        calls = tuple(in_list(row, state(row.sid, row.rid)) for row in found.rows)
        return CallList(
            *(calls, found.total, found.page, found.pages),
            lines=found.lines,
            purposes=found.purposes,
        )

    def _by_hold(self, wanted: Find, untold: Collection[str], *, held: bool) -> Find:
        """Return a search that finds only what is held, or only what is not."""
        hidden = self._slots(untold)
        slots = {
            sid: tuple(set(those).difference(hidden.get(sid, ())))
            for sid, those in self._keyring.held_slots().items()
        }
        if held:
            return structs.replace(wanted, only=slots)
        return structs.replace(wanted, none_of=slots)

    def _slots(self, rids: Iterable[str]) -> Slots:
        """Return recordings as the slots of their shards."""
        found: Slots = {}
        for sid, slot in self._keyring.where(rids).values():
            found[sid] = (*found.get(sid, ()), slot)
        return found

    def _has(self, rid: str, purpose: str) -> bool:
        """Say whether a recording still has a purpose, by what it says itself."""
        try:
            return purpose in self.get(rid).meta.purposes
        except Refused as refusal:
            if refusal.code == "locked":
                raise
            return False  # erased in this moment

    def progress(self, unreadable: Container[str]) -> StillReading | None:
        """Say how far the list is read; None once it is whole.

        Args:
            unreadable: recordings that no list will hold.
        """
        with self._lock:
            left = sum(rid not in unreadable for rid in self.waiting())
            days = [day for _, day in self._opened()]
        if not days and not left:
            return None
        return StillReading(max(days) + 1 if days else None, left)

    def _opened(self) -> list[tuple[bytes, int]]:
        if self._unread is None:
            raise Refused("locked")
        return self._unread


def _locked() -> Refused:
    return Refused("locked")


def _unknown() -> Refused:
    return Refused("not_found")


def _bits(slots: Iterable[int]) -> int:
    """Return slots as a set of bits."""
    found = 0
    for slot in slots:
        found |= 1 << slot
    return found
