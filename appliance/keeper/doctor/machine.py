"""Read the machine's clock, disks and memory; write nothing but one test file.

Tests replace the root folder below which everything is read.
"""

import ctypes
import os
import platform
import secrets
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from appliance.card.files import AUTHORIZED_KEYS
from appliance.clock import Clock
from appliance.keeper.storage.mounts import MountTree, read_mounts
from appliance.vault.disk import Disk
from appliance.vault.format import FRAME_BYTES

SYNCHRONISED = Path("/run/systemd/timesync/synchronized")
"""systemd-timesyncd's mark: a time server has answered since the boot."""

_TIME_ERROR = 5
_TIMEX_BYTES = 512
"""More than ``struct timex`` takes on any of our machines; the call only reads."""


def kernel_synchronised(mark: Path = SYNCHRONISED) -> bool:
    """Say whether a time server keeps the kernel's clock. That proves nothing: servers can lie.

    ``adjtimex`` knows, but ``ProtectClock`` forbids the keeper's unit to ask it; there
    systemd-timesyncd's mark decides.
    """
    state = int(ctypes.CDLL(None).adjtimex(ctypes.create_string_buffer(_TIMEX_BYTES)))
    return 0 <= state < _TIME_ERROR or mark.exists()


@dataclass(frozen=True, slots=True)
class Mount:
    """The file system a path is on."""

    kind: str  # ext4, vfat, …
    read_only: bool


def _free(path: Path) -> int:
    return shutil.disk_usage(path).free


@dataclass(frozen=True, slots=True)
class Machine:
    """The machine below a root folder."""

    root: Path = Path("/")
    free_bytes: Callable[[Path], int] = _free
    synchronised: Callable[[], bool] = kernel_synchronised
    disk: Disk = field(default_factory=Disk)

    def swap(self) -> bool:
        """Say whether memory can be written to a swap area."""
        return len(self._read("proc/swaps").splitlines()) > 1

    def free_memory(self) -> int | None:
        """Return the available bytes of memory; None if unknown."""
        for line in self._read("proc/meminfo").splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
        return None

    def clock_chip(self) -> bool:
        """Say whether the machine has a real-time clock that runs without power."""
        return any((self.root / "sys/class/rtc").glob("rtc*"))

    def mount(self, path: Path) -> Mount | None:
        """Return the mount of a path; None if unknown."""
        found = MountTree(read_mounts(self._read("proc/self/mountinfo"))).at(path)
        return Mount(found.kind, found.read_only) if found is not None else None

    def free(self, path: Path) -> int:
        """Return the free bytes where a path is or will be; raises OSError."""
        return self.free_bytes(standing(path))

    def write_seconds(self, folder: Path, clock: Clock) -> float:
        """Time writing and syncing a recording's frame in a folder; the file is removed again.

        Raises:
            OSError: it could not be written.
        """
        path = folder / f".doctor.{secrets.token_hex(8)}"
        began = clock.monotonic()
        try:
            fd = self.disk.create(path)
            try:
                self.disk.write(fd, bytes(FRAME_BYTES), 0)
                self.disk.sync_all(fd)
            finally:
                self.disk.close(fd)
            return clock.monotonic() - began
        finally:
            path.unlink(missing_ok=True)

    def ssh_key(self) -> str:
        """Return the key whose owner may log in as root, by a card's settings; empty: nobody."""
        return self._read(AUTHORIZED_KEYS.lstrip("/"))

    @staticmethod
    def private(path: Path) -> bool:
        """Say whether only a path's owner and group can look into it."""
        return path.stat().st_mode & 0o006 == 0  # others may pass through

    @staticmethod
    def writable(path: Path) -> bool:
        """Say whether this user may write into a folder or make it."""
        return os.access(standing(path), os.W_OK | os.X_OK)

    @staticmethod
    def versions() -> dict[str, str]:
        """Return the versions of Python and kernel, and the machine's architecture."""
        return {
            "python": platform.python_version(),
            "kernel": platform.release(),
            "machine": platform.machine(),
        }

    def _read(self, name: str) -> str:
        try:
            return (self.root / name).read_text("utf-8", "replace")
        except OSError:
            return ""


def standing(path: Path) -> Path:
    """Return the path, or its nearest existing parent."""
    there = path.absolute()
    while not there.exists():
        there = there.parent
    return there
