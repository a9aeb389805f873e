"""Read a recording that an intruder in the recorder left: header, ticket, blocks."""

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from appliance.errors import FileFormatError
from appliance.vault.format import FRAME_BYTES, HEADER_BYTES
from appliance.vault.opening.digest import digest
from appliance.vault.opening.unseal import Reader, open_ticket, read_header
from appliance.vault.opening.verdicts import AuditFacts, Keys, assess
from appliance.vault.origin import is_signed
from tests.fuzz.feeding import Target, memory_file
from tests.fuzz.keys import READING, RECORDING, sealed_recording

KEYS = Keys(RECORDING, READING)
_LONGEST = HEADER_BYTES + 6 * FRAME_BYTES


def take(raw: bytes) -> None:
    """Judge it with and without keys, then read it from end to end."""
    path = memory_file("recording").holds(raw)
    found = digest(path)
    for keys in (None, KEYS):
        judged = assess(path, AuditFacts(found.frames, found.sha256, found.head), keys)
        assert judged.why
    is_signed(raw)
    open_ticket(read_header(path), RECORDING)
    with Reader.open(path, READING, RECORDING) as reader:
        reader.read(0, min(reader.samples, 8000))


@cache
def seeds() -> dict[str, bytes]:
    """Return a whole recording, and what a power cut leaves of it."""
    with TemporaryDirectory() as folder:
        raw = sealed_recording(Path(folder)).read_bytes()
    zeros = bytes(HEADER_BYTES)
    return {
        "whole": raw,
        "header": raw[:HEADER_BYTES],
        "torn": raw[: HEADER_BYTES + 2 * FRAME_BYTES + 77],
        "withdrawn": zeros + raw[HEADER_BYTES : HEADER_BYTES + FRAME_BYTES],
        "empty": b"",
    }


TARGET = Target("recording", take, (FileFormatError,), seeds, longest=_LONGEST, mutations=120)
