"""Store the catalogue: one sealed TinyDB file per due day, each under its own key.

A shelf's file has a random name; the keyring holds its key and day, as for a recording. Flash
memory may keep older copies of the file, with calls removed since. So a removal moves the
remaining calls to a new shelf under a new key and drops the old key.
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
from appliance.vault.opening.content import ShelfKey
from appliance.vault.opening.entry import Place, RecordingEntry
from appliance.vault.opening.keyring import Keyring

LABEL = b"zgoda shelf v1"
_KEY_LABEL = b"zgoda shelf key v1"

KEPT_OPEN = 4
"""Shelves kept open: those of the retention periods in use."""


@dataclass(frozen=True, slots=True)
class Row:
    """One call on a shelf."""

    call: CallRecord
    digits: str  # of the caller's number, for searches

    def document(self) -> Document:
        """Return the call as TinyDB stores it."""
        fields = {"call": msgspec.to_builtins(self.call), "digits": self.digits}
        return Document(fields, int(self.call.recording, 16))


@dataclass(frozen=True, slots=True)
class Replaced:
    """Old shelves and their replacements; the old keys stay until they are dropped."""

    old: tuple[str, ...]
    new: tuple[str, ...]


class Shelves:
    """All shelf files, open under the second key. Not for several threads at once."""

    def __init__(self, folder: Path, keyring: Keyring, key: bytes, disk: Disk) -> None:
        """Prepare; ``load`` opens the files.

        Args:
            folder: of the files.
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
        """Open every shelf in turn and yield its calls, each recording once.

        This removes files without a key, and damaged ones, which are filled again from the
        recordings. Calls whose recording has no key, or that are listed twice, are removed last.
        """
        self._folder.mkdir(mode=0o700, exist_ok=True)
        remove_leftovers(self._folder)
        content, known = self._keyring.content, dict(self._keyring.taken_up())
        for path in self._folder.iterdir():
            if path.name not in content.shelves:
                path.unlink()
        surplus: dict[str, list[str]] = defaultdict(list)
        for name, shelf in content.shelves.items():
            for row in self._rows(name):
                rid = row.call.recording
                entry = known.get(rid)
                if entry is not None and _fits(row, entry, shelf) and rid not in self._where:
                    self._where[rid] = name
                    yield row
                else:
                    surplus[name].append(rid)
        for name, rids in surplus.items():
            self._drop_keys(self._replace(name, frozenset(rids)))
        used = set(self._where.values())
        empty = tuple(name for name in self._keyring.content.shelves if name not in used)
        if empty:  # a power cut came between key and file, or its calls are lost
            self._drop_keys(Replaced(empty, ()))

    def __len__(self) -> int:
        return len(self._where)

    def holds(self, recording: str) -> bool:
        """Say whether a recording stands on a shelf."""
        return recording in self._where

    def put(self, place: Place, rows: Collection[Row]) -> None:
        """Write rows to the shelf of a place, and remove them from any other.

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
        """Replace the shelves of these recordings by new ones without them.

        The caller drops the old keys from the keyring next, then lets the old shelves go.
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
        """Return to the old shelves; nothing is removed after all."""
        for name in replaced.old:
            self._where.update((_rid(fields), name) for fields in self._table(name))
        self._drop_keys(Replaced(replaced.new, ()))

    def let_go(self, names: Iterable[str]) -> list[str]:
        """Remove shelves whose keys are gone; return the recordings they listed."""
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
        """Return a shelf, opening it if necessary; few stay open, as each is a copy in memory."""
        table = self._open.pop(name, None) or self._opened(name)
        self._open[name] = table
        if len(self._open) > KEPT_OPEN:
            self._open.popitem(last=False)
        return table

    def _opened(self, name: str) -> TinyDB:
        """Open a shelf's file; calls that it should list and does not have to be listed again.

        A damaged one is replaced by an empty one: no content may keep a shelf from being erased.
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
        # No new root is needed: a later erasure of one of these recordings makes one, and until
        # then an old copy of a shelf reveals no more than its recordings do.
        with self._keyring.changing() as draft:
            for name in replaced.old:
                draft.shelves.pop(name, None)
        self.let_go(replaced.old)


def _fits(row: Row, entry: RecordingEntry, shelf: ShelfKey) -> bool:
    """Say whether a call is on its right shelf, under its corrected dates."""
    return entry.place == (shelf.due_day, shelf.held) and is_dated(row.call.meta, entry)


def _row(fields: Any) -> Row:
    return Row(msgspec.convert(fields["call"], CallRecord), fields["digits"])


def _rid(fields: Any) -> str:
    rid: str = fields["call"]["recording"]
    return rid


def _id(fields: Any) -> int:
    return int(_rid(fields), 16)
