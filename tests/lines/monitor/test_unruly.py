"""Broken line monitors: they send without end, or take nothing."""

import contextlib
import errno
import os
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import serial

from appliance.lines.base import HookEvent
from appliance.model.events import HookChanged, LineFault
from appliance.model.terms import Hook
from tests.lines.monitor.monitored import IDLE, Line, plugged
from tests.lines.serial_wire import BOUND, at


@pytest.fixture(name="line")
def _line(tmp_path: Path) -> Iterator[Line]:
    with plugged(tmp_path) as line:
        yield line


@pytest.mark.parametrize("noise", [b"REV\r\n", b"RING ON\r\nRING OFF\r\n", b"x", b"LM1\r\n"])
def test_a_device_that_floods_its_port_is_a_fault_and_no_flood_of_events(
    line: Line, noise: bytes
) -> None:
    line.idle()
    flooding, done = threading.Event(), threading.Event()

    def flood() -> None:
        while not done.is_set():
            line.wire.pour(noise * 200)
            flooding.set()

    thread = threading.Thread(target=flood)
    thread.start()
    try:
        assert flooding.wait(BOUND)
        told: list[HookEvent] = []
        while not any(isinstance(event, LineFault) for event in told):
            told.append(line.inbox.next())
    finally:
        done.set()
        thread.join()
    assert isinstance(told[-1], LineFault)
    assert told[-1].reason == f"{line.wire.name} sends more than a line monitor can; replace it"
    assert len(told) < 115_200 // 10 // 5 + 4096


def test_a_broken_port_is_told_before_it_is_closed_and_holds_up_nobody(
    line: Line, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Closing waits, for half a minute on some, until what was written has been taken."""
    monkeypatch.setattr("appliance.lines.monitor.unit._END_SECONDS", 0.01)
    line.talking()
    closing, go_on = threading.Event(), threading.Event()

    def close(port: serial.Serial) -> None:
        closing.set()
        assert go_on.wait(BOUND)

    def broken(port: serial.Serial) -> bytes:
        raise OSError(errno.EIO, "Input/output error")

    with monkeypatch.context() as stuck:
        ((unit, _),) = line.monitor._listeners
        stuck.setattr(unit, "spoken", replace(unit.spoken, read=broken))
        stuck.setattr(serial.Serial, "close", close)
        assert closing.wait(BOUND)
        fault = line.inbox.next()
        line.monitor.close()
        go_on.set()
    assert isinstance(fault, LineFault)
    assert fault.reason == f"{line.wire.name} has vanished; plug the line monitor in again"
    assert "cannot be closed" in caplog.text


def test_a_port_that_takes_nothing_is_heard_all_the_same(line: Line) -> None:
    line.idle()
    full = os.open(line.wire.name, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
    try:
        with contextlib.suppress(BlockingIOError):
            while True:
                os.write(full, 4096 * b".")
        line.wire.say("LM1")  # it would be asked
        assert line.inbox.next() == HookChanged(at(1000), Hook.UNKNOWN)
        line.say(IDLE)
        line.clock.pass_ms(1000)
        assert line.inbox.next() == HookChanged(at(1000), Hook.ON)
    finally:
        os.close(full)
