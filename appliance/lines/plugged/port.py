"""Open a serial port exclusively; name failures in plain sentences."""

import errno
import os
import termios
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import serial

from appliance.errors import LineError

READ_SECONDS = 0.02
"""The longest wait of a read, so that the parser's time passes in steps of 20 ms."""

Broken = (OSError, termios.error)
"""Errors of a port that cannot be opened or has gone, including pyserial's own."""

_OPENING = {
    errno.ENOENT: "is not there; plug the {device} in",
    errno.ENODEV: "is not there; plug the {device} in",
    errno.ENXIO: "is not there; plug the {device} in",
    errno.EACCES: "may not be opened; add this user to the group dialout",
    errno.EPERM: "may not be opened; add this user to the group dialout",
    errno.EAGAIN: "is in use; end the other program",
    errno.EBUSY: "is in use; end the other program",
}


@contextmanager
def open_port(
    path: str, baud: int, device: str, *, handshake: bool = False
) -> Iterator[serial.Serial]:
    """Open a port at 8N1; no other program of this machine may share it.

    Args:
        path: of the port.
        baud: its rate.
        device: what is plugged into it, in words, for the sentence of a failure.
        handshake: whether RTS and CTS pace what is sent; the device has to have them.

    Raises:
        LineError: it cannot be opened; the sentence says why.
    """
    try:
        port = serial.Serial(path, baud, timeout=READ_SECONDS, exclusive=True, rtscts=handshake)
    except (*Broken, ValueError) as error:
        raise LineError(f"{path} {_why(error, device)}") from error
    try:
        yield port
    finally:
        with suppress(*Broken):
            port.reset_output_buffer()  # or closing would wait until it is sent
        with suppress(*Broken):
            port.close()


def vanished(path: str, device: str) -> str:
    """Return the sentence of a port that was open and is gone."""
    return f"{path} has vanished; plug the {device} in again"


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


def _why(error: Exception, device: str) -> str:
    number = error.errno if isinstance(error, OSError) else None
    return _OPENING.get(number or 0, "is not a usable serial port").format(device=device)
