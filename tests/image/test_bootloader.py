"""U-Boot chooses between two systems: three tries each, and who does not start makes way.

What is started here are no systems, so that each start ends at once: only the choice is looked at.
"""

import re
import subprocess
from pathlib import Path

import pytest

from tests.image.card import ROOT, Card, built

pytestmark = [pytest.mark.image, pytest.mark.timeout(0)]

SECOND_SYSTEM = 4202496 * 512
"""Where partition 3 begins, as genimage lays it."""


@pytest.fixture(scope="module")
def card(tmp_path_factory: pytest.TempPathFactory) -> Card:
    """A card whose two systems are four bytes each."""
    folder = tmp_path_factory.mktemp("card")
    for name in ("system/boot", "root/dtb", "card", "room"):
        (folder / name).mkdir(parents=True)
    for name in ("vmlinuz", "initrd.img"):
        (folder / "system" / "boot" / name).write_text("none")
    (folder / "root" / "dtb" / "none.dtb").touch()
    system = folder / "root" / "root.ext4"
    make = ["/usr/sbin/mke2fs", "-q", "-F", "-t", "ext4", "-O", "^has_journal"]
    source = ["-d", str(folder / "system")]
    subprocess.run([*make, *source, str(system), "64M"], check=True)
    kernel = built("kernel")
    stage = ["image-build/stages/card", *map(str, (kernel, folder / "root", folder / "card"))]
    subprocess.run([*stage, str(folder / "room")], cwd=ROOT, check=True, capture_output=True)
    image = folder / "card" / "zgoda.img"
    second = ["dd", f"if={system}", f"of={image}", "bs=1M", "conv=notrunc,sparse", "status=none"]
    subprocess.run([*second, f"seek={SECOND_SYSTEM >> 20}"], check=True)
    return on(image, folder, kernel / "u-boot-qemu.bin")


def on(image: Path, folder: Path, bios: Path) -> Card:
    made = Card(folder, bios)
    make = ["qemu-img", "create", "-q", "-f", "qcow2", "-F", "raw", "-b", str(image)]
    subprocess.run([*make, str(made.disk), "8G"], check=True)
    return made


def test_each_has_three_tries_and_then_makes_way(card: Card) -> None:
    tried = []
    for _ in range(6):
        with card.boot() as running:
            tried.append(running.wait_for(r"zgoda: system ([AB])\s")[1])
            running.wait_for("does not start")

    assert "".join(tried) == "AAABBB"
    with card.boot() as running:
        running.wait_for("no system has a try left; both get three")
        assert running.wait_for(r"zgoda: system ([AB])\s")[1] == "A"


def test_a_sector_that_cannot_be_read_means_the_first(card: Card) -> None:
    write = "write -q -P 0xff 1M 512"
    subprocess.run(["qemu-io", "-f", "qcow2", "-c", write, str(card.disk)], check=True)
    with card.boot() as running:
        running.wait_for("bad CRC")
        assert running.wait_for(r"zgoda: system ([AB])\s")[1] == "A"
        assert not re.search("no system has", "\n".join(running.lines))
