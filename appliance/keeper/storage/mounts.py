"""Read the kernel's list of mounts: what lies at a path, surely here or not.

A path is followed as the kernel follows it: at each folder on the way the mount that was laid over
it last counts, and one below a folder that was covered later counts no more.
"""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

MOUNTS = Path("/proc/self/mountinfo")

HERE = frozenset(
    {
        *("bcachefs", "btrfs", "exfat", "ext2", "ext3", "ext4", "f2fs", "fuseblk", "hfs"),
        *("hfsplus", "iso9660", "jfs", "msdos", "nilfs2", "ntfs", "ntfs3", "overlay", "ramfs"),
        *("reiserfs", "rootfs", "squashfs", "tmpfs", "udf", "vfat", "xfs", "zfs"),
    }
)
"""Kinds of file systems that lie on a disk, or in the memory, of the machine that mounts them."""

UNKNOWN = "unknown"
"""In place of a kind that the kernel does not tell."""

_OVER_NETWORK = ("/dev/nbd", "/dev/rbd", "/dev/drbd")
"""How block devices begin whose blocks lie on another computer."""

_ESCAPED = re.compile(r"\\([0-7]{3})")
_MOST_LINKS = 40


@dataclass(frozen=True, slots=True)
class MountPoint:
    """One mount; a bind mount has the kind of what it shows."""

    number: int
    parent: int
    where: str
    kind: str  # ext4, nfs4, fuse.sshfs …
    source: str
    read_only: bool

    @property
    def is_here(self) -> bool:
        """Say whether it surely lies on this machine."""
        return self.kind in HERE and not self.source.startswith(_OVER_NETWORK)


def read_mounts(text: str) -> tuple[MountPoint, ...]:
    """Return the mounts of a list of the kernel's; what is no line of one is passed over."""
    return tuple(_points(text))


def _points(text: str) -> Iterator[MountPoint]:
    for line in text.splitlines():
        before, _, behind = line.partition(" - ")
        fields, more = before.split(" "), behind.split(" ")
        if len(fields) < 6 or len(more) < 2 or not (fields[0] + fields[1]).isdecimal():
            continue
        options = {*fields[5].split(","), *",".join(more[2:]).split(",")}
        yield MountPoint(
            number=int(fields[0]),
            parent=int(fields[1]),
            where=_plain(fields[4]),
            kind=more[0],
            source=_plain(more[1]),
            read_only="ro" in options,
        )


def _plain(word: str) -> str:
    """Return a word of the list without its octal escapes."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 8)), word)


class MountTree:
    """What is mounted at each path."""

    def __init__(self, mounts: tuple[MountPoint, ...]) -> None:
        """Take all mounts."""
        self._below = {(one.parent, one.where): one for one in mounts}  # the last one there
        numbers = {one.number for one in mounts}
        first = (one for one in mounts if one.where == "/")
        self._root = next((one for one in first if one.parent not in numbers - {one.number}), None)

    def at(self, path: Path) -> MountPoint | None:
        """Return the mount that a path is on, as it is written; None if the list does not tell."""
        here = self._root
        for folder in (*reversed(path.parents), path):
            seen: set[int] = set()
            while here is not None and here.number not in seen:
                seen.add(here.number)
                here = self._below.get((here.number, str(folder)), here)
        return here


def foreign_kind(folder: Path, mounts: Path | None = None) -> str:
    """Return the kind of mount that a folder is on, unless that is surely on this machine.

    Links are followed, but nothing is looked at that a server has to answer for.

    Args:
        folder: absolute.
        mounts: the kernel's list.
    """
    try:
        text = (mounts or MOUNTS).read_text("utf-8", "surrogateescape")
    except OSError:
        return UNKNOWN
    tree = MountTree(read_mounts(text))
    mount = tree.at(_followed(folder, tree))
    if mount is None:
        return UNKNOWN
    return "" if mount.is_here else mount.kind


def _followed(folder: Path, tree: MountTree) -> Path:
    """Return a folder with the links followed that lie on this machine."""
    rest, there, links = [*reversed(folder.parts[1:])], Path("/"), 0
    while rest:
        name = rest.pop()
        if name == "..":
            there = there.parent
            continue
        mount, at = tree.at(there), there / name
        target = _link(at) if mount is not None and mount.is_here else ""
        links += bool(target)
        if not target or links > _MOST_LINKS:
            there = at
            continue
        there = Path("/") if target.startswith("/") else there
        rest += [part for part in reversed(Path(target).parts) if part != "/"]
    return there


def _link(path: Path) -> str:
    """Return where a link leads; empty for anything else."""
    try:
        return os.readlink(path)
    except OSError:
        return ""
