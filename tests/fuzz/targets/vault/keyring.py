"""Read a copy of the keyring: any bytes, or after a first byte of 1 under the right root."""

from hashlib import sha256

import msgspec

from appliance.errors import FileFormatError, KeyLost
from appliance.vault.opening.content import (
    KeyringContent,
    OperatorEntry,
    content_of,
    open_keyring,
)
from appliance.vault.opening.erasers.file import FileEraser
from appliance.vault.opening.keys import Cost, Wrap
from appliance.vault.opening.root import OpenCopy, seal_copy
from appliance.vault.opening.shard import Anchor, ShardKey
from tests.fuzz.feeding import Target, memory_file
from tests.fuzz.keys import SECRET
from tests.fuzz.targets.vault.root import slot_of


def take(raw: bytes) -> None:
    """Open it; what it holds can be written again."""
    if raw[:1] == b"\1":
        content = content_of(OpenCopy(0, 7, 1, raw[1:]))
    else:
        _, _, content = open_keyring(raw[1:], eraser())
    content.copy()


def eraser() -> FileEraser:
    """Return an eraser that holds the root of generation 7."""
    slot = slot_of(0, 7, SECRET)
    file = memory_file("keyring root")
    return FileEraser(file.holds(slot[:104] + sha256(slot[:104]).digest() + bytes(4096)))


def seeds() -> dict[str, bytes]:
    """Return an empty office's content, a full one's, and both as files."""
    few = KeyringContent(
        vault_id=bytes(16),
        reading_key=bytes(32),
        audit_key=bytes(32),
        list_key=bytes(32),
        ledger_key=bytes(32),
        box_key=bytes(32),
    )
    much = msgspec.structs.replace(
        few,
        shards={b"\1" * 8: ShardKey(3, bytes(32), 1)},
        exempt=(1, 2**26 - 1),
        operators={
            "0a0b0c0d": OperatorEntry("0a0b0c0d", "Ewa", ("listener",), Wrap(b"", Cost(), b""))
        },
        anchor=Anchor(9, bytes(16)),
        origins={"ab" * 32: "b00710"},
    )
    encode = msgspec.msgpack.encode
    return {
        "few": b"\1" + encode(few),
        "much": b"\1" + encode(much),
        "file": b"\0" + seal_copy(encode(few), SECRET, 0, 7, 1),
        "other_root": b"\0" + seal_copy(encode(few), SECRET, 0, 8, 1),
        "none": b"\0",
    }


TARGET = Target("keyring", take, (FileFormatError, KeyLost), seeds)
