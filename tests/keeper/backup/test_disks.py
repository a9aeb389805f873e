import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.keeper.backup.disks import disks_of
from appliance.keeper.backup.medium import BackupFailed, Medium
from appliance.keeper.backup.preparing import prepare
from tests.small.loops import loops
from tests.small.media import told_apart

CARD, STICK = os.makedev(179, 0), os.makedev(8, 0)


@pytest.fixture
def blocks(tmp_path: Path) -> Path:
    """A kernel's list: a card of two partitions, the second of which opens as LUKS, and a stick."""
    devices = tmp_path / "devices"
    listed = tmp_path / "block"
    listed.mkdir()
    for number, name in (
        ("179:0", "mmcblk0"),
        ("179:1", "mmcblk0/mmcblk0p1"),
        ("179:2", "mmcblk0/mmcblk0p2"),
        ("8:0", "sda"),
        ("8:1", "sda/sda1"),
        ("254:0", "dm-0"),
    ):
        place = devices / name
        (place / "slaves").mkdir(parents=True)
        (place / "dev").write_text(f"{number}\n")
        if "/" in name:
            (place / "partition").write_text("1\n")
        (listed / number).symlink_to(place)
    (devices / "dm-0/slaves/mmcblk0p2").symlink_to(devices / "mmcblk0/mmcblk0p2")
    return listed


@pytest.mark.parametrize(
    ("device", "disk"),
    [
        ((179, 1), CARD),
        ((179, 2), CARD),
        ((254, 0), CARD),
        ((179, 0), CARD),
        ((8, 1), STICK),
        ((0, 42), os.makedev(0, 42)),  # a share, or memory
        ((7, 9), os.makedev(7, 9)),  # unknown to the kernel
    ],
)
def test_a_file_system_lies_on_the_disk_below(
    blocks: Path, device: tuple[int, int], disk: int
) -> None:
    assert disks_of(os.makedev(*device), blocks) == {disk}


def test_an_array_lies_on_all_its_disks_and_a_loop_ends(blocks: Path) -> None:
    array = blocks / "254:0"
    (array / "slaves/sda1").symlink_to((blocks / "8:1").resolve())
    (array / "slaves/itself").symlink_to(array.resolve())
    assert disks_of(os.makedev(254, 0), blocks) == {CARD, STICK}


@pytest.fixture
def partitions(tmp_path: Path) -> Iterator[tuple[Path, Path, Path]]:
    """Two mounted partitions of one real disk, and one of another."""
    mounted = []
    with loops() as disks:
        for number, sizes in enumerate(((20480, 20480), (20480,))):
            image = tmp_path / f"disk-{number}.img"
            with image.open("wb") as file:
                file.truncate(32 << 20)
            table = "label: dos\n" + "".join(f"size={size}, type=83\n" for size in sizes)
            subprocess.run(["sfdisk", "-q", str(image)], input=table, text=True, check=True)
            device = disks.attach(image, "--partscan")
            subprocess.run(["partx", "--update", device], check=True)  # not every kernel has all
            for part in range(1, len(sizes) + 1):
                folder = tmp_path / f"mounted-{number}-{part}"
                folder.mkdir()
                subprocess.run(["mkfs.ext4", "-q", f"{device}p{part}"], check=True)
                subprocess.run(["mount", f"{device}p{part}", str(folder)], check=True)
                (folder / "lost+found").rmdir()
                mounted.append(folder)
        first, second, other = mounted
        yield first, second, other
        for folder in mounted:
            subprocess.run(["umount", "--lazy", str(folder)], check=True)


@pytest.mark.root
def test_a_second_partition_of_the_boxs_own_card_is_no_medium(
    partitions: tuple[Path, Path, Path],
) -> None:
    """It is another file system, and dies with the card all the same."""
    data, second, stick = partitions
    with told_apart():
        own = Medium.own_devices(data)
        with pytest.raises(BackupFailed, match="own memory card"):
            prepare(second, None, own)
        assert list(second.iterdir()) == []
        prepare(stick, None, own).close()
