"""The modem lines of a port, as the kernel answers for them."""

import errno
import fcntl
import os
import struct
import termios
import tty
from collections.abc import Callable, Iterator

import pytest
import serial

from appliance.errors import LineError
from appliance.lines.monitor.optocouplers import PINS
from appliance.lines.monitor.pins import look, read_pins


@pytest.fixture(name="port")
def _port() -> Iterator[serial.Serial]:
    ours, theirs = os.openpty()
    tty.setraw(theirs)
    with serial.Serial(os.ttyname(theirs)) as port:
        yield port
    os.close(theirs)
    os.close(ours)


def failing(number: int) -> Callable[[int, int, bytes], bytes]:
    def ioctl(fd: int, request: int, data: bytes) -> bytes:
        raise OSError(number, os.strerror(number))

    return ioctl


@pytest.mark.parametrize(
    ("status", "pins"),
    [
        (0, ()),
        (termios.TIOCM_CAR, ("dcd",)),
        (termios.TIOCM_RNG, ("ri",)),
        (termios.TIOCM_CTS | termios.TIOCM_DSR, ("cts", "dsr")),
        (termios.TIOCM_DTR | termios.TIOCM_RTS, ()),  # ours
    ],
)
def test_each_pin_has_its_bit(
    port: serial.Serial, status: int, pins: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    def answer(fd: int, request: int, data: bytes) -> bytes:
        assert (fd, request, len(data)) == (port.fileno(), termios.TIOCMGET, 4)
        return struct.pack("I", status)

    monkeypatch.setattr(fcntl, "ioctl", answer)
    right = sum(PINS[pin] for pin in pins)
    assert look(port) == right
    assert read_pins(port, 0.0) == bytes((right,))


@pytest.mark.parametrize("number", [errno.ENOTTY, errno.EINVAL])
def test_a_port_without_them_is_the_wrong_one(
    port: serial.Serial, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fcntl, "ioctl", failing(number))
    with pytest.raises(LineError, match="has no modem lines, so no optocoupler can be seen"):
        look(port)


@pytest.mark.parametrize("number", [errno.EIO, errno.ENODEV])
def test_a_port_that_is_gone_is_no_wrong_one(
    port: serial.Serial, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fcntl, "ioctl", failing(number))
    with pytest.raises(OSError, match=os.strerror(number)):
        look(port)
