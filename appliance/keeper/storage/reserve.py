"""Room that is the keeper's even on a full disk, so that erasing always goes.

An erasure writes before it frees: the audit, the pool, both copies of the keyring, a shelf, a
certificate; and nobody can order one without a login, which the audit holds too. So a file of
nothing stands on the disk. Where a write of the keeper's finds no room, a piece of that file is
given up and the write is done again; as soon as there is room, the file grows back.

The recorder writes none of this: it stops while 64 MiB are free. What fills a disk to the last
byte is somebody else's file, and of such a disk only the keeper has a part left.
"""

import contextlib
import os
import threading
from collections.abc import Callable, Collection
from pathlib import Path
from typing import TypeVar

from appliance.vault.disk import FULL, Disk

LEAST_BYTES = 16 * 2**20
"""Enough for everything that erasing writes on a box of some ten thousand calls."""

PIECE = 256 * 2**10
"""Given up beyond what a write needs: a file system wants room for its own notes."""

LEFT_TO_OTHERS = 2**20
"""The file grows back only where so much stays free."""

ReplyT = TypeVar("ReplyT")


class Reserve:
    """The file of nothing. Threads may share it."""

    def __init__(self, path: Path, growing: Collection[Path] = ()) -> None:
        """Prepare; ``keep`` makes the file.

        Args:
            path: of the file.
            growing: files that erasing writes anew; the reserve holds three times their size.
        """
        self._path = path
        self._growing = growing
        self._lock = threading.Lock()

    @property
    def size(self) -> int:
        """Return the bytes that are in reserve now."""
        return _size(self._path)

    def keep(self) -> None:
        """Bring the file to its full size, as far as there is room; what fails waits."""
        wanted = max(LEAST_BYTES, 3 * sum(_size(path) for path in self._growing))
        with self._lock, contextlib.suppress(OSError):
            file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                now = os.fstat(file).st_size
                room = os.fstatvfs(file)
                spare = room.f_bavail * room.f_frsize - LEFT_TO_OTHERS
                more = min(wanted - now, spare)
                if more > 0:
                    os.posix_fallocate(file, now, more)
                    os.fsync(file)
            finally:
                os.close(file)

    def give(self, wanted: int) -> bool:
        """Give room up for a write of ``wanted`` bytes; False if nothing is left to give."""
        with self._lock:
            size = self.size
            if not size:
                return False
            os.truncate(self._path, max(0, size - wanted - PIECE))
            return True

    def spend(self, write: Callable[[], ReplyT], size: int) -> ReplyT:
        """Do a write of about ``size`` bytes; while the disk is full, again with more room.

        Args:
            write: leaves nothing behind where it fails for want of room.
            size: in bytes.

        Raises:
            OSError: it failed for another reason, or nothing is left to give.
        """
        while True:
            try:
                return write()
            except OSError as error:
                if error.errno not in FULL or not self.give(size):
                    raise


class ReservedDisk(Disk):
    """A disk whose writes fall back on the reserve."""

    def __init__(self, reserve: Reserve) -> None:
        self._reserve = reserve

    def open(self, path: Path) -> int:
        """Open a file to be written in place, creating it where it is missing."""
        return self._reserve.spend(lambda: super(ReservedDisk, self).open(path), 0)

    def write(self, fd: int, data: bytes | bytearray, offset: int) -> None:
        """Write all of ``data`` at ``offset``."""
        self._reserve.spend(lambda: super(ReservedDisk, self).write(fd, data, offset), len(data))

    def replace(self, path: Path, data: bytes, mode: int = 0o600) -> None:
        """Put a whole new file in place of an old one."""
        self._reserve.spend(lambda: super(ReservedDisk, self).replace(path, data, mode), len(data))


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
