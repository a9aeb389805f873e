"""Look at the modem lines of a serial port: DCD, RI, CTS and DSR."""

import errno
import fcntl
import struct
import termios
import threading

import serial

from appliance.errors import LineError
from appliance.lines.monitor.optocouplers import PINS
from appliance.model.sentences.faults import device_fault

_KERNELS = {
    "dcd": termios.TIOCM_CAR,
    "ri": termios.TIOCM_RNG,
    "cts": termios.TIOCM_CTS,
    "dsr": termios.TIOCM_DSR,
}
_HAS_NONE = {errno.ENOTTY, errno.EINVAL, errno.EOPNOTSUPP}
_STATUS = struct.Struct("I")
_pause = threading.Event()  # never set: it only paces the looks


def look(port: serial.Serial) -> int:
    """Return the pins that are on, as bits.

    Raises:
        LineError: the adapter has no modem lines.
        OSError: the port is gone.
    """
    try:
        raw = fcntl.ioctl(port.fileno(), termios.TIOCMGET, bytes(_STATUS.size))
    except OSError as error:
        if error.errno in _HAS_NONE:
            raise LineError(device_fault("monitor_no_pins", path=port.port)) from error
        raise
    (status,) = _STATUS.unpack(raw)
    return sum(bit for name, bit in PINS.items() if status & _KERNELS[name])


def read_pins(port: serial.Serial, seconds: float) -> bytes:
    """Wait for the next look and return it, as one byte; raises as ``look`` does."""
    _pause.wait(seconds)
    return bytes((look(port),))
