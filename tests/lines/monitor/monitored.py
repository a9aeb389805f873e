"""Run a serial line monitor over a real pseudo-terminal, and the first steps of many tests."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from appliance.clock import SystemClock
from appliance.lines.monitor.driver import Monitor, Units
from appliance.model.events import HookChanged
from appliance.model.terms import Hook
from tests.lines.serial_wire import Inbox, Position, Wire, at

IDLE = "HOOK ON|RING OFF|VOLT 48.1|CURR 0.0"
TALK = "HOOK OFF|RING OFF|VOLT 11.2|CURR 31.0"


@dataclass
class Line:
    wire: Wire
    clock: Position
    inbox: Inbox
    monitor: Monitor

    def open(self, state: str = IDLE) -> None:
        """Start, answer the question for the state, and see it taken in."""
        self.monitor.start(self.inbox.deliver)
        assert self.wire.asked() == b"?\r\n"
        self.wire.say(state)

    def idle(self) -> None:
        """Start on an idle line, at 1 s of the line's clock."""
        self.open()
        self.clock.pass_ms(0)
        self.clock.pass_ms(1000)
        assert self.inbox.next() == HookChanged(0, Hook.ON)

    def talking(self) -> None:
        """Start on an idle line and lift the phone, up to 2 s of the line's clock."""
        self.idle()
        self.say(TALK)
        self.clock.pass_ms(1000)
        assert self.inbox.next() == HookChanged(at(1000), Hook.OFF)

    def say(self, text: str) -> None:
        """Say something that is no event yet, and see it taken in."""
        self.wire.say(text)
        self.clock.pass_ms(0)


def a_line(folder: Path, name: str) -> Line:
    wire, clock = Wire(folder / name), Position()
    options = {"dialect": "lm1", "port": str(wire.name)}
    system = SystemClock()
    monitor = Monitor(name, options, clock, system, Units(system))
    return Line(wire, clock, Inbox(), monitor)


@contextlib.contextmanager
def plugged(folder: Path) -> Iterator[Line]:
    """Return a line whose monitor's port is there; take both away at the end."""
    line = a_line(folder, "usb-monitor-1")
    line.wire.plug()
    yield line
    line.monitor.close()
    line.wire.close()
