"""Open the ledger's file, and read and write the documents of its tables.

It is one sealed TinyDB file, atomic at every change.
"""

import threading
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from msgspec import Struct
from tinydb import TinyDB
from tinydb.table import Document, Table

from appliance.errors import FileFormatError, OtherVersion
from appliance.keeper.storage.rewrite import anew, take_over
from appliance.keeper.storage.sealed_tinydb import SealedStorage
from appliance.structs import convert
from appliance.vault.decoding import decoding
from appliance.vault.disk import Disk

LABEL = b"zgoda ledger v3"

_ONLY = 1
"""The document number in tables of one document."""

STAY = ("time", "counts", "seed", "said", "mail", "update", "silences", "certificates")
"""The tables that an erasure of everything leaves: they name nobody."""

StructT = TypeVar("StructT", bound=Struct)
ValueT = TypeVar("ValueT")


class LedgerFile:
    """The open file. Threads may share it; changes are made one at a time."""

    def __init__(
        self, path: Path, key: bytes, disk: Disk | None = None, *, reads_only: bool = False
    ) -> None:
        """Open the ledger, or begin one if there is no file.

        Args:
            path: of the file.
            key: opens it.
            disk: writes.
            reads_only: leaves a prepared ledger where it is; only the keeper knows which counts.

        Raises:
            FileFormatError: it is damaged; nothing is overwritten.
            OtherVersion: a newer or older one has written it; nothing is overwritten.
        """
        self._path, self._disk = path, disk or Disk()
        if not reads_only:
            take_over(path, key, LABEL, self._disk)
        self.begun = not path.exists()
        try:
            self._database = TinyDB(path, key, LABEL, disk, storage=SealedStorage)
        except OtherVersion:
            raise
        except FileFormatError as error:
            raise FileFormatError(
                f"{str(error).rstrip('.')}: put back a copy of {path}, or move it away to begin a "
                "new one without the reasons and counts that it held."
            ) from error
        self._lock = threading.RLock()

    def begin(self) -> None:
        """Write a ledger that was begun anew, so that its absence later means a loss."""
        with self._lock:
            if self.begun and not self._table("time").contains(doc_id=_ONLY):
                self._set_one("time", {})

    def prepare_anew(self, key: bytes) -> None:
        """Write the next ledger beside this one: only what names nobody, under another key.

        It counts once the keyring has the key; raises VaultError if it could not be written.
        """
        with self._lock:
            fresh = {name: self._one(name) for name in STAY}
            anew(self._path).unlink(missing_ok=True)  # of an attempt that failed
            beside = SealedStorage(anew(self._path), key, LABEL, self._disk)
            beside.write({name: {str(_ONLY): kept} for name, kept in fresh.items() if kept})

    @property
    def has_anew(self) -> bool:
        """Say whether a prepared ledger is still beside this one."""
        return anew(self._path).exists()

    def become_anew(self, key: bytes) -> None:
        """Go on with the ledger that was prepared; raises VaultError."""
        with self._lock:
            take_over(self._path, key, LABEL, self._disk)
            self._database = TinyDB(self._path, key, LABEL, self._disk, storage=SealedStorage)

    def _table(self, name: str) -> Table:
        return self._database.table(name, cache_size=0)

    def _put(self, table: str, entries: Mapping[str, Struct]) -> None:
        """Add or replace entries by their recordings or cases, all of them or none."""
        with self._lock:
            # Past TinyDB, which would write twice if some are new and some are not.
            tables = self._database.storage.read() or {}
            kept = tables.setdefault(table, {})
            kept |= {
                str(document_id(name)): msgspec.to_builtins(entry)
                for name, entry in entries.items()
            }
            self._database.storage.write(tables)

    def _remove(self, table: str, names: Collection[str]) -> None:
        with self._lock:
            known = self._table(table)
            there = [document_id(n) for n in names if known.contains(doc_id=document_id(n))]
            if there:
                known.remove(doc_ids=there)

    def _get(self, table: str, name: str, kind: type[StructT]) -> StructT | None:
        with self._lock:
            fields = self._read(table, document_id(name))
        return converted(fields, kind) if fields else None

    def _all(self, table: str, kind: type[StructT]) -> list[StructT]:
        with self._lock:
            return [converted(dict(document), kind) for document in self._table(table)]

    def _one(self, table: str) -> dict[str, Any]:
        return self._read(table, _ONLY)

    def _set_one(self, table: str, fields: dict[str, Any]) -> None:
        self._write(table, _ONLY, fields)

    def _read(self, table: str, number: int) -> dict[str, Any]:
        found = self._table(table).get(doc_id=number)
        return dict(found) if isinstance(found, Document) else {}

    def _write(self, table: str, number: int, fields: dict[str, Any]) -> None:
        # Not upsert: for a new document TinyDB would write twice, the first time unchanged.
        if self._table(table).contains(doc_id=number):
            self._table(table).update(fields, doc_ids=[number])
        else:
            self._table(table).insert(Document(fields, number))


def converted(fields: object, kind: type[ValueT]) -> ValueT:
    """Return what a document says; raises FileFormatError if it is something else."""
    with decoding("The ledger"):
        return convert(fields, kind)


def document_id(name: str) -> int:
    """Return the document number of a recording or case: its random name, found at once."""
    return int(name, 16)
