"""Be a modem's serial port: a pseudo-terminal with a name as below ``/dev/serial/by-id``.

The host opens the other end by that name. When it closes it, or its process dies, the kernel hangs
the terminal up: that is the fall of DTR. So does a speed of zero. Bytes that the modem sends while
nobody has the port open are lost, as on a wire.
"""

import contextlib
import errno
import os
import select
import termios
import threading
import tty
from pathlib import Path

from appliance.errors import LineError
from appliance.model.sentences.faults import device_fault

_LOCAL, _SPEED = 3, 5  # indices of local modes and output speed in what termios returns
_MOST = 4096


class ModemPort:
    """The modem's end of one port; safe to plug, unplug and move from any thread."""

    def __init__(self, name: Path, *, own_folder: bool = False) -> None:
        """Choose the stable name; ``plug`` makes the port appear.

        ``own_folder``: the folder around it comes and goes with the port.
        """
        self.name = name
        self._own_folder = own_folder
        self._lock = threading.Lock()  # guards _end and _open
        self._end: int | None = None
        self._open = False

    def plug(self) -> None:
        """Let the port appear under its name; do nothing if it is there.

        Raises:
            LineError: this machine gives no pseudo-terminal, or no place for the name.
        """
        with self._lock:
            if self._end is None:
                try:
                    self._appear()
                except OSError as error:
                    raise LineError(device_fault("system_says", detail=error.strerror)) from error

    def unplug(self) -> None:
        """Let the port vanish, its name with it; safe to call twice."""
        with self._lock:
            self._vanish()

    def wander(self) -> None:
        """Let the port vanish and return as another terminal, under the same name."""
        with self._lock:
            before = self._end
            self._appear()  # while the old one is still there, so that it gets another number
            if before is not None:
                os.close(before)
                self._open = False

    def read(self, room: int) -> tuple[bytes, bool]:
        """Return at most ``room`` bytes of the host, and whether DTR has fallen; never wait."""
        with self._lock:
            was, self._open = self._open, self._is_open()
            fell = was and not self._open
            if self._end is None or fell or not self._open or room <= 0:
                return b"", fell
            try:
                return os.read(self._end, room), False
            except BlockingIOError:
                return b"", False
            except OSError as error:
                if error.errno != errno.EIO:
                    raise
                self._open = False
                return b"", True

    def write(self, data: bytes) -> None:
        """Send to the host; what nobody reads is lost. Never wait."""
        with self._lock:
            if self._end is not None and self._open and data:
                with contextlib.suppress(BlockingIOError, OSError):
                    os.write(self._end, data)

    # -- with the lock ----------------------------------------------------------------------------

    def _is_open(self) -> bool:
        """Say whether a host holds the port with DTR raised."""
        if self._end is None:
            return False
        poller = select.poll()
        poller.register(self._end, select.POLLIN)
        settings = termios.tcgetattr(self._end)
        if not any(event & select.POLLHUP for _, event in poller.poll(0)):
            return bool(settings[_SPEED] != termios.B0)
        if settings[_LOCAL] & termios.ECHO:
            self._make_raw()  # the last close has reset the terminal
        with contextlib.suppress(OSError):
            while os.read(self._end, _MOST):
                pass  # what was sent right before the close is nobody's command any more
        return False

    def _appear(self) -> None:
        if self._own_folder and self._end is None:
            self.name.parent.mkdir(mode=0o700)
        modem, host = os.openpty()
        try:
            os.set_blocking(modem, False)
            link = self.name.with_name(f".{self.name.name}.new")
            link.unlink(missing_ok=True)
            link.symlink_to(os.ttyname(host))
            link.replace(self.name)
        except OSError:
            os.close(modem)
            raise
        finally:
            os.close(host)  # only a host keeps it open, so that its closing shows
        self._end = modem
        self._make_raw()

    def _make_raw(self) -> None:
        """Let nothing be echoed and no byte be changed before the host has set the terminal."""
        if self._end is not None:
            tty.setraw(self._end)

    def _vanish(self) -> None:
        self.name.unlink(missing_ok=True)
        if self._end is not None:
            os.close(self._end)
            if self._own_folder:
                self.name.parent.rmdir()
        self._end, self._open = None, False
