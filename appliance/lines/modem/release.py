"""Hang up a modem whose recorder has ended, however it ended.

The recorder's service runs it as its ``ExecStopPost``.

Twice is as good as once, and a port that is gone, or in use again, is left alone. Closing the port
has dropped DTR already, and a modem told ``AT&D2`` is on-hook then. This is for one that does not
heed it, or whose adapter has no such wire. Whether a modem really lets go, only its hardware shows.
"""

import fcntl
import os
import select
import sys
import termios
from contextlib import suppress

from appliance.lines.modem.v253 import CAN, ETX, shielded

BREAK_OFF = shielded(bytes((CAN, ETX))) + shielded(b"!^")
"""Ends any stream, whichever way it goes; in command mode it is nothing."""

HANG_UP = b"\rAT+VLS=0\rATH0\r"

_SECONDS = 0.5
"""The longest wait for a port, and for the modem after it was told."""

_SPEED = termios.B115200


def release(path: str) -> str:
    """Hang up the modem on a port; return a sentence about what was done.

    Args:
        path: of the port.
    """
    try:
        fd = os.open(path, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        return f"{path}: not there ({error.strerror}); a modem without its port has hung up"
    try:
        return f"{path}: {_release(fd)}"
    except (OSError, termios.error):
        return f"{path}: it vanished meanwhile; a modem without its port has hung up"
    finally:
        os.close(fd)


def _release(fd: int) -> str:
    if not os.isatty(fd):
        return "no serial port"
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return "in use again; left alone"
    _tell(fd)
    return "told to hang up"


def _tell(fd: int) -> None:
    """Say it in bytes that a modem understands in any mode, and drop DTR."""
    figures = termios.tcgetattr(fd)
    figures[0] = figures[1] = figures[3] = 0
    figures[2] = termios.CS8 | termios.CREAD | termios.CLOCAL | termios.HUPCL
    figures[4] = figures[5] = _SPEED
    termios.tcsetattr(fd, termios.TCSANOW, figures)
    termios.tcflush(fd, termios.TCIOFLUSH)
    for data in (BREAK_OFF, HANG_UP):
        if select.select([], [fd], [], _SECONDS)[1]:
            with suppress(BlockingIOError):
                os.write(fd, data)
        select.select([fd], [], [], _SECONDS)  # its first answer, or none
    with suppress(OSError):  # a pseudo-terminal has no such wire
        fcntl.ioctl(fd, termios.TIOCMBIC, termios.TIOCM_DTR.to_bytes(4, sys.byteorder))
