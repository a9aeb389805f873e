"""Read and burn a board's one-time programmable key, through the file of root's driver.

The key is eight rows of four bytes. A row that was burnt stays as it is for ever; the driver burns
none but a blank one. A power cut in between leaves rows that are blank: such a key is none, and the
rows that are missing can still be burnt.
"""

import os
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Literal

DRIVER = Path("/sys/firmware/zgoda/board-key")
"""Shown by ``image-build/kernel/zgoda_board_key.c``, on a board that has a place for a key."""

ROWS, ROW_BYTES = 8, 4
KEY_BYTES = ROWS * ROW_BYTES
_BLANK = bytes(ROW_BYTES)

State = Literal["none", "blank", "part", "whole"]
"""No place for a key, nothing in it, a part of a key, a key."""


class KeyFile:
    """The driver's file, one operation each; a test may stand in for it."""

    def __init__(self, path: Path = DRIVER) -> None:
        """Take the path; nothing is opened yet."""
        self.path = path

    def read(self) -> bytes:
        """Return all rows, empty if the board has no place for a key; raises OSError."""
        try:
            with self.path.open("rb", buffering=0) as file:
                return file.read(KEY_BYTES)
        except FileNotFoundError:
            return b""

    def burn(self, row: int, value: bytes) -> None:
        """Burn a blank row; raises OSError: it is not blank, or the board does not take it."""
        fd = os.open(self.path, os.O_WRONLY | os.O_CLOEXEC)
        try:
            os.pwrite(fd, value, row * ROW_BYTES)
        finally:
            os.close(fd)


def rows_of(key: bytes) -> tuple[bytes, ...]:
    """Return the rows of a key."""
    return tuple(key[at : at + ROW_BYTES] for at in range(0, KEY_BYTES, ROW_BYTES))


def state_of(key: bytes) -> State:
    """Say what is burnt. A key of which a row is blank is none: a part is too easy to guess."""
    if len(key) != KEY_BYTES:
        return "none"
    if not any(key):
        return "blank"
    return "part" if _BLANK in rows_of(key) else "whole"


def burn_rows(file: KeyFile, draw: Callable[[int], bytes] = secrets.token_bytes) -> bool:
    """Burn the rows that are blank, one after the other, and read them back.

    Args:
        file: the driver's.
        draw: gives random bytes.

    Returns:
        Whether the board now holds a whole key, with every row as it was before or was burnt.

    Raises:
        OSError: the board did not take a row; those before it are burnt.
    """
    wanted = list(rows_of(file.read()))
    for row, found in enumerate(wanted):
        if found == _BLANK:
            while wanted[row] == _BLANK:
                wanted[row] = draw(ROW_BYTES)
            file.burn(row, wanted[row])
    burnt = file.read()
    return state_of(burnt) == "whole" and burnt == b"".join(wanted)
