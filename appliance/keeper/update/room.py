"""Keep an update that is fetched: a part that grows at its end, then a file for root.

Nothing here reads what it holds but for its digest. Each piece is on the medium before the next one
is taken: a flush of 300 MB at once would keep recordings waiting.
"""

import contextlib
import hashlib
import os
import stat
from pathlib import Path

LEFT = 512 * 2**20
"""Bytes that stay free beside an update: hours of recordings, and the keeper's own reserve."""

PART, WHOLE = "bundle.part", "bundle.raucb"

_AT_ONCE = 2**20


class UpdateFolder:
    """The folder of an update. One thread at a time changes it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def have(self) -> int:
        """Return how many bytes of the part are here."""
        return _size(self._folder / PART)

    def whole(self) -> int:
        """Return the size of the whole file; 0 if there is none."""
        return _size(self._folder / WHOLE)

    def spare(self) -> int:
        """Return the bytes that an update may still take; negative: it is in the way."""
        there = self._folder if self._folder.exists() else self._folder.parent
        room = os.statvfs(there)
        return room.f_bavail * room.f_frsize - LEFT

    def add(self, start: int, data: bytes) -> None:
        """Add bytes at the end of the part; raises OSError, also if it does not end there."""
        self._folder.mkdir(mode=0o700, exist_ok=True)
        flags = os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
        file = os.open(self._folder / PART, flags, 0o600)
        try:
            if os.fstat(file).st_size != start:
                raise OSError(f"{self._folder / PART} does not end at {start}.")
            try:
                written = 0
                while written < len(data):
                    written += os.pwrite(file, data[written:], start + written)
            except OSError:
                os.ftruncate(file, start)
                raise
            os.fdatasync(file)
        finally:
            os.close(file)

    def digest(self) -> str:
        """Return the SHA-256 of the part, in hex; raises OSError."""
        sum = hashlib.sha256()
        flags = os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW
        with open(os.open(self._folder / PART, flags), "rb", buffering=0) as file:
            while piece := file.read(_AT_ONCE):
                sum.update(piece)
        return sum.hexdigest()

    def settle(self) -> None:
        """Make the part the whole file; raises OSError."""
        (self._folder / PART).replace(self._folder / WHOLE)
        folder = os.open(self._folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def drop_part(self) -> None:
        """Remove the part."""
        _remove(self._folder / PART)

    def drop(self) -> None:
        """Remove part and whole file."""
        for name in (PART, WHOLE):
            _remove(self._folder / name)


def _size(path: Path) -> int:
    try:
        seen = path.lstat()
    except OSError:
        return 0
    return seen.st_size if stat.S_ISREG(seen.st_mode) else 0


def _remove(path: Path) -> None:
    with contextlib.suppress(FileNotFoundError, NotADirectoryError):
        path.unlink()
