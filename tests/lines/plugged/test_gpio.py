"""Asking GPIO chips through the kernel's own structures."""

import struct
from pathlib import Path

import pytest

from appliance.lines.plugged.gpio import PinChip, chip_paths, header_chip, holder, look_at

LABELS = {"gpiochip0": "raspberrypi-exp-gpio", "gpiochip4": "pinctrl-rp1"}


class Kernel:
    """Answers as the kernel does."""

    def __init__(self, dev: Path, labels: dict[str, str]) -> None:
        self.dev = dev
        self.labels = labels
        self.consumers: dict[int, bytes] = {}
        for name in labels:
            (dev / name).touch()

    def ask(self, fd: int, request: int, data: bytes) -> bytes:
        name = Path(f"/proc/self/fd/{fd}").readlink().name
        if request == 0x8044B401:
            return struct.pack("=32s32sI", name.encode(), self.labels[name].encode(), 54)
        assert request == 0xC100B405
        (pin,) = struct.unpack_from("=I", data, 64)
        consumer = self.consumers.get(pin)
        flags = 0 if consumer is None else 1
        return struct.pack("=32s32sIIQ216x", b"", consumer or b"", pin, 0, flags)


@pytest.fixture
def kernel(tmp_path: Path) -> Kernel:
    return Kernel(tmp_path, LABELS)


def test_the_headers_chip_is_known_by_its_label(kernel: Kernel) -> None:
    chip = header_chip(kernel.dev, kernel.ask)
    assert chip == PinChip(kernel.dev / "gpiochip4", "pinctrl-rp1", 54)
    assert chip.number == 4


def test_a_machine_without_a_header_has_none(tmp_path: Path) -> None:
    assert header_chip(tmp_path) is None
    laptop = Kernel(tmp_path, {"gpiochip0": "INT34C5:00"})
    assert header_chip(laptop.dev, laptop.ask) is None


def test_chips_are_listed_by_number(tmp_path: Path) -> None:
    for name in ("gpiochip10", "gpiochip2", "gpiomem", "gpiochip-old"):
        (tmp_path / name).touch()
    assert [path.name for path in chip_paths(tmp_path)] == ["gpiochip2", "gpiochip10"]


def test_chips_that_may_not_be_opened_are_no_missing_chips(tmp_path: Path) -> None:
    (tmp_path / "gpiochip0").symlink_to("nowhere")
    with pytest.raises(OSError, match="No such file"):
        header_chip(tmp_path)


def test_what_is_no_chip_says_so(tmp_path: Path) -> None:
    (tmp_path / "gpiochip0").touch()
    with pytest.raises(OSError, match="Inappropriate ioctl"):
        look_at(tmp_path / "gpiochip0")


@pytest.mark.parametrize(
    ("consumer", "told"), [(b"spi0 CS0", "spi0 CS0"), (b"", "the kernel"), (None, None)]
)
def test_who_holds_a_pin_is_told(kernel: Kernel, consumer: bytes | None, told: str | None) -> None:
    if consumer is not None:
        kernel.consumers[17] = consumer
    assert holder(kernel.dev / "gpiochip4", 17, kernel.ask) == told
