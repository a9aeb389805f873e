"""Put an emulated modem on a simulated line, with a host and people who act at speed."""

from concurrent.futures import Future
from itertools import pairwise
from pathlib import Path

import numpy as np

from appliance.clock import SystemClock
from appliance.exchange.driver import Exchange
from appliance.exchange.modem.modem import EmulatedModem
from appliance.exchange.modem.plugged import PluggedModem
from appliance.exchange.modem.profile import modem_profile
from appliance.exchange.scene import Scene
from appliance.model.audio import FRAME, RATE, AudioFrame
from appliance.model.demo_phone import LiveAct, LiveDo, Party
from appliance.signals.pcm import Wave
from tests.exchange.scripted_recorder import VOICES

NUMBER = "+48221234567"


class Wire:
    """A serial port in memory."""

    def __init__(self) -> None:
        self.name = Path("/dev/none")
        self.to_modem = b""
        self.to_host = b""
        self.dtr_falls = False

    def read(self, room: int) -> tuple[bytes, bool]:
        data, self.to_modem = self.to_modem[:room], self.to_modem[room:]
        fell, self.dtr_falls = self.dtr_falls, False
        return data, fell

    def write(self, data: bytes) -> None:
        self.to_host += data

    def plug(self) -> None:
        pass

    def unplug(self) -> None:
        pass

    def wander(self) -> None:
        pass


class Bench:
    """A line, a modem, three phones and a host; time passes only in ``run``."""

    def __init__(self, name: str) -> None:
        self.wire = Wire()
        self.modem = EmulatedModem(modem_profile(name))
        plugged = PluggedModem(self.modem, self.wire)
        # The clock lets the line stand between calls; nothing here waits for it.
        self.exchange = Exchange("Reception", 1, VOICES, clock=SystemClock(), modem=plugged)
        self.frames: list[AudioFrame] = []
        self.acts: list[Future[None]] = []
        self.run(3.0)  # a line must have been quiet before people use it

    @property
    def seconds(self) -> float:
        return self.exchange.position() / RATE

    def run(self, seconds: float) -> bytes:
        """Let time pass; return what the modem sent."""
        before = len(self.wire.to_host)
        for _ in range(round(seconds * RATE / FRAME)):
            self.exchange._turn()
            self.frames += [e for e in self.exchange.step() if isinstance(e, AudioFrame)]
        return self.wire.to_host[before:]

    def send(self, data: bytes, seconds: float = 0.5) -> bytes:
        """Send bytes and let time pass; return what the modem sent."""
        self.wire.to_modem += data
        return self.run(seconds)

    def command(self, text: str, seconds: float = 0.5) -> list[str]:
        """Send a command line without echo; return the lines of its reply."""
        said = self.send(text.encode() + b"\r", seconds)
        return [line.decode() for line in said.split(b"\r\n") if line]

    def voice_mode(self) -> None:
        """Prepare the modem as every host does."""
        self.send(b"ATE0\r")
        assert self.command("AT+FCLASS=8") == ["OK"]

    def does(self, by: Party, do: LiveDo, **more: str) -> None:
        """Let somebody do something at a phone."""
        self.acts.append(self.exchange.phones.do(LiveAct(by=by, do=do, **more)))

    def called(self, name: str = "") -> None:
        """Let the caller dial the office."""
        self.does("caller", "call", number=NUMBER, name=name)

    def place(self, scene: Scene) -> None:
        self.exchange.place(scene)

    def state(self, party: Party) -> str:
        return next(p.state for p in self.exchange.phones.now.phones if p.party == party)

    def volts(self, seconds: float) -> Wave:
        """Return the voltage at the tap in the last seconds."""
        count = round(seconds * RATE / FRAME)
        wave: Wave = np.concatenate([f.sound[0] for f in self.frames[-count:]]).astype(np.float64)
        return wave


def codes(data: bytes) -> str:
    """Return the letters of the codes in what a modem sent outside of voice."""
    return "".join(chr(b) for a, b in pairwise(data) if a == 0x10)
