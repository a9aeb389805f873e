"""Open line monitors on serial ports, ask ports for them, and offer lines that they see."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from appliance.clock import Clock
from appliance.config.drivers.monitor import USUAL_PINS
from appliance.config.settings import Line
from appliance.errors import LineError
from appliance.lines.base import LineClock
from appliance.lines.device import (
    Answer,
    Device,
    Finds,
    HookOffer,
    IsSilent,
    LineRoles,
    Options,
    Settings,
    Supplies,
    Use,
)
from appliance.lines.plugged.beside import CallerBeside
from appliance.lines.profiles import (
    NetCallerIdProfile,
    OptocouplerProfile,
    monitor_dialects,
    monitor_profile,
)
from appliance.model.findings import Finding, find
from appliance.model.sentences.faults import device_fault

if TYPE_CHECKING:
    from appliance.lines.monitor.driver import Units

_TAKE_CALLERS = {"lm1", "optocouplers"}
"""Dialects beside which another device may tell who calls."""


@dataclass(frozen=True, slots=True)
class IsMonitor:
    """A line monitor that answered in its dialect, or one that cannot be asked."""

    dialect: str
    listens: bool = False  # nothing may be sent to it, or nothing would come back
    known: bool = True
    sees_hook: bool = True

    @property
    def says(self) -> Finding:
        """Return in which dialect it answers."""
        return find("serial.is_monitor", dialect=self.dialect)


def _share(clock: Clock) -> "Units":
    """Make the monitors of a box, of which one may watch several lines."""
    from appliance.lines.monitor.driver import Units  # noqa: PLC0415 - takes pyserial

    return Units(clock)


def _open(line: Line, supplies: Supplies, beside: LineClock | None) -> LineRoles:
    """Make a monitor for hook and caller ID, perhaps with another driver's device for callers."""
    from appliance.lines.monitor.driver import Monitor  # noqa: PLC0415 - takes pyserial

    if beside is None:
        raise LineError(device_fault("line_unusable"))
    options, units = dict(line.hook.options), supplies.shared(DEVICE)
    driver = options.pop("caller", "netcallerid")
    port = "" if driver == "netcallerid" else options.pop("caller_port")
    monitor = Monitor(line.name, options, beside, supplies.clock, units)
    if not port:
        return LineRoles(hook=monitor, connected=monitor.connected)
    return LineRoles(
        hook=CallerBeside(monitor, supplies.caller(driver, line, port, beside, supplies)),
        connected=monitor.connected,
    )


def _variants() -> Sequence[Options]:
    """Return the dialects whose monitors answer a question."""
    silent = (NetCallerIdProfile, OptocouplerProfile)
    return [
        {"dialect": name}
        for name in monitor_dialects()
        if not isinstance(monitor_profile(name), silent)
    ]


def _probe(path: str, options: Options, clock: Clock) -> Answer | None:
    from appliance.lines.monitor.probe import answers  # noqa: PLC0415 - takes pyserial

    dialect = str(options["dialect"])
    answered = answers(path, monitor_profile(dialect), clock)
    return None if answered is False else IsMonitor(dialect, listens=answered is None)


def _look(use: Use, ask: Callable[[], Answer | None] | None) -> Iterator[Finding]:
    """Say whether a line's monitor answers."""
    dialect = use.options.get("dialect")
    if ask is None or dialect is None:
        yield find("serial.monitor", port=use.port, line=use.line)
        return
    match ask():
        case IsMonitor(listens=True):
            said = "listens"
        case None:
            said = "silent"
        case _:
            said = "speaks"
    yield find(f"serial.{said}", port=use.port, line=use.line, dialect=dialect)


def _silent(path: str) -> Answer:
    """Look whether optocouplers on an idle line hold the port's DCD."""
    from appliance.lines.monitor.probe import sees_battery  # noqa: PLC0415 - takes pyserial

    return IsSilent(sees_battery(path))


def _offers(finds: Finds) -> Iterator[HookOffer]:
    """Offer each monitor, and optocouplers where a silent port looks like theirs."""
    for port, answer in finds.answers.items():
        match answer:
            case IsMonitor(dialect):
                settings: Settings = {"driver": "monitor", "dialect": dialect, "port": port}
                yield HookOffer("monitor", port, settings, dialect in _TAKE_CALLERS)
            case IsSilent(battery=True):
                settings = {"driver": "monitor", "dialect": "optocouplers", "port": port}
                yield HookOffer("couplers", port, {**settings, **USUAL_PINS}, takes_caller=True)


DEVICE = Device(
    "monitor",
    _open,
    share=_share,
    named=re.compile(r"LM1(?![A-Za-z0-9])"),  # ours (docs/lm1.md); LM1500 is another's
    variants=_variants,
    probe=_probe,
    look=_look,
    silent=_silent,
    offers=_offers,
)
