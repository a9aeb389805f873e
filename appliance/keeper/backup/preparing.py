"""Prepare a medium: the mark without which nothing is written there, and its folders."""

import os
import secrets
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path

from appliance.keeper.backup.medium import (
    FOLDER,
    OPEN_FOLDER,
    TEMPORARY,
    Medium,
    failed,
    refuse_own,
)


def prepare(
    folder: Path, owner: tuple[int, int] | None = None, apart_from: Collection[int] = ()
) -> Medium:
    """Make the folder of a medium and its mark, unless they are there; return it open.

    Args:
        folder: of the medium, mounted.
        owner: user and group that will write, who get every folder also of a medium that is
            prepared already: another board's had other numbers. As root only; else None.
        apart_from: as ``Medium`` takes it.

    Raises:
        BackupFailed: ``own_disk``; something else is there, or it cannot be written.
    """
    try:
        refuse_own(os.stat(folder), folder, apart_from)
        with suppress(FileExistsError):
            (folder / FOLDER).mkdir(mode=0o755)
        top = os.open(folder / FOLDER, OPEN_FOLDER)
        try:
            left = os.listdir(top)
            if all(map(TEMPORARY.fullmatch, left)):  # nothing, or what a cut has left
                _mark(top)
                for name in left:
                    os.unlink(name, dir_fd=top)
        finally:
            os.close(top)
    except OSError as error:
        raise failed(error) from error
    medium = Medium(folder, writes=False, apart_from=apart_from)
    try:
        if owner is not None:
            medium.give(owner)
    except OSError as error:
        medium.close()
        raise failed(error) from error
    except BaseException:
        medium.close()
        raise
    return medium


def _mark(top: int) -> None:
    fresh = f".{secrets.token_hex(6)}.part"
    how = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    fd = os.open(fresh, how, 0o644, dir_fd=top)
    try:
        os.write(fd, f"zgoda backup medium {secrets.token_hex(16)}\n".encode())
        with suppress(OSError):  # file systems without modes
            os.fchmod(fd, 0o644)
        os.fsync(fd)
    finally:
        os.close(fd)
    os.rename(fresh, FOLDER, src_dir_fd=top, dst_dir_fd=top)
    os.fsync(top)
