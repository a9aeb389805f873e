"""Say what a copy needs of the place that it is written to: a folder here, or a server's."""

from collections.abc import Iterable, Mapping
from typing import Protocol

Sized = tuple[int, str]
"""A file's size in bytes and its SHA-256 in hex."""

Wanted = Mapping[tuple[str, ...], Mapping[str, Sized]]
"""Folder -> its files, which belong to a copy."""


class CopyPlace(Protocol):
    """An open place for copies; folders and names as ``docs/format.md`` has them.

    Everything raises OSError or BackupFailed.
    """

    id: str
    reads_back: bool
    """False: to read everything again costs too much, so ``confirm`` looks at a part."""

    def read(self, *names: str, most: int) -> bytes:
        """Read a whole file; BackupFailed if it is larger."""

    def digest(self, *names: str) -> Sized:
        """Return a file's size and digest."""

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
