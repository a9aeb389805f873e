"""List the recorded calls while an operator is logged in.

A shelf opens with its key in the keyring and a second key, which the reading child derives from
the office's reading key. So a stolen card reveals no number, even with the keyring's root beside
it. Calls recorded while the box is locked wait to be listed; the whole catalogue can be rebuilt
from the recordings.
"""

import threading
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from msgspec import structs

from appliance.errors import Refused
from appliance.keeper.catalogue.index import CallIndex, caller_digits
from appliance.keeper.catalogue.shelves import Row, Shelves
from appliance.link.requests.calls import CallList, ListCalls
from appliance.model.records import CallRecord, Verdict
from appliance.vault.disk import Disk
from appliance.vault.opening.entry import Place, RecordingEntry
from appliance.vault.opening.keyring import Keyring


class Catalogue:
    """The list of recorded calls, open between ``unlock`` and ``lock``. Threads may share it."""

    def __init__(
        self, folder: Path, keyring: Keyring, country: str, disk: Disk | None = None
    ) -> None:
        """Begin locked.

        Args:
            folder: of the shelves' files; made if missing.
            keyring: holds the shelves' keys.
            country: ISO 3166, of numbers without a country code.
            disk: writes the files.
        """
        self._folder = folder
        self._keyring = keyring
        self._country = country
        self._disk = disk or Disk()
        self._lock = threading.RLock()
        self._shelves: Shelves | None = None
        self._waiting: tuple[tuple[int, int], list[str]] | None = None
        self._index = CallIndex()
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def __len__(self) -> int:
        return len(self._index)

    @property
    def unlocked(self) -> bool:
        """Say whether the calls can be listed."""
        return self._shelves is not None

    def unlock(self, key: bytes) -> None:
        """Open the shelves; ``waiting`` names what they still lack.

        Args:
            key: the second key, from the reading child.
        """
        with self._lock:
            shelves = Shelves(self._folder, self._keyring, key, self._disk)
            known = dict(self._keyring.taken_up())
            self._index.fill(
                (_flagged(row.call, known[row.call.recording]), row.digits)
                for row in shelves.load()
            )
            self._shelves = shelves

    def lock(self) -> None:
        """Forget all calls and keys."""
        with self._lock:
            self._shelves = self._waiting = None
            self._index = CallIndex()

    def waiting(self) -> list[str]:
        """Return the recordings that are taken up but not listed.

        They came while the box was locked, or their shelf was missing or damaged.
        """
        with self._lock:
            shelves = self._opened()
            seen = self._keyring.changes, len(shelves)
            if self._waiting is None or self._waiting[0] != seen:
                self._waiting = seen, self._unlisted(shelves)
            return list(self._waiting[1])

    def _unlisted(self, shelves: Shelves) -> list[str]:
        if self._keyring.count_taken_up() == len(shelves):
            return []  # every call on a shelf was taken up
        return [rid for rid, _ in self._keyring.taken_up() if not shelves.holds(rid)]

    def put(self, calls: Iterable[CallRecord]) -> None:
        """Add or replace calls, each on the shelf where it now belongs.

        A call whose recording has lost its key was erased meanwhile and is left out.

        Raises:
            Refused: ``locked``.
            VaultError: a shelf could not be written.
        """
        with self._lock:
            shelves = self._opened()
            by_place: dict[Place, list[Row]] = defaultdict(list)
            for call in calls:
                entry = self._keyring.get(call.recording)
                if entry is not None and entry.due_day is not None:
                    digits = caller_digits(call.meta.number, self._country)
                    by_place[entry.place].append(Row(_flagged(call, entry), digits))
            for place, rows in by_place.items():
                shelves.put(place, rows)
                for row in rows:
                    self._index.put(row.call, row.digits)

    @contextmanager
    def leaving(self, recordings: list[str]) -> Iterator[tuple[str, ...]]:
        """Take recordings out during their erasure; yield the shelves to be erased with them.

        If the block raises, or their keys are still there afterwards, they stay listed.
        """
        with self._lock:
            if self._shelves is None:
                yield ()
                return
            replaced = self._shelves.replace_without(recordings)
            try:
                yield replaced.old
            finally:
                if any(name in self._keyring.content.shelves for name in replaced.old):
                    self._shelves.take_back(replaced)
                else:
                    self._shelves.let_go(replaced.old)
                    for rid in recordings:
                        self._index.drop(rid)

    def forget_shelves(self, names: Iterable[str]) -> None:
        """Remove the files of shelves whose keys are erased, and their calls."""
        with self._lock:
            if self._shelves is not None:
                for rid in self._shelves.let_go(names):
                    self._index.drop(rid)
                return
            for name in names:
                self._disk.unlink(self._folder / name)

    def get(self, recording: str) -> CallRecord:
        """Return one call.

        Raises:
            Refused: ``locked``, or ``not_found``.
        """
        with self._lock:
            self._opened()
            call = self._index.get(recording)
        if call is None:
            raise Refused("not_found", "There is no such recording.")
        return call

    def search(self, wanted: ListCalls) -> CallList:
        """Return a page of the matching calls, newest first.

        Raises:
            Refused: ``locked``, or ``invalid``.
        """
        with self._lock:
            self._opened()
            return self._index.search(wanted, self._country)

    def _opened(self) -> Shelves:
        if self._shelves is None:
            raise Refused("locked", "Nobody is logged in, so nothing can be read.")
        return self._shelves


def _flagged(call: CallRecord, entry: RecordingEntry) -> CallRecord:
    """Return a call with the keyring's flags, which outrank its own."""
    verdict = Verdict(entry.verdict or call.verdict)
    if (call.held, call.restricted, call.verdict) == (entry.held, entry.restricted, verdict):
        return call
    return structs.replace(call, held=entry.held, restricted=entry.restricted, verdict=verdict)
