"""Test the reading child as a real process whose end is the lock."""

import contextlib
import io
import os
import signal
import socket
import struct
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile

from appliance.errors import FileFormatError, KeyLost, LinkError, Refused
from appliance.keeper.reading import protocol
from appliance.keeper.reading.protocol import Forget, Format, ReadSound
from appliance.keeper.reading.reading import Reading
from appliance.keeper.reading.timeline import PlaceInCall
from appliance.keeper.unlocked.child import Readings, serve
from appliance.model.records import RecordingMark, Verdict
from appliance.vault.opening.verdicts import AuditFacts
from tests.keeper.office import Office
from tests.model.refusals import refuses
from tests.proofs import proof_of


@pytest.fixture
def died() -> threading.Event:
    return threading.Event()


@pytest.fixture
def reading(office: Office, died: threading.Event) -> Iterator[Reading]:
    made = Reading(office.folders.recordings, office.keyring, "PL", died.set)
    yield made
    made.end()


def handed_over(reading: Reading, rid: str, known: AuditFacts, form: Format) -> bytes:
    begun = reading.begin_export([(rid, PlaceInCall(0, None), known)], form)
    number, last, made = begun.export, False, b""
    while not last:
        last, piece = reading.next_piece(number)
        made += piece
    return made


def pid_of(reading: Reading) -> int:
    pid = reading.process_id
    assert pid is not None
    return pid


def test_locked_until_it_starts_and_after_it_ends(office: Office, reading: Reading) -> None:
    rid = office.record()
    with refuses("locked"):
        reading.summary(rid)
    reading.adopt(proof_of(office.reading_key()))
    assert reading.running
    assert reading.summary(rid).meta.number == "+48221234567"
    pid = pid_of(reading)
    reading.end()
    with pytest.raises(Refused) as refusal:
        reading.sound(rid, office.facts(rid), 0, 10)
    assert refusal.value.code == "locked"
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    reading.end()


def test_a_killed_child_is_noticed_and_means_locked(
    office: Office, reading: Reading, died: threading.Event
) -> None:
    rid = office.record()
    reading.adopt(proof_of(office.reading_key()))
    os.kill(pid_of(reading), signal.SIGKILL)
    with pytest.raises(Refused) as refusal:
        reading.summary(rid)
    assert refusal.value.code == "locked"
    assert died.wait(10)
    assert not reading.running
    reading.adopt(proof_of(office.reading_key()))
    assert reading.summary(rid).ended == "hung_up"


def test_an_ordered_end_is_no_death(
    office: Office, reading: Reading, died: threading.Event
) -> None:
    before = set(threading.enumerate())
    reading.adopt(proof_of(office.reading_key()))
    threads = set(threading.enumerate()) - before
    assert [thread.name for thread in threads] == ["reading watch"]
    reading.end()
    for thread in threads:
        thread.join()
    assert not died.is_set()


def test_the_child_leaves_no_memory_behind(office: Office, reading: Reading) -> None:
    reading.adopt(proof_of(office.reading_key()))
    pid = pid_of(reading)
    limits = Path(f"/proc/{pid}/limits").read_text()
    core = next(line for line in limits.splitlines() if line.startswith("Max core file size"))
    assert core.split()[4:6] == ["0", "0"]
    assert bytes(office.reading_key()) not in Path(f"/proc/{pid}/cmdline").read_bytes()


def test_the_child_cannot_be_dumped_or_traced() -> None:
    ask = (
        "import ctypes; from appliance.keeper.unlocked.prover import harden; harden();"
        "print(ctypes.CDLL(None).prctl(3, 0, 0, 0, 0))"  # PR_GET_DUMPABLE
    )
    done = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True)
    assert done.stdout == "0\n"


@pytest.mark.parametrize("channels", [1, 2])
def test_the_sound_is_what_was_sealed(office: Office, reading: Reading, channels: int) -> None:
    rid = office.record(seconds=3.1, channels=channels)
    reading.adopt(proof_of(office.reading_key()))
    summary = reading.summary(rid)
    assert (summary.channels, summary.samples) == (channels, 24_800)
    raw = reading.sound(rid, office.facts(rid), 0, summary.samples)
    sound = np.frombuffer(raw, "<i2").reshape(-1, channels).T
    assert np.array_equal(sound, office.sounds[rid])
    exported = io.BytesIO(handed_over(reading, rid, office.facts(rid), "flac"))
    flac, rate = soundfile.read(exported, dtype="int16", always_2d=True)
    assert rate == 8000
    assert np.array_equal(flac.T, office.sounds[rid])


def test_a_cut_recording_says_so(office: Office, reading: Reading) -> None:
    rid = office.record(seconds=1.0, ended=None)
    reading.adopt(proof_of(office.reading_key()))
    summary = reading.summary(rid)
    assert (summary.ended, summary.verdict, summary.samples) == ("cut", Verdict.CUT, 8000)
    assert reading.assess(rid, AuditFacts()).verdict is Verdict.CUT


def test_a_damaged_frame_is_a_hole_of_silence(office: Office, reading: Reading) -> None:
    rid = office.record(seconds=2.0)
    path = office.file(rid)
    raw = bytearray(path.read_bytes())
    raw[4096 * 5 + 100] ^= 1  # header, META, CONSENT, RULE, first sound, then this
    path.write_bytes(raw)
    reading.adopt(proof_of(office.reading_key()))
    assessed = reading.assess(rid, AuditFacts())
    assert assessed.verdict is Verdict.DAMAGED
    assert assessed.holes == ((4000, 4000),)
    sound = np.frombuffer(reading.sound(rid, office.facts(rid), 0, 16_000), "<i2")
    expected = office.sounds[rid][0].copy()
    expected[4000:8000] = 0
    assert np.array_equal(sound, expected)


def test_purposes_that_ended_during_the_call_are_named(office: Office, reading: Reading) -> None:
    mark = RecordingMark(kind="withdrawn", sample=4000, purposes=("training",))
    rid = office.record(purposes=(("training", 90), ("service", 30)), marks=(mark,))
    reading.adopt(proof_of(office.reading_key()))
    assert reading.summary(rid).withdrawn == ("training",)


def test_what_cannot_be_opened_is_said_in_a_sentence(office: Office, reading: Reading) -> None:
    rid = office.record()
    path = office.file(rid)
    reading.adopt(proof_of(office.reading_key()))
    raw = path.read_bytes()
    path.write_bytes(b"not a recording".ljust(5000, b"\0"))
    with pytest.raises(FileFormatError, match="not a recording of Zgoda"):
        reading.summary(rid)
    path.write_bytes(raw[:100])
    with pytest.raises(FileFormatError, match="header ends"):
        reading.summary(rid)
    path.unlink()
    with pytest.raises(Exception, match="cannot be read: No such file"):
        reading.summary(rid)
    with pytest.raises(KeyLost):
        reading.summary("00" * 16)
    path.write_bytes(raw)
    assert reading.summary(rid).frames == 6


def test_another_offices_key_opens_nothing(office: Office, reading: Reading) -> None:
    rid = office.record()
    reading.adopt(proof_of(bytes(range(32))))
    with pytest.raises(FileFormatError, match="office's reading key"):
        reading.summary(rid)


def test_unreasonable_ranges_are_refused(office: Office, reading: Reading) -> None:
    rid = office.record()
    reading.adopt(proof_of(office.reading_key()))
    for start, count in [(-1, 10), (0, -1), (0, 2**25)]:
        with pytest.raises(FileFormatError, match="not read at once"):
            reading.sound(rid, office.facts(rid), start, count)
    assert reading.sound(rid, office.facts(rid), 10**9, 2) == bytes(4)


def test_many_recordings_do_not_keep_many_files_open(office: Office) -> None:
    rids = [office.record(seconds=0.1) for _ in range(11)]
    readings = Readings(bytes(office.reading_key()), office.folders.recordings, "PL")

    def opened() -> set[str]:
        links = [entry.resolve().name for entry in Path("/proc/self/fd").iterdir()]
        return set(links) & set(rids)

    for rid in rids:
        readings.answer(ReadSound(rid, office.keyring.private(rid), office.facts(rid), 0, 10), b"")
    assert opened() == set(rids[3:])
    readings.answer(Forget((rids[-1], rids[0])), b"")
    assert opened() == set(rids[3:-1])
    readings.answer(Forget(tuple(rids)), b"")
    assert opened() == set()


class Pair:
    """The child's loop in this process, and the keeper's end of its socket."""

    def __init__(self, recordings: Path) -> None:
        self.ours, self._theirs = socket.socketpair()
        self._recordings = recordings
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()
        protocol.receive_answer(self.ours)

    def _serve(self) -> None:
        with contextlib.suppress(EOFError, ConnectionError), self._theirs:
            serve(self._theirs, bytes(32), self._recordings, "PL")

    def ask(self, ask: protocol.ReadingAsk) -> protocol.AnyAnswer:
        protocol.send(self.ours, ask)
        return protocol.receive_answer(self.ours)[0]

    def close(self) -> None:
        self.ours.close()
        self._thread.join()


def test_the_child_answers_trouble_and_goes_on(office: Office) -> None:
    rid = office.record()
    pair = Pair(office.folders.recordings)
    try:
        key = office.keyring.private(rid)
        foreign = pair.ask(protocol.Summarise(rid, key))
        absent = pair.ask(protocol.Summarise("00" * 16, key))
        assert isinstance(foreign, protocol.Trouble)
        assert isinstance(absent, protocol.Trouble)
        assert (foreign.error, absent.error) == ("Malformed", "VaultError")
        assert isinstance(pair.ask(protocol.Forget((rid,))), protocol.Ready)
    finally:
        pair.close()


@pytest.mark.parametrize(
    "sent", [struct.pack("<II", 2**31, 0), struct.pack("<II", 3, 0) + b"\xc1\xc1\xc1"]
)
def test_nonsense_from_the_child_is_a_link_error(sent: bytes) -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(sent)
        with pytest.raises(LinkError):
            protocol.receive_answer(ours)


def test_a_prover_that_dies_becomes_nothing(office: Office, reading: Reading) -> None:
    proof = proof_of(office.reading_key())
    process, _ = proof.hand_over()
    process.kill()
    process.wait()
    with pytest.raises(LinkError, match="did not start"):
        reading.adopt(proof)
    assert not reading.running


def test_forgetting_while_locked_is_no_error(office: Office, reading: Reading) -> None:
    reading.close_recordings(["00" * 16])
    assert not reading.running
