"""Tell by what an opened device is connected, as the kernel and its address say.

What is opened is asked, never its name: settings, links and a device's own words can be anything. A
device is real where the kernel has it on a bus of the machine: below a PCI or PnP root, or below a
platform device that the firmware describes, as all of a Raspberry Pi's are. A device that a module
made up (``snd-aloop``, ``dummy_hcd``) is a platform device, too, and the firmware knows nothing of
it. Whatever is not seen to be real is virtual: a pseudo terminal, a plugin of ALSA's, a null sink,
a peer on this machine.
"""

import ipaddress
import os
import re
import socket
import stat
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from appliance.errors import shown

Bus = Literal["usb", "onboard", "network", "virtual", "simulated"]

LONGEST_DEVICE = 160
"""Characters of what names a device."""

_REAL_ROOTS = ("pci", "pnp")
_HEX = re.compile(r"[0-9a-f]{4}")
_HARDWARE = re.compile(r"\(hw:(\d{1,3}),\d{1,3}\)$", re.ASCII)
_PCM = re.compile(r"/pcmC(\d{1,3})D\d{1,3}[cp](?: \(deleted\))?$", re.ASCII)
_L1OIP = re.compile(r"l1oip(?:-[se][01])?\.(\d{1,2})", re.ASCII)
_BYTES_OF_AN_ADDRESS = 4


@dataclass(frozen=True, slots=True)
class Attachment:
    """By what a device is connected, and what it is."""

    bus: Bus
    device: str = ""

    @property
    def real(self) -> bool:
        """Say whether the kernel has it on a bus, or the network leads to another machine."""
        return self.bus not in {"virtual", "simulated"}


UNKNOWN: Final = Attachment("virtual")
"""Of a device that was not opened, or of which nobody can tell."""

SIMULATED: Final = Attachment("simulated")

Connected = Callable[[], Attachment]
"""Tells how a driver's device was connected when it was last opened."""


def unknown() -> Attachment:
    """Return the connection of a device that nobody can tell of."""
    return UNKNOWN


def simulated() -> Attachment:
    """Return the connection of a device that is none."""
    return SIMULATED


def together(*connections: Attachment) -> Attachment:
    """Return the connection of devices that are one to a line: with the least real one's bus."""
    least = next((each for each in connections if not each.real), connections[0])
    return Attachment(least.bus, _named(*(each.device for each in connections)))


@dataclass(frozen=True, slots=True)
class Kernel:
    """What the kernel of this machine says, below a root folder."""

    root: Path = Path("/")

    def port(self, fd: int, path: str) -> Attachment:
        """Return the connection of an open serial port.

        Args:
            fd: of the port.
            path: by which it was opened, which names it where nothing else does.
        """
        try:
            node = os.fstat(fd)
        except OSError:
            return UNKNOWN
        if not stat.S_ISCHR(node.st_mode):
            return Attachment("virtual", _named(path))
        number = f"{os.major(node.st_rdev)}:{os.minor(node.st_rdev)}"
        return self._of(self.root / "sys/dev/char" / number, path)

    def card(self, name: str, opened: Collection[str]) -> Attachment:
        """Return the connection of an open sound card.

        Args:
            name: as PortAudio calls it; one of the kernel's ends in its number.
            opened: the files that opening it has opened, by the kernel's word. A device of ALSA's
                own configuration may have such a name, too.
        """
        found = _HARDWARE.search(name)
        cards = {match[1] for match in map(_PCM.search, opened) if match}
        if found is None or cards != {found[1]}:
            return Attachment("virtual", _named(name))
        return self._of(self.root / "sys/class/sound" / f"card{found[1]}", name)

    def bus(self, name: str) -> Attachment:
        """Return the connection of an ISDN card of the kernel's, or of its tunnel."""
        tunnel = _L1OIP.fullmatch(name)
        if tunnel is None:
            return self._of(self.root / "sys/class/mISDN" / name, name)
        peer = self._tunnel_peer(int(tunnel[1]))
        if peer is None or is_here(str(peer)):
            return Attachment("virtual", _named(name))
        return Attachment("network", _named(name, str(peer)))

    def _tunnel_peer(self, number: int) -> ipaddress.IPv4Address | None:
        """Return where a tunnel of the kernel's leads: numbers count from 1."""
        told = _read(self.root / "sys/module/l1oip/parameters/ip").strip().split(",")
        first = (number - 1) * _BYTES_OF_AN_ADDRESS
        parts = told[first : first + _BYTES_OF_AN_ADDRESS]
        try:
            return ipaddress.IPv4Address(".".join(parts))
        except ValueError:
            return None

    def _of(self, link: Path, name: str) -> Attachment:
        """Return the connection of a device that the kernel lists by a link."""
        folder = Path(os.path.realpath(link))
        places = self._places(folder)
        if not places or not self._is_real(places):
            return Attachment("virtual", _named(name))
        for place in reversed(places):
            ids = [_read(place / part).strip() for part in ("idVendor", "idProduct")]
            if all(map(_HEX.fullmatch, ids)):
                words = [_read(place / part).strip() for part in ("manufacturer", "product")]
                return Attachment("usb", _named(":".join(ids), *words, f"usb {place.name}"))
        return Attachment("onboard", _named(name, folder.name))

    def _places(self, folder: Path) -> list[Path]:
        """Return the folders from the top of all devices down to one; none if it is elsewhere."""
        top = Path(os.path.realpath(self.root / "sys/devices"))
        if not folder.is_dir() or top not in folder.parents:
            return []
        parts = folder.relative_to(top).parts
        return [top.joinpath(*parts[: length + 1]) for length in range(len(parts))]

    def _is_real(self, places: list[Path]) -> bool:
        kind = places[0].name
        if kind.startswith(_REAL_ROOTS):
            return True
        described = ("of_node", "firmware_node")
        below = places[1:] if kind == "platform" else ()
        return any((place / known).exists() for place in below for known in described)


def peer(connected: socket.socket) -> Attachment:
    """Return the connection of a socket that has a peer."""
    try:
        host, port = connected.getpeername()[:2]
    except OSError:
        return UNKNOWN
    where = f"{host}:{port}"
    return Attachment("virtual" if is_here(host) else "network", _named(where))


def is_here(host: str) -> bool:
    """Say whether an address is this machine's own, or may be.

    From one of its own the kernel would speak to it: it asks its routes, and nothing is sent.
    """
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return True
    if address.is_loopback or address.is_unspecified or address.is_multicast:
        return True
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        return is_here(str(address.ipv4_mapped))
    family = socket.AF_INET6 if address.version > _BYTES_OF_AN_ADDRESS else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as asked:
            asked.connect((host, 9))
            own = str(asked.getsockname()[0]).partition("%")[0]
    except OSError:
        return False  # no way leads there, so not to this machine either
    return ipaddress.ip_address(own) == address


def _named(*words: str) -> str:
    """Return words as one short line that can be shown anywhere."""
    return " ".join(shown(" ".join(filter(None, words))).split())[:LONGEST_DEVICE]


def _read(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return file.read(4096).decode("utf-8", "replace")
    except OSError:
        return ""
