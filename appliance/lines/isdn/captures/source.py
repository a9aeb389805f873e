"""Read a capture piece by piece, and say in one sentence where it is damaged."""

from typing import BinaryIO, NoReturn

from appliance.errors import FileFormatError, shown
from appliance.model.sentences.faults import noted

LONGEST_RECORD = 1 << 20
"""Bytes of one record: far beyond any frame, so a longer one is damage."""


class OpenCapture:
    """An open capture; it counts frames for its sentences."""

    def __init__(self, file: BinaryIO, name: str) -> None:
        """Take a file that was opened; ``name`` is what people call it."""
        self.frames = 0
        self._file = file
        self._name = shown(name)

    def read(self, count: int) -> bytes:
        """Return so many bytes.

        Raises:
            FileFormatError: the file ends before.
        """
        found = self._file.read(count)
        if len(found) < count:
            self.breaks_off()
        return found

    def read_or_end(self, count: int) -> bytes:
        """Return so many bytes, or none at the file's end; raises like ``read`` in between."""
        found = self._file.read(count)
        if found and len(found) < count:
            self.breaks_off()
        return found

    def byte(self) -> int:
        """Return the next byte, or -1 at the end."""
        found = self._file.read(1)
        return found[0] if found else -1

    def breaks_off(self) -> NoReturn:
        """Say that the file ends in the middle of a record."""
        raise FileFormatError(
            noted("capture_unusable", f"{self._name} breaks off after frame {self.frames}.")
        )

    def is_damaged(self) -> NoReturn:
        """Say that a record is none."""
        raise FileFormatError(
            noted("capture_unusable", f"{self._name} is damaged behind frame {self.frames}.")
        )

    def refuse(self, why: str) -> NoReturn:
        """Say why the file cannot be read; ``why`` follows its name."""
        raise FileFormatError(noted("capture_unusable", f"{self._name} {why}."))
