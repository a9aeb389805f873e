"""Put the files of tests into memory where there is room: on a disk they wait for syncs.

``tests/run`` does so for all its runs. This is for who calls pytest by hand.
"""

import os
import re
import tempfile
from collections.abc import MutableMapping
from pathlib import Path

MEMORY = Path("/dev/shm")
ROOM = 1 << 30
ON_DISK = ("faults", "image", "root", "vm")
"""Marks of what needs a disk: power cuts, whole cards, and files that other users reach."""


def keep_files_there(
    markexpr: str, environ: MutableMapping[str, str] = os.environ, folder: Path = MEMORY
) -> None:
    """Let temporary files go into memory, unless somebody chose a place for them.

    Args:
        markexpr: which tests were asked for, as ``-m`` takes it.
        environ: the environment, which programs under test inherit.
        folder: the memory's.
    """
    if "TMPDIR" not in environ and without_disk(markexpr) and room_in(folder) >= ROOM:
        environ["TMPDIR"] = str(folder)
        tempfile.tempdir = None  # asked again


def without_disk(markexpr: str) -> bool:
    """Say whether an expression leaves out, mark by mark, what needs a disk."""
    return all(re.search(rf"\bnot {mark}\b", markexpr) for mark in ON_DISK)


def room_in(folder: Path) -> int:
    """Return the bytes that may still be written into a folder; 0 where there is none."""
    try:
        room = os.statvfs(folder)
    except FileNotFoundError:
        return 0
    return room.f_bavail * room.f_frsize
