"""Test FLAC export where no memory may be both written and executed."""

import io
import subprocess
import sys

import numpy as np
import pytest
import soundfile

from tests.keeper.office import Office

EXPORT = """
import ctypes, mmap, sys
from pathlib import Path

PR_SET_MDWE, REFUSE_EXEC_GAIN = 65, 1
libc = ctypes.CDLL(None, use_errno=True)
if libc.prctl(PR_SET_MDWE, REFUSE_EXEC_GAIN, 0, 0, 0) != 0:
    sys.exit(f"prctl: {ctypes.get_errno()}")
try:
    mmap.mmap(-1, 4096, prot=mmap.PROT_WRITE | mmap.PROT_EXEC | mmap.PROT_READ)
except PermissionError:
    pass
else:
    sys.exit("memory can still be written and executed")

from appliance.keeper.unlocked.child import Readings
from appliance.keeper.reading.protocol import BeginExport, ExportPart, NextPiece
from appliance.keeper.reading.timeline import PlaceInCall
from appliance.vault.opening.digest import digest
from appliance.vault.opening.verdicts import AuditFacts

recordings, rid, key, reading = sys.argv[1:]
readings = Readings(bytes.fromhex(reading), Path(recordings), "PL")
found = digest(Path(recordings) / rid)
known = AuditFacts(found.frames, found.sha256, found.head)
part = ExportPart(rid, bytes.fromhex(key), known, PlaceInCall(0, None))
begun, _ = readings.answer(BeginExport((part,), "flac"), b"")
last = False
while not last:
    piece, raw = readings.answer(NextPiece(begun.export), b"")
    sys.stdout.buffer.write(raw)
    last = piece.last
"""


@pytest.mark.parametrize("channels", [1, 2])
def test_a_flac_is_made_in_memory_that_is_never_executable(office: Office, channels: int) -> None:
    rid = office.record(seconds=61.5, channels=channels)
    before = set(office.folders.data.rglob("*"))
    key = office.keyring.private(rid).hex()
    reading = bytes(office.reading_key()).hex()
    done = subprocess.run(
        [sys.executable, "-c", EXPORT, str(office.folders.recordings), rid, key, reading],
        check=False, capture_output=True, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr.decode()
    sound, rate = soundfile.read(io.BytesIO(done.stdout), dtype="int16", always_2d=True)
    assert rate == 8000
    assert np.array_equal(sound.T, office.sounds[rid])
    assert set(office.folders.data.rglob("*")) == before
