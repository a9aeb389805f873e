"""Make the files that recordings go into, before anybody needs one.

The keeper makes an empty file for each key of the pool and lets the recorder's group write to it.
So the recorder needs no right to make, list, rename or remove anything among recordings, and the
keeper, whose files they are, can take the right to write away without any privilege.
"""

import contextlib
import os
import re
import stat
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

from appliance.errors import FileFormatError
from appliance.vault.disk import Disk
from appliance.vault.lease import close_to_writers, open_made_ahead

WRITABLE = 0o620
"""The mode of a file made ahead: the recorder's group writes to it and cannot read it back."""

_NAME = re.compile(r"[0-9a-f]{32}")


def files(folder: Path) -> dict[str, os.stat_result]:
    """Return what lies in the folder of the files made ahead, whatever it is."""
    found = {}
    with os.scandir(folder) as entries:
        for entry in entries:
            with contextlib.suppress(FileNotFoundError):  # just taken up, or removed
                found[entry.name] = entry.stat(follow_symlinks=False)
    return found


def is_name(name: str) -> bool:
    """Say whether a recording could have this name."""
    return _NAME.fullmatch(name) is not None


def is_empty(about: os.stat_result) -> bool:
    """Say whether it is an ordinary file that waits for its recording."""
    return stat.S_ISREG(about.st_mode) and about.st_size == 0


def is_ready(path: Path) -> bool:
    """Say whether a file was made ahead and nothing was written to it."""
    try:
        return is_empty(path.lstat())
    except OSError:
        return False


def make(
    folder: Path,
    rids: Iterable[str],
    disk: Disk,
    there: Mapping[str, os.stat_result] | None = None,
) -> frozenset[str]:
    """See to it that each of these recordings has its empty file, all on the medium.

    Args:
        folder: of the files.
        rids: names of recordings that nothing was written to.
        disk: writes.
        there: what lies in the folder; looked up if None.

    Returns:
        Those whose file was missing, or had a mode that a power cut left.

    Raises:
        OSError: the folder takes no more files.
    """
    there = files(folder) if there is None else there
    mended = set()
    for rid in rids:
        about = there.get(rid)
        if about is None:
            disk.make_empty(folder / rid, WRITABLE)
        elif is_empty(about) and stat.S_IMODE(about.st_mode) != WRITABLE:
            (folder / rid).chmod(WRITABLE)
        else:
            continue
        mended.add(rid)
    if mended:
        disk.sync_folder(folder)
    return frozenset(mended)


def remove_empty(folder: Path, rids: Collection[str], disk: Disk) -> None:
    """Remove files that nothing was written to, and that nobody has open to write to."""
    gone = [folder / rid for rid in rids if is_ready(folder / rid) and _give_up(folder / rid)]
    disk.unlink_all(gone)


def _give_up(path: Path) -> bool:
    """Close an empty file to writers; False if one was quicker."""
    try:
        fd = open_made_ahead(path)
    except (OSError, FileFormatError):
        return False
    try:
        return close_to_writers(fd) and is_empty(os.fstat(fd))
    except OSError:
        return False
    finally:
        os.close(fd)
