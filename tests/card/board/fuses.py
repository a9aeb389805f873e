"""Emulate a board's one-time programmable rows behind root's driver, in an ordinary file."""

import errno
import os
from dataclasses import dataclass, field
from pathlib import Path

from appliance.card.board.key import KEY_BYTES, ROW_BYTES, KeyFile

BLANK = bytes(ROW_BYTES)


class PowerCut(BaseException):
    """The power went while a row was being burnt."""


@dataclass
class Board:
    """Rows that are burnt once. What is set here goes wrong until it is set back."""

    path: Path
    locked: bool = False
    """The firmware takes nothing."""
    cut: tuple[int, int] | None = None
    """In the row of this number only these bits are burnt, and the power goes."""
    weak: int | None = None
    """This row gives back something else than it took."""
    burnt: list[int] = field(default_factory=list)

    @property
    def content(self) -> bytes:
        """Return all rows."""
        return self.path.read_bytes()

    @property
    def file(self) -> KeyFile:
        """Return the driver's file."""
        return _Driver(self)


class _Driver(KeyFile):
    def __init__(self, board: Board) -> None:
        super().__init__(board.path)
        self._board = board

    def burn(self, row: int, value: bytes) -> None:
        at = row * ROW_BYTES
        if self._board.content[at : at + ROW_BYTES] != BLANK:
            raise OSError(errno.EEXIST, os.strerror(errno.EEXIST))
        if self._board.locked:
            raise OSError(errno.EROFS, os.strerror(errno.EROFS))
        assert len(value) == ROW_BYTES
        cut = self._board.cut
        if cut is not None and cut[0] == row:
            bits = int.from_bytes(value, "little") & cut[1]
            super().burn(row, bits.to_bytes(ROW_BYTES, "little"))
            raise PowerCut
        super().burn(row, value if self._board.weak != row else b"\1" + value[1:-1] + b"\1")
        self._board.burnt.append(row)
        if self._board.weak == row:
            raise OSError(errno.EIO, os.strerror(errno.EIO))


def new_board(path: Path, key: bytes = bytes(KEY_BYTES)) -> Board:
    """Put a new board into the box."""
    path.write_bytes(key)
    return Board(path)
