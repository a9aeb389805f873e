"""Make the serial cable of a line monitor: a pseudo-terminal behind a stable name."""

import contextlib
import os
import threading
import tty
from pathlib import Path

_MOST = 4096


class Port:
    """The monitor's end; the box opens the other one by its name, as below ``/dev/serial``.

    What is written while the cable is out, or while nobody reads, is lost, as on a real wire.
    """

    def __init__(self, name: Path) -> None:
        """Choose the name; ``plug`` makes it appear."""
        self.name = name
        self._lock = threading.Lock()  # guards _ends
        self._ends: tuple[int, int] | None = None  # of the monitor, of the box

    def plug(self) -> None:
        """Let the device appear."""
        with self._lock:
            if self._ends is not None:
                return
            monitor, box = os.openpty()
            # Kept open here, the box's end lives on between two openings.
            self._ends = monitor, box
            tty.setraw(box)
            os.set_blocking(monitor, False)
            self.name.unlink(missing_ok=True)
            self.name.symlink_to(os.ttyname(box))

    def unplug(self) -> None:
        """Let the device vanish, its name too; safe to call twice."""
        with self._lock:
            self.name.unlink(missing_ok=True)
            ends, self._ends = self._ends, None
            for end in ends or ():
                os.close(end)

    def read(self) -> bytes:
        """Return what the box has sent since; never wait."""
        with self._lock, contextlib.suppress(BlockingIOError):
            return b"" if self._ends is None else os.read(self._ends[0], _MOST)
        return b""

    def write(self, data: bytes) -> None:
        """Send to the box; never wait."""
        with self._lock, contextlib.suppress(BlockingIOError):
            if self._ends is not None and data:
                os.write(self._ends[0], data)
