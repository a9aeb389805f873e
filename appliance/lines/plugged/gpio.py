"""Find the GPIO chip that carries the header's pins, by asking the kernel.

This claims no pin. Request numbers and layouts are the kernel's (linux/gpio.h).
"""

import fcntl
import os
import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_CHIP_INFO = 0x8044B401
_CHIP = struct.Struct("=32s32sI")  # name, label, lines
_LINE_INFO = 0xC100B405
_LINE = struct.Struct("=32s32sIIQ216x")  # name, consumer, offset, attributes, flags
_USED = 1

HEADERS = ("pinctrl-bcm2835", "pinctrl-bcm2711", "pinctrl-rp1")
"""Labels of the chips behind a Raspberry Pi's 40-pin header: Pi 3 and older, Pi 4, Pi 5."""

Ask = Callable[[int, int, bytes], bytes]


def ask_kernel(fd: int, request: int, data: bytes) -> bytes:
    """Send a request to an open chip and return the filled structure."""
    return fcntl.ioctl(fd, request, data)


@dataclass(frozen=True, slots=True)
class PinChip:
    """A GPIO chip."""

    path: Path
    label: str
    lines: int

    @property
    def number(self) -> int:
        """Return the number in the chip's name."""
        return int(self.path.name.removeprefix("gpiochip"))


def chip_paths(dev: Path = Path("/dev")) -> list[Path]:
    """List the chips' devices, even those that this user may not open."""
    found = [path for path in dev.glob("gpiochip*") if path.name[8:].isdigit()]
    return sorted(found, key=lambda path: int(path.name[8:]))


def look_at(path: Path, ask: Ask = ask_kernel) -> PinChip:
    """Return a chip's label and size; raises OSError from the system."""
    with _opened(path) as fd:
        _name, label, lines = _CHIP.unpack(ask(fd, _CHIP_INFO, bytes(_CHIP.size)))
    return PinChip(path, _text(label), lines)


def holder(path: Path, pin: int, ask: Ask = ask_kernel) -> str | None:
    """Return the holder of a pin, as the kernel names it; None if it is free."""
    with _opened(path) as fd:
        answer = ask(fd, _LINE_INFO, _LINE.pack(b"", b"", pin, 0, 0))
    _name, consumer, _offset, _attributes, flags = _LINE.unpack(answer)
    return (_text(consumer) or "the kernel") if flags & _USED else None


def header_chip(dev: Path = Path("/dev"), ask: Ask = ask_kernel) -> PinChip | None:
    """Return the chip of a Raspberry Pi's header, or None.

    Raises:
        OSError: there are chips, but this user may open none of them.
    """
    refused: OSError | None = None
    for path in chip_paths(dev):
        try:
            chip = look_at(path, ask)
        except OSError as error:
            refused = error
            continue
        if chip.label in HEADERS:
            return chip
    if refused is not None:
        raise refused
    return None


@contextmanager
def _opened(path: Path) -> Iterator[int]:
    fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        yield fd
    finally:
        os.close(fd)


def _text(raw: bytes) -> str:
    return raw.split(b"\0", 1)[0].decode("ascii", "replace")
