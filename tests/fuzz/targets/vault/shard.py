"""A shard: any bytes, or after a first byte of 1 entries and changes under the right key."""

from msgspec import structs

from appliance.errors import FileFormatError
from appliance.vault import container
from appliance.vault.opening.columns import Columns
from appliance.vault.opening.entry import RecordingEntry
from appliance.vault.opening.shard import (
    ENTRY_BYTES,
    SHARD_KEYS,
    STATE_AT,
    Anchor,
    RecordPlace,
    ShardHeader,
    open_shard,
    seal_change,
    seal_shard,
)
from appliance.vault.opening.state import pack_state, read_state
from tests.fuzz.feeding import Target
from tests.fuzz.keys import SECRET

SID = bytes(range(8))
HEAD = ShardHeader(SID, 3, 1, 0)


def take(raw: bytes) -> None:
    """Open it, go through its entries, and find what is due."""
    sealed = _planted(raw[1:]) if raw[:1] == b"\1" else raw[1:]
    shard = open_shard(SECRET, SID, 3, sealed)
    for at in range(0, len(shard.plain), ENTRY_BYTES):
        read_state(shard.plain, at + STATE_AT)
    columns = Columns(shard)
    assert len(columns.due(30_000)) <= len(columns)


def _planted(raw: bytes) -> bytes:
    """Seal a number of entries and, behind each two bytes of length, the records that follow."""
    count = int.from_bytes(raw[:2], "big") % (SHARD_KEYS + 1)
    end = min(2 + count * ENTRY_BYTES, len(raw))
    whole = raw[2:end][: (end - 2) // ENTRY_BYTES * ENTRY_BYTES]
    made, index, at = seal_shard(SECRET, HEAD, whole), 0, end
    while at + 2 <= len(raw) and index < 16:
        length = int.from_bytes(raw[at : at + 2], "big")
        bound = SID + (3).to_bytes(4, "big") + index.to_bytes(4, "big") + made[-16:]
        plain = raw[at + 2 : at + 2 + length]
        record = container.seal(SECRET, b"zgoda change v2", plain, bound)
        made += len(record).to_bytes(2, "big") + record
        at, index = at + 2 + length, index + 1
    return made


def seeds() -> dict[str, bytes]:
    """Return two entries, the same with a change, and both as files."""
    used = RecordingEntry(due_day=20_807, call="00112233445566ff", boot_id="a1b2c3", day=20_717)
    ended = structs.replace(used, ended_purposes=5, ended_day=20_800, has_note=True)
    plain = b"".join(
        bytes([row]) * STATE_AT + pack_state(row, entry)
        for row, entry in enumerate((used, RecordingEntry()))
    )
    change = b"\0\1\0\1" + pack_state(1, ended) + (9).to_bytes(8, "big") + bytes(16)
    file = seal_shard(SECRET, HEAD, plain)
    place = RecordPlace(HEAD, 0, file[-16:])
    record = seal_change(SECRET, place, [pack_state(0, ended)], Anchor(9, bytes(16)))
    planted = b"\1" + (2).to_bytes(2, "big") + plain
    return {
        "two": planted,
        "changed": planted + len(change).to_bytes(2, "big") + change,
        "file": b"\0" + file,
        "file_changed": b"\0" + file + record,
        "file_torn": b"\0" + file + record[:-5],
        "none": b"\0",
    }


TARGET = Target("shard", take, (FileFormatError,), seeds)
