"""A clean Debian 13 with its own systemd, and the kernel of `make vm-test`'s machine."""

import contextlib
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from installer.places import REPOSITORY

from tests.image.card import Running, switched_on
from tests.image.shell import Shell
from tests.image_build.clean_debian import ALONE, Clean

SYSTEM = ("systemd-sysv", "udev", "dbus", "kmod", "iproute2", "procps")
"""What a computer has beside a clean root: Debian's installer always puts it there."""

DISK = "4G"
LISTENS = "this-shell-listens"
_UNIT = f"""\
[Unit]
Description=A root shell on the first serial port

[Service]
ExecStart=/bin/sh -c 'stty -echo; echo {LISTENS}; exec bash'
Environment=HOME=/root LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive
StandardInput=file:/dev/ttyS0
StandardOutput=file:/dev/ttyS0
StandardError=file:/dev/ttyS0

[Install]
WantedBy=multi-user.target
"""
_UNIT_PLACE = "/etc/systemd/system/trial-shell.service"
_PREPARE = f"""
cat >{_UNIT_PLACE} <<'END'
{_UNIT}END
systemctl enable trial-shell.service
systemctl mask getty.target apt-daily.timer apt-daily-upgrade.timer
"""
_KERNEL = "root=/dev/vda rw console=ttyS1 panic=-1 mitigations=off nokaslr audit=0 apparmor=0"


@dataclass(frozen=True)
class Computer:
    """Has the system on its disk, and keeps what happens to it; there is no network."""

    folder: Path  # gets disk and consoles
    base: Path  # has kernel and initrd

    @property
    def disk(self) -> Path:
        """The disk."""
        return self.folder / "disk.img"

    @contextlib.contextmanager
    def on(self) -> Iterator[tuple[Running, Shell]]:
        """Switch it on, and wait for a shell; at the end the plug is pulled."""
        machine = [
            *("qemu-system-x86_64", "-M", "q35,hpet=off,sata=off", "-cpu", "Nehalem,+arat"),
            *("-accel", "tcg", "-m", "1536", "-nodefaults", "-no-user-config", "-no-reboot"),
            *("-display", "none", "-serial", "stdio"),
            *("-serial", f"file:{self.folder / 'kernel'}"),
            *("-kernel", str(self.base / "vmlinuz"), "-initrd", str(self.base / "initrd.img")),
            *("-append", _KERNEL, "-drive", f"file={self.disk},if=virtio,format=raw"),
            *("-device", "virtio-rng-pci"),
        ]
        console = self.folder / "console"
        with switched_on(machine, console, typed=subprocess.PIPE) as running:
            running.wait_for(LISTENS)
            yield running, Shell(running)


def computer(clean: Clean, folder: Path) -> Computer:
    """Put a clean Debian with ``SYSTEM`` onto a disk.

    Args:
        clean: gets modules and a shell at its first serial port.
        folder: gets disk and consoles.
    """
    asked = [str(REPOSITORY / "tests/vm/build")]
    built = subprocess.run(asked, check=True, stdout=subprocess.PIPE, text=True).stdout.split()
    made = Computer(folder, REPOSITORY / built[0])
    unpack = ["tar", "-C", str(clean.root), "--keep-directory-symlink", "--wildcards", "-xf"]
    kernel = [str(made.base / "base.tar"), "./usr/lib/modules/*"]
    subprocess.run([*ALONE, *unpack, *kernel], check=True)
    clean.said(_PREPARE)
    make = ["/usr/sbin/mke2fs", "-q", "-F", "-t", "ext4", "-d", str(clean.root)]
    subprocess.run([*ALONE, *make, str(made.disk), DISK], check=True)
    return made
