"""The file of the two roots. The first byte says which digests an input has made right."""

import hashlib
from contextlib import suppress

from appliance.errors import FileFormatError, KeyLost
from appliance.vault import container
from appliance.vault.opening.erasers.file import SLOT_BYTES, FileEraser
from tests.fuzz.feeding import Target, memory_file
from tests.fuzz.keys import SECRET

_BODY = 104
"""Bytes of a slot before its digest."""


def take(raw: bytes) -> None:
    """Read every root, with and without the board's secret."""
    slots = bytearray(raw[1:])
    for number in range(2):
        at = number * SLOT_BYTES
        if raw and raw[0] >> number & 1 and len(slots) >= at + _BODY:
            digest = hashlib.sha256(slots[at : at + _BODY]).digest()
            slots[at + _BODY : at + _BODY + len(digest)] = digest
    path = memory_file("root").holds(bytes(slots))
    for secret in (None, SECRET):
        eraser = FileEraser(path, secret)
        with suppress(KeyLost):
            eraser.slot_level(2**64 - 1)
        for generation in eraser.generations():
            eraser.slot_level(generation)
            with suppress(FileFormatError):  # under the secret of another board, or of none
                assert len(eraser.read(generation)) == 32


def slot_of(level: int, generation: int, sealed: bytes) -> bytes:
    """Return a slot without its digest."""
    body = b"ZGODAROT" + bytes([level]) + bytes(7) + generation.to_bytes(8, "big")
    return (body + sealed.ljust(80, b"\0")).ljust(SLOT_BYTES, b"\0")


def seeds() -> dict[str, bytes]:
    """Return a plain root, one under a board's secret, and both at once."""
    plain = slot_of(0, 7, SECRET)
    board = slot_of(1, 8, container.seal(SECRET, b"zgoda root v1", bytes(32)))
    return {
        "plain": b"\1" + plain[:200],
        "board": b"\1" + board[:200],
        "both": b"\3" + plain + board,
        "none": b"\0",
        "level": b"\1" + slot_of(9, 7, SECRET)[:200],
    }


TARGET = Target("root", take, (FileFormatError,), seeds, longest=2 * SLOT_BYTES + 64)
