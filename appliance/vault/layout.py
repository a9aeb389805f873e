"""Refuse a data folder of an unknown layout, and mark each that the keeper opens.

A mark is one line in a file of its own. Folders from before there were marks have layout 1.
"""

import re

from appliance.config.folders import Folders
from appliance.errors import FileFormatError
from appliance.vault.disk import FULL, Disk

KNOWN = 2
"""The layout this version reads and writes; raised when older versions would misread a folder."""

_MOST_BYTES = 64
_LINE = re.compile(rb"zgoda data folder, layout ([1-9][0-9]{0,8})\n")


def check_layout(folders: Folders) -> int | None:
    """Refuse a data folder of an unknown layout; call this before opening anything in it.

    Returns:
        The folder's layout; None without a mark.

    Raises:
        FileFormatError: a newer version made the folder, or its mark names no layout.
        OSError: the mark cannot be read.
    """
    path, line = folders.layout, None
    if not path.is_symlink():  # a dangling link would count as no mark
        try:
            line = _LINE.fullmatch(Disk().read(path, _MOST_BYTES))
        except (FileNotFoundError, NotADirectoryError):
            return None
        except FileFormatError:
            line = None
    if line is None:
        raise FileFormatError(
            f"{path} does not say which layout the data folder has; restore it from a backup."
        )
    if int(line[1]) > KNOWN:
        raise FileFormatError(
            f"The data folder {folders.data} was made by a newer Zgoda (layout {int(line[1])}; "
            f"this one knows {KNOWN}). Install that version, or restore a backup."
        )
    return int(line[1])


def mark_layout(folders: Folders, disk: Disk | None = None) -> None:
    """Mark a new data folder, making it if necessary, before anything else is written there.

    A folder with a keyring keeps its mark, or none, until it was taken over (``raise_mark``).

    Raises:
        FileFormatError: as ``check_layout`` does.
        OSError: the mark cannot be read or written.
    """
    folders.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    if check_layout(folders) == KNOWN or any(path.exists() for path in folders.keyring):
        return
    _write(folders, disk or Disk())


def raise_mark(folders: Folders, disk: Disk) -> bool:
    """Give a folder that was taken over today's mark; return whether it had another or none."""
    if check_layout(folders) == KNOWN:
        return False
    _write(folders, disk)
    return True


def _write(folders: Folders, disk: Disk) -> None:
    try:
        disk.replace(folders.layout, b"zgoda data folder, layout %d\n" % KNOWN, 0o644)
    except OSError as error:
        # On a full disk erasing must go on. The keyring's version says the same, and the next
        # start marks the folder.
        if error.errno not in FULL:
            raise
