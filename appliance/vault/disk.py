"""Provide the vault's few file operations in one object that a test can make fail."""

import ctypes
import errno
import fcntl
import io
import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from appliance.errors import FileFormatError, StorageFull, VaultError
from appliance.model.sentences.faults import noted

_libc = ctypes.CDLL(None, use_errno=True)

FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
"""The error numbers that mean a full disk."""


def failure(error: OSError, what: str) -> VaultError:
    """Turn an OSError into one sentence; ``StorageFull`` if no room is left."""
    if error.errno in FULL:
        return StorageFull(
            noted("disk_full_now", f"No room is left on the disk: {what} was not written.")
        )
    return VaultError(
        noted(
            "unwritten", f"{what} could not be written: {error.strerror or error}.", because=error
        )
    )


@contextmanager
def writing(what: str) -> Iterator[None]:
    """Turn an OSError of the block into one sentence about ``what``; raises VaultError."""
    try:
        yield
    except OSError as error:
        raise failure(error, what) from error


class Disk:
    """Durable writing. Everything raises OSError as the system does."""

    def create(self, path: Path) -> int:
        """Create a file that must not exist and return its descriptor.

        The descriptor holds a lock that the kernel releases when the writer ends, so another
        process can tell a file still being written from one that was cut.
        """
        fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o640)
        fcntl.flock(fd, fcntl.LOCK_EX)
        return fd

    def make_empty(self, path: Path, mode: int) -> None:
        """Make an empty file that must not exist, with this mode whatever the process masks."""
        fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        try:
            os.fchmod(fd, mode)
        finally:
            os.close(fd)

    def claim(self, path: Path) -> int:
        """Open an empty file for writing, lock it and return its descriptor; create nothing.

        The lock tells other writers that the file is taken; the kernel releases it when the writer
        ends.

        Raises:
            FileExistsError: it is not empty, or no ordinary file.
            BlockingIOError: another process has claimed it.
        """
        how = os.O_WRONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
        fd = os.open(path, how)
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            about = os.fstat(fd)
            if about.st_size or not stat.S_ISREG(about.st_mode):
                raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path))
        except OSError:
            os.close(fd)
            raise
        return fd

    def open(self, path: Path) -> int:
        """Open a file for writing in place; create it if it is missing."""
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def write(self, fd: int, data: bytes | bytearray, offset: int) -> None:
        """Write all of ``data`` at ``offset``, continuing after short writes."""
        view = memoryview(data)
        while view:
            done = os.pwrite(fd, view, offset)
            view, offset = view[done:], offset + done

    def truncate(self, fd: int, size: int) -> None:
        """Cut a file off behind its first ``size`` bytes."""
        os.ftruncate(fd, size)

    def sync(self, fd: int) -> None:
        """Wait until a file's content is on the medium."""
        os.fdatasync(fd)

    def sync_all(self, fd: int) -> None:
        """Wait until a file's content and metadata are on the medium."""
        os.fsync(fd)

    def close(self, fd: int) -> None:
        """Close a descriptor."""
        os.close(fd)

    def rename(self, source: Path, target: Path) -> None:
        """Rename a file over another, atomically."""
        source.rename(target)

    def sync_folder(self, folder: Path) -> None:
        """Wait until a folder's entries are on the medium."""
        fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(fd)
        finally:
            os.close(fd)

    def replace(self, path: Path, data: bytes, mode: int = 0o600, group: int | None = None) -> None:
        """Replace a file atomically: after a power cut it is the old one or the new one.

        Args:
            path: of the file.
            data: its content.
            mode: of the file, whatever the process masks.
            group: owns it, too; this process's own if None.
        """
        fresh = path.with_name(f".{path.name}.{os.urandom(4).hex()}")
        fd = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        try:
            try:
                if group is not None and group != os.fstat(fd).st_gid:
                    os.fchown(fd, -1, group)
                os.fchmod(fd, mode)
                self.write(fd, data, 0)
                self.sync_all(fd)
            finally:
                self.close(fd)
            self.rename(fresh, path)
        except OSError:
            fresh.unlink(missing_ok=True)
            raise
        self.sync_folder(path.parent)

    def put(self, path: Path, data: bytes, *, settled: bool = True) -> None:
        """Write a file that nobody relies on yet, over any rest of an earlier attempt.

        Args:
            path: of the file.
            data: its content.
            settled: waits until it is on the medium; its folder is the caller's to sync.
        """
        fd = self.open(path)
        try:
            self.truncate(fd, 0)
            self.write(fd, data, 0)
            if settled:
                self.sync_all(fd)
        finally:
            self.close(fd)

    def append(self, path: Path, data: bytes, size: int, *, settled: bool = True) -> None:
        """Write ``data`` behind the first ``size`` bytes of a file; whatever followed is cut off.

        Raises:
            FileFormatError: the file is shorter.
        """
        fd = self.open(path)
        try:
            there = os.fstat(fd).st_size
            if there < size:
                raise FileFormatError(
                    noted("archive_file_damaged", f"{path.name} is shorter than it was.")
                )
            if there > size:
                self.truncate(fd, size)
            self.write(fd, data, size)
            if settled:
                self.sync(fd)
        finally:
            self.close(fd)

    def sync_system(self, folder: Path) -> None:
        """Wait until everything written to a folder's file system is on the medium: ``syncfs``."""
        fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            self.sync_system_of(fd)
        finally:
            os.close(fd)

    def sync_system_of(self, fd: int) -> None:
        """Wait until everything written to an open file's file system is on the medium."""
        if _libc.syncfs(fd) != 0:
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number))

    def read(self, path: Path, most: int) -> bytes:
        """Read a whole file of at most ``most`` bytes.

        Raises:
            FileFormatError: the file is larger, or no ordinary file.
        """
        with open_ordinary(path) as file:
            size = os.fstat(file.fileno()).st_size
            if size > most:
                raise FileFormatError(
                    noted(
                        "archive_file_damaged",
                        f"{path.name} is larger than it can be ({size} bytes).",
                    )
                )
            return file.readall()

    def settle(self, path: Path) -> None:
        """Wait until a file is on the medium, whichever process wrote it."""
        with open_ordinary(path) as file:
            self.sync_all(file.fileno())

    def unlink(self, path: Path) -> None:
        """Remove a file if it exists, and wait until its entry is gone."""
        path.unlink(missing_ok=True)
        self.sync_folder(path.parent)

    def unlink_all(self, paths: Iterable[Path]) -> None:
        """Remove files where they exist, and wait until all their entries are gone."""
        folders = set()
        for path in paths:
            path.unlink(missing_ok=True)
            folders.add(path.parent)
        for folder in folders:
            if folder.is_dir():
                self.sync_folder(folder)

    def free(self, folder: Path) -> int:
        """Return the bytes an ordinary user may still write."""
        room = os.statvfs(folder)
        return room.f_bavail * room.f_frsize


def open_ordinary(path: Path) -> io.FileIO:
    """Open for reading a file that another process may have put there.

    Pipes and devices are refused: opening or reading one could block for ever.

    Raises:
        FileFormatError: it is no ordinary file.
    """
    fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    if not stat.S_ISREG(os.fstat(fd).st_mode):
        os.close(fd)
        raise FileFormatError(noted("archive_file_damaged", f"{path.name} is no ordinary file."))
    return io.FileIO(fd, "rb")


def which_file(path: Path) -> tuple[int, ...]:
    """Identify the file that stands there now; empty if there is none."""
    try:
        file = path.stat()
    except OSError:
        return ()
    return file.st_ino, file.st_mtime_ns, file.st_size


def fill_random(buffer: bytearray) -> None:
    """Fill a buffer from the kernel's random generator without leaving a copy elsewhere."""
    with Path("/dev/urandom").open("rb", buffering=0) as source:
        view = memoryview(buffer)
        while view:
            view = view[source.readinto(view) :]


def wipe(*buffers: bytearray) -> None:
    """Overwrite buffers with zeros."""
    for buffer in buffers:
        buffer[:] = bytes(len(buffer))
