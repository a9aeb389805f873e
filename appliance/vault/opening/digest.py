"""Take the digests of a recording's file: of the whole and of its header."""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from appliance.errors import FileFormatError
from appliance.model.sentences.faults import noted
from appliance.vault.disk import open_ordinary
from appliance.vault.format import FRAME_BYTES, HEADER_BYTES, MAX_FRAMES

MOST_BYTES = HEADER_BYTES + MAX_FRAMES * FRAME_BYTES
"""A larger file is no recording; a sparse one could be read for days."""

_CHUNK = 2**18


@dataclass(frozen=True, slots=True)
class Digest:
    """A recording's file as the audit describes it."""

    frames: int  # whole ones
    sha256: str  # of the whole file, junk at its end included
    partial: bool  # a piece of a frame follows
    head: str  # SHA-256 of the header's bytes


class RunningDigest:
    """The digest of an open file, taken a stretch at a time so that others get their turn."""

    def __init__(self, fd: int) -> None:
        """Begin at the file's first byte; the descriptor stays its owner's.

        Raises:
            FileFormatError: it is larger than a recording can be.
        """
        if os.fstat(fd).st_size > MOST_BYTES:
            raise FileFormatError(
                noted("archive_file_damaged", "It is larger than a recording can be.")
            )
        self._fd = fd
        self._sha256 = hashlib.sha256()
        self._size = 0
        self._head = ""

    def step(self, most: int) -> bool:
        """Read up to ``most`` bytes more; return whether any were left."""
        stop = min(self._size + most, MOST_BYTES)
        while self._size < stop:
            length = min(_CHUNK, stop - self._size) if self._size else HEADER_BYTES
            chunk = os.pread(self._fd, length, self._size)
            if not chunk:
                return False
            if not self._size:
                self._head = hashlib.sha256(chunk).hexdigest()
            self._sha256.update(chunk)
            self._size += len(chunk)
        return self._size < MOST_BYTES

    def found(self) -> Digest:
        """Return the digest of what was read."""
        frames, rest = divmod(max(0, self._size - HEADER_BYTES), FRAME_BYTES)
        partial = rest > 0 or self._size < HEADER_BYTES
        return Digest(frames, self._sha256.hexdigest(), partial, self._head)


def digest(path: Path) -> Digest:
    """Read a whole file and describe it as the audit does.

    Raises:
        FileFormatError: it is no ordinary file, or larger than a recording can be.
    """
    with open_ordinary(path) as file:
        return digest_of(file.fileno())


def digest_of(fd: int) -> Digest:
    """Read a whole open file and describe it as the audit does; raises as ``RunningDigest``."""
    digesting = RunningDigest(fd)
    while digesting.step(MOST_BYTES):
        pass
    return digesting.found()
