"""A Raspberry Pi 3 under QEMU: the card in its slot, a clock module's chip on two wires.

Its own firmware is not there. So QEMU starts the card's kernel, and answers its questions as the
firmware does, also those about the one-time programmable key. The rows last as long as the machine
is on, also through its restarts.

What starts there is the card's kernel, initrd and system, and a root shell in place of systemd: a
whole start takes a quarter of an hour on a computer that does other things.
"""

import contextlib
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.image.card import CARD_GB, COUNTED, built, switched_on
from tests.image.shell import Shell

CHIP_BYTES = 4096
CHIP_ADDRESS = 0x57
"""Of the AT24C32 on the common modules with a DS3231."""

COMMAND_LINE = (
    "root=PARTUUID=7a676f64-02 ro rootwait console=ttyS1,115200 loglevel=4 panic=10 maxcpus=1 "
    "init=/usr/bin/bash"
)
OTHERS_OFF = ("-global", "bcm2837.enabled-cpus=1")
"""The other three processors: emulated ones that wait to be started use up this computer's."""


@dataclass(frozen=True)
class Board:
    """A board; its card and its chip outlive it being switched off."""

    folder: Path
    image: Path
    system: Path  # with vmlinuz, initrd.img and dtb

    @property
    def chip(self) -> Path:
        """The chip's cells."""
        return self.folder / "chip"

    @property
    def disk(self) -> Path:
        """The card, over the image as it was built. The slot takes powers of two alone."""
        return self.folder / "card.qcow2"

    @contextlib.contextmanager
    def boot(self) -> Iterator[Shell]:
        """Switch it on; at the end the plug is pulled."""
        machine = [
            *("qemu-system-aarch64", "-M", "raspi3b", "-m", "1G", "-accel", "tcg,thread=single"),
            *(*COUNTED, "-rtc", "clock=vm", *OTHERS_OFF),
            *("-kernel", str(self.system / "vmlinuz"), "-initrd", str(self.system / "initrd.img")),
            *("-dtb", str(self.system / "dtb" / "bcm2837-rpi-3-b.dtb"), "-append", COMMAND_LINE),
            *("-drive", f"file={self.disk},if=sd,format=qcow2,cache=writeback"),
            *("-drive", f"file={self.chip},if=none,id=chip,format=raw,cache=writeback"),
            "-device",
            f"at24c-eeprom,bus=i2c-bus.1,address={CHIP_ADDRESS},rom-size={CHIP_BYTES},drive=chip",
            *("-serial", "null", "-serial", "stdio", "-display", "none", "-monitor", "none"),
        ]
        console = self.folder / "console"
        with switched_on(machine, console, typed=subprocess.PIPE) as running:
            yield Shell(running)


def new_board(folder: Path) -> Board:
    """Put a new card and a new chip into a new board."""
    board = Board(folder, built("card") / "zgoda.img", built("root"))
    board.chip.write_bytes(b"\xff" * CHIP_BYTES)
    make = ["qemu-img", "create", "-q", "-f", "qcow2", "-F", "raw", "-b", str(board.image)]
    subprocess.run([*make, str(board.disk), f"{CARD_GB}G"], check=True)
    return board
