"""The catalogue's files: one sealed TinyDB file per due day, each under a key of its own.

A shelf's file has a random name; its key and day stand in the keyring like a recording's. What is
taken off a shelf would still be found in older copies of its file on flash memory, so the rest
moves to a new shelf under a new key, and the old key is dropped.
"""

import secrets
from collections import OrderedDict, defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
from tinydb import TinyDB
from tinydb.table import Document

from appliance.errors import FileFormatError
from appliance.keeper.storage.sealed_tinydb import SealedStorage, remove_leftovers
from appliance.keeper.time.wrong_clock import is_dated
from appliance.model.records import CallRecord
from appliance.vault.container import derive
from appliance.vault.disk import Disk
from appliance.vault.format import KEY_BYTES
from appliance.vault.opening.keyring import Keyring, RecordingKey, ShelfKey

LABEL = b"zgoda shelf v1"
_KEY_LABEL = b"zgoda shelf key v1"

KEPT_OPEN = 4
"""Shelves kept open: those of the retention periods that calls come in for just now."""

Place = tuple[int | None, bool]
"""The due day, or None and True for what must outlive its day."""


@dataclass(frozen=True, slots=True)
class Row:
    """One call on a shelf."""

    call: CallRecord
    digits: str  # of the caller's number, for the search

    def document(self) -> Document:
        """Return what TinyDB keeps."""
        fields = {"call": msgspec.to_builtins(self.call), "digits": self.digits}
        return Document(fields, int(self.call.recording, 16))


@dataclass(frozen=True, slots=True)
class Replaced:
    """Shelves in place of others; the old keys are still there, until they are dropped."""

    old: tuple[str, ...]
    new: tuple[str, ...]


def place_of(entry: RecordingKey) -> Place:
    """Return where a recording belongs.

    What must outlive its day stands apart, so that a day's shelf can go whole and unread.
    """
    kept = entry.held or entry.restricted
    return (None if kept else entry.due_day), kept


class Shelves:
    """All shelf files, open under the second key. Not for several threads at once."""

    def __init__(self, folder: Path, keyring: Keyring, key: bytes, disk: Disk) -> None:
        """Prepare; ``load`` opens the files.

        Args:
            folder: where the files stand.
            keyring: holds the shelves' keys and days.
            key: the second key, from the reading child.
            disk: writes the files.
        """
        self._folder = folder
        self._keyring = keyring
        self._key = key
        self._disk = disk
        self._open: OrderedDict[str, TinyDB] = OrderedDict()
        self._where: dict[str, str] = {}  # recording -> shelf

    def load(self) -> Iterator[Row]:
        """Open every shelf in turn and give what stands on it, each recording once.

        Files without a key go, and so does a damaged one: it is filled again from the recordings.
        What is on a shelf but has no key any more, or stands twice, is taken off at the end.
        """
        self._folder.mkdir(mode=0o700, exist_ok=True)
        remove_leftovers(self._folder)
        content = self._keyring.content
        for path in self._folder.iterdir():
            if path.name not in content.shelves:
                path.unlink()
        surplus: dict[str, list[str]] = defaultdict(list)
        for name, shelf in content.shelves.items():
            for row in self._rows(name):
                rid = row.call.recording
                entry = content.recordings.get(rid)
                if entry is not None and _fits(row, entry, shelf) and rid not in self._where:
                    self._where[rid] = name
                    yield row
                else:
                    surplus[name].append(rid)
        for name, rids in surplus.items():
            self._drop_keys(self._replace(name, frozenset(rids)))
        used = set(self._where.values())
        empty = tuple(name for name in self._keyring.content.shelves if name not in used)
        if empty:  # the power went between the key and the file, or what stood there is lost
            self._drop_keys(Replaced(empty, ()))

    def holds(self, recording: str) -> bool:
        """Say whether a recording stands on a shelf."""
        return recording in self._where

    def put(self, place: Place, rows: Collection[Row]) -> None:
        """Write rows to the shelf of a place, and take them off any other.

        Raises:
            VaultError: a file could not be written.
        """
        name = self._shelf_for(place)
        by_id = {row.call.recording: row for row in rows}
        moved = [rid for rid in by_id if self._where.get(rid, name) != name]
        documents = {document.doc_id: document for document in (row.document() for row in rows)}
        table = self._table(name)
        known = {int(rid, 16) for rid in by_id if self._where.get(rid) == name}
        if known:
            table.update(lambda fields: fields.update(documents[_id(fields)]), doc_ids=known)
        if documents.keys() - known:
            table.insert_multiple(d for number, d in documents.items() if number not in known)
        if moved:
            self._drop_keys(self.replace_without(moved))
        self._where.update((rid, name) for rid in by_id)

    def replace_without(self, recordings: Iterable[str]) -> Replaced:
        """Make new shelves, without these recordings, for those that they stand on.

        The old ones are to be dropped from the keyring next, and then forgotten.
        """
        leaving: dict[str, list[str]] = defaultdict(list)
        for rid in recordings:
            if rid in self._where:
                leaving[self._where[rid]].append(rid)
        done = [self._replace(name, frozenset(rids)) for name, rids in leaving.items()]
        return Replaced(
            tuple(name for one in done for name in one.old),
            tuple(name for one in done for name in one.new),
        )

    def take_back(self, replaced: Replaced) -> None:
        """Go on with the old shelves: what they were to lose stays after all."""
        for name in replaced.old:
            self._where.update((_rid(fields), name) for fields in self._table(name))
        self._drop_keys(Replaced(replaced.new, ()))

    def let_go(self, names: Iterable[str]) -> list[str]:
        """Let go of shelves whose keys are gone; returns the recordings that stood on them."""
        gone = set(names)
        for name in gone:
            self._open.pop(name, None)
            self._disk.unlink(self._folder / name)
        rids = [rid for rid, name in self._where.items() if name in gone]
        for rid in rids:
            del self._where[rid]
        return rids

    def _rows(self, name: str) -> list[Row]:
        return [_row(fields) for fields in self._table(name)]

    def _table(self, name: str) -> TinyDB:
        """Return a shelf, opened if it is not; only a few stay open, since each is a copy."""
        table = self._open.pop(name, None) or self._opened(name)
        self._open[name] = table
        if len(self._open) > KEPT_OPEN:
            self._open.popitem(last=False)
        return table

    def _opened(self, name: str) -> TinyDB:
        """Open a shelf's file; what should stand on it and does not is to be put in again.

        A damaged one is begun anew: nothing that is on a shelf may keep it from being erased.
        """
        path = self._folder / name
        key = derive(self._keyring.content.shelves[name].key + self._key, b"", _KEY_LABEL)
        try:
            table = TinyDB(path, key, LABEL, self._disk, storage=SealedStorage)
            there = {_row(fields).call.recording for fields in table}
        except (FileFormatError, msgspec.ValidationError, KeyError):
            path.unlink()
            table, there = TinyDB(path, key, LABEL, self._disk, storage=SealedStorage), set()
        for rid in [r for r, where in self._where.items() if where == name and r not in there]:
            del self._where[rid]
        return table

    def _shelf_for(self, place: Place) -> str:
        for name, shelf in self._keyring.content.shelves.items():
            if (shelf.due_day, shelf.held) == place:
                return name
        return self._make(place)

    def _make(self, place: Place) -> str:
        name = secrets.token_hex(16)
        shelf = ShelfKey(secrets.token_bytes(KEY_BYTES), *place)
        # The key first: a file without one could never be opened again.
        with self._keyring.changing() as draft:
            draft.shelves[name] = shelf
        return name

    def _replace(self, name: str, without: frozenset[str]) -> Replaced:
        shelf = self._keyring.content.shelves[name]
        rest = [fields for fields in self._table(name) if _rid(fields) not in without]
        if not rest:
            return Replaced((name,), ())
        fresh = self._make((shelf.due_day, shelf.held))
        self._table(fresh).insert_multiple(rest)
        self._where.update((_rid(fields), fresh) for fields in rest)
        return Replaced((name,), (fresh,))

    def _drop_keys(self, replaced: Replaced) -> None:
        # Without a new root: whoever erases one of these recordings later makes one, and until
        # then an old copy of a shelf tells no more than its recordings themselves.
        with self._keyring.changing() as draft:
            for name in replaced.old:
                draft.shelves.pop(name, None)
        self.let_go(replaced.old)


def _fits(row: Row, entry: RecordingKey, shelf: ShelfKey) -> bool:
    """Say whether a call stands where it belongs, with the dates that it has by now."""
    return place_of(entry) == (shelf.due_day, shelf.held) and is_dated(row.call.meta, entry)


def _row(fields: Any) -> Row:
    return Row(msgspec.convert(fields["call"], CallRecord), fields["digits"])


def _rid(fields: Any) -> str:
    rid: str = fields["call"]["recording"]
    return rid


def _id(fields: Any) -> int:
    return int(_rid(fields), 16)
