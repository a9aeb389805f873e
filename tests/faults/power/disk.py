"""Mount a real file system on a disk that logs each write and flush.

nbdkit serves the disk (``block_log``), nbdfuse makes a file of it, the kernel mounts that file with
ext4 as on the appliance. An image that a power cut could have left is checked and mounted as at a
boot.
"""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from tests.faults.fault_box import until

SIZE = "400M"
"""Above the 256 MiB that a recording needs free. The image is sparse."""

MAKE = (
    *("mkfs.ext4", "-q", "-F", "-J", "size=4", "-m", "0"),
    *("-E", "lazy_itable_init=1,lazy_journal_init=1,nodiscard"),
)
CHECK = ("e2fsck", "-y")
"""As systemd calls it with ``fsck.repair=yes`` on the kernel's command line, where Raspberry Pi OS
has it. Without that a torn superblock is not mended from its copy, and the boot stops."""

Journal = Literal["ordered", "writeback"]
"""``ordered`` is the usual one; with ``writeback`` a file may grow before its data are there."""

PLUGIN = Path(__file__).with_name("block_log.py")
CORRECTED = 1
"""The check's exit code if it mended something; above that it could not."""


@dataclass(frozen=True)
class LoggedDisk:
    """A mounted disk, the image as it was before, and the log of what was written since."""

    folder: Path  # the file system's root
    base: Path
    log: Path

    @property
    def position(self) -> int:
        """Return how long the log is: all that was durable so far lies before it."""
        return self.log.stat().st_size


@contextmanager
def logged_disk(folder: Path, journal: Journal = "ordered") -> Iterator[LoggedDisk]:
    """Make an empty disk and mount it.

    Args:
        folder: for everything that it needs; made here.
        journal: how ext4 orders a file's data and its length.
    """
    base, disk, nbd, root = (folder / name for name in ("base.img", "disk.img", "nbd", "root"))
    for made in (folder, nbd, root):
        made.mkdir()
    base.touch()
    run("truncate", "-s", SIZE, base)
    run(*MAKE, base)
    copy_sparse(base, disk)
    log = folder / "log"
    log.touch()
    serving = ("nbdkit", "-f", "python", PLUGIN, f"disk={disk}", f"log={log}")
    with subprocess.Popen(["nbdfuse", str(nbd / "disk"), "[", *serving, "]"]) as process:
        try:
            until((nbd / "disk").exists, 30, "the served disk")
            with mounted(nbd / "disk", root, f"data={journal}"):
                yield LoggedDisk(root, base, log)
        finally:
            run("umount", "--lazy", nbd, check=False)
            try:
                process.wait(120)
            except subprocess.TimeoutExpired:
                process.kill()
                raise


@contextmanager
def mounted(image: Path, root: Path, *options: str) -> Iterator[None]:
    """Mount an image with ext4."""
    run("mount", "-t", "ext4", "-o", ",".join(("loop", "noinit_itable", *options)), image, root)
    try:
        yield
    except BaseException:
        run("umount", "--lazy", root)  # what failed may still have files open
        raise
    run("umount", root)


@contextmanager
def booted(image: Path, root: Path) -> Iterator[None]:
    """Check an image's file system as a boot does, and mount it."""
    checked = run(*CHECK, image, check=False)
    assert checked.returncode <= CORRECTED, checked.stdout
    with mounted(image, root):
        yield


def copy_sparse(source: Path, target: Path) -> None:
    """Copy an image without its holes."""
    run("cp", "--sparse=auto", "--reflink=auto", source, target)


def run(*command: object, check: bool = True) -> subprocess.CompletedProcess[str]:
    """Run a program and return what it said."""
    words = [str(word) for word in command]
    words[0] = shutil.which(words[0], path="/usr/sbin:/usr/bin:/sbin:/bin") or words[0]
    done = subprocess.run(
        words, check=False, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    assert not check or done.returncode == 0, (words, done.stdout)
    return done
