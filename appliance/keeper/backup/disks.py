"""Find the disks below a file system: what lies on one of them is lost with it."""

import os
from pathlib import Path

_BLOCKS = Path("/sys/dev/block")
"""The kernel's block devices by number (its ABI/stable/sysfs-dev)."""


def disks_of(device: int, blocks: Path = _BLOCKS) -> frozenset[int]:
    """Return the whole disks on which a file system's device lies.

    A partition lies on its disk, and an opened LUKS partition, volume or array on those of its
    parts. A device that the kernel does not list, such as memory or a share, is one by itself.

    Args:
        device: as ``os.stat`` names it.
        blocks: where the kernel lists its block devices.
    """
    disks: set[int] = set()
    seen: set[Path] = set()
    places = [blocks / f"{os.major(device)}:{os.minor(device)}"]
    while places:
        place = places.pop().resolve()
        if (place / "partition").exists():
            place = place.parent
        if place in seen:
            continue
        seen.add(place)
        below = _names(place / "slaves")
        places += below
        number = _number(place / "dev")
        if number is not None and not below:
            disks.add(number)
    return frozenset(disks or {device})


def _names(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError:
        return []


def _number(file: Path) -> int | None:
    try:
        major, minor = map(int, file.read_text("ascii").split(":"))
    except (OSError, ValueError):
        return None
    return os.makedev(major, minor)
