"""Make disks of files."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class Loops:
    """Loop devices that are attached to files.

    A device is ours only until it is detached: the next that anybody attaches gets its number, and
    what is then done to the name is done to another's disk.
    """

    def __init__(self) -> None:
        self._attached: list[Path] = []

    def attach(self, file: Path, *options: str) -> Path:
        """Make a disk of a file and return its device."""
        attach = ["losetup", "--find", "--show", *options, str(file)]
        told = subprocess.run(attach, capture_output=True, text=True, check=True).stdout
        self._attached.append(Path(told.strip()))
        return self._attached[-1]

    def detach(self, device: Path) -> None:
        """Take a disk away that may be mounted, or have partitions."""
        self._attached.remove(device)
        for partitions in (["partx", "--delete"], ["umount", "--lazy"]):
            subprocess.run([*partitions, str(device)], check=False, capture_output=True)
        subprocess.run(["losetup", "--detach", str(device)], check=True)

    def detach_all(self) -> None:
        """Take all disks away that are still there."""
        while self._attached:
            self.detach(self._attached[-1])


@contextmanager
def loops() -> Iterator[Loops]:
    """Have disks, and take them away at the end."""
    attached = Loops()
    try:
        yield attached
    finally:
        attached.detach_all()
