"""List calls: open rows with the second key, make them from recordings, search them."""

from msgspec import structs

from appliance.errors import FileFormatError
from appliance.keeper.reading.protocol import (
    DropRows,
    Find,
    FoundRow,
    GetRow,
    ListUnderNumber,
    Loaded,
    LoadRows,
    Made,
    MakeRow,
    SearchPage,
    Summary,
)
from appliance.keeper.unlocked.block import ListedRow
from appliance.keeper.unlocked.index import Index
from appliance.keeper.unlocked.spelling import caller_digits
from appliance.model.audio import RATE
from appliance.model.records import answer_of
from appliance.model.sentences.faults import noted
from appliance.vault.container import derive
from appliance.vault.format import RID_BYTES
from appliance.vault.opening.entry import RecordingEntry, dated, shift, taken_back
from appliance.vault.opening.row import (
    ROW_BYTES,
    SEED_BYTES,
    Row,
    open_row,
    pack,
    seal_row,
    seed_of,
    unpack,
)

SECOND_KEY_LABEL = b"zgoda catalogue v1"


class LoadedCalls:
    """The calls of the shards that are loaded. One thread uses it."""

    def __init__(self, reading_key: bytes | bytearray, country: str) -> None:
        """Derive the second key; begin empty."""
        self._second = derive(reading_key, b"", SECOND_KEY_LABEL)
        self._country = country
        self._index = Index(country)

    def load(self, ask: LoadRows, raw: bytes | bytearray) -> Loaded:
        """Open a shard's rows; those that do not open, or whose date has moved, are missing."""
        view, seeds = memoryview(raw), len(ask.slots) * SEED_BYTES
        if len(raw) < seeds or len(ask.rids) != len(ask.slots) * RID_BYTES:
            raise FileFormatError(
                noted("archive_file_damaged", "The rows of a shard do not fit together.")
            )
        shelf, entries, missing = view[seeds:], [], []
        for at, (slot, began) in enumerate(zip(ask.slots, ask.began, strict=True)):
            seed = bytes(view[at * SEED_BYTES : (at + 1) * SEED_BYTES])
            sealed = shelf[slot * ROW_BYTES : (slot + 1) * ROW_BYTES]
            try:
                plain = open_row(self._second, seed, ask.sid, slot, sealed)
                row = unpack(plain)
            except FileFormatError:
                missing.append(slot)
                continue
            if round((row.began or 0) * 1000) == began:
                rid = ask.rids[at * RID_BYTES : (at + 1) * RID_BYTES]
                entries.append(ListedRow(slot, rid, plain, row))
            else:
                missing.append(slot)
        self._index.load(ask.sid, entries)
        return Loaded(tuple(missing))

    def make(self, ask: MakeRow, summary: Summary) -> tuple[Made, bytes]:
        """List a recording by what it says; return its sealed row."""
        row = row_of(summary, ask.entry, self._country)
        plain = pack(row)
        self._index.put(ask.sid, ListedRow(ask.slot, bytes.fromhex(ask.rid), plain, unpack(plain)))
        seed = seed_of(ask.key)
        made = Made(_due_day(summary, ask.entry))
        return made, seal_row(self._second, seed, ask.sid, ask.slot, plain)

    def change(self, ask: DropRows | ListUnderNumber) -> None:
        """List some recordings no more, or one under a number that was added to it."""
        if isinstance(ask, DropRows):
            self._index.drop(ask.sid, ask.slots)
            return
        entry = self._index.get(ask.sid, ask.slot)
        if entry is not None and entry.rid.hex() == ask.rid:
            digits = caller_digits(ask.number, self._country)
            plain = pack(structs.replace(entry.row, number=ask.number, digits=digits))
            self._index.put(ask.sid, ListedRow(ask.slot, entry.rid, plain, unpack(plain)))

    def get(self, ask: GetRow) -> SearchPage:
        """Return one row, or none."""
        entry = self._index.get(ask.sid, ask.slot)
        if entry is None or entry.rid.hex() != ask.rid:
            return SearchPage((), 0)
        return SearchPage((FoundRow(ask.sid, ask.rid, entry.row),), 1)

    def find(self, ask: Find) -> SearchPage:
        """Search."""
        return self._index.find(ask)


def row_of(summary: Summary, entry: RecordingEntry, country: str) -> Row:
    """Return the row of a recording, under its true dates."""
    meta = dated(summary.meta, entry)
    gone = taken_back(meta, entry).union(summary.withdrawn)
    return Row(
        call=meta.call,
        line=meta.line,
        outgoing=meta.direction == "outgoing",
        started_at=meta.started_at,
        clock_ok=meta.clock_ok,
        began=entry.began,
        seconds=summary.samples / RATE,
        verdict=summary.verdict,
        ended=summary.ended,
        due_day=_due_day(summary, entry) + shift(entry),
        purposes=tuple(p for p in meta.purposes if p not in gone),
        number=meta.number,
        digits=caller_digits(meta.number, country),
        name=meta.name,
        withheld=meta.withheld,
        unreal=summary.unreal,
        answer=answer_of(summary.receipt, summary.withdrawn),
    )


def _due_day(summary: Summary, entry: RecordingEntry) -> int:
    """Return the last day of the purposes not withdrawn during the call, nor taken back since."""
    days = summary.meta.due_days
    gone = taken_back(summary.meta, entry).union(summary.withdrawn)
    left = [day for purpose, day in days.items() if purpose not in gone]
    return max(left or days.values())
