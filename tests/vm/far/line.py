"""Plug the far end of a line into the machine's loopback card and its USB serial port.

::

    far end ── aplay ──► LineTap, device 1 ─ kernel ─► device 0: capture ┐
    (network, caller,                                                    ├─ the recorder's unit
     office phone) ◄─ arecord ◄─ device 1 ◄─ kernel ─ device 0: playback ┘
    line monitor ─ lm1 ─► ttyUSB ─ QEMU's cable ─► ttyUSB ──────────────► serial
"""

import contextlib
import os
import subprocess
import termios
import threading
import tty
from collections import deque
from pathlib import Path

import numpy as np

from appliance.exchange.circuit.voices import PartyVoices
from appliance.model.audio import FRAME, RATE, Sound
from appliance.model.prompts import Prompt
from appliance.prompts.speech import simulated_voices
from appliance.signals.pcm import Wave
from tests.rig.cable import Unplugged
from tests.rig.far_end import FarEnd
from tests.rig.hook.monitors import Lm1, MonitorHook
from tests.rig.live_line import LiveLine
from tests.rig.rates import Down, Up
from tests.vm.prepare import CARD, CARD_RATE, FAR_MONITOR, MONITOR

_CHANNELS = 2  # voltage and current
_FACTOR = CARD_RATE // RATE
_BUFFER_US, _PERIOD_US = 200_000, 20_000
_PLAYING = Path(f"/proc/asound/{CARD}/pcm1p/sub0/status")
_MOST = 4096
_KEPT_FRAMES = 300 * RATE // FRAME


class LoopbackCable:
    """A sound cable through the kernel's loopback card; it is in from its making to ``pull``."""

    def __init__(self) -> None:
        """Start the programs that play into the box's capture and hear its playback."""
        self._up, self._down = Up(_FACTOR, _CHANNELS), Down(_FACTOR)
        self._block = 2 * FRAME * _FACTOR  # bytes of 20 ms of one channel
        self._began: int | None = None  # the line's sample that was put in first
        self._stood: deque[Wave] = deque(maxlen=_KEPT_FRAMES)
        self._pulled = threading.Event()
        self._last = 0
        self.breaks = 0
        self._play = _program("aplay", _CHANNELS)
        self._hear = _program("arecord", 1)

    def hear(self) -> Wave:
        """Return the next 20 ms of what the box puts out; wait for them."""
        assert self._hear.stdout is not None
        heard = b""
        while len(heard) < self._block:
            part = self._hear.stdout.read(self._block - len(heard))
            if not part:
                raise Unplugged
            heard += part
        return self._down.take(np.frombuffer(heard, "<i2").astype(np.float64))

    def put(self, sample: int, sound: Sound) -> None:
        """Put the 20 ms of the line from ``sample`` on in; wait for room."""
        assert self._play.stdin is not None
        self._began = sample if self._began is None else self._began
        self._stood.append(sound[0].astype(np.float64))
        raised = self._up.take(sound.astype(np.float64))
        data = np.clip(np.rint(raised), -32768, 32767).astype("<i2").T.tobytes()
        try:
            while data:
                data = data[self._play.stdin.write(data) or 0 :]
        except BrokenPipeError:
            raise Unplugged from None

    def watch(self, seconds: float) -> bool:
        """Wait so long, or until it is pulled."""
        self._pulled.wait(seconds)
        return True

    def stood(self) -> Wave:
        """Return the voltage that was put in, of the last minutes."""
        return np.concatenate(list(self._stood))

    def position(self) -> int | None:
        """Return the line's sample that is on the wires now, as the kernel counts it."""
        played = frames_played()
        if played is None or self._began is None:
            return None
        if played < self._last:
            self.breaks += 1  # the player ran dry and began anew
        self._last = played
        return self._began + played // _FACTOR

    def pull(self) -> None:
        """Pull it out; safe to call twice."""
        self._pulled.set()
        for program in (self._play, self._hear):
            program.kill()
            program.wait()

    def close(self) -> None:
        """Release it."""
        self.pull()
        for pipe in (self._play.stdin, self._hear.stdout):
            assert pipe is not None
            pipe.close()


class UsbPort:
    """The line monitor's end of the serial cable."""

    def __init__(self, name: Path = FAR_MONITOR) -> None:
        """Open it raw, at LM1's speed."""
        self._fd = os.open(name, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
        tty.setraw(self._fd)
        modes = termios.tcgetattr(self._fd)
        modes[4] = modes[5] = termios.B115200
        termios.tcsetattr(self._fd, termios.TCSANOW, modes)

    def plug(self) -> None:
        """Do nothing: QEMU's cable is in."""

    def read(self) -> bytes:
        """Return what the box has sent since; never wait."""
        with contextlib.suppress(BlockingIOError):
            return os.read(self._fd, _MOST)
        return b""

    def write(self, data: bytes) -> None:
        """Send to the box; never wait."""
        if data:
            with contextlib.suppress(BlockingIOError):
                os.write(self._fd, data)

    def unplug(self) -> None:
        """Close it; safe to call twice."""
        fd, self._fd = self._fd, -1
        if fd >= 0:
            os.close(fd)


def plugged_line(prompts: list[Prompt]) -> LiveLine:
    """Return the running far end, plugged in; ``close`` ends it."""
    far_end = FarEnd(prompts, PartyVoices(*simulated_voices()), seed=1)
    line = LiveLine(far_end, MonitorHook(Lm1(), UsbPort(), MONITOR))
    line.start()
    line.plug_sound(LoopbackCable())
    return line


def _program(name: str, channels: int) -> subprocess.Popen[bytes]:
    playing = name == "aplay"
    command = [name, "--quiet", f"--device=hw:{CARD},1", "--file-type=raw", "--format=S16_LE"]
    command += [f"--rate={CARD_RATE}", f"--channels={channels}"]
    command += [f"--buffer-time={_BUFFER_US}", f"--period-time={_PERIOD_US}"]
    return subprocess.Popen(
        command,
        stdin=subprocess.PIPE if playing else subprocess.DEVNULL,
        stdout=subprocess.DEVNULL if playing else subprocess.PIPE,
        bufsize=0,
        pipesize=4096,
    )


def frames_played(status: Path = _PLAYING) -> int | None:
    """Return how many frames the card has played since its start; None: closed, or pulled out."""
    with contextlib.suppress(OSError):
        for line in status.read_text("ascii").splitlines():
            name, _, value = line.partition(":")
            if name.strip() == "hw_ptr":
                return int(value)
    return None
