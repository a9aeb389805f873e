"""Emulate an AT24C32 behind the kernel's driver, as a real file that is written by pages."""

import errno
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from appliance.vault.opening.erasers.chip import CHIP_BYTES, PAGE_BYTES, Chip, ChipFile
from appliance.vault.opening.erasers.eeprom import EepromEraser


class PowerCut(BaseException):
    """The power went while a page was being written."""


@dataclass
class EmulatedDriver(ChipFile):
    """The driver's file of one chip. What is set here goes wrong until it is set back."""

    worn: dict[int, int] = field(default_factory=dict)
    """Cell -> the bits of it that come out inverted, whatever is written: never by chance right."""
    protected: bool = False
    """The write-protect pin is high: every write is acknowledged, none is taken."""
    broken: Callable[[str, int], int | None] = lambda operation, count: None
    """Operation and its number -> the error number with which it fails."""
    torn: tuple[int, int] | None = None
    """The write of this number stops behind so many bytes, and with it the program."""
    written: list[tuple[int, bytes]] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    about_to_write: Callable[[int, bytes], None] = lambda offset, data: None
    """Called before each write: what a power cut in it would leave can be looked at."""
    mounted: bool = True
    """False: the file is an ordinary one."""

    def is_a_drivers(self, fd: int) -> bool:
        return self.mounted

    def open(self, path: Path) -> int:
        self._may("open")
        return super().open(path)

    def read(self, fd: int, count: int, offset: int) -> bytes:
        self._may("read")
        # The kernel hands over at most what it has room for; nobody may rely on more.
        return super().read(fd, min(count, 1000), offset)

    def write(self, fd: int, data: bytes, offset: int) -> int:
        self._may("write")
        at = offset % PAGE_BYTES
        assert at + len(data) <= PAGE_BYTES, "a write across pages would wrap round in the chip"
        if self.torn is not None and self.torn[0] == self.counts["write"]:
            self._put(fd, data[: self.torn[1]], offset)
            raise PowerCut
        self.about_to_write(offset, data)
        self.written.append((offset, data))
        if not self.protected:
            self._put(fd, data, offset)
        return len(data)

    def _put(self, fd: int, data: bytes, offset: int) -> None:
        cells = bytearray(data)
        for cell, bits in self.worn.items():
            if offset <= cell < offset + len(data):
                cells[cell - offset] ^= bits
        os.pwrite(fd, cells, offset)

    def _may(self, operation: str) -> None:
        self.counts[operation] = self.counts.get(operation, 0) + 1
        number = self.broken(operation, self.counts[operation])
        if number is not None:
            raise OSError(number, os.strerror(number))


@dataclass
class EmulatedChip:
    """A chip, its driver, and an eraser on it."""

    path: Path
    driver: EmulatedDriver = field(default_factory=EmulatedDriver)

    def eraser(self) -> EepromEraser:
        """Return an eraser that knows nothing of what was before."""
        return EepromEraser(Chip(self.path, self.driver))

    @property
    def content(self) -> bytes:
        """Return what the cells hold."""
        return self.path.read_bytes()

    @contextmanager
    def away(self) -> Iterator[None]:
        """Take the chip out of its socket for a while."""
        hidden = self.path.with_name("taken out")
        self.path.rename(hidden)
        try:
            yield
        finally:
            hidden.rename(self.path)

    def fail(self, operation: str, number: int = errno.EREMOTEIO) -> None:
        """Let an operation fail from now on, as a chip does that no longer answers."""
        self.driver.broken = lambda asked, count: number if asked == operation else None

    def mend(self) -> None:
        """Let the chip answer again, as new."""
        self.driver.broken = lambda operation, count: None
        self.driver.worn, self.driver.protected, self.driver.torn = {}, False, None


def new_chip(path: Path, filling: int = 0xFF) -> EmulatedChip:
    """Put a new chip into the socket."""
    path.write_bytes(bytes([filling]) * CHIP_BYTES)
    return EmulatedChip(path)


def plug_in(monkeypatch: pytest.MonkeyPatch, chip: EmulatedChip) -> None:
    """Let a whole keeper in this process reach the chip as if the kernel's driver showed it."""
    monkeypatch.setattr(
        "appliance.vault.opening.erasers.chosen.Chip",
        lambda path, driver=None: Chip(path, driver or chip.driver),
    )
