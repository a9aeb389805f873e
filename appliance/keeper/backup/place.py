"""Say what a copy needs of the place that it is written to: a folder here, or a server's.

Files are read piece by piece, and compared by their size first, which costs nothing: whoever had a
medium in hand can make a file on it as long as they like without filling it.
"""

import hashlib
import io
import os
from collections.abc import Iterable, Iterator, Mapping
from typing import Protocol

Sized = tuple[int, str]
"""A file's size in bytes and its SHA-256 in hex."""

Wanted = Mapping[tuple[str, ...], Mapping[str, Sized]]
"""Folder -> its files, which belong to a copy."""

_PIECE = 2**20


class CopyPlace(Protocol):
    """An open place for copies; folders and names as ``docs/format.md`` has them.

    Everything raises OSError or BackupFailed.
    """

    id: str
    reads_back: bool
    """False: to read everything again costs too much, so ``confirm`` looks at a part."""

    def read(self, *names: str, most: int) -> bytes:
        """Read a whole file; BackupFailed if it is larger."""

    def pieces(self, *names: str, most: int) -> Iterator[bytes]:
        """Yield a file's bytes, no more than so many."""

    def sizes(self, *folders: str) -> dict[str, int]:
        """Return the whole files of a folder with their sizes; none if it is not there."""

    def folders(self, *folders: str) -> list[str]:
        """Return the names of the folders in a folder."""

    def free(self) -> int:
        """Return the bytes that may still be written."""

    def write(self, pieces: Iterable[bytes], *names: str) -> Sized:
        """Write a file whole, in place of any other of its name."""

    def remove(self, *names: str) -> None:
        """Remove a file if it is there."""

    def make_folder(self, *names: str) -> None:
        """Make a folder unless it is there."""

    def remove_folder(self, *names: str) -> None:
        """Remove an empty folder."""

    def clear(self, *folders: str) -> None:
        """Remove all files of a folder, unfinished ones too."""

    def clear_unfinished(self, *folders: str) -> None:
        """Remove what a cut left half written."""

    def sync_folder(self, *folders: str) -> None:
        """Wait until a folder's names are kept."""

    def confirm(self, wanted: Wanted) -> None:
        """Find out whether the files of a copy are there, as far as this place can be doubted.

        Raises:
            BackupFailed: ``altered``: one is missing, or is another.
        """


def pieces_of(file: io.FileIO, most: int | None = None) -> Iterator[bytes]:
    """Yield an open file's bytes, no more than so many."""
    left = most
    while left is None or left > 0:
        piece = file.read(_PIECE if left is None else min(_PIECE, left))
        if not piece:
            return
        left = left - len(piece) if left is not None else None
        yield piece


def digest_of(pieces: Iterable[bytes]) -> Sized:
    """Return size and digest of what comes in pieces."""
    taken, size = hashlib.sha256(), 0
    for piece in pieces:
        taken.update(piece)
        size += len(piece)
    return size, taken.hexdigest()


def size_of(file: io.FileIO) -> int:
    """Return an open file's size."""
    return os.fstat(file.fileno()).st_size


def is_as(file: io.FileIO, wanted: Sized) -> bool:
    """Say whether an open file has this size and digest; one of another size is not read."""
    if size_of(file) != wanted[0]:
        return False
    return digest_of(pieces_of(file, wanted[0] + 1)) == wanted
