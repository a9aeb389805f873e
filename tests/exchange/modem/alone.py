"""A line that an emulated modem makes alone, with all that is in it, at high speed.

The driver's thread moves the time, once ``run`` lets it: each look at its port is 20 ms on the
line, in the modem and in the recorder, which deals with them before the next. Until then time
stands: what a test plans is planned from one moment, however busy the machine is.
"""

import contextlib
import socket
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Event

import pytest

from appliance.call.call import Call
from appliance.config.settings import Basis, Config, Part
from appliance.errors import LineError
from appliance.exchange.driver import Exchange
from appliance.exchange.modem.modem import EmulatedModem
from appliance.exchange.modem.plugged import PluggedModem
from appliance.exchange.modem.profile import modem_profile
from appliance.lines.modem import driver
from appliance.lines.plugged.attempts import DriverAttempts
from appliance.lines.plugged.port import PortDevice
from appliance.model import actions as act
from appliance.model import events as ev
from appliance.model.audio import FRAME, RATE
from appliance.model.demo_phone import LiveAct, LiveDo, Party
from appliance.model.sentences.faults import device_fault
from appliance.recorder.line.devices import Simulation
from appliance.recorder.serve import make_places
from appliance.recorder.service import Recorder
from tests.boxes import TrialBox, make_box
from tests.clocks import ManualClock
from tests.exchange.modem.bench import NUMBER, Wire
from tests.exchange.scripted_recorder import VOICES
from tests.scenes.worded import worded

BOTH = ("training", "quality")
LONGEST = 300.0
"""Seconds of real time within which a call is over, however busy the machine is."""


class Unplugged(OSError):
    """The port is gone."""


class Port:
    """The box's end of a serial port whose reads let time pass."""

    baudrate = 115200
    rtscts = True
    out_waiting = 0

    def __init__(self, line: "AloneLine") -> None:
        self._line = line
        self._box, self._modem = socket.socketpair()
        for end in (self._box, self._modem):
            end.setblocking(False)
        self._unread = b""

    def fileno(self) -> int:
        if self._line.unplugged:
            raise Unplugged
        return self._box.fileno()

    def read(self, count: int) -> bytes:
        if not self._unread:
            self._unread = self._line.pass_by(self._sent())
        data, self._unread = self._unread[:count], self._unread[count:]
        return data

    @property
    def in_waiting(self) -> int:
        return len(self._unread)

    def reset_output_buffer(self) -> None:
        """Throw nothing away: all was sent."""

    def close(self) -> None:
        self._line.wire.to_modem += self._sent()
        self._line.wire.dtr_falls = True
        self._box.close()
        self._modem.close()

    def _sent(self) -> bytes:
        data = b""
        with contextlib.suppress(BlockingIOError):
            while part := self._modem.recv(65536):
                data += part
        return data


@dataclass
class AloneLine:
    """One line, and what was seen of it."""

    box: TrialBox
    profile: str
    clock: ManualClock = field(default_factory=ManualClock)
    unplugged: bool = False
    events: list[ev.Event] = field(default_factory=list)
    actions: list[act.Action] = field(default_factory=list)
    states: list[str] = field(default_factory=list)
    held: list[bool] = field(default_factory=list)
    """Whether the modem was off-hook, each 20 ms."""
    each: Callable[[float], None] = lambda seconds: None
    """Called each 20 ms in the driver's thread."""

    def __post_init__(self) -> None:
        self.wire, self.begun, self.over = Wire(), Event(), Event()
        self.wire.name = Path("/dev/modem")
        self.modem = EmulatedModem(modem_profile(self.profile))
        plugged = PluggedModem(self.modem, self.wire)
        self.exchange = Exchange("Reception", 1, VOICES, clock=self.clock, modem=plugged)
        self.plugged = plugged
        self._due: list[tuple[float, Callable[[], object]]] = []
        (line,) = self.box.config.lines
        part = {"port": str(self.wire.name)}
        audio = Part("modem", {**part, "holds_line": True})
        line = replace(line, hook=Part("modem", part), audio=audio, prompt=Part("modem", part))
        self.config: Config = replace(self.box.config, lines=(line,))

    def start(self) -> None:
        """Start the recorder; its first look at the port waits for ``run``."""
        self.box.undecide()
        self.box.folders.day.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.box.folders.day.write_text("2027-01-11\n")  # the time was confirmed once
        simulation = Simulation(observe=self.observe)
        self.recorder = Recorder(self.config, self.box.folders, self.clock, simulation=simulation)
        self.recorder.start()

    def close(self) -> None:
        self.over.set()
        self.begun.set()  # where a test ended before it let time pass
        self.recorder.close()
        self.exchange.close()

    @property
    def seconds(self) -> float:
        return self.exchange.position() / RATE

    def pass_by(self, sent: bytes) -> bytes:
        """Let 20 ms pass; return what the modem sent."""
        if self.over.is_set():
            return b""
        self.step(sent)
        if self.unplugged:
            raise Unplugged
        told, self.wire.to_host = self.wire.to_host, b""
        return told

    def step(self, sent: bytes = b"") -> None:
        assert self.begun.wait(LONGEST)
        self.wire.to_modem += sent
        self.clock.advance(FRAME / RATE)
        self.exchange._turn()
        self.exchange.step()
        self.held.append(self.modem.off_hook)
        for built in self.recorder._lines.all() if self.recorder._lines else []:
            built.thread.settle()
        for due in [each for each in self._due if each[0] <= self.seconds]:
            self._due.remove(due)
            due[1]()
        self.each(self.seconds)

    def after(self, seconds: float, do: Callable[[], object]) -> None:
        """Do something so much later."""
        self._due.append((self.seconds + seconds, do))

    def does(self, by: Party, do: LiveDo, after: float = 0.0, **more: str) -> None:
        """Let somebody do something at a phone, so much later."""
        self.after(after, lambda: self.exchange.phones.do(LiveAct(by=by, do=do, **more)))

    def called(self, after: float = 4.0, lifts: float = 7.5) -> None:
        """Let a caller call, and the office answer."""
        self.does("caller", "call", after, number=NUMBER)
        self.does("office", "lift", after + lifts)

    def unplug(self) -> None:
        """Pull the modem's USB plug: without power it lets the line go."""
        self.unplugged = True
        self.modem.lose_power()

    def stand(self, seconds: float, meanwhile: Callable[[], None] | None) -> None:
        """Let time pass while the driver waits for its port."""
        for _ in range(round(seconds * RATE / FRAME)):
            if not self.over.is_set():
                self.step()
            if meanwhile is not None:
                meanwhile()

    def run(self, seconds: float) -> None:
        """Let the box run for so long on the line."""
        self.after(seconds, self.over.set)
        self.begun.set()
        assert self.over.wait(LONGEST), self.seconds

    def observe(self, event: ev.Event, call: Call, actions: tuple[act.Action, ...]) -> None:
        self.events.append(event)
        self.actions += actions
        if not self.states or self.states[-1] != call.state.value:
            self.states.append(call.state.value)
        self.seen(event, call)

    def seen(self, event: ev.Event, call: Call) -> None:
        """Act on what happens: a test's own."""

    @property
    def notes(self) -> list[tuple[str, str | None]]:
        found = [each for each in self.actions if isinstance(each, act.Note)]
        return [(note.outcome, note.reason.value if note.reason else None) for note in found]


@contextlib.contextmanager
def alone(
    folder: Path, profile: str, patched: pytest.MonkeyPatch, figures: str = ""
) -> Iterator[AloneLine]:
    """Make a box whose line an emulated modem makes alone; ``run`` lets time pass."""
    bases: Mapping[str, Basis] = dict.fromkeys(BOTH, Basis.CONSENT)
    box = worded(make_box(folder / "data"), folder / "words", bases, {"1": BOTH, "2": ()})
    if figures:
        box.folders.calibration.mkdir(parents=True)
        (box.folders.calibration / "Reception.toml").write_text(figures, "utf-8")
    line = AloneLine(box, profile)

    @contextlib.contextmanager
    def opened(
        path: str, baud: int, device: PortDevice, *, handshake: bool = False
    ) -> Iterator[Port]:
        if line.unplugged:
            raise LineError(device_fault(f"port_no_{device}", path=path))
        port = Port(line)
        try:
            yield port
        finally:
            port.close()

    def wait(
        attempts: DriverAttempts, closing: Event, meanwhile: Callable[[], None] | None
    ) -> None:
        line.stand(attempts.pace.next_wait(), meanwhile)

    patched.setattr(driver, "open_port", opened)
    patched.setattr(DriverAttempts, "_wait", wait)
    make_places(box.folders)
    line.start()
    try:
        yield line
    finally:
        line.close()
