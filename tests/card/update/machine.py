"""A card in a small virtual machine: user-mode Linux, with dm-verity, which needs no root.

Its system is this computer's own, in memory; RAUC, D-Bus, fw_setenv and the settings are those of
the card. The card is one file with the sector of U-Boot and partitions. Killed, it is a card whose
plug was pulled: what it had written is there, and nothing after.
"""

import contextlib
import hashlib
import os
import shutil
import signal
import struct
import subprocess
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from appliance import __version__

ROOT = Path(__file__).parents[3]
FILES = ROOT / "image-build/files"
MIB = 1 << 20
SECTOR_AT = MIB  # etc/fw_env.config
SECTOR = 512
SLOT_MIB = 16
SLOT_AT = {"A": 4 * MIB, "B": (4 + SLOT_MIB) * MIB}
FRESH = {"BOOT_ORDER": "A B", "BOOT_A_LEFT": "2", "BOOT_B_LEFT": "3"}
"""As U-Boot leaves it when A starts on a fresh card."""


def sector(told: dict[str, str]) -> bytes:
    """Return U-Boot's sector that holds variables."""
    body = "".join(f"{name}={value}\0" for name, value in told.items()).encode() + b"\0"
    body = body.ljust(SECTOR - 4, b"\0")
    return struct.pack("<I", zlib.crc32(body)) + body


def variables(content: bytes) -> dict[str, str]:
    """Read U-Boot's sector, as U-Boot does: with a wrong sum nothing is known."""
    (kept,) = struct.unpack("<I", content[:4])
    assert zlib.crc32(content[4:]) == kept
    pairs = content[4:].split(b"\0\0")[0].decode().split("\0")
    return dict(pair.split("=", 1) for pair in pairs)


def tool(name: str) -> str:
    """Return the path of a program of root's."""
    found = shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin:/sbin")
    assert found, f"{name} is missing: tests/system-packages installs it"
    return found


def file_system(path: Path, content: str) -> Path:
    """Make a stand-in for a system: ext4 with one file and something to be written for a while."""
    folder = path.with_suffix(".d")
    (folder / "boot").mkdir(parents=True)
    (folder / "version").write_text(content)
    (folder / "boot/vmlinuz").write_bytes(hashlib.shake_256(content.encode()).digest(6 * MIB))
    make = [tool("mke2fs"), "-q", "-F", "-t", "ext4", "-O", "^has_journal", "-d", str(folder)]
    subprocess.run([*make, str(path), f"{SLOT_MIB}M"], check=True)
    return path


@dataclass(frozen=True)
class Machine:
    """A card, and a folder that it shares with the test."""

    folder: Path

    @classmethod
    def new(cls, folder: Path, keyring: Path, system: Path) -> "Machine":
        """Write a card whose system A runs, with an empty B.

        Args:
            folder: an empty one.
            keyring: the authority whose updates the card takes.
            system: the file system of A.
        """
        machine = cls(folder)
        shutil.copytree(FILES, folder / "files", ignore=shutil.ignore_patterns("systemd"))
        conf = folder / "files/etc/rauc/system.conf"
        conf.write_text(conf.read_text().replace("@VERSION@", __version__))
        shutil.copy(keyring, folder / "files/etc/rauc/keyring.pem")
        with machine.card.open("wb") as card:
            card.truncate((4 + 3 * SLOT_MIB) * MIB)
        table = "".join(
            f"{(4 + number * SLOT_MIB) * 2048},{SLOT_MIB * 2048},83\n" for number in range(3)
        )
        sfdisk = [tool("sfdisk"), "--quiet", "--no-reread", "--no-tell-kernel", str(machine.card)]
        subprocess.run(sfdisk, input=f"label: dos\n{table}", text=True, check=True)
        machine.write(SLOT_AT["A"], system.read_bytes())
        data = folder / "data.ext4"
        make = [tool("mke2fs"), "-q", "-F", "-t", "ext4", str(data), f"{SLOT_MIB}M"]
        subprocess.run(make, check=True)
        machine.write((4 + 2 * SLOT_MIB) * MIB, data.read_bytes())
        machine.say(FRESH)
        return machine

    @property
    def card(self) -> Path:
        """The card."""
        return self.folder / "card.img"

    def write(self, at: int, content: bytes) -> None:
        """Write something onto the card while it is off."""
        with self.card.open("r+b") as card:
            card.seek(at)
            card.write(content)

    def slot(self, name: str) -> bytes:
        """Read a whole system."""
        with self.card.open("rb") as card:
            card.seek(SLOT_AT[name])
            return card.read(SLOT_MIB * MIB)

    def says(self) -> dict[str, str]:
        """Read U-Boot's sector, as U-Boot does: a wrong sum means that nothing is known."""
        with self.card.open("rb") as card:
            card.seek(SECTOR_AT)
            return variables(card.read(SECTOR))

    def say(self, told: dict[str, str]) -> None:
        """Write U-Boot's sector."""
        self.write(SECTOR_AT, sector(told))

    def first(self) -> str:
        """Return the system that boot.cmd starts next."""
        said = self.says()
        able = [name for name in said["BOOT_ORDER"].split() if int(said[f"BOOT_{name}_LEFT"]) > 0]
        return able[0] if able else "A"

    def stick(self, *bundles: Path) -> Path:
        """Make a stick, as people have them: one FAT file system with updates on it."""
        path = self.folder / "stick.img"
        path.unlink(missing_ok=True)
        make = [tool("mkfs.vfat"), "-C", str(path), str(64 * 1024)]
        subprocess.run(make, check=True, stdout=subprocess.DEVNULL)
        for bundle in bundles:
            subprocess.run([tool("mcopy"), "-i", str(path), str(bundle), "::"], check=True)
        return path

    def whole_registers(self) -> Path:
        """Return what lets the machine run on any processor, compiled (whole_registers.c)."""
        path = self.folder / "whole_registers.so"
        if not path.exists():
            source = str(Path(__file__).with_name("whole_registers.c"))
            subprocess.run(["gcc", "-O2", "-shared", "-fPIC", "-o", str(path), source], check=True)
        return path

    @contextlib.contextmanager
    def running(self, script: str, slot: str = "A") -> Iterator[subprocess.Popen[str]]:
        """Switch it on with a script to run; at the end the plug is pulled if it still runs."""
        (self.folder / "script").write_text(script)
        stick = self.folder / "stick.img"
        disks = [f"ubda={self.card}", *([f"ubdbr={stick}"] if stick.exists() else [])]
        process = subprocess.Popen(
            [
                *(tool("linux.uml"), "mem=256M", "quiet", "rootfstype=hostfs", "root=/dev/root"),
                *("ro", f"init={Path(__file__).with_name('start.sh')}", *disks),
                *("con=null", "con0=null,fd:1", f"rauc.slot={slot}", f"zgoda.slot={slot}"),
                *(f"zgoda.host={self.folder}", f"zgoda.root={ROOT}"),
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            errors="replace",
            start_new_session=True,
            env={
                **os.environ,
                "HOME": str(self.folder),
                "TMPDIR": "/dev/shm",
                "LD_PRELOAD": str(self.whole_registers()),
            },
        )
        try:
            yield process
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            assert process.stdout is not None
            process.stdout.close()

    def run(self, script: str, slot: str = "A") -> str:
        """Switch it on, run a script to its end, and return what it said."""
        with self.running(script, slot) as process:
            assert process.stdout is not None
            said = process.stdout.read()
        assert "machine: the script ended with 0" in said, said + self.log()
        return said

    def log(self) -> str:
        """Return what RAUC's service said."""
        path = self.folder / "rauc.log"
        return path.read_text(errors="replace") if path.exists() else ""
