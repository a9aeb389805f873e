"""Read the clock chip, and pass on the believed time to be set into it.

The keeper sees the chip through sysfs and sets nothing. Two units run as root beside it: one reads
the chip at the boot, before any time server can have set it, and one sets it to the time that the
keeper believes.
"""

import os
from dataclasses import dataclass, field
from pathlib import Path

from appliance.clock import read_boot_id
from appliance.keeper.time.judge import LATEST, BootTime, ChipReading, ChipState
from appliance.vault.disk import Disk

LEAST = 1_735_689_600.0
"""2025-01-01 UTC: a chip that says less has lost its battery."""

_SHORT = 256
"""Bytes; none of the files is longer."""


@dataclass(frozen=True, slots=True)
class ClockChip:
    """The first clock chip below a root folder; tests put files there."""

    root: Path = Path("/")
    handover: Path | None = None
    """A folder where the unit that sets the chip finds the believed time."""
    disk: Disk = field(default_factory=Disk)

    @classmethod
    def of_this_machine(cls) -> "ClockChip":
        """Return this machine's; systemd names the folder that it made for the keeper."""
        folder = os.environ.get("RUNTIME_DIRECTORY", "").partition(":")[0]
        return cls(handover=Path(folder) if folder else None)

    def look(self, boot_id: str) -> ChipState:
        """Read the chip, and what was read at this boot."""
        folder = self._folder()
        if folder is None:
            return ChipState()
        name = f"{folder.name} {_text(folder / 'name')} {self._board()}"
        at_boot = read_at_boot(self.root / "run/zgoda-clock/at-boot", boot_id)
        return ChipState(name, at_boot, _moment(_text(folder / "since_epoch")))

    def pass_on(self, at: float, boottime: BootTime) -> None:
        """Let the chip be set to the believed time; raises OSError."""
        if self.handover is not None and self._folder() is not None:
            line = f"{boottime.boot} {at:.3f} {boottime.seconds:.3f}\n"
            self.disk.replace(self.handover / "believed", line.encode("ascii"), 0o644)

    def _board(self) -> str:
        """Return what tells this board, and so its chip, from others.

        A memory card may come from another board, whose chip was set otherwise, and a system that
        is never written to has a new number at every start: the board's own comes first. The
        device tree has it as ``serial-number`` (Devicetree Specification 0.4, 3.2).
        """
        serial = _text(self.root / "sys/firmware/devicetree/base/serial-number").strip("\0")
        return serial if serial.strip("0") else _text(self.root / "etc/machine-id")

    def _folder(self) -> Path | None:
        """Return sysfs's folder of the first chip."""
        chips = (self.root / "sys/class/rtc").glob("rtc[0-9]*")
        return min(chips, key=lambda path: (len(path.name), path.name), default=None)


@dataclass(frozen=True, slots=True)
class Boot:
    """This run of the machine."""

    id: str  # six hex digits, as tickets carry it
    chip: ClockChip

    @classmethod
    def of_this_machine(cls) -> "Boot":
        """Ask the kernel; raises ZgodaError."""
        return cls(read_boot_id(), ClockChip.of_this_machine())


def read_at_boot(path: Path, boot_id: str) -> ChipReading | None:
    """Read what a unit wrote about one moment of this boot: boot, time, uptime.

    Args:
        path: the file; a line of the kernel's boot id, or its start, and two numbers.
        boot_id: this boot's, six hex digits; what was written in another is of no use.
    """
    words = _text(path).split()
    if len(words) != 3 or words[0].replace("-", "")[:6] != boot_id:
        return None
    at, uptime = _moment(words[1]), _number(words[2])
    if at is None or uptime is None or uptime < 0:
        return None
    return ChipReading(at, uptime)


def _moment(text: str) -> float | None:
    """Return a time (UTC) that a chip with a battery can tell; None for any other."""
    at = _number(text)
    return at if at is not None and LEAST <= at < LATEST else None


def _number(text: str) -> float | None:
    digits = text.strip()
    if not digits.isascii() or not digits.replace(".", "", 1).isdigit():
        return None
    return float(digits)


def _text(path: Path) -> str:
    """Return a short file's text; nothing if it cannot be read: a stopped chip's cannot."""
    try:
        with path.open("rb") as file:
            return file.read(_SHORT).decode("ascii", "replace").strip()
    except OSError:
        return ""
