"""Read a recording that an intruder in the recorder left: header, ticket, blocks.

An input is a file; or, after a first byte of 1, changes of a good one: each has two bytes of place,
one of length, and what is put there; a length of 0 cuts the file.
Its signature and four openings with HPKE take the time: some 1,000 inputs a second.
"""

from contextlib import suppress
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from appliance.errors import FileFormatError
from appliance.vault.format import FRAME_BYTES, HEADER_BYTES, MAGIC
from appliance.vault.opening.digest import digest
from appliance.vault.opening.unseal import Reader, read_header
from appliance.vault.opening.verdicts import AuditFacts, KeysAtHand, assess
from appliance.vault.origin import is_signed
from tests.fuzz.every import kept
from tests.fuzz.feeding import Target, memory_file
from tests.fuzz.keys import READING, RECORDING, sealed_recording

KEYS = KeysAtHand(RECORDING, READING)
_LONGEST = HEADER_BYTES + 6 * FRAME_BYTES


def take(raw: bytes) -> None:
    """Judge it with and without keys; what opens is read from end to end."""
    if raw[:1] == b"\1":
        raw = _changed(raw[1:])
    path = memory_file("recording").holds(raw)
    found = digest(path)
    facts = AuditFacts(found.frames, found.sha256, found.head)
    if not raw.startswith(MAGIC):
        is_signed(raw)  # everything else that has a header comes there by being judged
    assert assess(path, facts).why
    judged = assess(path, facts, KEYS)
    assert judged.why
    if read_header(path).has_second:
        with suppress(FileFormatError), Reader.open(path, READING, RECORDING, second=True) as other:
            assert other.survey
    if judged.survey is None:
        return
    with Reader.open(path, READING, RECORDING) as reader:
        assert reader.survey == judged.survey
        reader.read(0, min(reader.samples, 8000))


def _changed(raw: bytes) -> bytes:
    """Return the good recording with an input's changes."""
    file, at = bytearray(_whole()), 0
    while at + 3 <= len(raw):
        place, length = int.from_bytes(raw[at : at + 2], "big"), raw[at + 2]
        if length:
            file[place : place + length] = raw[at + 3 : at + 3 + length]
        else:
            del file[place:]
        at += 3 + length
    return bytes(file)


@cache
def _whole() -> bytes:
    return kept("recording")["whole"]


@cache
def seeds() -> dict[str, bytes]:
    """Return a whole recording, one for two holders, and what a power cut leaves of it."""
    with TemporaryDirectory() as folder:
        raw = sealed_recording(Path(folder)).read_bytes()
    with TemporaryDirectory() as folder:
        shared = sealed_recording(Path(folder), shared=True).read_bytes()
    zeros = bytes(HEADER_BYTES)
    return {
        "whole": raw,
        "shared": shared,
        "header": raw[:HEADER_BYTES],
        "torn": raw[: HEADER_BYTES + 2 * FRAME_BYTES + 77],
        "withdrawn": zeros + raw[HEADER_BYTES : HEADER_BYTES + FRAME_BYTES],
        "empty": b"",
        "unchanged": b"\1",
        "cut": b"\1" + (HEADER_BYTES + 5 * FRAME_BYTES).to_bytes(2, "big") + b"\0",
        "frame": b"\1" + (HEADER_BYTES + 3 * FRAME_BYTES).to_bytes(2, "big") + b"\4gone",
        "version": b"\1\0\10\1\x09",
    }


TARGET = Target("recording", take, (FileFormatError,), seeds, longest=_LONGEST, mutations=120)
