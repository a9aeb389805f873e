"""Keep what cannot be rebuilt: reasons, holds, counts, believed time.

The ledger is one sealed TinyDB file, atomic at every change. Each method makes one change or none.
It holds ids, code words, days and times. Words that a person typed are sealed once more, so that
this file and the keyring alone do not show them.
"""

import threading
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from msgspec import Struct
from tinydb import TinyDB
from tinydb.table import Document, Table

from appliance.errors import FileFormatError, MadeByNewer
from appliance.keeper.storage.belief import Belief, BootStart, Swept, starts_after
from appliance.keeper.storage.call_counts import CallCount, newest_first
from appliance.keeper.storage.rewrite import anew, take_over
from appliance.keeper.storage.rows import (
    CopyEntry,
    ErasureEntry,
    ExemptEntry,
    HoldEntry,
    MailRow,
    NumberEntry,
    SaidRow,
    SilenceRow,
    UpdateRow,
)
from appliance.keeper.storage.sealed_tinydb import SealedStorage
from appliance.keeper.storage.settings_rows import SeedRow, VersionRow
from appliance.model.records import CallNote
from appliance.structs import convert, from_json
from appliance.vault.decoding import decoding
from appliance.vault.disk import Disk

LABEL = b"zgoda ledger v2"

_ONLY = 1
"""The document number in tables of one document."""

STAY = ("time", "counts", "seed", "said", "mail", "update", "silences")
"""The tables that an erasure of everything leaves: they name nobody."""

_Row = tuple[str, str, str, str]

_LEDGER = "The ledger"

StructT = TypeVar("StructT", bound=Struct)
ValueT = TypeVar("ValueT")


class Ledger:
    """The open ledger. Threads may share it; changes are made one at a time."""

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
            MadeByNewer: a newer version has written it; nothing is overwritten.
        """
        self._path, self._disk = path, disk or Disk()
        if not reads_only:
            take_over(path, key, LABEL, self._disk)
        self.begun = not path.exists()
        try:
            self._database = TinyDB(path, key, LABEL, disk, storage=SealedStorage)
        except MadeByNewer:
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

    def hold(self, entries: Collection[HoldEntry]) -> None:
        """Store the hold of a call's recordings, replacing earlier ones."""
        self._put("holds", entries)

    def release(self, recordings: Collection[str]) -> None:
        """Remove holds."""
        self._remove("holds", recordings)

    def hold_of(self, recording: str) -> HoldEntry | None:
        """Return a recording's hold, or None."""
        return self._get("holds", recording, HoldEntry)

    def holds(self) -> list[HoldEntry]:
        """Return all holds."""
        return self._all("holds", HoldEntry)

    def erasing(self, entries: Collection[ErasureEntry]) -> None:
        """Store why recordings are erased, before that happens."""
        self._put("erasures", entries)

    def erasure_of(self, recording: str) -> ErasureEntry | None:
        """Return the erasure of a recording by hand, done or ordered, or None."""
        return self._get("erasures", recording, ErasureEntry)

    def erasures(self) -> list[ErasureEntry]:
        """Return all erasures by hand."""
        return self._all("erasures", ErasureEntry)

    def forget_erasures(self, recordings: Collection[str]) -> None:
        """Remove what is kept of erasures."""
        self._remove("erasures", recordings)

    def keep_copy(self, entry: CopyEntry) -> None:
        """Store a copy that is handed out, or what has become of it."""
        with self._lock:
            tables = self._database.storage.read() or {}
            kept = tables.setdefault("copies", {})
            kept[str(_id(entry.case))] = msgspec.to_builtins(entry)
            self._database.storage.write(tables)

    def copy_of(self, case: str) -> CopyEntry | None:
        """Return the copy of a case, or None."""
        return self._get("copies", case, CopyEntry)

    def copies(self) -> list[CopyEntry]:
        """Return all copies."""
        return self._all("copies", CopyEntry)

    def forget_copies(self, cases: Collection[str]) -> None:
        """Remove what is kept of copies."""
        self._remove("copies", cases)

    def change_silences(self, rows: Collection[SilenceRow], ended: Collection[str] = ()) -> None:
        """Store silences by their cases, and remove those that have ended."""
        with self._lock:
            kept = {case: row for case, row in self.silences().items() if case not in ended}
            kept |= {row.case: row for row in rows}
            self._set_one("silences", {"kept": msgspec.to_builtins(kept)})

    def silences(self) -> dict[str, SilenceRow]:
        """Return all silences, by their cases."""
        with self._lock:
            kept = self._one("silences").get("kept", {})
        return _converted(kept, dict[str, SilenceRow])

    def keep_said(self, rows: Mapping[str, SaidRow]) -> None:
        """Store what is kept of prompts, by the hash of their samples."""
        with self._lock:
            self._set_one("said", {"kept": msgspec.to_builtins(dict(rows))})

    def said(self) -> dict[str, SaidRow]:
        """Return what is kept of prompts."""
        with self._lock:
            kept = self._one("said").get("kept", {})
        return _converted(kept, dict[str, SaidRow])

    def keep_exempt(self, entry: ExemptEntry) -> None:
        """Store a number that is never recorded."""
        with self._lock:
            self._write("exempt", entry.tag, msgspec.to_builtins(entry))

    def exempt(self) -> list[ExemptEntry]:
        """Return the numbers that are never recorded."""
        return self._all("exempt", ExemptEntry)

    def drop_exempt(self, tags: Collection[int]) -> None:
        """Remove numbers."""
        with self._lock:
            known = self._table("exempt")
            there = [tag for tag in tags if known.contains(doc_id=tag)]
            if there:
                known.remove(doc_ids=there)

    def add_numbers(self, entries: Collection[NumberEntry]) -> None:
        """Store the number of a call's recordings, replacing an earlier one."""
        self._put("numbers", entries)

    def number_of(self, recording: str) -> NumberEntry | None:
        """Return the number that was added to a recording, or None."""
        return self._get("numbers", recording, NumberEntry)

    def numbers(self) -> list[NumberEntry]:
        """Return all numbers that were added."""
        return self._all("numbers", NumberEntry)

    def forget_numbers(self, recordings: Collection[str]) -> None:
        """Remove numbers."""
        self._remove("numbers", recordings)

    def count(self, notes: Mapping[str, CallNote]) -> None:
        """Count notes by their file names, each exactly once.

        The ledger keeps a batch's names until the next batch, in case a power cut comes between
        counting and removing the files. So the files of one batch must be gone before the next.
        """
        with self._lock:
            state = self._one("counts")
            calls: dict[str, int] = dict(state.get("calls", {}))
            for name in notes.keys() - set(state.get("counted", [])):
                note = notes[name]
                row = msgspec.json.encode((note.line, note.day, note.outcome, note.reason)).decode()
                calls[row] = calls.get(row, 0) + 1
            self._set_one("counts", {"calls": calls, "counted": sorted(notes)})

    def counted(self) -> frozenset[str]:
        """Return the names of the notes that were counted last."""
        with self._lock:
            return frozenset(self._one("counts").get("counted", ()))

    def counts(self, since: str) -> list[CallCount]:
        """Return the counts since a day, newest first."""
        with self._lock:
            calls = _converted(self._one("counts").get("calls", {}), dict[str, int])
        with decoding(_LEDGER):
            rows = [
                CallCount(line, day, outcome, reason, count)
                for row, count in calls.items()
                for line, day, outcome, reason in [from_json(row, _Row)]
            ]
            return sorted((row for row in rows if row.day >= since), key=newest_first)

    def keep_version(self, row: VersionRow) -> None:
        """Store who made a version of the settings."""
        with self._lock:
            tables = self._database.storage.read() or {}
            tables.setdefault("versions", {})[str(row.number)] = msgspec.to_builtins(row)
            self._database.storage.write(tables)

    def version(self, number: int) -> VersionRow | None:
        """Return what is kept of a version of the settings."""
        with self._lock:
            fields = self._read("versions", number)
        return _converted(fields, VersionRow) if fields else None

    def drop_versions_above(self, number: int) -> None:
        """Remove what is kept of versions that never held."""
        with self._lock:
            known = self._table("versions")
            above = [document.doc_id for document in known if document.doc_id > number]
            if above:
                known.remove(doc_ids=above)

    def seed(self) -> SeedRow | None:
        """Return the settings' seed as it was last seen."""
        with self._lock:
            fields = self._one("seed")
        return _converted(fields, SeedRow) if fields else None

    def see_seed(self, row: SeedRow) -> None:
        """Store the settings' seed as it is seen."""
        with self._lock:
            self._set_one("seed", msgspec.to_builtins(row))

    def mail(self) -> MailRow:
        """Return what was mailed about the box."""
        with self._lock:
            return _converted(self._one("mail"), MailRow)

    def keep_mail(self, row: MailRow) -> None:
        """Store what was mailed."""
        with self._lock:
            self._set_one("mail", msgspec.to_builtins(row))

    def update(self) -> UpdateRow:
        """Return where updates are looked for, and what was found."""
        with self._lock:
            return _converted(self._one("update"), UpdateRow)

    def keep_update(self, row: UpdateRow) -> None:
        """Store it."""
        with self._lock:
            self._set_one("update", msgspec.to_builtins(row))

    def belief(self) -> Belief | None:
        """Return what was last believed of the time; None if nothing ever was."""
        with self._lock:
            fields = self._one("time").get("last")
        return _converted(fields, Belief) if fields else None

    def swept(self) -> Swept | None:
        """Return the last sweep that nobody had to be asked about."""
        with self._lock:
            fields = self._one("time").get("swept")
        return _converted(fields, Swept) if fields else None

    def boots(self) -> dict[str, BootStart]:
        """Return the beginning of each boot in which a time was ever believed."""
        with self._lock:
            return _boots(self._one("time"))

    def believe(self, belief: Belief, swept: Swept | None = None) -> None:
        """Store what is believed now, and thereby when this boot began; perhaps with a sweep."""
        with self._lock:
            said = self._one("time")
            starts = starts_after(_boots(said), self.belief(), belief)
            fields = {"last": belief, "starts": starts, "swept": swept or self.swept()}
            self._set_one("time", msgspec.to_builtins(fields))

    def _table(self, name: str) -> Table:
        return self._database.table(name, cache_size=0)

    def _put(self, table: str, entries: Collection[HoldEntry | ErasureEntry | NumberEntry]) -> None:
        """Add or replace entries, all of them or none."""
        with self._lock:
            # Past TinyDB, which would write twice if some are new and some are not.
            tables = self._database.storage.read() or {}
            kept = tables.setdefault(table, {})
            kept |= {str(_id(entry.recording)): msgspec.to_builtins(entry) for entry in entries}
            self._database.storage.write(tables)

    def _remove(self, table: str, recordings: Collection[str]) -> None:
        with self._lock:
            known = self._table(table)
            there = [_id(rid) for rid in recordings if known.contains(doc_id=_id(rid))]
            if there:
                known.remove(doc_ids=there)

    def _get(self, table: str, recording: str, kind: type[StructT]) -> StructT | None:
        with self._lock:
            fields = self._read(table, _id(recording))
        return _converted(fields, kind) if fields else None

    def _all(self, table: str, kind: type[StructT]) -> list[StructT]:
        with self._lock:
            return [_converted(dict(document), kind) for document in self._table(table)]

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


def _boots(said: Mapping[str, Any]) -> dict[str, BootStart]:
    """Read the boots, also as older ledgers have them."""
    if "starts" in said:
        return _converted(said["starts"], dict[str, BootStart])
    exact = _converted(said.get("exact", ()), tuple[str, ...])
    boots = _converted(said.get("boots", {}), dict[str, float])
    return {boot: BootStart(at, exact=boot in exact) for boot, at in boots.items()}


def _converted(fields: object, kind: type[ValueT]) -> ValueT:
    """Return what a document says; raises FileFormatError if it is something else."""
    with decoding(_LEDGER):
        return convert(fields, kind)


def _id(recording: str) -> int:
    """Return a recording's document number: its random name, found without a search."""
    return int(recording, 16)
