"""A system with a dead process, or one that hangs before systemd, makes way.

Each is the built system with one file more, in the second half of a card whose first half is known
to be good; the watchdog is on. U-Boot's sector leaves it one try, so that one start tells.
"""

import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.card.update.machine import SECTOR_AT, sector
from tests.image.card import Card, Running, built
from tests.image.test_bootloader import SECOND_SYSTEM, on

pytestmark = [pytest.mark.image, pytest.mark.timeout(0)]

UNITS = "/etc/systemd/system"
DEAD = "[Service]\nExecStart=\nExecStart=/bin/false\n"
HANGS = "#!/bin/sh\nwhile :; do sleep 1000; done\n"
SOON = "[Service]\nEnvironment=ZGODA_PATIENCE=120\n"
"""Ten minutes would show no more, four times over."""

WATCHDOG = ("-device", "i6300esb", "-action", "watchdog=reset")
"""With ``-no-reboot`` QEMU ends where a board would start again."""


@dataclass
class System:
    """The built system, and what is to differ in it."""

    folder: Path
    commands: list[str] = field(default_factory=list)  # of debugfs

    def __post_init__(self) -> None:
        """Have it make up its mind sooner."""
        self.put(f"{UNITS}/zgoda-card-healthy.service.d", "soon.conf", SOON)

    def put(self, place: str, name: str, text: str, mode: str = "0100644") -> None:
        """Put a file into one of its folders."""
        number = len(self.commands)
        (self.folder / f"file-{number}").write_text(text)
        self.commands += [f"mkdir {place}", f"cd {place}", f"rm {name}"]
        self.commands += [f"write {self.folder}/file-{number} {name}"]
        self.commands += [f"set_inode_field {name} mode {mode}"]

    def second_on_a_card(self) -> Card:
        """Write a card whose second system it is."""
        root, image, told = (self.folder / name for name in ("root.ext4", "zgoda.img", "commands"))
        shutil.copyfile(built("root") / "root.ext4", root)
        told.write_text("\n".join(self.commands) + "\n")
        subprocess.run(["/usr/sbin/debugfs", "-w", "-f", str(told), str(root)], check=True)
        copy = ["cp", "--sparse=always", str(built("card") / "zgoda.img"), str(image)]
        subprocess.run(copy, check=True)
        second = ["dd", f"if={root}", f"of={image}", "bs=1M", "conv=notrunc,sparse", "status=none"]
        subprocess.run([*second, f"seek={SECOND_SYSTEM >> 20}"], check=True)
        with image.open("r+b") as whole:
            whole.seek(SECTOR_AT)
            said = {"BOOT_ORDER": "B A", "BOOT_A_LEFT": "9", "BOOT_B_LEFT": "1"}
            whole.write(sector(said))
        root.unlink()
        return on(image, self.folder, built("kernel") / "u-boot-qemu.bin")


@pytest.fixture
def system(tmp_path: Path) -> System:
    return System(tmp_path)


def tried(running: Running) -> str:
    """Return the system that U-Boot starts."""
    return running.wait_for(r"zgoda: system ([AB])\s")[1]


def gives_way(card: Card) -> None:
    """Have the second system started once; then the first one is."""
    with card.boot(*WATCHDOG) as running:
        assert tried(running) == "B"
        running.wait_until_off()
    with card.boot(*WATCHDOG) as running:
        assert tried(running) == "A"


def test_one_that_serves_is_kept_and_its_watchdog_is_fed(system: System) -> None:
    card = system.second_on_a_card()
    with card.boot(*WATCHDOG) as running:
        assert tried(running) == "B"
        while card.sector().get("BOOT_B_LEFT") != "9":
            running.let_run()


@pytest.mark.parametrize("name", ["keeper", "recorder", "panel", "proxy"])
def test_one_dead_process_is_enough(system: System, name: str) -> None:
    system.put(f"{UNITS}/zgoda-{name}.service.d", "zz-dead.conf", DEAD)

    gives_way(system.second_on_a_card())


def test_one_that_hangs_before_systemd_is_restarted_by_the_watchdog(system: System) -> None:
    system.put("/usr/sbin", "init", HANGS, "0100755")

    gives_way(system.second_on_a_card())
