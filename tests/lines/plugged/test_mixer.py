"""Ask a card's mixer; the kernel's answers are made here."""

import ctypes
import errno
import os
import struct
from pathlib import Path

import pytest

from appliance.lines.plugged import mixer
from appliance.lines.plugged.mixer import controls_gain


class Element(ctypes.Structure):
    """``struct snd_ctl_elem_value`` as the kernel's header writes it."""

    _fields_ = (
        ("numid", ctypes.c_uint),
        ("iface", ctypes.c_int),
        ("device", ctypes.c_uint),
        ("subdevice", ctypes.c_uint),
        ("name", ctypes.c_char * 44),
        ("index", ctypes.c_uint),
        ("indirect", ctypes.c_uint),
        ("value", ctypes.c_long * 128),
        ("reserved", ctypes.c_ubyte * 128),
    )


class Kernel:
    """A card whose switch is on or off, or which has none."""

    def __init__(self, on: bool | None) -> None:
        self.on = on

    def __call__(self, fd: int, request: int, data: bytes) -> bytes:
        assert request == (3 << 30) | (ctypes.sizeof(Element) << 16) | (ord("U") << 8) | 0x12
        asked = Element.from_buffer_copy(data)
        assert (asked.numid, asked.iface, asked.name) == (0, 2, b"Auto Gain Control")
        if self.on is None:
            raise OSError(errno.ENOENT, "no such element")
        asked.value[0] = self.on
        return bytes(asked)


@pytest.fixture
def dev(tmp_path: Path) -> Path:
    (tmp_path / "snd").mkdir()
    (tmp_path / "snd/controlC1").touch()
    return tmp_path


@pytest.mark.parametrize("on", [True, False, None])
def test_the_switch_is_read(dev: Path, on: bool | None) -> None:
    before = len(os.listdir("/proc/self/fd"))
    assert controls_gain(dev, 1, Kernel(on)) is on
    assert len(os.listdir("/proc/self/fd")) == before


def test_a_card_that_is_gone_or_no_card_has_none(dev: Path) -> None:
    assert controls_gain(dev, 7, Kernel(True)) is None
    assert controls_gain(dev, 1) is None  # a plain file answers no request


def test_the_layout_is_the_kernels() -> None:
    assert mixer._ELEMENT.size == ctypes.sizeof(Element)
    packed = mixer._ELEMENT.pack(0, 2, 0, 0, b"x", 0, 77)
    assert struct.unpack_from("=q", packed, Element.value.offset) == (77,)
