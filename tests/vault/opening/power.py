"""Model a medium that loses its power: what was not synced is there, whole, in part or not.

A disk writes to real files, so that everything works as usual, and tells the model of each
operation. ``Medium.after_a_cut`` returns a state that the medium can have after a power cut now: a
random subset of what was not synced is applied, in order; an append is torn at any byte, a write
in place at any sector. A name counts once its folder is synced, or by chance.
"""

import os
import random
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

from appliance.vault.disk import Disk

SECTOR = 512


class Write(NamedTuple):
    """Bytes at an offset of a file."""

    inode: int
    offset: int
    data: bytes


class Truncate(NamedTuple):
    """A file is cut off."""

    inode: int
    size: int


class Names(NamedTuple):
    """Names come to stand for files, or for none, all at once."""

    given: tuple[tuple[str, int | None], ...]


class Medium:
    """What is on the medium for sure, and what may be."""

    def __init__(self) -> None:
        self.files: dict[int, bytes] = {}
        self.names: dict[str, int] = {}
        self.pending: list[Write | Truncate | Names] = []

    def settle(self, wanted: Callable[[Write | Truncate | Names], bool]) -> None:
        """Apply pending changes for good."""
        for change in [one for one in self.pending if wanted(one)]:
            _apply(change, self.files, self.names, None)
        self.pending = [one for one in self.pending if not wanted(one)]

    def after_a_cut(self, chance: random.Random) -> dict[str, bytes]:
        """Return the files that are there after a power cut."""
        files, names = dict(self.files), dict(self.names)
        likely = chance.choice((0.0, 0.1, 0.5, 0.9, 1.0))
        for change in self.pending:
            if chance.random() < likely:
                _apply(change, files, names, chance)
        return {name: files.get(inode, b"") for name, inode in names.items()}


def _apply(
    change: Write | Truncate | Names,
    files: dict[int, bytes],
    names: dict[str, int],
    chance: random.Random | None,
) -> None:
    if isinstance(change, Names):
        for name, inode in change.given:
            if inode is None:
                names.pop(name, None)
            else:
                names[name] = inode
    elif isinstance(change, Truncate):
        files[change.inode] = files.get(change.inode, b"")[: change.size]
    else:
        before = files.get(change.inode, b"")
        files[change.inode] = _written(before, change.offset, change.data, chance)


def _written(before: bytes, offset: int, data: bytes, chance: random.Random | None) -> bytes:
    after = bytearray(before.ljust(offset, b"\0"))
    if chance is None or chance.random() < 0.3:
        after[offset : offset + len(data)] = data
    elif offset >= len(before):
        some = data[: chance.randrange(len(data) + 1)]
        # Some file systems grow the file before the bytes are there.
        after += some.ljust(len(data), b"\0") if chance.random() < 0.2 else some
    else:
        after.extend(bytes(max(0, offset + len(data) - len(after))))
        for at in range(0, len(data), SECTOR):
            if chance.random() < 0.5:
                piece = data[at : at + SECTOR]
                after[offset + at : offset + at + len(piece)] = piece
    return bytes(after)


class PowerDisk(Disk):
    """A disk below one folder; ``cut`` is called after each of its operations."""

    def __init__(self, folder: Path, cut: Callable[[Medium], None] = lambda medium: None) -> None:
        self.medium = Medium()
        self.cut = cut
        self.operations = 0
        self._folder = folder
        self._inodes: dict[str, int] = {}
        self._open: dict[int, int] = {}
        self._made = 0

    def open(self, path: Path) -> int:
        name = self._name(path)
        fd = super().open(path)
        if name not in self._inodes:
            self._made += 1
            self._inodes[name] = self._made
            self._change(Names(((name, self._made),)))
        self._open[fd] = self._inodes[name]
        return fd

    def truncate(self, fd: int, size: int) -> None:
        super().truncate(fd, size)
        self._change(Truncate(self._open[fd], size))

    def write(self, fd: int, data: bytes | bytearray, offset: int) -> None:
        super().write(fd, data, offset)
        self._change(Write(self._open[fd], offset, bytes(data)))

    def sync(self, fd: int) -> None:
        inode = self._open[fd]
        self._settle(lambda one: not isinstance(one, Names) and one.inode == inode)

    def sync_all(self, fd: int) -> None:
        self.sync(fd)

    def sync_system(self, folder: Path) -> None:
        self._settle(lambda one: True)

    def sync_folder(self, folder: Path) -> None:
        place = self._name(folder)

        def inside(one: Write | Truncate | Names) -> bool:
            return isinstance(one, Names) and all(
                os.path.dirname(name) == place  # a name of the model, no path
                for name, _ in one.given
            )

        self._settle(inside)

    def close(self, fd: int) -> None:
        del self._open[fd]
        super().close(fd)

    def replace(self, path: Path, data: bytes, mode: int = 0o600, group: int | None = None) -> None:
        fresh = path.with_name(f".{path.name}.{self.operations:08x}")
        fd = self.open(fresh)
        try:
            self.write(fd, data, 0)
            self.sync_all(fd)
        finally:
            self.close(fd)
        self.rename(fresh, path)
        self.sync_folder(path.parent)

    def rename(self, source: Path, target: Path) -> None:
        super().rename(source, target)
        name, inode = self._name(target), self._inodes.pop(self._name(source))
        self._inodes[name] = inode
        self._change(Names(((name, inode), (self._name(source), None))))

    def unlink(self, path: Path) -> None:
        self.unlink_all([path])

    def unlink_all(self, paths: Iterable[Path]) -> None:
        folders = set()
        for path in paths:
            folders.add(path.parent)
            if path.exists():
                path.unlink()
                del self._inodes[self._name(path)]
                self._change(Names(((self._name(path), None),)))
        for folder in sorted(folders):
            self.sync_folder(folder)

    def _name(self, path: Path) -> str:
        name = path.relative_to(self._folder).as_posix()
        return "" if name == "." else name

    def _change(self, change: Write | Truncate | Names) -> None:
        self.medium.pending.append(change)
        self.operations += 1
        self.cut(self.medium)

    def _settle(self, wanted: Callable[[Write | Truncate | Names], bool]) -> None:
        self.medium.settle(wanted)
        self.operations += 1
        self.cut(self.medium)


class QuickDisk(Disk):
    """A disk that waits for no medium."""

    def sync(self, fd: int) -> None:
        """Do not wait."""

    def sync_all(self, fd: int) -> None:
        """Do not wait."""

    def sync_folder(self, folder: Path) -> None:
        """Do not wait."""

    def sync_system(self, folder: Path) -> None:
        """Do not wait."""


def put_there(folder: Path, files: dict[str, bytes]) -> None:
    """Make a folder hold these files and no others."""
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_file() and path.relative_to(folder).as_posix() not in files:
            path.unlink()
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def image(folder: Path) -> dict[str, bytes]:
    """Return every file of a folder: a copy of the card."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }
