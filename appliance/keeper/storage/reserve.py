"""Reserve disk space for the keeper, so that erasing works on a full disk.

An erasure writes before it frees space: the audit, the pool, both copies of shards and keyring, a
shelf, a certificate. Its order needs a login, which the audit records as well. So a file of zeros
occupies some space. When a write of the keeper finds no room, it frees a piece of it and retries;
once there is room, the file grows back.

The recorder writes none of this and stops while 64 MiB are free. If another program's files fill
the disk to the last byte, only the keeper still has room.
"""

import contextlib
import functools
import os
import threading
import time
from collections.abc import Callable, Collection
from pathlib import Path
from typing import TypeVar

from appliance.vault.disk import FULL
from appliance.vault.timed_disk import SlowSyncs, TimedDisk

LEAST_BYTES = 16 * 2**20
"""Enough for an erasure on a box with some ten thousand calls."""

PIECE = 256 * 2**10
"""Freed beyond the need of a write: the file system needs room for its own metadata."""

LEFT_TO_OTHERS = 2**20
"""The file grows back only if this much stays free."""

ReplyT = TypeVar("ReplyT")


class Reserve:
    """The file that holds the reserve. Threads may share it."""

    def __init__(self, path: Path, growing: Collection[Path] = ()) -> None:
        """Prepare; ``keep`` makes the file.

        Args:
            path: of the file.
            growing: files, and folders of files, that erasing writes anew; the reserve holds
                three times their size.
        """
        self._path = path
        self._growing = growing
        self._lock = threading.Lock()

    @property
    def size(self) -> int:
        """Return the bytes now in reserve."""
        return _size(self._path)

    def keep(self) -> None:
        """Grow the file to its full size as far as there is room; the rest waits."""
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
        """Free room for a write of ``wanted`` bytes; return False if none is left."""
        with self._lock:
            size = self.size
            if not size:
                return False
            os.truncate(self._path, max(0, size - wanted - PIECE))
            return True

    def spend(self, write: Callable[[], ReplyT], size: int) -> ReplyT:
        """Perform a write of about ``size`` bytes; on a full disk, free room and retry.

        Args:
            write: leaves nothing behind if it fails for want of room.
            size: in bytes.

        Raises:
            OSError: it failed for another reason, or the reserve is used up.
        """
        while True:
            try:
                return write()
            except OSError as error:
                if error.errno not in FULL or not self.give(size):
                    raise


class ReservedDisk(TimedDisk):
    """A disk whose writes fall back on the reserve, and whose syncs are timed."""

    def __init__(self, reserve: Reserve, syncs: SlowSyncs | None = None) -> None:
        """Take the reserve, and what remembers slow syncs."""
        syncs = syncs or SlowSyncs(time.monotonic)
        super().__init__(syncs.monotonic, syncs.took)
        self._reserve = reserve

    def open(self, path: Path) -> int:
        """Open a file for writing in place; create it if it is missing."""
        return self._reserve.spend(lambda: super(ReservedDisk, self).open(path), 0)

    def write(self, fd: int, data: bytes | bytearray, offset: int) -> None:
        """Write all of ``data`` at ``offset``."""
        self._reserve.spend(lambda: super(ReservedDisk, self).write(fd, data, offset), len(data))

    def put(self, path: Path, data: bytes, *, settled: bool = True) -> None:
        """Write a file that nobody relies on yet."""
        write = functools.partial(super().put, path, data, settled=settled)
        self._reserve.spend(write, len(data))

    def append(self, path: Path, data: bytes, size: int, *, settled: bool = True) -> None:
        """Write ``data`` behind the first ``size`` bytes of a file."""
        write = functools.partial(super().append, path, data, size, settled=settled)
        self._reserve.spend(write, len(data))

    def sync_system(self, folder: Path) -> None:
        """Wait until everything written to a folder's file system is on the medium."""
        self._reserve.spend(functools.partial(super().sync_system, folder), 0)

    def replace(self, path: Path, data: bytes, mode: int = 0o600, group: int | None = None) -> None:
        """Replace a file atomically."""
        write = functools.partial(super().replace, path, data, mode, group)
        self._reserve.spend(write, len(data))


def _size(path: Path) -> int:
    """Return a file's size, or that of the files in a folder."""
    try:
        if path.is_dir():
            return sum(_size(file) for file in path.iterdir())
        return path.stat().st_size
    except OSError:
        return 0
