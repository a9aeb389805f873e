"""Guess what is behind a serial port by its name and its USB id, without opening it.

A name and an id are claims that any device can make. So a guess decides whom the box may ask and
what it asks first, and nothing else: a device is what it answers.
"""

import re
from collections.abc import Iterable, Sequence
from functools import cache

import msgspec

from appliance.lines.device import Device
from appliance.lines.plugged.hardware import UsbDevice
from appliance.lines.profiles import read_profile
from appliance.recorder.drivers import DEVICES

CABLE = "cable"
"""A bridge on which anything may hang."""

UNKNOWN = "unknown"

LEFT = "left"
"""None that a line needs; it is never opened."""


class KnownPorts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What ``ports/usb.toml`` says; it gives the reason for each."""

    leave: tuple[str, ...]
    leave_words: tuple[str, ...]
    cables: tuple[str, ...]


@cache
def known_ports() -> KnownPorts:
    """Read the known ids; raises LineError if their file holds a mistake."""
    known: KnownPorts = read_profile("ports", "usb", KnownPorts)
    return known


def guess(name: str, usb: UsbDevice | None, devices: Sequence[Device] = DEVICES) -> str:
    """Return the driver whose device a port seems to be, or one of the three words above.

    Args:
        name: how pyserial describes it.
        usb: the USB device that it belongs to; None: it is none.
        devices: what can be known.
    """
    known = known_ports()
    names = (name, usb.product if usb is not None else "")
    for device in devices:
        if device.named is not None and any(device.named.match(each) for each in names):
            return device.driver
    words = " ".join(names).upper()
    if (usb is not None and _among(usb.id, known.leave)) or _said(words, known.leave_words):
        return LEFT
    if usb is None:
        return UNKNOWN
    seen = (device.driver for device in devices if usb.id in device.usb_ids())
    return next(seen, CABLE if _among(usb.id, known.cables) else UNKNOWN)


def _among(id: str, known: Iterable[str]) -> bool:
    return any(id == each or id.split(":", maxsplit=1)[0] == each for each in known)


def _said(words: str, wanted: Iterable[str]) -> bool:
    """Say whether a word stands in a name; digits may follow it."""
    return any(re.search(rf"(?<![A-Z0-9]){re.escape(each)}(?![A-Z])", words) for each in wanted)
