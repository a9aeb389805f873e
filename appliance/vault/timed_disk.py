"""Measure how long a disk takes to put on the medium what was written; remember slow syncs."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from appliance.vault.disk import Disk

SLOW_SYNC_SECONDS = 0.3
"""A slower sync endangers the promise that a power cut costs at most a second of a call: the tape
may hold sound for 0.2 s and a block gathers for 0.5 s before it is written."""


SHOWN_SECONDS = 3600.0
"""A slow sync is told for so long: the next call, or a person who looks at the lamps."""

Tell = Callable[[float], object]
"""Takes the seconds of a sync."""


class SlowSyncs:
    """Remembers the slowest sync of the last hour, if one was too slow. Threads may share it."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        """Begin; ``monotonic`` returns seconds that never go back."""
        self.monotonic = monotonic
        self._lock = threading.Lock()
        self._slowest = 0.0
        self._at = 0.0

    def took(self, seconds: float) -> bool:
        """Note how long a sync took; say whether that was too long."""
        if seconds <= SLOW_SYNC_SECONDS:
            return False
        with self._lock:
            self._slowest = max(seconds, self._slowest if self._shown else 0.0)
            self._at = self.monotonic()
        return True

    @property
    def ms(self) -> int:
        """Return the milliseconds of the slowest one; 0 if all were quick."""
        if not self._slowest:
            return 0  # asked at each step of a line: no lock
        with self._lock:
            return round(self._slowest * 1000) if self._shown else 0

    @property
    def _shown(self) -> bool:
        return self._slowest > 0 and self.monotonic() - self._at < SHOWN_SECONDS


class TimedDisk(Disk):
    """A disk that tells how long each sync took, also one that failed."""

    def __init__(self, monotonic: Callable[[], float], tell: Tell) -> None:
        """Begin.

        Args:
            monotonic: returns seconds that never go back.
            tell: takes the seconds of each sync, in the thread that waited for it; must not block.
        """
        self._monotonic = monotonic
        self._tell = tell

    def sync(self, fd: int) -> None:
        """Wait until a file's content is on the medium."""
        with self._timed():
            super().sync(fd)

    def sync_all(self, fd: int) -> None:
        """Wait until a file's content and metadata are on the medium."""
        with self._timed():
            super().sync_all(fd)

    def sync_folder(self, folder: Path) -> None:
        """Wait until a folder's entries are on the medium."""
        with self._timed():
            super().sync_folder(folder)

    def sync_system_of(self, fd: int) -> None:
        """Wait until everything written to an open file's file system is on the medium."""
        with self._timed():
            super().sync_system_of(fd)

    @contextmanager
    def _timed(self) -> Iterator[None]:
        began = self._monotonic()
        try:
            yield
        finally:
            self._tell(self._monotonic() - began)
