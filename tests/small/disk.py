"""Make a disk of a few megabytes that a test fills to the byte; boxes keep their reserve.

It is real if this user may mount: a file system in memory of a fixed size. Otherwise the same rules
apply to an ordinary folder, and this module decides the answers of the system calls.
"""

import contextlib
import errno
import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

from tests.small.reserve import kept_whole

PAGE = 4096


@dataclass
class SmallDisk:
    """A folder on a small disk, and what else lies there."""

    folder: Path
    real: bool

    @property
    def free(self) -> int:
        """Return the bytes that are free, as a program is told."""
        room = os.statvfs(self.folder)
        return room.f_bavail * room.f_frsize

    def leave(self, size: int) -> None:
        """Let somebody else's file take all room but so many bytes, whole pages of them."""
        ballast = self.folder / "ballast"
        file = os.open(ballast, os.O_RDWR | os.O_CREAT)
        try:
            now = os.fstat(file).st_size
            more = (self.free - size) // PAGE * PAGE
            if more > 0:
                os.posix_fallocate(file, now, more)
            else:
                os.truncate(file, now + more)
        finally:
            os.close(file)
        assert self.free // PAGE == size // PAGE, (self.free, size)


@contextlib.contextmanager
def small_disk(folder: Path, size: int, *, real: bool = True) -> Iterator[SmallDisk]:
    """Make a disk of ``size`` bytes at a folder that does not exist yet.

    Args:
        folder: where.
        size: in bytes.
        real: mount one if that is allowed.
    """
    with kept_whole(), _made(folder, size, real) as made:
        yield made


@contextlib.contextmanager
def _made(folder: Path, size: int, real: bool) -> Iterator[SmallDisk]:
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size},mode=700", "zgoda-test", str(folder)]
    if real and subprocess.run(mount, check=False, capture_output=True).returncode == 0:
        try:
            yield SmallDisk(folder, real=True)
        finally:
            subprocess.run(["umount", "--lazy", str(folder)], check=True)
    else:
        with _LaidOver(folder, size).applied():
            yield SmallDisk(folder, real=False)


class _LaidOver:
    """Lets the system calls that take room below a folder answer as a small disk would."""

    def __init__(self, folder: Path, size: int) -> None:
        self._folder = folder
        self._size = size
        self._write, self._pwrite, self._fallocate = os.write, os.pwrite, os.posix_fallocate
        self._statvfs, self._fstatvfs = os.statvfs, os.fstatvfs

    @contextlib.contextmanager
    def applied(self) -> Iterator[None]:
        """Answer in the system's place."""
        ours: dict[str, Any] = {
            "write": self.write,
            "pwrite": self.pwrite,
            "posix_fallocate": self.posix_fallocate,
            "statvfs": self.statvfs,
            "fstatvfs": self.fstatvfs,
        }
        with mock.patch.multiple(os, **ours):
            yield

    def write(self, fd: int, data: Any) -> int:
        """Append."""
        self._take(fd, len(data))
        return self._write(fd, data)

    def pwrite(self, fd: int, data: Any, offset: int) -> int:
        """Write in place, or behind the end."""
        self._take(fd, len(data), offset)
        return self._pwrite(fd, data, offset)

    def posix_fallocate(self, fd: int, offset: int, length: int) -> None:
        """Take room for nothing yet."""
        self._take(fd, length, offset)
        self._fallocate(fd, offset, length)

    def statvfs(self, path: Any) -> os.statvfs_result:
        """Tell how much is free."""
        answer = self._statvfs(path)
        return self._room(answer) if Path(path).is_relative_to(self._folder) else answer

    def fstatvfs(self, fd: int) -> os.statvfs_result:
        """Tell how much is free."""
        answer = self._fstatvfs(fd)
        return self._room(answer) if self._here(fd) else answer

    def _here(self, fd: int) -> bool:
        return Path(os.readlink(f"/proc/self/fd/{fd}")).is_relative_to(self._folder)

    def _used(self) -> int:
        files = [path.lstat() for path in self._folder.rglob("*") if path.is_file()]
        return sum(_pages(file.st_size) * PAGE for file in files)

    def _take(self, fd: int, length: int, offset: int | None = None) -> None:
        """Refuse what does not fit; without an offset it is appended."""
        if not self._here(fd):
            return
        size = os.fstat(fd).st_size
        more = _pages((size if offset is None else offset) + length) - _pages(size)
        if more > 0 and more * PAGE > self._size - self._used():
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def _room(self, answer: os.statvfs_result) -> os.statvfs_result:
        left = max(0, self._size - self._used()) // PAGE
        return os.statvfs_result((PAGE, PAGE, self._size // PAGE, left, left, *answer[5:]))


def _pages(size: int) -> int:
    return -(-size // PAGE)
