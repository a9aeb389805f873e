"""Open lines of the simulated network: callers and phones without any device."""

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

from appliance.config.drivers.exchange import ExchangeAudio, ExchangeHook
from appliance.config.drivers.known import declared
from appliance.config.settings import Line
from appliance.lines.base import HookSource, LineClock
from appliance.lines.device import Device, LineRoles, SimulatedLines, Supplies
from appliance.lines.plugged.connection import simulated
from appliance.model.findings import Finding, find

if TYPE_CHECKING:
    from appliance.exchange.driver import Exchange
    from appliance.exchange.modem.plugged import PluggedModem
    from appliance.model.audio import Sides


def runs_at_speed(line: Line, simulation: SimulatedLines) -> bool:
    """Return whether a line is simulated as fast as the processor goes.

    One with an emulated modem runs in real time, for its driver reads a serial port.
    """
    simulated = line.hook.driver == "exchange" and not _modem(line)
    return simulated and simulation.at_speed


def _modem(line: Line) -> str:
    hook = declared("hook", line.hook)
    return hook.modem if isinstance(hook, ExchangeHook) else ""


def _sides(line: Line) -> str:
    audio = declared("audio", line.audio)
    return audio.sides if isinstance(audio, ExchangeAudio) else ""


def _open(line: Line, supplies: Supplies, beside: LineClock | None) -> LineRoles:
    """Make a line of the simulated network, perhaps with an emulated modem and its driver.

    A box of real lines has no room for a network and its people: 4 MB.
    """
    from appliance.exchange.circuit.voices import PartyVoices  # noqa: PLC0415
    from appliance.exchange.driver import Exchange  # noqa: PLC0415
    from appliance.prompts.speech import simulated_voices  # noqa: PLC0415

    clock, simulation = supplies.clock, supplies.simulation
    far, near = simulated_voices()
    seed = int.from_bytes(os.urandom(4)) if simulation.seed is None else simulation.seed
    voices = PartyVoices(
        far if simulation.far_voice is None else simulation.far_voice,
        near if simulation.near_voice is None else simulation.near_voice,
    )
    at_speed, emulated = runs_at_speed(line, simulation), _modem(line)
    awaited, paced = (supplies.settled, None) if at_speed else (None, clock)
    exchange: Exchange
    sides = _sides(line)
    if sides == "far/near":
        from appliance.exchange.isdn.driver import IsdnExchange  # noqa: PLC0415

        exchange = IsdnExchange(line.name, seed, voices, settled=awaited, clock=paced)
        return _roles(exchange, exchange)
    mixed: Sides | None = ("both",) if sides == "both" else None
    plugged = _emulated(emulated) if emulated else None
    exchange = Exchange(
        line.name, seed, voices, settled=awaited, clock=paced, sides=mixed, modem=plugged
    )
    if plugged is None:
        return _roles(exchange, exchange)
    from appliance.lines.modem.driver import Modem  # noqa: PLC0415

    modem = Modem(line.name, plugged.options, exchange, clock, supplies.voltage)
    return _roles(modem, exchange)


def _roles(hook: HookSource, exchange: "Exchange") -> LineRoles:
    """Return the roles of a line that is an exchange, whatever tells its hook."""
    return LineRoles(hook, exchange, exchange, exchange, exchange=exchange, connected=simulated)


def _emulated(modem: str) -> "PluggedModem":
    from appliance.exchange.modem.plugged import plug_in  # noqa: PLC0415

    return plug_in(modem)


def _tells(line: Line) -> Iterator[Finding]:
    """Say that a line is simulated."""
    yield find("lines.simulated", line=line.name)


DEVICE = Device("exchange", _open, tells=_tells)
