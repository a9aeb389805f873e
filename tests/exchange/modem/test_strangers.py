"""Let Debian's mgetty-voice use the emulated modem: it plays, records and hears keys."""

import contextlib
import os
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from appliance.clock import SystemClock
from appliance.exchange.driver import Exchange
from appliance.exchange.modem.modem import EmulatedModem
from appliance.exchange.modem.plugged import PluggedModem
from appliance.exchange.modem.port import ModemPort
from appliance.exchange.modem.profile import modem_profile
from appliance.model.audio import RATE, AudioFrame
from appliance.model.demo_phone import LiveAct, LiveDo, PhonesNow
from appliance.signals.pcm import Wave, sine_peak, to_sound
from tests.exchange.modem.bench import NUMBER
from tests.exchange.scripted_recorder import VOICES
from tests.likeness import likeness

# A call takes its real time, and the machine may do much else.
pytestmark = pytest.mark.timeout(120)

_PATIENCE = 40.0
"""Seconds: a call takes ten, on a machine that does much else."""

# mgetty knows no other places than these.
_INSIDE = """\
mount --bind "$1/etc" /etc/mgetty
mount --bind "$1/log" /var/log/mgetty
mount --bind "$1/lock" /run/lock
mount --bind "$1/spool" /var/spool/voice
shift
exec "$@"
"""
# It answers AT#CLS? with ERROR, as no modem of Rockwell's does: the file says what it is.
_VOICE_CONF = """\
part generic
voice_log_level 6
voice_dir /var/spool/voice
phone_owner root
phone_group root
phone_mode 0660
message_dir messages
receive_dir incoming
message_list Index
backup_message standard.rmd
port_speed 115200
command_delay 20
do_hard_flow true
forceV253 TRUE
raw_data false
rec_compression 1
rec_speed 8000
rec_silence_len 0
rec_max_len 3
beep_length 200
program vgetty
rings 2
answer_mode voice
force_autodetect false
rec_always_keep true
program vm
voice_devices DIALUP_LINE
"""
_HEADER = 32
"""Bytes of mgetty's raw modem data before the voice."""


class Office:
    """A line in real time, with an emulated modem and people, and a place for mgetty's files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in ("etc", "log", "lock", "spool/messages", "spool/incoming"):
            (folder / name).mkdir(parents=True)
        (folder / "etc/voice.conf").write_text(_VOICE_CONF)
        (folder / "etc/mgetty.config").write_text("debug 6\nspeed 115200\n")
        (folder / "etc/login.config").touch()
        (folder / "etc/dialin.config").touch()
        self._changed = threading.Condition()
        self._talking = False
        self._given = b""
        self._port = ModemPort(folder / "modem")
        self._port.plug()
        self._device = os.readlink(self._port.name)
        plugged = PluggedModem(EmulatedModem(modem_profile("generic")), self)
        self.exchange = Exchange("Reception", 1, VOICES, clock=SystemClock(), modem=plugged)
        self.sound: list[AudioFrame] = []
        self.exchange.phones.listen(self._told)

    def keep(self, item: object) -> None:
        if isinstance(item, AudioFrame):
            self.sound.append(item)

    def _told(self, now: PhonesNow) -> None:
        with self._changed:
            self._talking = now.phones[0].state == "talking"
            self._changed.notify_all()

    def wait_talking(self, talking: bool = True) -> None:
        """Wait until the caller is connected, or no longer."""
        with self._changed:
            assert self._changed.wait_for(lambda: self._talking is talking, _PATIENCE)

    def caller(self, do: LiveDo, keys: str = "") -> None:
        number = NUMBER if do == "call" else ""
        act = LiveAct(by="caller", do=do, keys=keys, number=number)
        self.exchange.phones.do(act).result(_PATIENCE)

    @contextlib.contextmanager
    def running(self, program: str, *arguments: str) -> "Iterator[subprocess.Popen[str]]":
        """Start one of mgetty's programs on the modem; it is ended at the end."""
        line = self._device.removeprefix("/dev/")
        action = [*arguments[:1], "-l", line] if program == "vm" else [line]
        inside = [str(self.folder), program, *action, *arguments[1:]]
        process = subprocess.Popen(
            ["unshare", "-rm", "sh", "-c", _INSIDE, "sh", *inside],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        try:
            yield process
        finally:
            process.kill()
            process.communicate()

    def run(self, program: str, *arguments: str) -> tuple[str, int]:
        """Run one of mgetty's programs; return what it said, and its exit code."""
        with self.running(program, *arguments) as process:
            said, _ = process.communicate(timeout=_PATIENCE)
        return said, process.returncode

    def wait_for_modem(self, command: str) -> None:
        """Wait until the modem has been given a command."""
        with self._changed:
            assert self._changed.wait_for(lambda: command.encode() in self._given, _PATIENCE)

    def read(self, room: int) -> tuple[bytes, bool]:
        """Read the port for the modem, and remember what came."""
        read = self._port.read(room)
        with self._changed:
            self._given += read[0]
            self._changed.notify_all()
        return read

    def write(self, data: bytes) -> None:
        """Send to whoever has the port open."""
        self._port.write(data)

    @property
    def name(self) -> Path:
        return self._port.name

    def plug(self) -> None:
        self._port.plug()

    def unplug(self) -> None:
        self._port.unplug()

    def wander(self) -> None:
        self._port.wander()

    def heard(self) -> Wave:
        """Return the voltage at the tap."""
        return np.concatenate([frame.sound[0] for frame in self.sound]).astype(np.float64)

    def log(self) -> str:
        return "\n".join(path.read_text("latin-1") for path in (self.folder / "log").iterdir())


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    it = Office(tmp_path)
    with contextlib.closing(it.exchange):
        it.exchange.start(it.keep)
        yield it


def message(hertz: float) -> bytes:
    """Return a second of a tone as mgetty keeps it for this modem: 8 bits unsigned, 8000 Hz."""
    wave = to_sound(sine_peak(-10.0) * np.sin(2 * np.pi * hertz * np.arange(RATE) / RATE))
    header = b"RMD1" + b"V253modem".ljust(16, b"\0") + bytes((0, 1)) + RATE.to_bytes(2, "big")
    return (header + b"\x08").ljust(_HEADER, b"\0") + bytes(((wave >> 8) + 128).astype(np.uint8))


def voice_in(file: Path) -> Wave:
    """Return the sound of a message that mgetty has recorded."""
    data = file.read_bytes()
    assert data.startswith(b"RMD1V253modem")
    levels: Wave = np.frombuffer(data[_HEADER:], np.uint8).astype(np.float64) - 128
    return levels


def tone(hertz: float) -> Wave:
    wave: Wave = np.sin(2 * np.pi * hertz * np.arange(RATE // 2) / RATE)
    return wave


def test_vm_plays_a_message_to_the_line(office: Office) -> None:
    (office.folder / "message.rmd").write_bytes(message(700.0))
    told, code = office.run("vm", "play", str(office.folder / "message.rmd"))
    assert code == 0, told + office.log()
    assert likeness(office.heard(), tone(700.0)) > 0.85  # the dial tone is in it


def test_vm_records_the_caller(office: Office) -> None:
    office.caller("call")
    with office.running("vm", "record", "-L", "4", str(office.folder / "message.rmd")) as vm:
        office.wait_talking()
        office.caller("talk")
        vm.wait(_PATIENCE)
    assert vm.returncode == 0
    recorded = voice_in(office.folder / "message.rmd")
    assert abs(recorded.size - 4 * RATE) < RATE
    said = VOICES.far[RATE // 2 : RATE * 3 // 2].astype(np.float64)
    assert likeness(recorded, said) > 0.5


def test_vm_hears_the_callers_keys(office: Office) -> None:
    office.caller("call")
    with office.running("vm", "wait", "-R", "20") as vm:
        office.wait_talking()
        office.caller("key", "4711#")
        said, _ = vm.communicate(timeout=_PATIENCE)
    assert vm.returncode == 0
    assert "4711" in said


def test_vgetty_answers_plays_its_greeting_and_records_who_called(office: Office) -> None:
    (office.folder / "spool/messages/standard.rmd").write_bytes(message(700.0))
    (office.folder / "spool/messages/Index").write_text("standard.rmd\n")
    with office.running("vgetty") as vgetty:
        office.wait_for_modem("AT+VDR=1,15")  # the last thing that it sets
        office.caller("call")
        office.wait_talking()
        office.caller("talk")
        vgetty.wait(_PATIENCE)
    (recorded,) = (office.folder / "spool/incoming").iterdir()
    assert NUMBER in recorded.name
    assert voice_in(recorded).size > 2 * RATE
    assert likeness(office.heard(), tone(700.0)) > 0.95
    office.wait_talking(False)  # it has let the line go
