"""Let in what hangs on USB, by the drivers that the kernel has for it; as root.

A device says itself what it is, so its words count for nothing. What counts is which drivers would
take each of its interfaces, and the kernel's own index answers that. An interface is let in if all
of them are on the list; nothing binds to it before, for new interfaces of the bus are held.
"""

import contextlib
import re
import subprocess
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from appliance.config.mistakes import unreadable
from appliance.errors import ConfigError
from appliance.model.sentences.faults import in_words

DRIVERS = frozenset(
    {
        *("usbcore", "onboard_usb_dev"),  # hubs, also those of boards, by their number
        "snd_usb_audio",  # sound adapters
        *(
            "cdc_acm",
            "ftdi_sio",
            "cp210x",
            "pl2303",
            "ch341",
        ),  # modems, line monitors, serial cables
        # media for backups and updates, and readers of memory cards
        *("usb_storage", "uas", "ums_realtek", "ums_cypress"),
        "hfcsusb",  # ISDN
    }
)
"""Modules of the kernel that every box may need."""

BUILT_IN: Mapping[str, tuple[str, str]] = {
    "raspberrypi,3-model-b": ("1.1", "smsc95xx"),
    "raspberrypi,3-model-b-plus": ("1.1.1", "lan78xx"),
}
"""Board -> where its own Ethernet hangs, with no socket in between, and the driver of it."""

BY_NAME = (Path("etc/zgoda/usb-drivers"), Path("run/zgoda-card/usb-drivers"))
"""Files with more drivers: the owner's, and what the settings of a card ask for."""

NETWORK = (
    *("asix", "ax88179_178a", "r8152", "r8153_ecm", "smsc75xx", "smsc95xx", "lan78xx"),
    *("cdc_ether", "cdc_ncm"),
)
"""Adapters for a network cable, which the settings of a card can ask for."""

_UNDRIVEN = frozenset({"01", "0a"})
"""Classes of which a driver takes a second interface beside its own: sound, and a modem's data."""

_ROOT_HUB = re.compile(r"usb\d{1,3}")
_DEVICE = re.compile(r"\d{1,3}-(?P<place>\d{1,3}(\.\d{1,3}){0,5})")
_ALIAS = re.compile(r"usb:[0-9A-Za-z]{10,120}")
_MODULE = re.compile(r"[a-z0-9_-]{1,56}", re.IGNORECASE)
_LONGEST_FILE = 4096


@dataclass(frozen=True, slots=True)
class Interface:
    """One function of a device, and what was decided about it."""

    name: str
    drivers: frozenset[str]
    let_in: bool


def modules_for(alias: str) -> frozenset[str]:
    """Return the modules, loaded or not, that take an interface; none if the index is missing."""
    command = ["/sbin/modprobe", "--quiet", "--resolve-alias", alias]
    done = subprocess.run(command, check=False, capture_output=True, timeout=30)
    found = done.stdout.decode("ascii", "replace").split()
    return frozenset(name.replace("-", "_") for name in found)


@dataclass(frozen=True, slots=True)
class Usb:
    """The buses of a machine."""

    root: Path = Path("/")
    modules: Callable[[str], frozenset[str]] = modules_for

    def let_in(self, device: Path) -> tuple[Interface, ...]:
        """Let in what may be of one device, and hold the rest; again is as good as once.

        Args:
            device: its folder below ``/sys/devices``.

        Returns:
            Its interfaces. A controller's own hub has none to decide about.

        Raises:
            ConfigError: this is no device on USB, or a list of drivers has a mistake; then the
                device is held if it is one.
            OSError: it is gone, or the kernel cannot hold interfaces; the same.
        """
        place = self._place(device)
        bus = next(each for each in (place, *place.parents) if _ROOT_HUB.fullmatch(each.name))
        if place == bus:
            self._hold_new(bus)
            return ()
        try:
            self._hold_new(bus)
            return self._decide(place)
        except BaseException:
            with contextlib.suppress(OSError):
                (place / "authorized").write_text("0")
            raise

    def open(self) -> None:
        """Hold nothing any more, as if there never had been a rule; raises OSError."""
        for bus in sorted((self.root / "sys/bus/usb/devices").glob("usb*")):
            self._hold_new(bus, "1")
        for device in self.devices():
            (device / "authorized").write_text("1")
            for path in _interfaces(device):
                (path / "authorized").write_text("1")
            self._probe(path.name for path in _interfaces(device))

    def devices(self) -> Iterator[Path]:
        """Return the folder of each device that is plugged in."""
        buses = self.root / "sys/bus/usb/devices"
        found = (path for path in buses.glob("*") if _DEVICE.fullmatch(path.name))
        yield from sorted(path.resolve() for path in found)

    def seen(self, device: Path) -> tuple[Interface, ...]:
        """Return what was decided about a device; raises OSError."""
        return tuple(
            Interface(path.name, self._drivers(path), _read(path / "authorized") == "1")
            for path in _interfaces(device)
        )

    def _place(self, device: Path) -> Path:
        place = device.resolve()
        known = _DEVICE.fullmatch(place.name) or _ROOT_HUB.fullmatch(place.name)
        below = place.is_relative_to((self.root / "sys/devices").resolve())
        if not known or not below or not any(map(_ROOT_HUB.fullmatch, place.parts)):
            raise ConfigError(in_words("usb_none", device=device))
        return place

    def _hold_new(self, bus: Path, word: str = "0") -> None:
        """Nothing that is plugged in from now on is used before it was let in."""
        (bus / "interface_authorized_default").write_text(word)
        (bus / "authorized_default").write_text(word)

    def _decide(self, device: Path) -> tuple[Interface, ...]:
        known = DRIVERS | self._by_name() | self._built_in(device)
        (device / "authorized").write_text("1")
        decided = []
        for path in _interfaces(device):
            drivers = self._drivers(path)
            fits = drivers <= known if drivers else _read(path / "bInterfaceClass") in _UNDRIVEN
            (path / "authorized").write_text("1" if fits else "0")
            decided.append(Interface(path.name, drivers, fits))
        let_in = [each.name for each in decided if each.let_in]
        if not let_in:
            (device / "authorized").write_text("0")
        self._probe(let_in)  # only now: the driver of a first interface takes others beside it
        return tuple(decided)

    def _probe(self, names: Iterable[str]) -> None:
        for name in names:
            with contextlib.suppress(OSError):  # it is bound already
                (self.root / "sys/bus/usb/drivers_probe").write_text(name)

    def _drivers(self, interface: Path) -> frozenset[str]:
        alias = _read(interface / "modalias")
        if not _ALIAS.fullmatch(alias):
            raise ConfigError(in_words("usb_nameless", device=interface.name))
        return self.modules(alias)

    def _by_name(self) -> frozenset[str]:
        return frozenset(name for file in BY_NAME for name in read_drivers(self.root / file))

    def _built_in(self, device: Path) -> frozenset[str]:
        try:
            board = (self.root / "proc/device-tree/compatible").read_bytes().split(b"\0")
        except OSError:
            return frozenset()
        said = _DEVICE.fullmatch(device.name)
        here = said["place"] if said else ""
        return frozenset(
            driver
            for name, (place, driver) in BUILT_IN.items()
            if name.encode() in board and place == here
        )


def read_drivers(file: Path) -> frozenset[str]:
    """Read a list of drivers, one a line; no file is an empty one.

    Raises:
        ConfigError: it cannot be read, or a line is no driver's name.
    """
    try:
        with file.open("rb") as opened:
            lines = opened.read(_LONGEST_FILE + 1).decode("ascii", "replace").splitlines()
    except FileNotFoundError:
        return frozenset()
    except OSError as error:
        raise unreadable(file, error) from error
    names = [name for line in lines if (name := line.partition("#")[0].strip())]
    if wrong := [name for name in names if not _MODULE.fullmatch(name)]:
        raise ConfigError(in_words("usb_driver", path=file, name=wrong[0][:60]))
    return frozenset(name.replace("-", "_") for name in names)


def _interfaces(device: Path) -> list[Path]:
    return sorted(device.glob(f"{device.name}:*"))


def _read(file: Path) -> str:
    return file.read_text("ascii", "replace").strip()
