"""What the doctor can see of a machine: devices, room, rights. Looks, never touches."""

import os
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

_CARD = re.compile(r"^ *\d+ \[(\S+) *\]: (.*)$")


@dataclass(frozen=True, slots=True)
class SerialPort:
    """A serial port that is plugged in."""

    device: str  # its stable name below /dev/serial/by-id where it has one
    description: str
    answers: tuple[str, ...]  # every path that leads to it


@dataclass(frozen=True, slots=True)
class SoundCard:
    """An ALSA sound card."""

    id: str
    description: str


def _list_ports() -> list[tuple[str, str]]:
    from serial.tools.list_ports import comports

    return [(port.device, port.description or "") for port in comports()]


@dataclass(frozen=True, slots=True)
class Machine:
    """The machine below a root folder, which tests replace."""

    root: Path = Path("/")
    list_ports: Callable[[], list[tuple[str, str]]] = _list_ports
    free_bytes: Callable[[Path], int] = field(default=lambda path: shutil.disk_usage(path).free)

    def serial_ports(self) -> list[SerialPort]:
        """List what is plugged in, by its stable name where udev gave one."""
        names = self.root / "dev/serial/by-id"
        links = sorted(names.iterdir()) if names.is_dir() else []
        ports = []
        for device, description in self.list_ports():
            stable = [f"/dev/serial/by-id/{link.name}" for link in links if _leads(link, device)]
            ports.append(SerialPort((stable or [device])[0], description, (*stable, device)))
        return sorted(ports, key=lambda port: port.device)

    def sound_cards(self) -> list[SoundCard]:
        """List the sound cards as the kernel names them."""
        try:
            text = (self.root / "proc/asound/cards").read_text("utf-8", "replace")
        except OSError:
            return []
        found = (_CARD.match(line) for line in text.splitlines())
        return [SoundCard(match[1], match[2].strip()) for match in found if match]

    def gpio_chips(self) -> list[str]:
        """List the GPIO chips, on which lamps and button hang."""
        return sorted(str(path) for path in (self.root / "dev").glob("gpiochip*"))

    def swap(self) -> bool:
        """Say whether memory can be written to a swap area."""
        try:
            lines = (self.root / "proc/swaps").read_text("utf-8").splitlines()
        except OSError:
            return False
        return len(lines) > 1

    def free(self, path: Path) -> int:
        """Return the bytes that are free where a path is or will be."""
        there = path.absolute()
        while not there.exists():
            there = there.parent
        return self.free_bytes(there)

    @staticmethod
    def private(path: Path) -> bool:
        """Say whether nobody but a path's owner can look into it."""
        return path.stat().st_mode & 0o007 == 0

    @staticmethod
    def writable(path: Path) -> bool:
        """Say whether this user may write into a folder, or make it."""
        there = path.absolute()
        while not there.exists():
            there = there.parent
        return os.access(there, os.W_OK | os.X_OK)


def _leads(link: Path, device: str) -> bool:
    return os.path.realpath(link).rsplit("/", 1)[-1] == device.rsplit("/", 1)[-1]
