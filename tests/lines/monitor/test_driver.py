"""The serial line monitor over real pseudo-terminals: opened, lost, found again, closed."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
import serial

from appliance.clock import SystemClock
from appliance.errors import LineError
from appliance.lines.monitor.driver import Monitor, Units
from appliance.model.events import (
    CallerId,
    HookChanged,
    LineFault,
    LineRestored,
    PartyChanged,
    PartyDoubted,
    Ring,
)
from appliance.model.terms import Hook, PartyCue
from appliance.signals.caller_id.messages import CallerIdMessage, build_mdmf
from tests.lines.monitor.monitored import IDLE, TALK, Line, a_line, plugged
from tests.lines.serial_wire import Inbox, Position, at

SYSTEM = SystemClock()


@pytest.fixture(name="line")
def _line(tmp_path: Path) -> Iterator[Line]:
    with plugged(tmp_path) as line:
        yield line


def test_it_asks_at_the_opening_and_tells_what_it_is_answered(line: Line) -> None:
    assert (line.monitor.lateness_ms, line.monitor.sees_flash) == (50, True)
    line.idle()
    assert line.inbox.empty()
    assert line.wire.silent()


def test_a_call_is_told_in_order_and_by_the_lines_clock(line: Line) -> None:
    caller = build_mdmf(CallerIdMessage(number="+48221234567"))
    line.idle()
    line.clock.pass_ms(40)
    line.wire.say("RING ON")
    assert line.inbox.next() == Ring(at(1040))
    line.say("RING OFF")
    line.clock.pass_ms(40)
    line.wire.say(f"CID {caller.hex()}")
    assert line.inbox.next() == CallerId(at(1080), "+48221234567")
    line.clock.pass_ms(40)
    line.say(TALK)
    line.clock.pass_ms(150)
    assert line.inbox.next() == HookChanged(at(1120), Hook.OFF)
    line.clock.pass_ms(40)
    line.wire.say("HOOK ON|VOLT 48.1|CURR 0.0")
    assert line.inbox.next() == PartyDoubted(at(1310), at(2360))
    line.clock.pass_ms(200)
    line.wire.say(TALK)
    assert line.inbox.next() == PartyChanged(at(1310), PartyCue.FLASH)
    line.clock.pass_ms(40)
    line.wire.say(IDLE)
    assert line.inbox.next() == PartyDoubted(at(1550), at(2600))
    line.clock.pass_ms(1000)
    assert line.inbox.next() == HookChanged(at(1550), Hook.ON)


def test_bytes_may_come_in_any_pieces_with_noise_between(line: Line) -> None:
    line.idle()
    for byte in b"\x00\xff RING ON\r\n?!\r\nRING OFF\nRING ON\r\nRI" + 2000 * b"x" + b"\r\n":
        line.wire.send(bytes((byte,)))
    line.wire.say("RING OFF|RING ON")
    assert line.inbox.next() == Ring(at(1000))
    assert line.inbox.next() == Ring(at(1000))
    line.clock.pass_ms(0)
    assert line.inbox.empty()


def test_an_unplugged_port_is_one_fault_and_is_found_again_by_its_name(
    line: Line, caplog: pytest.LogCaptureFixture
) -> None:
    line.idle()
    with caplog.at_level(logging.INFO):
        line.wire.unplug()
        fault = line.inbox.next()
        assert fault == LineFault(
            at(1000), "hook", f"{line.wire.name} has vanished; plug the line monitor in again"
        )
        line.wire.plug()
        assert line.wire.asked() == b"?\r\n"
        line.wire.say(IDLE)
        assert line.inbox.next() == LineRestored(at(1000), "hook")
        line.clock.pass_ms(1000)
        assert line.inbox.next() == HookChanged(at(1000), Hook.ON)
    assert caplog.messages == [
        f"line usb-monitor-1: {line.wire.name} has vanished; plug the line monitor in again",
        "line usb-monitor-1: the line monitor answers",
    ]


def test_of_a_call_in_which_it_was_unplugged_nothing_is_told_any_more(line: Line) -> None:
    line.talking()
    line.wire.unplug()
    assert isinstance(line.inbox.next(), LineFault)
    line.wire.plug()
    assert line.wire.asked() == b"?\r\n"
    line.wire.say(TALK)
    assert line.inbox.next() == LineRestored(at(2000), "hook")
    line.clock.pass_ms(1000)
    line.say(IDLE)
    line.clock.pass_ms(1000)
    assert line.inbox.next() == HookChanged(at(3000), Hook.ON)


def test_a_port_that_is_not_there_is_a_fault_until_it_is(tmp_path: Path) -> None:
    line = a_line(tmp_path, "usb-monitor-1")
    try:
        line.monitor.start(line.inbox.deliver)
        line.monitor.start(line.inbox.deliver)
        fault = line.inbox.next()
        assert isinstance(fault, LineFault)
        assert fault.reason == f"{line.wire.name} is not there; plug the line monitor in"
        line.wire.plug()
        assert line.wire.asked() == b"?\r\n"
        line.wire.say("LM1|HOOK ON")
        assert line.inbox.next() == LineRestored(0, "hook")
        line.clock.pass_ms(1000)
        assert line.inbox.next() == HookChanged(0, Hook.ON)
    finally:
        line.monitor.close()
        line.wire.close()


def test_nobody_else_can_have_the_port(line: Line) -> None:
    line.idle()
    with pytest.raises(serial.SerialException):
        serial.Serial(str(line.wire.name), exclusive=True)
    options = {"dialect": "lm1", "port": str(line.wire.name)}
    second, inbox = Monitor("Second", options, Position(), SYSTEM, Units(SYSTEM)), Inbox()
    second.start(inbox.deliver)
    try:
        fault = inbox.next()
        assert isinstance(fault, LineFault)
        assert fault.reason == f"{line.wire.name} is in use; end the other program"
        line.monitor.close()
        assert line.wire.asked() == b"?\r\n"  # it is free now, and the second one has it
        line.wire.say(IDLE)
        assert inbox.next() == LineRestored(0, "hook")
    finally:
        second.close()


def test_two_monitors_tell_nothing_of_each_other(line: Line, tmp_path: Path) -> None:
    other = a_line(tmp_path, "usb-monitor-2")
    other.wire.plug()
    try:
        line.idle()
        other.talking()
        line.wire.unplug()
        assert isinstance(line.inbox.next(), LineFault)
        other.wire.say("REV")
        assert other.inbox.next().sample == at(2000)
        assert line.inbox.empty()
    finally:
        other.monitor.close()
        other.wire.close()


def test_another_device_is_named_as_one(line: Line) -> None:
    line.open("ATZ|OK|$GPGGA,120000.00")
    line.clock.pass_ms(0)
    line.clock.pass_ms(4000)
    assert line.inbox.empty()
    line.clock.pass_ms(20)
    fault = line.inbox.next()
    assert isinstance(fault, LineFault)
    assert fault.reason == "Nothing that speaks lm1 answers; is this the right port?"


def test_a_monitor_that_hangs_in_a_call_is_asked_and_then_a_fault(line: Line) -> None:
    line.talking()
    assert line.wire.asked() == b"?\r\n"  # a second has passed without a word
    line.clock.pass_ms(780)
    assert line.inbox.empty()
    line.clock.pass_ms(40)
    assert line.inbox.next() == LineFault(at(1000), "hook", "The line monitor is silent")


def test_a_fault_of_ours_is_a_fault_of_the_line_and_not_the_end(
    line: Line, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    line.idle()
    ((_, listener),) = line.monitor._listeners
    receive = listener.parser.receive
    with monkeypatch.context() as broken:
        broken.setattr(listener.parser, "receive", None)
        fault = line.inbox.next()
    assert fault == LineFault(
        at(1000), "hook", "The driver of the device failed; look at the system log"
    )
    assert listener.parser.receive == receive
    assert line.wire.asked() == b"?\r\n"
    line.wire.say(IDLE)
    assert line.inbox.next() == LineRestored(at(1000), "hook")
    assert "TypeError" in caplog.text


def test_closing_ends_the_thread_at_any_time_and_twice(line: Line, tmp_path: Path) -> None:
    a_line(tmp_path, "never-started").monitor.close()
    away = a_line(tmp_path, "usb-monitor-2")
    away.monitor.start(away.inbox.deliver)
    assert isinstance(away.inbox.next(), LineFault)
    line.idle()
    for monitor in (line.monitor, away.monitor):
        ((unit, _),) = monitor._listeners
        thread = unit._thread
        monitor.close()
        monitor.close()
        assert thread is not None
        assert not thread.is_alive()


def test_there_must_be_a_profile() -> None:
    with pytest.raises(LineError, match="There is no profile morse"):
        Monitor(
            "Line",
            {"dialect": "morse", "port": "/dev/null"},
            Position(),
            SYSTEM,
            Units(SYSTEM),
        )
