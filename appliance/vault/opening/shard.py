"""Seal and open one shard of the keyring: a base of keys, and the changes behind it.

``header (32) ‖ base ‖ record ‖ record ‖ …``, see ``docs/format.md``, section 6. Every container
draws a salt of its own; the tag of the one before binds a record to its place. So a torn record can
be cut off and its place written again, and no other change goes unnoticed.
"""

import os
import struct
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from msgspec import Struct

from appliance.errors import FileFormatError, MadeByNewer, MadeByOlder, by_newer, by_older
from appliance.model.sentences.faults import noted
from appliance.vault import container
from appliance.vault.disk import wipe
from appliance.vault.format import KEY_BYTES, RID_BYTES
from appliance.vault.opening.state import STATE, STATE_BYTES, check

SHARD_KEYS = 512
"""Keys made together; the figures are about the best with it."""

SID_BYTES = 8
STATE_AT = RID_BYTES + KEY_BYTES
ENTRY_BYTES = STATE_AT + STATE_BYTES

MAGIC = b"ZGODASHD"
MOST_RECORDS = 65_536
"""Bytes of records before a shard is written whole."""

_VERSION = 2
_HEADER = struct.Struct(">8sBBBx8sIIH2x")
_LENGTH = struct.Struct(">H")
_CHANGE = struct.Struct(">HH")
_ANCHOR = struct.Struct(">Q16s")
_BOUND = struct.Struct(">8sII16s")
_ENTRY = struct.Struct(f">{STATE_AT}x{STATE.format.removeprefix('>')}")
_TAG = 16
_BASE_LABEL = b"zgoda shard v2"
_CHANGE_LABEL = b"zgoda change v2"
_INCOMPLETE = 1
_ANCHORED = 1

MOST_BYTES = _HEADER.size + container.OVERHEAD + SHARD_KEYS * ENTRY_BYTES + MOST_RECORDS


class Anchor(Struct, frozen=True, array_like=True):
    """An entry of the audit, named in what the keyring writes."""

    seq: int
    digest: bytes  # the first 16 bytes of its hash


class ShardKey(Struct, frozen=True, array_like=True):
    """What the keyring holds of a shard."""

    generation: int
    key: bytes
    level: int = 0  # of the eraser, at the shard's birth


@dataclass(frozen=True, slots=True)
class ShardHeader:
    """A shard's header."""

    sid: bytes
    generation: int
    revision: int
    count: int
    level: int = 0  # of the eraser, at the shard's birth
    incomplete: bool = False  # records were lost: nothing is erased for its date alone

    def packed(self) -> bytes:
        """Return the header's bytes."""
        flags = _INCOMPLETE if self.incomplete else 0
        made = (self.sid, self.generation, self.revision, self.count)
        return _HEADER.pack(MAGIC, _VERSION, self.level, flags, *made)


@dataclass(frozen=True, slots=True)
class RecordPlace:
    """The place of the next record."""

    head: ShardHeader
    index: int
    tag: bytes


@dataclass(slots=True)
class OpenShard:
    """A shard's content, in a buffer to be wiped."""

    head: ShardHeader
    plain: bytearray = field(repr=False)  # count × (rid ‖ private ‖ state), changes included
    base_end: int
    end: int  # of the last record that opens
    index: int  # of the next record
    tag: bytes  # of the last container
    anchor: Anchor | None
    rest: int  # bytes behind the last record that opens
    torn: bool  # those can be one record that a power cut tore

    def wipe(self) -> None:
        """Overwrite the keys."""
        wipe(self.plain)


Birth = tuple[ShardHeader, bytes, bytearray]
"""A shard to be written: header, key and content, which is wiped afterwards."""


def new_shard(keys: dict[bytes, ShardKey], plain: bytearray, level: int) -> Birth:
    """Give keys made together a shard of their own, whose key goes among the keys."""
    sid, key = os.urandom(SID_BYTES), ShardKey(1, os.urandom(KEY_BYTES), level)
    keys[sid] = key
    return ShardHeader(sid, key.generation, 1, 0, level), key.key, plain


def seal_shard(key: bytes, head: ShardHeader, plain: bytes | bytearray) -> bytes:
    """Return a whole shard without records."""
    header = replace(head, count=len(plain) // ENTRY_BYTES).packed()
    return header + container.seal(key, _BASE_LABEL, plain, header)


def seal_change(
    key: bytes, place: RecordPlace, states: Sequence[bytes], anchor: Anchor | None = None
) -> bytes:
    """Return the next record: new states of some of a shard's recordings."""
    plain = _CHANGE.pack(len(states), _ANCHORED if anchor else 0) + b"".join(states)
    if anchor is not None:
        plain += _ANCHOR.pack(anchor.seq, anchor.digest)
    bound = _BOUND.pack(place.head.sid, place.head.generation, place.index, place.tag)
    sealed = container.seal(key, _CHANGE_LABEL, plain, bound)
    return _LENGTH.pack(len(sealed)) + sealed


def open_shard(key: bytes, sid: bytes, generation: int, raw: bytes) -> OpenShard:
    """Open a copy and follow its records as far as they open.

    Raises:
        FileFormatError: the base is foreign, altered, of another shard or another generation.
    """
    head = read_head(raw)
    if (head.sid, head.generation) != (sid, generation):
        raise FileFormatError(
            noted(
                "archive_file_damaged",
                "This is another shard of the keyring, or another generation of it.",
            )
        )
    end = _HEADER.size + container.OVERHEAD + head.count * ENTRY_BYTES
    if len(raw) < end:
        raise FileFormatError(noted("archive_file_damaged", "A shard of the keyring is truncated."))
    plain = container.unseal_buffer(
        key, _BASE_LABEL, memoryview(raw)[_HEADER.size : end], raw[: _HEADER.size]
    )
    shard = OpenShard(head, plain, end, end, 0, raw[end - _TAG : end], None, 0, torn=False)
    try:
        rows = _rows(plain)
        while _follow(key, shard, raw, rows):
            pass
    except BaseException:
        shard.wipe()
        raise
    shard.rest = len(raw) - shard.end
    shard.torn = _can_be_torn(raw, shard.end)
    return shard


def read_head(raw: bytes) -> ShardHeader:
    """Read a header strictly.

    Raises:
        FileFormatError: it is none, or impossible.
        MadeByNewer, MadeByOlder: of another version.
    """
    if len(raw) < _HEADER.size or not raw.startswith(MAGIC):
        raise FileFormatError(noted("archive_file_damaged", "This is not a shard of a keyring."))
    _, version, level, flags, sid, generation, revision, count = _HEADER.unpack_from(raw)
    head = ShardHeader(sid, generation, revision, count, level, bool(flags & _INCOMPLETE))
    if version > _VERSION:
        raise MadeByNewer(
            noted("made_by_newer_program", by_newer("A shard of the keyring", version, _VERSION))
        )
    if version < _VERSION:
        raise MadeByOlder(
            noted("made_by_older_program", by_older("A shard of the keyring", version, _VERSION))
        )
    if raw[: _HEADER.size] != head.packed() or count > SHARD_KEYS:
        raise FileFormatError(
            noted("archive_file_damaged", "The header of a shard of the keyring is impossible.")
        )
    return head


def _rows(plain: bytearray) -> dict[int, int]:
    """Return slot -> where its state begins."""
    rows = {}
    for row, state in enumerate(_ENTRY.iter_unpack(plain)):
        check(state)
        rows[state[0]] = row * ENTRY_BYTES + STATE_AT
    if len(rows) != len(plain) // ENTRY_BYTES or any(slot >= SHARD_KEYS for slot in rows):
        raise FileFormatError(
            noted(
                "archive_file_damaged",
                "A shard of the keyring names a slot twice, or one that is none.",
            )
        )
    return rows


def _follow(key: bytes, shard: OpenShard, raw: bytes, rows: dict[int, int]) -> bool:
    """Apply the next record; return False if there is none that opens."""
    begin = shard.end + _LENGTH.size
    if begin > len(raw):
        return False
    end = begin + _LENGTH.unpack_from(raw, shard.end)[0]
    if end > len(raw):
        return False
    bound = _BOUND.pack(shard.head.sid, shard.head.generation, shard.index, shard.tag)
    try:
        change = container.unseal(key, _CHANGE_LABEL, raw[begin:end], bound)
    except FileFormatError:
        return False
    _apply(change, shard, rows)
    shard.end, shard.index, shard.tag = end, shard.index + 1, raw[end - _TAG : end]
    return True


def open_copy(sid: bytes, key: ShardKey, raw: bytes | None) -> tuple[bytes, OpenShard] | None:
    """Open a copy; None if it does not open, or names another level than the keyring.

    A shard of which both copies are of another version was refused before the folder was opened.
    """
    if raw is None:
        return None
    try:
        opened = open_shard(key.key, sid, key.generation, raw)
    except FileFormatError:
        return None
    if opened.head.level != key.level:
        opened.wipe()
        return None
    return raw, opened


def _apply(change: bytes, shard: OpenShard, rows: dict[int, int]) -> None:
    """Put a change's states in place; raises FileFormatError if it is impossible."""
    count, flags = _CHANGE.unpack_from(change) if len(change) >= _CHANGE.size else (0, -1)
    states_end = _CHANGE.size + count * STATE_BYTES
    anchored = _ANCHOR.size if flags == _ANCHORED else 0
    if flags not in {0, _ANCHORED} or len(change) != states_end + anchored:
        raise FileFormatError(noted("archive_file_damaged", "A record of a shard is impossible."))
    for at in range(_CHANGE.size, states_end, STATE_BYTES):
        state = STATE.unpack_from(change, at)
        check(state)
        row = rows.get(state[0])
        if row is None:
            raise FileFormatError(
                noted("archive_file_damaged", "A record of a shard changes a slot that is none.")
            )
        shard.plain[row : row + STATE_BYTES] = change[at : at + STATE_BYTES]
    if anchored:
        shard.anchor = Anchor(*_ANCHOR.unpack_from(change, states_end))


def _can_be_torn(raw: bytes, at: int) -> bool:
    """Say whether what lies behind the last record can be one that a power cut tore."""
    rest = raw[at:]
    if len(rest) < _LENGTH.size or not any(rest):
        return True
    return int(_LENGTH.unpack_from(rest)[0]) + _LENGTH.size >= len(rest)
