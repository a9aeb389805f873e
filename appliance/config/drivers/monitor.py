"""Declare serial line monitors: a kind for each family of dialects."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, ClassVar

from appliance.config import declare as a
from appliance.config import validators as valid
from appliance.config.declare import Also, Kind, whole
from appliance.config.drivers.driver import (
    Beside,
    ByKind,
    DeviceKind,
    Driver,
    Options,
)
from appliance.config.drivers.profiles import monitor_family, profile_of
from appliance.config.mistakes import Mistake, mistake
from appliance.language import N_

CALLERS: Mapping[str, str] = {"netcallerid": "NetCallerID", "modem": N_("Voice modem")}
"""What may tell who calls, beside a monitor."""

USUAL_PINS: Mapping[str, str] = {"off_hook": "not dcd", "ringing": "ri"}
"""Of optocouplers as the hardware page wires them; the settings can name others."""

_CALLER_DRIVERS: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "netcallerid": ("monitor", {"dialect": "netcallerid"}),
    "modem": ("modem", {}),
}
"""Which driver that is, and its options."""


# fmt: off
@dataclass(frozen=True, slots=True)
class AnyMonitor(Options):
    """What every monitor has; a dialect of a family that is new has no more."""

    dialect: Annotated[str, N_("Dialect of the monitor"), Also(
        hint=N_("Such as lm1."), example='"lm1"',
        docs="what is plugged in: `lm1` is [our own open protocol](lm1.md) for a "
        "microcontroller, `whozz` a Whozz Calling unit, `optocouplers` two of them on a serial "
        "adapter; [what each needs](hardware.md#line-monitors)"),
        profile_of("monitors")]
    port: Annotated[str, N_("Serial port"), DeviceKind.PORT, Also(
        hint=N_("Such as /dev/serial/by-id/…."), example='"/dev/serial/by-id/usb-…"',
        docs="its serial port by a lasting name. Several "
        "lines may name one Whozz Calling unit"), a.TEXT]


@dataclass(frozen=True, slots=True)
class _WithCaller(AnyMonitor):
    """A monitor beside which another device may tell who calls."""

    caller: Annotated[str, N_("Beside the monitor, who calls is told by"), Also(
        docs="what tells who calls beside it"), a.word(CALLERS)] = "netcallerid"
    caller_port: Annotated[str, N_("Serial port of that device"), DeviceKind.PORT,
        Also(without="nothing beside it"), a.TEXT] = ""

    @property
    def beside(self) -> Beside | None:
        """Return the device at the other port."""
        driver, options = _CALLER_DRIVERS[self.caller]
        said_by = ("caller", "caller_port")
        return Beside(driver, self.caller_port, said_by, options) if self.caller_port else None

    def wrong(self) -> Iterator[Mistake]:
        """Yield what is wrong with the device beside the monitor."""
        if self.caller_port and self.caller_port == self.port:
            yield mistake(("caller_port",), "own_port")
        if self.caller != "netcallerid" and not self.caller_port:
            yield mistake(("caller",), "without_port", option="caller_port")


@dataclass(frozen=True, slots=True)
class WhozzOptions(AnyMonitor):
    """A Whozz Calling unit, several lines of which share one port."""

    shared_by: ClassVar[str] = "line"
    line: Annotated[int, N_("Whozz Calling: number of this line at the unit, 1 if left empty"),
        Also(docs="the line's number at the unit"), whole(1, 8)] = 1

    def deaf_to_pulses(self, *, alone: bool) -> bool:
        """Say that it reports lifts alone."""
        return True


@dataclass(frozen=True, slots=True)
class OptocouplerOptions(_WithCaller):
    """Two optocouplers on the modem lines of a port."""

    by_hand: ClassVar[Mapping[str, Sequence[str]]] = {
        key: (pin,) for key, pin in USUAL_PINS.items()
    }
    off_hook: Annotated[str, N_("Optocouplers: pin for a lifted phone, such as not dcd"), Also(
        example='"not dcd"', docs="the pin that tells it: `dcd`, `ri`, `cts` or `dsr`, with "
        "`not ` before one that is on otherwise", needed=True),
        Kind(valid.valid_serial_pin)] = ""
    ringing: Annotated[str, N_("Optocouplers: pin for ringing, such as ri"), Also(
        docs="the same for ringing", without="no ringing is told"),
        Kind(valid.valid_serial_pin)] = ""

    def wrong(self) -> Iterator[Mistake]:
        """Yield what is wrong with pins and the device beside."""
        yield from _WithCaller.wrong(self)
        pins = [each.removeprefix("not ") for each in (self.off_hook, self.ringing)]
        if self.ringing and pins[0] == pins[1]:
            yield mistake(("ringing",), "again")


@dataclass(frozen=True, slots=True)
class CallerAlone(AnyMonitor):
    """A box that tells who calls, and nothing of the phone."""

    def wrong(self) -> Iterator[Mistake]:
        """Yield that it sees no hook."""
        yield mistake(("dialect",), "tells_no_hook", option="caller_port")
# fmt: on


MONITOR = Driver(
    "monitor",
    N_("Serial line monitor"),
    {
        "hook": ByKind(
            AnyMonitor,
            "dialect",
            {
                "lm1": _WithCaller,
                "whozz": WhozzOptions,
                "optocouplers": OptocouplerOptions,
                "netcallerid": CallerAlone,
            },
            monitor_family,
        )
    },
)
