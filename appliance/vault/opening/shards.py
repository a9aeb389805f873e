"""Keep the shards' files and what memory holds of them; private keys stay on the disk.

A shard is opened whenever a key or an entry is wanted, and its buffer is wiped at once. Not for
several threads at once: the keyring's lock holds them apart.
"""

import logging
import re
import secrets
from collections import OrderedDict
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace

from appliance.errors import FileFormatError
from appliance.model.sentences.faults import noted
from appliance.vault.format import KEY_BYTES, RID_BYTES
from appliance.vault.opening.columns import PREFIX, Columns
from appliance.vault.opening.entry import RecordingEntry
from appliance.vault.opening.row import Rows, rows_of
from appliance.vault.opening.shard import (
    ENTRY_BYTES,
    MOST_RECORDS,
    SHARD_KEYS,
    STATE_AT,
    Anchor,
    Birth,
    OpenShard,
    RecordPlace,
    ShardHeader,
    ShardKey,
    open_copy,
    open_shard,
    seal_change,
    seal_shard,
)
from appliance.vault.opening.shard_files import ShardFiles
from appliance.vault.opening.state import STATE_BYTES, call_in, glance, pack_state, read_state

_SHOWN_BYTES = RID_BYTES + STATE_BYTES
_ALIKE = 8  # times the recordings of a call may have ids that begin like its own

_REMEMBERED = 16
"""Shards whose entries, without keys, stay in memory after they were read."""

_BY_ONES = 8
"""Names up to which each is looked for by itself."""

_RID = re.compile(r"[0-9a-f]{32}")

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class Shard:
    """What memory holds of a shard."""

    key: ShardKey
    place: RecordPlace
    base_end: int
    end: int
    columns: Columns
    anchor: Anchor | None
    whole: bool  # both copies are alike

    @property
    def head(self) -> ShardHeader:
        """Return the header."""
        return self.place.head


Changes = Mapping[int, RecordingEntry]
"""Row -> its new entry."""


class Shards:
    """The shards of an open keyring."""

    def __init__(self, files: ShardFiles, *, mends: bool = True) -> None:
        """Begin without any; ``adopt`` reads them.

        Args:
            files: of the shards.
            mends: makes copies alike that differ; False reads only.
        """
        self._files = files
        self._mends = mends
        self._shards: dict[bytes, Shard] = {}
        self._lost: dict[bytes, ShardKey] = {}
        self.mended = 0
        """Shards of which one copy was missing or damaged, and was made anew."""
        self._shown: OrderedDict[bytes, bytearray] = OrderedDict()

    @property
    def all(self) -> Iterable[Shard]:
        """Return the shards in the order in which they were made."""
        return self._shards.values()

    @property
    def lost(self) -> tuple[bytes, ...]:
        """Return the shards that have no copy that opens."""
        return tuple(self._lost)

    def adopt(self, keys: Mapping[bytes, ShardKey]) -> None:
        """Hold these shards and no others; read those that are new or of another generation."""
        before, self._shards, self._lost = self._shards, {}, {}
        for sid, key in keys.items():
            known = before.get(sid)
            if known is not None and known.key == key:
                self._shards[sid] = known
                continue
            self._hold(sid, key)
        for sid in before.keys() - keys.keys():
            self._shown.pop(sid, None)

    def find(self, rid: str) -> tuple[Shard, int] | None:
        """Return a recording's shard and row; None without a key for it."""
        if not _RID.fullmatch(rid):
            return None
        name = bytes.fromhex(rid)
        for shard in self._shards.values():
            for row in shard.columns.rows(name):
                if self._rid(shard, row) == name:
                    return shard, row
        return None

    def find_all(self, rids: Iterable[str]) -> dict[str, tuple[Shard, int]]:
        """Find many at once, looking through each shard once; those without a key are left out."""
        names = {bytes.fromhex(rid): rid for rid in rids if _RID.fullmatch(rid)}
        if len(names) <= _BY_ONES:
            found = {rid: self.find(rid) for rid in names.values()}
            return {rid: at for rid, at in found.items() if at is not None}
        wanted = {name[:PREFIX] for name in names}
        there = {}
        for shard in self._shards.values():
            for row in shard.columns.among(wanted):
                name = self._rid(shard, row)
                if name in names:
                    there[names[name]] = shard, row
        return there

    def of_call(self, call: str, most: int) -> list[tuple[int, str]]:
        """Return a call's recordings with their keys' places; none if they are far too many."""
        wanted, seen = bytes.fromhex(call), 0
        found: list[tuple[int, str]] = []
        for number, shard in enumerate(self._shards.values()):
            for row in shard.columns.of_call(wanted):
                seen += 1
                if len(found) > most or seen > _ALIKE * most:
                    return []
                at = row * _SHOWN_BYTES + RID_BYTES
                slot, entry = read_state(self._shown_of(shard), at)
                if entry.call == call and entry.due_day is not None:
                    found.append((number * SHARD_KEYS + slot, self.rid(shard, row)))
        return sorted(found) if len(found) <= most else []

    def entry(self, shard: Shard, row: int) -> RecordingEntry:
        """Return a row's entry."""
        return read_state(self._shown_of(shard), row * _SHOWN_BYTES + RID_BYTES)[1]

    def rid(self, shard: Shard, row: int) -> str:
        """Return a row's recording."""
        return self._rid(shard, row).hex()

    def private(self, shard: Shard, row: int) -> bytes:
        """Return a row's private key; raises FileFormatError if the shard no longer opens."""
        with self._opened(shard) as whole:
            at = row * ENTRY_BYTES + RID_BYTES
            return bytes(memoryview(whole.plain)[at : at + KEY_BYTES])

    def rows(self, sid: bytes) -> Rows | None:
        """Return what was taken up of a shard, with the seeds of its rows; None without it."""
        shard = self._shards.get(sid)
        if shard is None:
            return None
        with self._opened(shard) as whole:
            return rows_of(whole.plain)

    def get(self, sid: bytes) -> Shard | None:
        """Return a shard by its id; None without it."""
        return self._shards.get(sid)

    def entries(self, shard: Shard) -> Iterator[tuple[str, RecordingEntry]]:
        """Return all recordings of a shard with their entries."""
        shown = self._shown_of(shard)
        for at in range(0, len(shown), _SHOWN_BYTES):
            yield shown[at : at + RID_BYTES].hex(), read_state(shown, at + RID_BYTES)[1]

    # -- changes ----------------------------------------------------------------------------

    def change(self, changes: Mapping[bytes, Changes], anchor: Anchor | None) -> None:
        """Append a record to each shard named, or write it whole; copy 0 of all, then copy 1.

        Raises:
            OSError, VaultError, FileFormatError: it could not be written; memory holds what the
                disk does.
        """
        records: dict[bytes, bytes] = {}
        keys = {sid: self._shards[sid].key for sid in changes}
        try:
            for sid, rows in changes.items():
                shard = self._shards[sid]
                self._make_alike(shard)
                record = self._record(shard, rows, anchor)
                behind = shard.end - shard.base_end + len(record)
                if behind > min(shard.base_end, MOST_RECORDS):
                    self._write_whole(shard, rows)
                else:
                    records[sid] = record
            self._files.append(
                {
                    self._shards[sid].head: (raw, self._shards[sid].end)
                    for sid, raw in records.items()
                }
            )
        except Exception:
            for sid, key in keys.items():
                self._hold(sid, key)
            raise
        for sid, record in records.items():
            self._note(self._shards[sid], changes[sid], record, anchor)

    def _record(self, shard: Shard, rows: Changes, anchor: Anchor | None) -> bytes:
        shown = self._shown_of(shard)
        states = []
        for row, entry in rows.items():
            slot, _ = read_state(shown, row * _SHOWN_BYTES + RID_BYTES)
            states.append(pack_state(slot, entry))
        return seal_change(shard.key.key, shard.place, states, anchor)

    def _note(self, shard: Shard, rows: Changes, record: bytes, anchor: Anchor | None) -> None:
        """Put into memory what was appended."""
        shown = self._shown_of(shard)
        for row, entry in rows.items():
            at = row * _SHOWN_BYTES
            slot, _ = read_state(shown, at + RID_BYTES)
            state = pack_state(slot, entry)
            shown[at + RID_BYTES : at + _SHOWN_BYTES] = state
            shard.columns.put_call(row, call_in(state, 0))
            shard.columns.put(row, bytes(shown[at : at + RID_BYTES]), glance(state, 0))
        shard.columns.count()
        shard.place = replace(shard.place, index=shard.place.index + 1, tag=record[-16:])
        shard.end += len(record)
        shard.anchor = anchor or shard.anchor

    def _write_whole(self, shard: Shard, rows: Changes) -> None:
        """Write a shard anew under its key, without records; memory follows."""
        with self._opened(shard) as whole:
            for row, entry in rows.items():
                at = row * ENTRY_BYTES + STATE_AT
                slot, _ = read_state(whole.plain, at)
                whole.plain[at : at + STATE_BYTES] = pack_state(slot, entry)
            head = replace(shard.head, revision=shard.head.revision + 1)
            raw = seal_shard(shard.key.key, head, whole.plain)
        self._files.replace(head, raw)
        self._hold(head.sid, shard.key)

    # -- births and erasures ----------------------------------------------------------------

    def without(
        self, sid: bytes, rows: Collection[int], keys: dict[bytes, ShardKey]
    ) -> list[Birth]:
        """Return a shard without some rows, of the next generation; nothing if none is left.

        Args:
            sid: the shard.
            rows: those that leave it.
            keys: gets its new key, or loses the old one.

        Raises:
            FileFormatError: the shard no longer opens.
        """
        shard, left = self._shards[sid], bytearray()
        with self._opened(shard) as whole:
            view = memoryview(whole.plain)
            for row in range(len(shard.columns)):
                if row not in rows:
                    left += view[row * ENTRY_BYTES : (row + 1) * ENTRY_BYTES]
        if not left:
            del keys[sid]
            return []
        old = shard.key
        keys[sid] = key = ShardKey(old.generation + 1, secrets.token_bytes(KEY_BYTES), old.level)
        head = ShardHeader(sid, key.generation, 1, 0, key.level, shard.head.incomplete)
        return [(head, key.key, left)]

    # -- reading ----------------------------------------------------------------------------

    def _hold(self, sid: bytes, key: ShardKey) -> None:
        """Read a shard from its copies into memory, and make them alike."""
        raws = self._files.raw(sid, key.generation)
        opened = [open_copy(sid, key, raw) for raw in dict.fromkeys(raws)]
        found = [one for one in opened if one is not None]
        try:
            if found:
                self._take(key, raws, found)
            elif sid in self._shards:
                self._shards[sid].whole = False  # Not even reading works: believe memory.
            else:
                self._lost[sid] = key
                _log.error("The shard %s of the keyring is lost in both copies.", sid.hex())
        finally:
            for _, one in found:
                one.wipe()

    def _take(
        self, key: ShardKey, raws: list[bytes | None], found: list[tuple[bytes, OpenShard]]
    ) -> None:
        raw, best = max(found, key=lambda one: _newer(one[1]))
        tied = [one for _, one in found if _newer(one) == _newer(best)]
        lost = all(one.rest and not one.torn for one in tied)
        if lost and not best.head.incomplete:
            _log.error("The shard %s of the keyring lost changes.", best.head.sid.hex())
        head = replace(best.head, incomplete=best.head.incomplete or lost)
        place = RecordPlace(head, best.index, best.tag)
        whole = raws == [raw[: best.end]] * len(raws)
        self._shards[head.sid] = shard = Shard(
            *(key, place, best.base_end, best.end, Columns(best), best.anchor, whole)
        )
        self._remember(head.sid, best)
        one_only = len(dict.fromkeys(raws)) > len(found)
        try:
            self._make_alike(shard, None if lost else raw[: best.end])
            self.mended += one_only and self._mends
        except (OSError, FileFormatError) as error:
            _log.warning("A copy of a shard could not be made anew: %s", error)

    def _make_alike(self, shard: Shard, raw: bytes | None = None) -> None:
        """Write both copies anew if they differ, or if records were lost."""
        if shard.whole or not self._mends:
            return
        head = shard.head
        if raw is None:
            with self._opened(shard) as whole:
                raw = seal_shard(
                    shard.key.key, replace(head, revision=head.revision + 1), whole.plain
                )
        self._files.replace(head, raw)
        opened = open_shard(shard.key.key, head.sid, head.generation, raw)
        shard.place = RecordPlace(opened.head, opened.index, opened.tag)
        shard.base_end, shard.end, shard.whole = opened.base_end, opened.end, True
        opened.wipe()

    @contextmanager
    def _opened(self, shard: Shard) -> Iterator[OpenShard]:
        """Yield a shard with its keys, from the copy that memory agrees with."""
        head = shard.head
        for raw in self._files.raw(head.sid, head.generation):
            found = open_copy(head.sid, shard.key, raw)
            if found is None:
                continue
            opened = found[1]
            try:
                if (opened.head.revision, opened.index, opened.tag) == (
                    *(head.revision, shard.place.index),
                    shard.place.tag,
                ):
                    yield opened
                    return
            finally:
                opened.wipe()
        raise FileFormatError(
            noted(
                "archive_file_damaged", f"The shard {head.sid.hex()} of the keyring cannot be read."
            )
        )

    def _shown_of(self, shard: Shard) -> bytearray:
        """Return the rids and states of a shard, without the keys."""
        sid = shard.head.sid
        if sid not in self._shown:
            with self._opened(shard) as whole:
                self._remember(sid, whole)
        self._shown.move_to_end(sid)
        return self._shown[sid]

    def _remember(self, sid: bytes, whole: OpenShard) -> None:
        view = memoryview(whole.plain)
        shown = bytearray()
        for at in range(0, len(view), ENTRY_BYTES):
            shown += view[at : at + RID_BYTES]
            shown += view[at + STATE_AT : at + ENTRY_BYTES]
        self._shown[sid] = shown
        self._shown.move_to_end(sid)
        if len(self._shown) > _REMEMBERED:
            self._shown.popitem(last=False)

    def _rid(self, shard: Shard, row: int) -> bytes:
        at = row * _SHOWN_BYTES
        return bytes(self._shown_of(shard)[at : at + RID_BYTES])


def _newer(shard: OpenShard) -> tuple[int, int]:
    """Order the copies of a shard by age."""
    return shard.head.revision, shard.index
