"""Make a line's devices from its configuration; nothing is opened before ``start``."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from appliance.clock import Clock
from appliance.config.settings import Line
from appliance.errors import LineError
from appliance.lines.base import AudioSource, HookSource, PromptSink
from appliance.lines.monitor.driver import Monitor
from appliance.model.audio import Sides, Sound
from appliance.recorder.line.inbox import Observer

if TYPE_CHECKING:
    from appliance.exchange.driver import Exchange
    from appliance.exchange.modem.plugged import PluggedModem
    from appliance.lines.modem.driver import VoltageStore
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
    ask_when_idle: Callable[[Callable[[], bool]], None] = lambda idle: None
    """Gives the driver a function that says whether the line is between calls."""


def make_portaudio() -> "PortAudio":
    """Make the owner of the sound cards; a box of simulated lines alone loads none.

    Raises:
        LineError: PyAudio is not installed.
    """
    from appliance.lines.sound.portaudio import PortAudio  # noqa: PLC0415

    return PortAudio()


def make_devices(
    line: Line,
    clock: Clock,
    simulation: Simulation,
    settled: Callable[[], None],
    portaudio: MakePortAudio,
    voltage: "VoltageStore",
    country: str,
) -> Devices:
    """Make the drivers of a line.

    A device that is not there is no error: its driver tells so and looks for it.

    Args:
        line: its configuration.
        clock: the time.
        simulation: how a simulated line behaves.
        settled: waits until what a simulated line at speed delivered has been dealt with.
        portaudio: returns the owner of the box's sound cards, for lines that have one.
        voltage: keeps what a modem learns of the line's voltage.
        country: ISO 3166, whose network it is.

    Raises:
        LineError: the drivers do not go together, or an option of theirs is wrong.
    """
    chosen = (line.hook.driver, line.audio.driver, line.prompt.driver)
    if chosen == ("exchange", "exchange", "exchange"):
        return _simulated(line, clock, simulation, settled, voltage)
    if chosen == ("monitor", "sound", "sound"):
        return _monitored(line, clock, portaudio())
    if chosen == ("modem", "sound", "sound"):
        return _modem_and_tap(line, clock, portaudio(), voltage)
    if chosen == ("modem", "modem", "modem"):
        return _modem_alone(line, clock, voltage, country)
    if chosen == ("isdn", "isdn", "isdn"):
        return _isdn(line, clock)
    raise LineError(
        f'Line {line.name}: hook = "{chosen[0]}", audio = "{chosen[1]}" and prompt = "{chosen[2]}" '
        'do not make a line here; use hook = "monitor" or "modem" with audio and prompt = "sound", '
        'or "modem", "isdn" or "exchange" for all three.'
    )


def runs_at_speed(line: Line, simulation: Simulation) -> bool:
    """Return whether a line is simulated as fast as the processor goes.

    One with an emulated modem runs in real time, for its driver reads a serial port.
    """
    simulated = line.hook.driver == "exchange" and "modem" not in line.hook.options
    return simulated and simulation.at_speed


def _isdn(line: Line, clock: Clock) -> Devices:
    """Make one device of both sides of an S0 bus, with the network's clock."""
    # A box of analog lines speaks no ISDN.
    from appliance.recorder.line.isdn import make_isdn  # noqa: PLC0415

    isdn = make_isdn(line, clock)
    return Devices(isdn, isdn, isdn, speaks=line.speaks)


def _simulated(
    line: Line,
    clock: Clock,
    simulation: Simulation,
    settled: Callable[[], None],
    voltage: "VoltageStore",
) -> Devices:
    # A box of real lines has no room for a network and its people: 4 MB.
    from appliance.exchange.circuit.voices import PartyVoices  # noqa: PLC0415
    from appliance.exchange.driver import Exchange  # noqa: PLC0415
    from appliance.prompts.speech import simulated_voices  # noqa: PLC0415

    far, near = simulated_voices()
    seed = int.from_bytes(os.urandom(4)) if simulation.seed is None else simulation.seed
    voices = PartyVoices(
        far if simulation.far_voice is None else simulation.far_voice,
        near if simulation.near_voice is None else simulation.near_voice,
    )
    at_speed, name = runs_at_speed(line, simulation), line.hook.options.get("modem")
    awaited, paced = (settled, None) if at_speed else (None, clock)
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

    modem = Modem(line.name, plugged.options, exchange, clock, voltage)
    return Devices(modem, exchange, exchange, exchange)


def _emulated(modem: str) -> "PluggedModem":
    from appliance.exchange.modem.plugged import plug_in  # noqa: PLC0415

    return plug_in(modem)


def _monitored(line: Line, clock: Clock, portaudio: "PortAudio") -> Devices:
    """Make a monitor for the hook and an adapter for the sound, whose clock is the line's."""
    # A box that has simulated lines alone needs neither PyAudio nor PortAudio.
    from appliance.lines.sound.driver import SoundLine  # noqa: PLC0415

    sound = SoundLine(line.name, line.audio.options, line.prompt.options, clock, portaudio)
    monitor = Monitor(line.name, line.hook.options, sound, clock)

    def ask_when_idle(idle: Callable[[], bool]) -> None:
        sound.idle = idle

    return Devices(monitor, sound, sound, ask_when_idle=ask_when_idle)


def _modem_and_tap(
    line: Line, clock: Clock, portaudio: "PortAudio", voltage: "VoltageStore"
) -> Devices:
    """Make a modem for hook and caller ID and an adapter for the sound: what we recommend."""
    from appliance.lines.modem.driver import Modem  # noqa: PLC0415
    from appliance.lines.sound.driver import SoundLine  # noqa: PLC0415

    sound = SoundLine(line.name, line.audio.options, line.prompt.options, clock, portaudio)
    modem = Modem(line.name, line.hook.options, sound, clock, voltage)

    def ask_when_idle(idle: Callable[[], bool]) -> None:
        sound.idle = idle

    return Devices(modem, sound, sound, ask_when_idle=ask_when_idle)


def _modem_alone(line: Line, clock: Clock, voltage: "VoltageStore", country: str) -> Devices:
    """Make a modem for everything: it holds the line in calls that come in."""
    from appliance.lines.modem.alone import ModemAlone  # noqa: PLC0415

    modem = ModemAlone(line.name, line.hook.options, country, clock, voltage)
    return Devices(modem, modem, modem)
