"""Connect the far end and the box's adapter by sound: into one null sink, out of another.

The sinks keep the time: reading the box's output waits until 20 ms of it exist, writing waits while
the buffer is full. Both follow the same clock, so the buffer keeps its fill, and a machine that is
busy for less than that loses nothing.
"""

import fcntl
import select
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import soxr

from appliance.model.audio import FRAME, RATE, Sound
from appliance.signals.pcm import Wave
from tests.rig.priority import favour
from tests.rig.rates import Down, Up
from tests.rig.tap import Tap

_BUFFER_MS = 400  # of which half is the server’s own, ahead of the sink
_PROMPT_MS = 20  # how soon what a sink puts out can be read
_READ = 65536
_KEPT_SECONDS = 300


class Unplugged(Exception):
    """The sink is gone."""


@dataclass(frozen=True, slots=True)
class Sinks:
    """Where a cable goes: two sinks of a sound server."""

    environment: Mapping[str, str]  # by which its clients find the server
    line_in: str  # what is put in here, the box captures
    line_out: str  # what the box plays
    rate: int = 48000
    channels: int = 2  # voltage and current, or the voltage alone


class Cable:
    """Plugged in from its making to ``pull``."""

    def __init__(self, sinks: Sinks) -> None:
        """Start the programs that carry the sound."""
        self._sinks = sinks
        self.tap = Tap(sinks.rate, sinks.channels)
        self._began: int | None = None  # the line's sample that was put in first
        factor = sinks.rate // RATE
        self._up, self._down = Up(factor, sinks.channels), Down(factor)
        self._block = 2 * FRAME * factor  # bytes of 20 ms of one channel
        self._stood = bytearray()  # on the wires, the latest
        self._programs: list[subprocess.Popen[bytes]] = []
        in_ = self._program("pacat", sinks.line_in, _BUFFER_MS, sinks.channels)
        out = self._program("parec", f"{sinks.line_out}.monitor", _PROMPT_MS, 1)
        wires = self._program("parec", f"{sinks.line_in}.monitor", _PROMPT_MS, sinks.channels)
        assert in_.stdin is not None
        assert out.stdout is not None
        assert wires.stdout is not None
        self._in, self._out, self._wires = in_.stdin, out.stdout, wires.stdout
        # A pipe holds 64 KiB, seconds of sound: the buffer is to be the server's, and no larger.
        fcntl.fcntl(self._in.fileno(), fcntl.F_SETPIPE_SZ, 4096)

    def hear(self) -> Wave:
        """Return the next 20 ms of what the box puts out; wait for them.

        Raises:
            Unplugged: the sink is gone.
        """
        heard = b""
        while len(heard) < self._block:
            part = self._out.read(self._block - len(heard))
            if not part:
                raise Unplugged
            heard += part
        return self._down.take(np.frombuffer(heard, "<i2").astype(np.float64))

    def put(self, sample: int, sound: Sound) -> None:
        """Put the 20 ms of the line from ``sample`` on in, ``[2, FRAME]``; wait for room.

        Raises:
            Unplugged: the sink is gone.
        """
        raised = self._up.take(sound[: self._sinks.channels].astype(np.float64))
        data = np.clip(np.rint(raised), -32768, 32767).astype("<i2").T.tobytes()
        if self._began is None:
            self._began = sample
        self.tap.sent(data)
        try:
            while data:
                data = data[self._in.write(data) or 0 :]
        except BrokenPipeError:
            raise Unplugged from None

    def watch(self, seconds: float) -> bool:
        """Let the tap see what comes out; wait for it at most so long. False: nothing ever will."""
        if not select.select([self._wires], [], [], seconds)[0]:
            return True
        data = self._wires.read(_READ)
        self.tap.came_out(data)
        self._keep(data)
        return bool(data)

    def stood(self) -> Wave:
        """Return the voltage that stood on the wires up to now, of the last minutes, at 8 kHz.

        Whatever a busy machine did to the sound on its way there, the box heard this.
        """
        channels = self._sinks.channels
        data = bytes(self._stood)
        frames = np.frombuffer(data[: len(data) // (2 * channels) * 2 * channels], "<i2")
        volts = frames.reshape(-1, channels)[:, 0].astype(np.float64)
        lowered: Wave = soxr.resample(volts, self._sinks.rate, RATE, "VHQ")
        return lowered

    def position(self) -> int | None:
        """Return the line's sample that is on the wires now; None before the first."""
        seconds = self.tap.position()
        if seconds is None or self._began is None:
            return None
        return self._began + round(seconds * RATE)

    @property
    def breaks(self) -> int:
        """How often the sound on the wires was not whole."""
        return self.tap.breaks

    def pull(self) -> None:
        """Pull it out: whoever reads or writes it learns that; safe to call twice."""
        for program in self._programs:
            program.kill()
            program.wait()

    def close(self) -> None:
        """Release it, when nobody reads or writes it any more."""
        self.pull()
        for pipe in (self._in, self._out, self._wires):
            pipe.close()

    def _keep(self, data: bytes) -> None:
        self._stood += data
        second = 2 * self._sinks.channels * self._sinks.rate
        if len(self._stood) > (_KEPT_SECONDS + 1) * second:
            del self._stood[:second]

    def _program(self, name: str, device: str, ms: int, channels: int) -> subprocess.Popen[bytes]:
        command = [name, "--raw", f"--device={device}", f"--rate={self._sinks.rate}"]
        command += ["--format=s16le", f"--channels={channels}", f"--latency-msec={ms}"]
        playing = name == "pacat"
        program = subprocess.Popen(
            command,
            env=dict(self._sinks.environment),
            stdin=subprocess.PIPE if playing else subprocess.DEVNULL,
            stdout=subprocess.DEVNULL if playing else subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
        )
        favour(program.pid)
        self._programs.append(program)
        return program
