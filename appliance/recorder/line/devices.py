"""Make a line's devices from its configuration; nothing is opened before ``start``."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from appliance.clock import Clock
from appliance.config.settings import Line
from appliance.errors import LineError
from appliance.lines.base import AudioSource, HookSource, PromptSink
from appliance.lines.monitor.driver import Monitor, Units
from appliance.model.audio import Sides, Sound
from appliance.recorder.line.inbox import Observer

if TYPE_CHECKING:
    from appliance.exchange.driver import Exchange
    from appliance.exchange.modem.plugged import PluggedModem
    from appliance.lines.modem.driver import VoltageStore
    from appliance.lines.sound.driver import SoundLine
    from appliance.lines.sound.portaudio import PortAudio

MakePortAudio = Callable[[], "PortAudio"]


@dataclass(frozen=True, slots=True, eq=False)
class Simulation:
    """How simulated lines behave, and who may watch."""

    at_speed: bool = False  # as fast as the processor goes
    seed: int | None = None  # everything random follows from it; None: another every time
    far_voice: Sound | None = None  # the callers' voice, in place of the shipped one
    near_voice: Sound | None = None  # what speaks in the office, be it a machine
    observe: Observer | None = None
    own_time: bool = True
    """At speed half an hour passes in seconds: an emergency is over with the process. False: it
    counts by the box's clock, as on a real line."""


REAL_TIME = Simulation()


@dataclass(frozen=True, slots=True)
class Devices:
    """Who plays the three roles of a line; one driver may play several."""

    hook: HookSource
    audio: AudioSource
    prompt: PromptSink
    exchange: "Exchange | None" = None  # all three, where the line is simulated
    speaks: bool = True  # False: a passive tap, on which nothing can be said
    deaf_to_pulses: bool = False  # nothing tells what a phone dials by pulses
    ask_when_idle: Callable[[Callable[[], bool]], None] = lambda idle: None
    """Gives the driver a function that says whether the line is between calls."""


@dataclass(frozen=True, slots=True)
class Supplies:
    """What the drivers of a line are made with."""

    clock: Clock
    simulation: Simulation
    settled: Callable[[], None]  # waits until the line has dealt with what was delivered at speed
    portaudio: MakePortAudio  # the owner of the box's sound cards, for lines that have one
    units: Units  # the box's line monitors; one may watch several lines
    voltage: "VoltageStore"  # keeps what a modem learns of the line's voltage
    country: str  # ISO 3166, whose network the lines are on


def make_portaudio() -> "PortAudio":
    """Make the owner of the sound cards; a box of simulated lines alone loads none.

    Raises:
        LineError: PyAudio is not installed.
    """
    from appliance.lines.sound.portaudio import PortAudio  # noqa: PLC0415

    return PortAudio()


def make_devices(line: Line, supplies: Supplies) -> Devices:
    """Make the drivers of a line from its configuration.

    A device that is not there is no error: its driver tells so and looks for it.

    Raises:
        LineError: the drivers do not go together, or an option of theirs is wrong.
    """
    chosen = (line.hook.driver, line.audio.driver, line.prompt.driver)
    make = _LINES.get(chosen)
    if make is None:
        hook, audio, prompt = chosen
        raise LineError(
            f'Line {line.name}: hook = "{hook}", audio = "{audio}" and prompt = "{prompt}" do not '
            'make a line here; use hook = "monitor" or "modem" with audio and prompt = "sound", '
            'or "modem", "isdn" or "exchange" for all three.'
        )
    return make(line, supplies)


def runs_at_speed(line: Line, simulation: Simulation) -> bool:
    """Return whether a line is simulated as fast as the processor goes.

    One with an emulated modem runs in real time, for its driver reads a serial port.
    """
    simulated = line.hook.driver == "exchange" and "modem" not in line.hook.options
    return simulated and simulation.at_speed


def _isdn(line: Line, supplies: Supplies) -> Devices:
    """Make one device of both sides of an S0 bus, with the network's clock."""
    # A box of analog lines speaks no ISDN.
    from appliance.recorder.line.isdn import make_isdn  # noqa: PLC0415

    isdn = make_isdn(line, supplies.clock)
    return Devices(isdn, isdn, isdn, speaks=line.speaks)


def _simulated(line: Line, supplies: Supplies) -> Devices:
    # A box of real lines has no room for a network and its people: 4 MB.
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
    at_speed, name = runs_at_speed(line, simulation), line.hook.options.get("modem")
    awaited, paced = (supplies.settled, None) if at_speed else (None, clock)
    exchange: Exchange
    if line.audio.options.get("sides") == "far/near":
        from appliance.exchange.isdn.driver import IsdnExchange  # noqa: PLC0415

        exchange = IsdnExchange(line.name, seed, voices, settled=awaited, clock=paced)
        return Devices(exchange, exchange, exchange, exchange)
    mixed: Sides | None = ("both",) if line.audio.options.get("sides") == "both" else None
    plugged = None if name is None else _emulated(str(name))
    exchange = Exchange(
        line.name, seed, voices, settled=awaited, clock=paced, sides=mixed, modem=plugged
    )
    if plugged is None:
        return Devices(exchange, exchange, exchange, exchange)
    from appliance.lines.modem.driver import Modem  # noqa: PLC0415

    modem = Modem(line.name, plugged.options, exchange, clock, supplies.voltage)
    return Devices(modem, exchange, exchange, exchange, deaf_to_pulses=True)


def _emulated(modem: str) -> "PluggedModem":
    from appliance.exchange.modem.plugged import plug_in  # noqa: PLC0415

    return plug_in(modem)


def _monitored(line: Line, supplies: Supplies) -> Devices:
    """Make a monitor for hook and caller ID, and an adapter for the sound."""
    sound = _sound(line, supplies)
    options, clock = dict(line.hook.options), supplies.clock
    deaf = options["dialect"] == "whozz"
    if options.pop("caller", "netcallerid") == "netcallerid":
        monitor = Monitor(line.name, options, sound, clock, supplies.units)
        return _beside(monitor, sound, deaf_to_pulses=deaf)
    from appliance.lines.modem.driver import Modem  # noqa: PLC0415
    from appliance.lines.plugged.beside import CallerBeside  # noqa: PLC0415

    port = {"port": options.pop("caller_port")}
    monitor = Monitor(line.name, options, sound, clock, supplies.units)
    modem = Modem(line.name, port, sound, clock, supplies.voltage, callers_alone=True)
    return _beside(CallerBeside(monitor, modem), sound, deaf_to_pulses=deaf)


def _modem_and_tap(line: Line, supplies: Supplies) -> Devices:
    """Make a modem for hook and caller ID, and an adapter for the sound: what we recommend."""
    from appliance.lines.modem.driver import Modem  # noqa: PLC0415

    sound = _sound(line, supplies)
    modem = Modem(line.name, line.hook.options, sound, supplies.clock, supplies.voltage)
    return _beside(modem, sound, deaf_to_pulses=True)


def _sound(line: Line, supplies: Supplies) -> "SoundLine":
    """Make a sound adapter, whose clock is the line's."""
    # A box that has simulated lines alone needs neither PyAudio nor PortAudio.
    from appliance.lines.sound.driver import SoundLine  # noqa: PLC0415

    options = (line.audio.options, line.prompt.options)
    return SoundLine(line.name, *options, supplies.clock, supplies.portaudio())


def _beside(hook: HookSource, sound: "SoundLine", *, deaf_to_pulses: bool) -> Devices:
    def ask_when_idle(idle: Callable[[], bool]) -> None:
        sound.idle = idle

    return Devices(hook, sound, sound, ask_when_idle=ask_when_idle, deaf_to_pulses=deaf_to_pulses)


def _modem_alone(line: Line, supplies: Supplies) -> Devices:
    """Make a modem for everything: it holds the line in calls that come in."""
    from appliance.lines.modem.alone import ModemAlone  # noqa: PLC0415

    options, country = line.hook.options, supplies.country
    modem = ModemAlone(line.name, options, country, supplies.clock, supplies.voltage)
    return Devices(modem, modem, modem)


_LINES: Mapping[tuple[str, str, str], Callable[[Line, Supplies], Devices]] = {
    ("exchange", "exchange", "exchange"): _simulated,
    ("monitor", "sound", "sound"): _monitored,
    ("modem", "sound", "sound"): _modem_and_tap,
    ("modem", "modem", "modem"): _modem_alone,
    ("isdn", "isdn", "isdn"): _isdn,
}
"""Drivers of hook, sound and prompt -> what makes a line of them."""
