"""Ask the kernel whether a sound card controls its gain.

Requests and layouts are ALSA's on 64 bits (sound/asound.h); the mixer is read and not changed.
"""

import fcntl
import os
import struct
from collections.abc import Callable
from pathlib import Path

GAIN_CONTROL = "Auto Gain Control"
"""As the kernel's driver of USB adapters names the switch."""

_READ = 0xC4C85512
_MIXER = 2
_ELEMENT = struct.Struct("=IiII44sI4x4xq1144x")
"""Number, interface, device, subdevice, name, index; the first of its values."""

Ask = Callable[[int, int, bytes], bytes]


def ask_kernel(fd: int, request: int, data: bytes) -> bytes:
    """Send a request to an open card and return the filled structure."""
    filled = bytearray(data)  # of so many bytes the kernel fills a buffer alone
    fcntl.ioctl(fd, request, filled)
    return bytes(filled)


def controls_gain(dev: Path, card: int, ask: Ask = ask_kernel) -> bool | None:
    """Say whether a card's automatic gain control is on; None if it has none, or nobody may ask.

    Args:
        dev: the folder of devices.
        card: its number.
        ask: sends the request.
    """
    wanted = _ELEMENT.pack(0, _MIXER, 0, 0, GAIN_CONTROL.encode(), 0, 0)
    try:
        fd = os.open(dev / f"snd/controlC{card}", os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except OSError:
        return None
    try:
        *_element, value = _ELEMENT.unpack(ask(fd, _READ, wanted))
    except OSError:
        return None
    finally:
        os.close(fd)
    return bool(value)
