"""Test what the doctor reads of clock, disks and memory."""

from pathlib import Path

import pytest

from appliance.clock import SystemClock
from appliance.keeper.doctor.machine import Machine, Mount, kernel_synchronised, standing
from appliance.vault.disk import Disk
from tests.clocks import ManualClock

MOUNTS = r"""
22 1 179:2 / / rw,relatime - ext4 /dev/mmcblk0p2 rw
23 22 179:1 / /boot/firmware rw,relatime - vfat /dev/mmcblk0p1 rw,fmask=0022
24 22 8:1 / /srv/a\040disk rw,relatime shared:1 - exfat /dev/sda1 rw
25 22 8:2 / /srv/old ro,relatime - ext4 /dev/sda2 rw
26 22 8:3 / /srv/broken rw,relatime - ext4 /dev/sda3 ro,errors=remount-ro
27 22 0:9 / /srv/old rw,relatime - tmpfs tmpfs rw
"""


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    (tmp_path / "proc/self").mkdir(parents=True)
    (tmp_path / "proc/self/mountinfo").write_text(MOUNTS.lstrip())
    return Machine(tmp_path)


@pytest.mark.parametrize(
    ("path", "mount"),
    [
        ("/var/lib/zgoda", Mount("ext4", False)),
        ("/boot/firmware/x", Mount("vfat", False)),
        ("/boot/firmware2", Mount("ext4", False)),
        ("/srv/a disk/data", Mount("exfat", False)),
        ("/srv/old", Mount("tmpfs", False)),  # mounted over the older one
        ("/srv/broken/x", Mount("ext4", True)),
    ],
)
def test_what_a_path_lies_on(machine: Machine, path: str, mount: Mount) -> None:
    assert machine.mount(Path(path)) == mount


def test_a_bare_root_tells_nothing(tmp_path: Path) -> None:
    bare = Machine(tmp_path)
    assert bare.mount(Path("/")) is None
    assert bare.free_memory() is None
    assert not bare.swap()
    assert not bare.clock_chip()


def test_memory_swap_and_clock_chip_are_read(machine: Machine) -> None:
    (machine.root / "proc/meminfo").write_text("MemTotal: 9 kB\nMemAvailable:    2048 kB\n")
    (machine.root / "proc/swaps").write_text("Filename Type\n/swapfile file\n")
    (machine.root / "sys/class/rtc/rtc0").mkdir(parents=True)
    assert machine.free_memory() == 2 << 20
    assert machine.swap()
    assert machine.clock_chip()


def test_writing_is_tried_and_nothing_is_left(machine: Machine, tmp_path: Path) -> None:
    clock = ManualClock()

    class Slow(Disk):
        def sync_all(self, fd: int) -> None:
            clock.advance(0.7)

    folder = tmp_path / "data"
    folder.mkdir()
    slow = Machine(tmp_path, disk=Slow())
    assert slow.write_seconds(folder, clock) == pytest.approx(0.7)
    assert machine.write_seconds(folder, SystemClock()) >= 0
    assert list(folder.iterdir()) == []


def test_a_disk_that_takes_nothing_leaves_nothing(tmp_path: Path) -> None:
    class Full(Disk):
        def write(self, fd: int, data: bytes | bytearray, offset: int) -> None:
            raise OSError(28, "No space left on device")

    folder = tmp_path / "data"
    folder.mkdir()
    with pytest.raises(OSError, match="No space"):
        Machine(tmp_path, disk=Full()).write_seconds(folder, ManualClock())
    assert list(folder.iterdir()) == []


def test_what_is_not_there_yet_lies_where_it_will_be(tmp_path: Path) -> None:
    assert standing(tmp_path / "a/b") == tmp_path
    assert Machine(tmp_path).writable(tmp_path / "a/b")
    assert Machine(tmp_path).free(tmp_path / "a/b") > 0


def test_rights_and_versions(tmp_path: Path) -> None:
    tmp_path.chmod(0o750)
    assert Machine.private(tmp_path)
    tmp_path.chmod(0o755)
    assert not Machine.private(tmp_path)
    assert set(Machine.versions()) == {"python", "kernel", "machine"}


def test_a_time_server_that_answered_in_this_boot_is_believed(tmp_path: Path) -> None:
    mark = tmp_path / "synchronized"
    mark.touch()
    assert kernel_synchronised(mark)
