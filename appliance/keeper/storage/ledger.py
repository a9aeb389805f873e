"""Keep what cannot be rebuilt: reasons, holds, counts, believed time.

Each method makes one change or none. The ledger holds ids, code words, days and times. Words that a
person typed are sealed once more, so that this file and the keyring alone do not show them.
"""

from collections.abc import Collection, Mapping
from typing import Any

import msgspec

from appliance.keeper.storage.belief import Belief, BootStart, Swept, starts_after
from appliance.keeper.storage.call_counts import CallCount, newest_first
from appliance.keeper.storage.case_rows import CaseEntry, EndingEntry, NotesEntry
from appliance.keeper.storage.ledger_file import LedgerFile, converted
from appliance.keeper.storage.rows import (
    CertificateRow,
    CopyEntry,
    ErasureEntry,
    ExemptEntry,
    HoldEntry,
    MailRow,
    NumberEntry,
    SaidRow,
    SilenceRow,
    SpeakersTable,
    UpdateRow,
)
from appliance.keeper.storage.settings_rows import SeedRow, VersionRow
from appliance.model.records import CallNote
from appliance.structs import from_json
from appliance.vault.decoding import decoding

_Row = tuple[str, str, str, str]

_LEDGER = "The ledger"


class Ledger(LedgerFile):
    """The open ledger. Threads may share it; changes are made one at a time."""

    def hold(self, entries: Collection[HoldEntry]) -> None:
        """Store the hold of a call's recordings, replacing earlier ones."""
        self._put("holds", {entry.recording: entry for entry in entries})

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
        self._put("erasures", {entry.recording: entry for entry in entries})

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
        self._put("copies", {entry.case: entry})

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
        return converted(kept, dict[str, SilenceRow])

    def change_certificates(
        self, rows: Collection[CertificateRow], ended: Collection[str] = ()
    ) -> None:
        """Store certificates by their cases, and remove those that have ended."""
        with self._lock:
            kept = {case: row for case, row in self.certificates().items() if case not in ended}
            kept |= {row.case: row for row in rows}
            self._set_one("certificates", {"kept": msgspec.to_builtins(kept)})

    def certificates(self) -> dict[str, CertificateRow]:
        """Return all certificates, by their cases, the oldest first."""
        with self._lock:
            kept = self._one("certificates").get("kept", {})
        return converted(kept, dict[str, CertificateRow])

    def keep_speakers(self, rows: SpeakersTable) -> None:
        """Store who speaks on lines."""
        with self._lock:
            self._set_one("speakers", msgspec.to_builtins(rows))

    def speakers(self) -> SpeakersTable:
        """Return who speaks on lines."""
        with self._lock:
            return converted(self._one("speakers"), SpeakersTable)

    def keep_said(self, rows: Mapping[str, SaidRow]) -> None:
        """Store what is kept of prompts, by the hash of their samples."""
        with self._lock:
            self._set_one("said", {"kept": msgspec.to_builtins(dict(rows))})

    def said(self) -> dict[str, SaidRow]:
        """Return what is kept of prompts."""
        with self._lock:
            kept = self._one("said").get("kept", {})
        return converted(kept, dict[str, SaidRow])

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
        self._put("numbers", {entry.recording: entry for entry in entries})

    def number_of(self, recording: str) -> NumberEntry | None:
        """Return the number that was added to a recording, or None."""
        return self._get("numbers", recording, NumberEntry)

    def numbers(self) -> list[NumberEntry]:
        """Return all numbers that were added."""
        return self._all("numbers", NumberEntry)

    def forget_numbers(self, recordings: Collection[str]) -> None:
        """Remove numbers."""
        self._remove("numbers", recordings)

    def keep_cases(self, entries: Collection[CaseEntry]) -> None:
        """Store cases, or what has become of them."""
        self._put("cases", {entry.case: entry for entry in entries})

    def cases(self) -> list[CaseEntry]:
        """Return all cases."""
        return self._all("cases", CaseEntry)

    def forget_cases(self, cases: Collection[str]) -> None:
        """Remove cases."""
        self._remove("cases", cases)

    def keep_endings(self, entries: Collection[EndingEntry]) -> None:
        """Store what was taken back of recordings, replacing what was known."""
        self._put("ended", {entry.recording: entry for entry in entries})

    def ending_of(self, recording: str) -> EndingEntry | None:
        """Return what was taken back of a recording, or None."""
        return self._get("ended", recording, EndingEntry)

    def endings(self) -> list[EndingEntry]:
        """Return all that was taken back."""
        return self._all("ended", EndingEntry)

    def keep_notes(self, entries: Collection[NotesEntry]) -> None:
        """Store which notes lie beside recordings."""
        self._put("notes", {entry.recording: entry for entry in entries})

    def notes(self) -> list[NotesEntry]:
        """Return which notes lie beside recordings."""
        return self._all("notes", NotesEntry)

    def forget_beside(self, recordings: Collection[str]) -> None:
        """Remove what was taken back of recordings, and which notes lie beside them."""
        self._remove("ended", recordings)
        self._remove("notes", recordings)

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
            calls = converted(self._one("counts").get("calls", {}), dict[str, int])
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
        return converted(fields, VersionRow) if fields else None

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
        return converted(fields, SeedRow) if fields else None

    def see_seed(self, row: SeedRow) -> None:
        """Store the settings' seed as it is seen."""
        with self._lock:
            self._set_one("seed", msgspec.to_builtins(row))

    def mail(self) -> MailRow:
        """Return what was mailed about the box."""
        with self._lock:
            return converted(self._one("mail"), MailRow)

    def keep_mail(self, row: MailRow) -> None:
        """Store what was mailed."""
        with self._lock:
            self._set_one("mail", msgspec.to_builtins(row))

    def update(self) -> UpdateRow:
        """Return where updates are looked for, and what was found."""
        with self._lock:
            return converted(self._one("update"), UpdateRow)

    def keep_update(self, row: UpdateRow) -> None:
        """Store it."""
        with self._lock:
            self._set_one("update", msgspec.to_builtins(row))

    def belief(self) -> Belief | None:
        """Return what was last believed of the time; None if nothing ever was."""
        with self._lock:
            fields = self._one("time").get("last")
        return converted(fields, Belief) if fields else None

    def swept(self) -> Swept | None:
        """Return the last sweep that nobody had to be asked about."""
        with self._lock:
            fields = self._one("time").get("swept")
        return converted(fields, Swept) if fields else None

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


def _boots(said: Mapping[str, Any]) -> dict[str, BootStart]:
    """Read the boots, also as older ledgers have them."""
    if "starts" in said:
        return converted(said["starts"], dict[str, BootStart])
    exact = converted(said.get("exact", ()), tuple[str, ...])
    boots = converted(said.get("boots", {}), dict[str, float])
    return {boot: BootStart(at, exact=boot in exact) for boot, at in boots.items()}
