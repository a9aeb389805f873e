"""Choose parser and way of reading for a line monitor, by its dialect and its options."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol

import serial

from appliance.clock import Clock
from appliance.errors import LineError
from appliance.lines.base import HookEvent
from appliance.lines.monitor.lm1 import Lm1
from appliance.lines.monitor.netcallerid import NetCallerId
from appliance.lines.monitor.optocouplers import Optocouplers, Pin
from appliance.lines.monitor.pins import read_pins
from appliance.lines.monitor.whozz import Whozz
from appliance.lines.monitor.whozz_unit import WhozzUnit
from appliance.lines.plugged.port import read
from appliance.lines.profiles import (
    Lm1Profile,
    MonitorProfile,
    NetCallerIdProfile,
    OptocouplerProfile,
    WhozzProfile,
    monitor_profile,
)
from appliance.model.sentences.faults import device_fault

Read = Callable[[serial.Serial], bytes]
"""Returns what arrived at a port, perhaps nothing, after 20 ms at the latest."""

_USUAL_BAUD = 9600
"""Of a port whose pins alone are used."""


class Parser(Protocol):
    """What a dialect makes of a port's bytes, for one line."""

    def opened(self, sample: int) -> None:
        """Start again: the port was opened at ``sample`` and nothing is known."""

    def lost(self, reason: str, sample: int) -> list[HookEvent]:
        """Take note that the port is gone; return a fault, once for each reason."""

    def request(self) -> bytes:
        """Return the bytes to send now, or nothing."""

    def receive(self, data: bytes, sample: int) -> list[HookEvent]:
        """Take the bytes that arrived at ``sample``, or none to pass time; return the events."""


@dataclass(frozen=True, slots=True)
class PortDialect:
    """A dialect on one port: how the port is read, and who makes events of it."""

    profile: MonitorProfile
    read: Read
    parser: Callable[[int], Parser]
    """Makes the parser of the line with a number on this device."""
    lines: int = 1  # that one device can have

    @property
    def baud(self) -> int:
        """Return the port's rate."""
        return self.profile.baud or _USUAL_BAUD


def speak(options: Mapping[str, Any], clock: Clock) -> PortDialect:
    """Return the dialect of a monitor's options.

    Raises:
        LineError: there is no such dialect, or an option is not its.
    """
    profile = monitor_profile(str(options["dialect"]))
    match profile:
        case Lm1Profile():
            return PortDialect(profile, read, lambda number: Lm1(profile))
        case WhozzProfile():
            unit = WhozzUnit(profile, clock.monotonic)
            return PortDialect(profile, read, partial(Whozz, profile, unit), profile.lines)
        case NetCallerIdProfile():
            return PortDialect(profile, read, lambda number: NetCallerId())
        case OptocouplerProfile():
            return _looked_at(profile, options)


def _looked_at(profile: OptocouplerProfile, options: Mapping[str, Any]) -> PortDialect:
    if "off_hook" not in options:
        raise LineError(device_fault("line_unusable"))
    off_hook = _pin(options["off_hook"])
    ringing = _pin(options["ringing"]) if options.get("ringing") else None
    if ringing is not None and ringing.bit == off_hook.bit:
        raise LineError(device_fault("line_unusable"))
    return PortDialect(
        profile,
        partial(read_pins, seconds=profile.look_ms / 1000),
        lambda number: Optocouplers(profile, off_hook, ringing),
    )


def _pin(text: str) -> Pin:
    try:
        return Pin.named(text)
    except KeyError:
        raise LineError(device_fault("line_unusable")) from None
