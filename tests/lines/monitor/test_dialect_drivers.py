"""The other dialects over real pseudo-terminals: shared ports, pins, unplugging, mistakes."""

import errno
import queue
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import serial

from appliance.clock import SystemClock
from appliance.errors import LineError
from appliance.lines.monitor.dialects import speak
from appliance.lines.monitor.driver import Monitor, Units
from appliance.lines.monitor.optocouplers import PINS
from appliance.model.events import CallerId, HookChanged, LineFault, LineRestored, Ring
from appliance.model.terms import Hook
from tests.clocks import ManualClock
from tests.lines.serial_wire import BOUND, Inbox, Position, Wire, at

SYSTEM = SystemClock()
SETTINGS = "V3.1 EcXdAsobKT L=01"


def detail(code: str, line: int) -> str:
    return f"{line:02} {code}             11/07 17:45:04"


class Line:
    """One line at a wire."""

    def __init__(self, wire: Wire, units: Units, **options: Any) -> None:
        self.clock, self.inbox = Position(), Inbox()
        options["port"] = str(wire.name)
        self.monitor = Monitor("Line", options, self.clock, SYSTEM, units)

    def start(self) -> "Line":
        self.monitor.start(self.inbox.deliver)
        return self


@pytest.fixture(name="wire")
def _wire(tmp_path: Path) -> Iterator[Wire]:
    wire = Wire(tmp_path / "usb-unit")
    wire.plug()
    yield wire
    wire.close()


@contextmanager
def two_lines(wire: Wire) -> Iterator[tuple[Line, Line]]:
    """Two lines of one Whozz Calling unit, whose settings are known."""
    units = Units(SYSTEM)
    options = {"dialect": "whozz", "port": str(wire.name)}
    units.unit(options).spoken = speak(options, ManualClock())  # by which nobody gets impatient
    first, second = (Line(wire, units, dialect="whozz", line=number) for number in (1, 2))
    try:
        first.start()
        assert wire.asked() == b"V"
        second.start()
        second.clock.pass_ms(0)
        wire.say(SETTINGS)
        yield first, second
    finally:
        first.monitor.close()
        second.monitor.close()


def test_two_lines_share_a_unit_and_each_hears_of_itself_by_its_own_clock(wire: Wire) -> None:
    with two_lines(wire) as (first, second):
        second.clock.pass_ms(5000)
        wire.say(f"{detail('N', 1)}|{detail('N', 2)}")
        assert first.inbox.next() == HookChanged(0, Hook.ON)
        assert second.inbox.next() == HookChanged(at(5000), Hook.ON)
        first.clock.pass_ms(1000)
        wire.say(detail("R", 1))
        assert first.inbox.next() == Ring(at(1000))
        assert second.inbox.empty()


def test_one_line_of_a_unit_may_end_and_come_again_while_the_other_goes_on(wire: Wire) -> None:
    with two_lines(wire) as (first, second):
        first.monitor.close()
        wire.say(f"{detail('F', 1)}|{detail('F', 2)}")
        assert second.inbox.next() == HookChanged(0, Hook.OFF)
        assert first.inbox.empty()
        ((unit, _),) = second.monitor._listeners
        again = Line(wire, Units(SYSTEM), dialect="whozz")
        again.monitor._parts = [(unit, 1, False)]
        again.start()
        try:
            assert wire.asked() == b"V"
            again.clock.pass_ms(0)
            wire.say(f"{SETTINGS}|{detail('N', 1)}")
            assert again.inbox.next() == HookChanged(0, Hook.ON)
        finally:
            again.monitor.close()


def test_an_unplugged_unit_is_one_fault_for_each_line_and_comes_back(wire: Wire) -> None:
    with two_lines(wire) as (first, second):
        wire.say(f"{detail('F', 1)}|{detail('N', 2)}")
        assert first.inbox.next() == HookChanged(0, Hook.OFF)
        assert second.inbox.next() == HookChanged(0, Hook.ON)
        wire.unplug()
        for line in (first, second):
            fault = line.inbox.next()
            assert isinstance(fault, LineFault)
            assert fault.reason == f"{wire.name} has vanished; plug the line monitor in again"
        wire.plug()
        assert wire.asked() == b"V"
        wire.say(SETTINGS)
        assert first.inbox.next() == LineRestored(0, "hook")
        assert second.inbox.next() == LineRestored(0, "hook")
        wire.say(detail("N", 1))
        assert first.inbox.next() == HookChanged(0, Hook.ON)


def test_the_last_line_of_a_unit_releases_its_port(wire: Wire) -> None:
    with two_lines(wire) as (first, second):
        for line in (first, second):
            line.monitor.close()
        serial.Serial(str(wire.name), exclusive=True).close()


# -- optocouplers --------------------------------------------------------------------------------


class Pins:
    """The modem lines of an adapter, moved by the test; each look waits for its turn."""

    def __init__(self) -> None:
        self._looks: queue.Queue[int | OSError] = queue.Queue()
        self._taken = False

    def read(self, port: serial.Serial) -> bytes:
        if self._taken:
            self._looks.task_done()  # the driver has dealt with the last one
        look = self._looks.get(timeout=BOUND)
        self._taken = True
        if isinstance(look, OSError):
            raise look
        return bytes((look,))

    def put(self, look: int | OSError) -> None:
        self._looks.put(look)

    def dealt_with(self) -> None:
        """Wait until the driver has dealt with every look."""
        self._looks.join()


@contextmanager
def coupled(wire: Wire, pins: Pins) -> Iterator[Line]:
    line = Line(wire, Units(SYSTEM), dialect="optocouplers", off_hook="not dcd", ringing="ri")
    ((unit, _, _),) = line.monitor._parts
    unit.spoken = replace(unit.spoken, read=pins.read)
    try:
        yield line.start()
    finally:
        pins.put(0)
        pins.put(0)
        line.monitor.close()


def test_optocouplers_unplugged_in_a_call_are_a_fault_and_found_again(wire: Wire) -> None:
    pins = Pins()
    with coupled(wire, pins) as line:
        assert (line.monitor.lateness_ms, line.monitor.sees_flash) == (50, True)
        idle = PINS["dcd"]
        for moved, state in ((0, idle), (1000, idle), (20, 0), (60, 0), (60, 0), (60, 0)):
            line.clock.jump_ms(moved)
            pins.put(state)
            pins.dealt_with()
        assert line.inbox.next() == HookChanged(0, Hook.ON)
        assert line.inbox.next() == HookChanged(at(1020), Hook.OFF)
        wire.unplug()
        pins.put(OSError(errno.EIO, "Input/output error"))
        fault = line.inbox.next()
        assert isinstance(fault, LineFault)
        assert fault.reason == f"{wire.name} has vanished; plug the line monitor in again"
        wire.plug()
        pins.put(PINS["dcd"])
        assert line.inbox.next() == LineRestored(at(1200), "hook")


def test_an_adapter_without_modem_lines_is_refused_in_one_sentence(wire: Wire) -> None:
    """A pseudo-terminal has none."""
    line = Line(wire, Units(SYSTEM), dialect="optocouplers", off_hook="dcd").start()
    try:
        fault = line.inbox.next()
        assert isinstance(fault, LineFault)
        assert fault.reason == (
            f"{wire.name} has no modem lines, so no optocoupler can be seen there; use a serial "
            "cable with DCD, RI, CTS and DSR"
        )
        assert line.inbox.empty()
    finally:
        line.monitor.close()


# -- a NetCallerID -------------------------------------------------------------------------------


def test_a_netcallerid_beside_another_source_tells_callers_alone(
    wire: Wire, tmp_path: Path
) -> None:
    beside = Wire(tmp_path / "usb-caller")
    line = Line(wire, Units(SYSTEM), dialect="lm1", caller_port=str(beside.name)).start()
    try:
        assert wire.asked() == b"?\r\n"
        wire.say("HOOK ON")
        line.clock.pass_ms(0)
        line.clock.pass_ms(1000)
        assert line.inbox.next() == HookChanged(0, Hook.ON)
        beside.plug()  # until now it was away, and the line had its hook all the same
        said = "###DATE08082225...NMBR48221234567...NAMEZOFIA+++"
        while line.inbox.empty():
            beside.say(said)  # lost as long as nobody has opened the port
            line.clock.pass_ms(20)
        caller = line.inbox.next()
        assert isinstance(caller, CallerId)
        assert caller.number == "48221234567"
        assert beside.silent()
    finally:
        line.monitor.close()
        beside.close()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"dialect": "netcallerid"}, "cannot be used"),
        ({"dialect": "optocouplers"}, "cannot be used"),
        ({"dialect": "optocouplers", "off_hook": "dtr"}, "cannot be used"),
        (
            {"dialect": "optocouplers", "off_hook": "dcd", "ringing": "not dcd"},
            "cannot be used",
        ),
        ({"dialect": "whozz", "line": 9}, "cannot be used"),
        ({"dialect": "lm1", "line": 2}, "cannot be used"),
        ({"dialect": "morse"}, "There is no profile morse"),
    ],
)
def test_options_that_do_not_fit_are_a_mistake(options: dict[str, Any], said: str) -> None:
    with pytest.raises(LineError, match=said):
        Monitor("Line", options | {"port": "/dev/null"}, Position(), SYSTEM, Units(SYSTEM))
