"""Prove P5: after a call, neither the recorder's memory nor its files open the recording."""

import re
import subprocess
import sys
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from appliance.exchange.scene import Scene
from appliance.vault.format import HEADER_BYTES, MAC_BYTES
from appliance.vault.opening.unseal import open_ticket, read_header
from appliance.vault.seal import LABEL_HEADER, LABEL_PAYLOAD, derive_into
from appliance.vault.tickets import HPKE, OFFICES
from tests.boxes import TrialBox, grep

CALL_AND_WAIT = """
import sys
from pathlib import Path
from appliance.clock import SystemClock
from appliance.commands.call import place
from appliance.config.folders import Folders
from appliance.config.read import trial
from appliance.exchange.scene import Scene

MARKER = bytes.fromhex(sys.argv[2])  # proves that the search works
scene = Scene.ordinary("+48221234567", "1", talk=3.0)
witness = place(trial(), Folders(Path(sys.argv[1])), SystemClock(), scene)
print(witness.recording, flush=True)
sys.stdin.read()
"""


def memory_of(pid: int) -> bytes:
    """Return all memory that a process can write to."""
    maps = Path(f"/proc/{pid}/maps").read_text()
    out = bytearray()
    with Path(f"/proc/{pid}/mem").open("rb", buffering=0) as memory:
        for start, stop in re.findall(r"^([0-9a-f]+)-([0-9a-f]+) rw", maps, re.M):
            memory.seek(int(start, 16))
            out += memory.read(int(stop, 16) - int(start, 16))
    return bytes(out)


def secrets_of(box: TrialBox, rid: str) -> dict[str, bytes]:
    """Return everything that opens a recording, or a part of it."""
    path = box.file(rid)
    reading, keyring = bytes(box.reading_key()), box.keyring()
    header = read_header(path)
    assert not header.has_second, "the office alone opens it"
    ticket = open_ticket(header, keyring.private(rid))
    office = X25519PrivateKey.from_private_bytes(reading)
    content = HPKE.decrypt(ticket.content, office, info=OFFICES.content + header.bound)
    open_part = path.read_bytes()[: HEADER_BYTES - MAC_BYTES]
    derived = {}
    for label in (LABEL_HEADER, LABEL_PAYLOAD):
        derived[label.decode()] = bytearray(32)
        derive_into(bytearray(content), open_part, label, derived[label.decode()])
    return {
        "reading key": reading,
        "recording key": keyring.private(rid),
        "content key": content,
        **{name: bytes(key) for name, key in derived.items()},
    }


def test_a_finished_recording_cannot_be_opened_from_the_recorder(trial_box: TrialBox) -> None:
    marker = bytes(range(100, 132))
    arguments = [str(trial_box.folders.data), marker.hex()]
    with subprocess.Popen(
        [sys.executable, "-c", CALL_AND_WAIT, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as child:
        assert child.stdout is not None
        rid = child.stdout.readline().strip()
        assert rid in trial_box.recordings()
        memory = memory_of(child.pid)
        child.communicate("")
    assert marker in memory
    secrets = secrets_of(trial_box, rid)
    assert [name for name, secret in secrets.items() if secret in memory] == []


def test_the_recorders_files_hold_no_key(trial_box: TrialBox) -> None:
    rid = trial_box.call(Scene.ordinary("+48221234567", "1", talk=3.0)).recording
    assert rid is not None
    secrets = secrets_of(trial_box, rid)
    folders = trial_box.folders
    readable = [folders.pool, *folders.new.iterdir(), *folders.notes.iterdir()]
    assert grep(readable, secrets) == []
