"""The few file operations that the vault stands on, in one object that a test can make fail."""

import errno
import fcntl
import io
import os
import secrets
import stat
from pathlib import Path

from appliance.errors import FileFormatError, StorageFull, VaultError

FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
"""What the system says where no room is left."""


def failure(error: OSError, what: str) -> VaultError:
    """Turn what the system says into one sentence: ``StorageFull`` where no room is left."""
    if error.errno in FULL:
        return StorageFull(f"No room is left on the disk: {what} was not written.")
    return VaultError(f"{what} could not be written: {error.strerror or error}.")


class Disk:
    """Durable writing. Everything raises OSError as the system does."""

    def create(self, path: Path) -> int:
        """Create a file that must not exist and return its descriptor.

        The descriptor holds a lock, which the kernel lifts with the writer's last breath: so
        another process can tell a file that is still written from one that was cut.
        """
        fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o640)
        fcntl.flock(fd, fcntl.LOCK_EX)
        return fd

    def open(self, path: Path) -> int:
        """Open a file to be written in place, creating it where it is missing."""
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def write(self, fd: int, data: bytes | bytearray, offset: int) -> None:
        """Write all of ``data`` at ``offset``; a short write goes on with the same bytes."""
        view = memoryview(data)
        while view:
            done = os.pwrite(fd, view, offset)
            view, offset = view[done:], offset + done

    def sync(self, fd: int) -> None:
        """Wait until what was written to a file is on the medium."""
        os.fdatasync(fd)

    def sync_all(self, fd: int) -> None:
        """Wait until a file and what the system knows about it are on the medium."""
        os.fsync(fd)

    def close(self, fd: int) -> None:
        """Give a descriptor back."""
        os.close(fd)

    def rename(self, source: Path, target: Path) -> None:
        """Put one file in another's place at once."""
        source.rename(target)

    def sync_folder(self, folder: Path) -> None:
        """Wait until the names in a folder are on the medium."""
        fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(fd)
        finally:
            os.close(fd)

    def replace(self, path: Path, data: bytes, mode: int = 0o600) -> None:
        """Put a whole new file in place of an old one: after a power cut it is one of the two."""
        fresh = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        fd = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
        try:
            try:
                self.write(fd, data, 0)
                self.sync_all(fd)
            finally:
                self.close(fd)
            self.rename(fresh, path)
        except OSError:
            fresh.unlink(missing_ok=True)
            raise
        self.sync_folder(path.parent)

    def read(self, path: Path, most: int) -> bytes:
        """Read a whole file of at most ``most`` bytes.

        Raises:
            FileFormatError: the file is larger, or no ordinary file.
        """
        with open_ordinary(path) as file:
            size = os.fstat(file.fileno()).st_size
            if size > most:
                raise FileFormatError(f"{path.name} is larger than it can be ({size} bytes).")
            return file.readall()

    def settle(self, path: Path) -> None:
        """Wait until what anybody wrote to a file is on the medium."""
        with open_ordinary(path) as file:
            self.sync_all(file.fileno())

    def unlink(self, path: Path) -> None:
        """Remove a file if it is there, and wait until its name is gone."""
        path.unlink(missing_ok=True)
        self.sync_folder(path.parent)

    def free(self, folder: Path) -> int:
        """Return the bytes that an ordinary user may still write."""
        room = os.statvfs(folder)
        return room.f_bavail * room.f_frsize


def open_ordinary(path: Path) -> io.FileIO:
    """Open a file to be read that another process may have put there.

    Opening or reading a pipe or a device could take for ever, so neither is read.

    Raises:
        FileFormatError: it is no ordinary file.
    """
    fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    if not stat.S_ISREG(os.fstat(fd).st_mode):
        os.close(fd)
        raise FileFormatError(f"{path.name} is no ordinary file.")
    return io.FileIO(fd, "rb")


def being_written(path: Path) -> bool:
    """Say whether the process that created a file still has it open for writing."""
    with open_ordinary(path) as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def fill_random(buffer: bytearray) -> None:
    """Fill a buffer from the kernel's generator without leaving a copy elsewhere."""
    with Path("/dev/urandom").open("rb", buffering=0) as source:
        view = memoryview(buffer)
        while view:
            view = view[source.readinto(view) :]


def wipe(*buffers: bytearray) -> None:
    """Overwrite buffers with zeros."""
    for buffer in buffers:
        buffer[:] = bytes(len(buffer))
