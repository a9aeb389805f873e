"""Open voice modems, ask ports for them, and offer the lines that they can make."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from appliance.clock import Clock
from appliance.config.settings import Line
from appliance.lines.base import HookSource, LineClock
from appliance.lines.device import (
    Answer,
    CallerOffer,
    Device,
    Finds,
    HookOffer,
    LineRoles,
    Offer,
    Options,
    Settings,
    Supplies,
    Use,
)
from appliance.link.requests.devices import Proposal
from appliance.model.findings import Finding, find

if TYPE_CHECKING:
    from appliance.lines.modem.probe import Capabilities


@dataclass(frozen=True, slots=True)
class IsModem:
    """A modem that told what it can do."""

    can: "Capabilities"
    known: bool = True

    @property
    def sees_hook(self) -> bool:
        """Say whether it can tell that a phone is lifted."""
        return self.can.sees_hook

    @property
    def says(self) -> Finding:
        """Return what it is, by its own words."""
        known = "serial.is_modem" if self.can.sees_hook else "serial.is_blind"
        return find(known, name=self.can.identity.rstrip(".") or "?")


def _open(line: Line, supplies: Supplies, beside: LineClock | None) -> LineRoles:
    """Make a modem for hook and caller ID, or for a whole line, which it then holds in calls."""
    if beside is None:
        from appliance.lines.modem.alone import ModemAlone  # noqa: PLC0415 - takes numpy

        options, country = line.hook.options, supplies.country
        alone = ModemAlone(line.name, options, country, supplies.clock, supplies.voltage)
        return LineRoles(alone, alone, alone, alone, connected=alone.connected)
    from appliance.lines.modem.driver import Modem  # noqa: PLC0415 - takes pyserial

    modem = Modem(line.name, line.hook.options, beside, supplies.clock, supplies.voltage)
    return LineRoles(hook=modem, connected=modem.connected)


def _caller(line: Line, port: str, beside: LineClock, supplies: Supplies) -> HookSource:
    from appliance.lines.modem.driver import Modem  # noqa: PLC0415 - takes pyserial

    clock, voltage = supplies.clock, supplies.voltage
    return Modem(line.name, {"port": port}, beside, clock, voltage, callers_alone=True)


def _release(port: str) -> str:
    from appliance.lines.modem.release import release  # noqa: PLC0415

    return release(port)


def _usb_ids() -> Mapping[str, str]:
    from appliance.lines.modem.profile import usb_ids  # noqa: PLC0415

    return usb_ids()


def _variants() -> Sequence[Options]:
    return ({},)


def _probe(path: str, options: Options, clock: Clock) -> Answer:
    from appliance.lines.modem.talk import ask_what_it_can  # noqa: PLC0415 - takes pyserial

    return IsModem(ask_what_it_can(path, options.get("profile"), clock))


def _look(use: Use, ask: Callable[[], Answer | None] | None) -> Iterator[Finding]:
    """Say what a line's modem can do."""
    answer = None if ask is None else ask()
    if not isinstance(answer, IsModem):
        yield find("serial.modem", port=use.port, line=use.line)
        return
    can = answer.can
    yield find("serial.modem_is", port=use.port, line=use.line, name=can.identity or "?")
    if not use.callers:
        yield find(f"serial.modem_{'sees' if can.sees_hook else 'blind'}", line=use.line)
    if use.alone and not can.duplex:
        yield find("serial.modem_half", line=use.line)
    if not can.caller_id:
        yield find("serial.modem_no_caller", line=use.line)
    if not can.hangs_up:
        yield find("serial.modem_stays", line=use.line)


def _offers(finds: Finds) -> Iterator[Offer]:
    """Offer modems that see the phone, those that tell who calls, and those that ask alone.

    A modem's profile is left to its own words at each start.
    """
    for port, answer in finds.answers.items():
        if not isinstance(answer, IsModem):
            continue
        can, part = answer.can, _part(port)
        if can.sees_hook:
            yield HookOffer("modem", port, part)
        elif can.caller_id:
            yield CallerOffer("modem", port)
        if can.asks_alone:  # it holds the line, so it comes late
            yield Proposal(
                key=f"modem_alone {port}",
                kind="modem_alone",
                grade="B",
                why=find("lines.proposal_modem_alone", port=port),
                hook=part,
                audio=part | {"holds_line": True},
                prompt=part,
            )


def _tells(line: Line) -> Iterator[Finding]:
    """Say that it holds the line to hear it, and that it is asked for the voltage."""
    if line.audio.driver == DEVICE.driver:
        yield find("lines.modem_alone", line=line.name)
    if line.hook.driver == DEVICE.driver:
        yield find("lines.polled", line=line.name)


def _part(port: str) -> Settings:
    return {"driver": "modem", "port": port}


DEVICE = Device(
    "modem",
    _open,
    caller=_caller,
    release=_release,
    usb_ids=_usb_ids,
    variants=_variants,
    probe=_probe,
    look=_look,
    tells=_tells,
    offers=_offers,
)
