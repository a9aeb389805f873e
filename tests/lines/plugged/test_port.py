"""A serial port: why it cannot be opened, whose words say so, and when it is tried again."""

import errno
import re
import threading
from pathlib import Path

import pytest
import serial

from appliance.errors import LineError
from appliance.lines.monitor.driver import Units
from appliance.lines.monitor.unit import Listener
from appliance.lines.plugged.port import open_port, read
from appliance.model.events import LineFault
from tests.clocks import ManualClock
from tests.lines.serial_wire import Inbox, Position, Wire


def opening(path: str) -> None:
    with open_port(path, 115200, "monitor"):
        pass


def test_a_port_gives_what_has_come_and_waits_for_no_more(tmp_path: Path) -> None:
    wire = Wire(tmp_path / "usb-monitor-1")
    wire.plug()
    try:
        with open_port(str(wire.name), 115200, "monitor") as port:
            assert read(port) == b""
            wire.say("HOOK ON|RING OFF")
            heard = b""
            while not heard.endswith(b"RING OFF\r\n"):
                heard += read(port)
            assert heard == b"HOOK ON\r\nRING OFF\r\n"
    finally:
        wire.close()


@pytest.mark.parametrize(
    ("number", "says"),
    [
        (errno.ENOENT, "is not there; plug the line monitor in"),
        (errno.ENODEV, "is not there; plug the line monitor in"),
        (errno.EACCES, "may not be opened; add this user to the group dialout"),
        (errno.EBUSY, "is in use; end the other program"),
        (errno.EIO, "is not a usable serial port"),
        (None, "is not a usable serial port"),
    ],
)
def test_each_reason_why_a_port_cannot_be_opened_has_its_sentence(
    monkeypatch: pytest.MonkeyPatch, number: int | None, says: str
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise serial.SerialException(*([number, "no"] if number else ["no"]))

    monkeypatch.setattr(serial, "Serial", refuse)
    with pytest.raises(LineError, match=f"^/dev/ttyUSB0 {re.escape(says)}$"):
        opening("/dev/ttyUSB0")


def test_the_sentence_names_the_device_that_belongs_there(tmp_path: Path) -> None:
    missing = str(tmp_path / "usb-modem")
    with pytest.raises(LineError, match=r"usb-modem is not there; plug the modem in$"):
        with open_port(missing, 115200, "modem"):
            pass


@pytest.mark.parametrize("kind", ["folder", "file"])
def test_what_is_no_serial_port_is_named_as_such(tmp_path: Path, kind: str) -> None:
    place = tmp_path / kind
    place.mkdir() if kind == "folder" else place.touch()
    with pytest.raises(LineError, match="is not a usable serial port"):
        opening(str(place))


def test_it_is_tried_again_after_half_a_second_and_ever_less_often(tmp_path: Path) -> None:
    clock, waits = ManualClock(), list[float]()
    options = {"dialect": "lm1", "port": str(tmp_path / "none")}
    unit, inbox = Units(clock).unit(options), Inbox()
    unit._listeners = [Listener("Line", unit.spoken.parser(1), Position(), inbox.deliver)]

    class Closing(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            waits.append(timeout or 0.0)
            clock.advance(waits[-1])
            if len(waits) == 6:
                self.set()
            return self.is_set()

    unit._run(Closing())
    assert waits == [0.5, 1.0, 2.0, 4.0, 5.0, 5.0]
    assert isinstance(inbox.next(), LineFault)
    assert inbox.empty()
