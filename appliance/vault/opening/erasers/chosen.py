"""Make the eraser that is configured, or the one that a file shows itself to be."""

import os
from pathlib import Path

from appliance.errors import EraserFailed
from appliance.model.sentences.faults import noted
from appliance.vault.disk import Disk
from appliance.vault.opening.eraser import Eraser
from appliance.vault.opening.erasers.chip import CHIP_BYTES, PAGE_BYTES, Chip, ChipFile
from appliance.vault.opening.erasers.eeprom import EepromEraser, is_ours
from appliance.vault.opening.erasers.file import FileEraser
from appliance.vault.opening.erasers.moving import MovingEraser

LEAST_SECRET = 16
"""Bytes of a board's secret."""


class _Image(ChipFile):
    """A chip's content in an ordinary file: good for reading roots, never for making one."""

    def open(self, path: Path) -> int:
        return os.open(path, os.O_RDONLY | os.O_CLOEXEC)

    def is_a_drivers(self, fd: int) -> bool:
        return True

    def write(self, fd: int, data: bytes, offset: int) -> int:
        raise EraserFailed(noted("chip_image", "An image of an EEPROM is only read."))


def file_eraser(root: Path, board_secret_file: str = "", disk: Disk | None = None) -> FileEraser:
    """Return the eraser in a file, under the board's secret if there is one.

    Raises:
        EraserFailed: the secret cannot be read, or is too short.
    """
    if not board_secret_file:
        return FileEraser(root, disk=disk)
    try:
        secret = Disk().read(Path(board_secret_file), 4096)
    except OSError as error:
        raise EraserFailed(
            noted(
                "board_key_unread",
                f"The board's secret cannot be read: {error.strerror}.",
                detail=error.strerror,
            )
        ) from error
    if len(secret) < LEAST_SECRET:
        raise EraserFailed(
            noted(
                "board_key_short",
                f"The board's secret is shorter than {LEAST_SECRET} bytes.",
                least=LEAST_SECRET,
            )
        )
    return FileEraser(root, secret, disk=disk)


def eeprom_eraser(
    eeprom: str, root: Path, board_secret_file: str = "", disk: Disk | None = None
) -> Eraser:
    """Return the eraser in a chip; a root that a file still holds moves there.

    Args:
        eeprom: the driver's file.
        root: where a file eraser had its slots.
        board_secret_file: of the board, if the root lay under its secret before.
        disk: writes and removes the file.

    Raises:
        EraserFailed: the secret cannot be read.
    """
    chosen = EepromEraser(Chip(Path(eeprom)))
    if not root.exists():
        return chosen
    former = file_eraser(root, board_secret_file, disk)
    return MovingEraser(chosen, root, former, disk or Disk())


def eraser_of_copy(root: Path, board_secret_file: str = "") -> Eraser:
    """Return the eraser that a copy of a root's place is: a file's, or a chip's whole content.

    Raises:
        EraserFailed: the board's secret cannot be read.
        OSError: the copy cannot be read.
    """
    with root.open("rb") as file:
        content = file.read(CHIP_BYTES + 1)
    titles = (content[:PAGE_BYTES], content[-PAGE_BYTES:])
    if len(content) == CHIP_BYTES and any(is_ours(title) for title in titles):
        return EepromEraser(Chip(root, _Image()))
    return file_eraser(root, board_secret_file)
