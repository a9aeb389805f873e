"""List serial devices, sound cards and pins without touching them.

All paths are below a root folder, which tests replace.
"""

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from serial.tools.list_ports import comports

from appliance.errors import shown
from appliance.lines.plugged import gpio

_CARD = re.compile(r"^ *(\d+) \[(\S+) *\]: (.*)(?:\n +(?!\d+ \[)(.*))?$", re.MULTILINE)
_SOCKET = re.compile(r" at (usb-\S+-([\d.]+)),")
_CHANNELS = re.compile(r"^\s*Channels: (\d+)", re.MULTILINE)
_RATES = re.compile(r"^\s*Rates: (.+)$", re.MULTILINE)
_OWNER = re.compile(r"^owner_pid\s*:\s*(\d+)", re.MULTILINE)
_HEX = re.compile(r"[0-9a-f]{4}")

_LONGEST_WORDS = 80
"""Characters that are shown of what a device says of itself."""

_LONGEST_LOCK = 16
"""Characters of a lock file: a number, and blanks before it."""

_MOST_HUBS = 12
"""Folders between a port and its USB device, at most: interface, hubs, controllers."""

ON_BOARD = re.compile(r"/tty(S|AMA|O|SC|LP|mxc)\d+$")
"""Ports soldered to a board: present even with nothing connected."""


@dataclass(frozen=True, slots=True)
class SerialPort:
    """A serial port of this machine."""

    device: str  # its stable name below /dev/serial/by-id, if it has one
    description: str
    answers: tuple[str, ...]  # every path that leads to it

    @property
    def kernel_name(self) -> str:
        """Return the kernel's name for it, which may change tomorrow."""
        return self.answers[-1]

    @property
    def plugged(self) -> bool:
        """Say whether it is a plugged-in device."""
        return not ON_BOARD.search(self.kernel_name)


@dataclass(frozen=True, slots=True)
class UsbDevice:
    """What a USB device says that it is. Anything can say so."""

    id: str  # vendor and product, such as 0572:1349
    product: str = ""  # one line that can be shown


@dataclass(frozen=True, slots=True)
class SoundCard:
    """An ALSA sound card."""

    number: int
    id: str
    name: str
    answers: tuple[str, ...]  # every name that leads to it
    hears: bool
    speaks: bool
    capture: int | None = None  # channels; None if the kernel does not say
    playback: int | None = None
    rates: tuple[int, ...] = ()  # of capture, in Hz; empty if the kernel does not say
    continuous: bool = False  # any rate between the lowest and the highest


def list_ports() -> list[tuple[str, str]]:
    """List device and description of every serial port known to pyserial."""
    return [(port.device, port.description or "") for port in comports()]


def process_lives(pid: int) -> bool:
    """Say whether a process lives, also one of another user that this one may not see in /proc."""
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:  # another user's
        pass
    return True


@dataclass(frozen=True, slots=True)
class Hardware:
    """The hardware of the machine below a root folder."""

    root: Path = Path("/")
    list_ports: Callable[[], list[tuple[str, str]]] = list_ports
    ask_chip: gpio.Ask = gpio.ask_kernel
    lives: Callable[[int], bool] = process_lives

    def serial_ports(self) -> list[SerialPort]:
        """List the serial ports, by their stable names if udev gave one."""
        names = self.root / "dev/serial/by-id"
        links = sorted(names.iterdir()) if names.is_dir() else []
        links = [link for link in links if link.name.isprintable()]  # a device chooses its name
        ports = []
        for device, description in self.list_ports():
            stable = [f"/dev/serial/by-id/{link.name}" for link in links if _leads(link, device)]
            said = "" if description == "n/a" else in_short(description)
            ports.append(SerialPort((stable or [device])[0], said, (*stable, device)))
        return sorted(ports, key=lambda port: port.device)

    def usb(self, port: SerialPort) -> UsbDevice | None:
        """Return the USB device that a port belongs to; None if it is none of USB."""
        name = port.kernel_name.rsplit("/", 1)[-1]
        folder = Path(os.path.realpath(self.root / "sys/class/tty" / name / "device"))
        for place in (folder, *folder.parents)[:_MOST_HUBS]:
            vendor, product = (_read(place / part).strip() for part in ("idVendor", "idProduct"))
            if _HEX.fullmatch(vendor) and _HEX.fullmatch(product):
                return UsbDevice(f"{vendor}:{product}", in_short(_read(place / "product")))
        return None

    def identity(self, port: SerialPort) -> tuple[str, str, int]:
        """Return what changes when another device takes a port's place, or it is plugged in anew.

        The kernel makes a new node for each device that comes.
        """
        usb = self.usb(port)
        try:
            node = self._at(port.kernel_name).stat().st_ino
        except OSError:
            node = 0
        return (usb.id, usb.product, node) if usb is not None else ("", "", node)

    def leads_to(self, path: str, port: SerialPort) -> bool:
        """Say whether a path, such as a link of udev's, leads to a port."""
        return path in port.answers or _leads(self._at(path), port.kernel_name)

    def may_use(self, device: str) -> bool:
        """Say whether this user may read and write a device."""
        return os.access(self._at(device), os.R_OK | os.W_OK)

    def sound_cards(self) -> list[SoundCard]:
        """List the sound cards as the kernel describes them."""
        try:
            text = (self.root / "proc/asound/cards").read_text("utf-8", "replace")
        except OSError:
            return []
        return [
            self._card(int(match[1]), match[2], in_short(match[3]), _sockets(match[4] or ""))
            for match in _CARD.finditer(text)
        ]

    def _card(self, number: int, id: str, name: str, sockets: tuple[str, ...]) -> SoundCard:
        folder = self.root / f"proc/asound/card{number}"
        playing, hearing = _streams(folder)
        rates = _RATES.search(hearing)
        listed = rates[1] if rates else ""
        return SoundCard(
            number,
            id,
            name,
            (id, str(number), *sockets, *self._links_of_card(number)),
            hears=any(folder.glob("pcm*c")),
            speaks=any(folder.glob("pcm*p")),
            capture=_most(_CHANNELS, hearing),
            playback=_most(_CHANNELS, playing),
            rates=tuple(int(rate) for rate in re.findall(r"\d{4,6}", listed)),
            continuous="continuous" in listed,
        )

    def _links_of_card(self, number: int) -> Iterator[str]:
        for kind in ("by-id", "by-path"):
            folder = self.root / "dev/snd" / kind
            for link in sorted(folder.iterdir()) if folder.is_dir() else []:
                if _leads(link, f"controlC{number}"):
                    yield from (f"/dev/snd/{kind}/{link.name}", link.name)

    def card_users(self, card: SoundCard) -> list[str]:
        """Name the other programs that use a card."""
        pids = set()
        for status in (self.root / f"proc/asound/card{card.number}").glob("pcm*/sub*/status"):
            owner = _OWNER.search(_read(status))
            if owner is not None and int(owner[1]) != os.getpid():
                pids.add(int(owner[1]))
        return [self._program(pid) for pid in sorted(pids)]

    def port_users(self, port: SerialPort) -> list[str]:
        """Name the other programs that hold a port, as far as this user may see.

        What another user's program has open cannot be seen, but most leave a lock file.
        """
        found = set(self._lockers(port))
        for process in (self.root / "proc").glob("[0-9]*"):
            if int(process.name) != os.getpid() and self._holds(process, port.kernel_name):
                found.add(int(process.name))
        return [self._program(pid) for pid in sorted(found)]

    def _lockers(self, port: SerialPort) -> Iterator[int]:
        """Return the process that has locked a port as UUCP, getty and fax programs do (FHS)."""
        locked = _read(self.root / "run/lock" / f"LCK..{port.kernel_name.rsplit('/', 1)[-1]}")
        plain = locked.isascii() and locked.strip().isdecimal() and len(locked) < _LONGEST_LOCK
        pid = int(locked) if plain else 0
        if pid not in {0, os.getpid()} and self.lives(pid):
            yield pid

    def _holds(self, process: Path, device: str) -> bool:
        try:
            return any(os.readlink(fd) == device for fd in (process / "fd").iterdir())
        except OSError:  # another user's, or it has just ended
            return False

    def _program(self, pid: int) -> str:
        name = _read(self.root / f"proc/{pid}/comm").strip()
        return f"{name} ({pid})" if name else f"process {pid}"

    def runs(self, name: str) -> bool:
        """Say whether a program with this name runs."""
        return any(_read(comm).strip() == name for comm in self.root.glob("proc/[0-9]*/comm"))

    def header_chip(self) -> gpio.PinChip | None:
        """Return the chip of the header; raises OSError as ``gpio.header_chip`` does."""
        return gpio.header_chip(self.root / "dev", self.ask_chip)

    def pin_holder(self, chip: gpio.PinChip, pin: int) -> str | None:
        """Return the holder of a pin; None if it is free."""
        return gpio.holder(chip.path, pin, self.ask_chip)

    def _at(self, device: str) -> Path:
        return self.root / device.lstrip("/")


def in_short(words: str) -> str:
    """Return what a device says of itself as one short line that can be shown anywhere."""
    return " ".join(shown(words[: 4 * _LONGEST_WORDS]).split())[:_LONGEST_WORDS]


def _sockets(place: str) -> tuple[str, ...]:
    """Return the names of the USB socket in a card's description."""
    found = _SOCKET.search(place)
    return (found[1], f"usb-{found[2]}") if found else ()


def _leads(link: Path, device: str) -> bool:
    return os.path.realpath(link).rsplit("/", 1)[-1] == device.rsplit("/", 1)[-1]


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8", "replace")
    except OSError:
        return ""


def _streams(folder: Path) -> tuple[str, str]:
    """Return the kernel's descriptions of a USB card's playback and capture."""
    text = "\n".join(_read(path) for path in sorted(folder.glob("stream*")))
    playing, _, hearing = text.partition("\nCapture:")
    return playing.partition("\nPlayback:")[2], hearing


def _most(pattern: re.Pattern[str], text: str) -> int | None:
    return max((int(found) for found in pattern.findall(text)), default=None)
