"""Open a serial port exclusively; name failures in plain sentences."""

import errno
import os
import termios
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Literal

import serial

from appliance.errors import LineError
from appliance.model.sentences.faults import FaultText, device_fault

READ_SECONDS = 0.02
"""The longest wait of a read, so that the parser's time passes in steps of 20 ms."""

Broken = (OSError, termios.error)
"""Errors of a port that cannot be opened or has gone, including pyserial's own."""

_OPENING = {
    errno.ENOENT: "away",
    errno.ENODEV: "away",
    errno.ENXIO: "away",
    errno.EACCES: "denied",
    errno.EPERM: "denied",
    errno.EAGAIN: "in_use",
    errno.EBUSY: "in_use",
}

PortDevice = Literal["modem", "monitor"]
"""What may hang on a port."""


@contextmanager
def open_port(
    path: str, baud: int, device: PortDevice, *, handshake: bool = False
) -> Iterator[serial.Serial]:
    """Open a port at 8N1; no other program of this machine may share it.

    Args:
        path: of the port.
        baud: its rate.
        device: what is plugged into it.
        handshake: whether RTS and CTS pace what is sent; the device has to have them.

    Raises:
        LineError: it cannot be opened; the sentence says why.
    """
    try:
        port = serial.Serial(path, baud, timeout=READ_SECONDS, exclusive=True, rtscts=handshake)
    except (*Broken, ValueError) as error:
        raise LineError(_why(path, error, device)) from error
    try:
        yield port
    finally:
        with suppress(*Broken):
            port.reset_output_buffer()  # or closing would wait until it is sent
        with suppress(*Broken):
            port.close()


def vanished(path: str, device: PortDevice) -> FaultText:
    """Return the sentence of a port that was open and is gone."""
    return device_fault(f"vanished_{device}", path=path)


def ask(port: serial.Serial, query: bytes) -> None:
    """Send a query, if the port takes it now.

    Nothing waits here. A query that a full port does not take gets no answer, and the silence is
    noticed. (With a time limit pyserial reports a finished write as late on a busy machine.)
    """
    with suppress(BlockingIOError):
        os.write(port.fileno(), query)


def read(port: serial.Serial) -> bytes:
    """Return the bytes that arrived, perhaps none, after 20 ms at the latest."""
    data: bytes = port.read(1)
    return data + port.read(port.in_waiting) if data else data


def _why(path: str, error: Exception, device: PortDevice) -> FaultText:
    number = error.errno if isinstance(error, OSError) else None
    match _OPENING.get(number or 0):
        case "away":
            return device_fault(f"port_no_{device}", path=path)
        case "denied":
            return device_fault("port_denied", path=path)
        case "in_use":
            return device_fault("port_in_use", path=path)
        case _:
            return device_fault("port_unusable", path=path)
