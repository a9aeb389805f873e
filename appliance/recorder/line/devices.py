"""Make a line's devices from its configuration; nothing is opened before ``start``."""

import os
from collections.abc import Callable
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
    units: Units,
) -> Devices:
    """Make the drivers of a line.

    A device that is not there is no error: its driver tells so and looks for it.

    Args:
        line: its configuration.
        clock: the time.
        simulation: how a simulated line behaves.
        settled: waits until what a simulated line at speed delivered has been dealt with.
        portaudio: returns the owner of the box's sound cards, for lines that have one.
        units: the box's line monitors; one may watch several lines.

    Raises:
        LineError: the drivers do not go together, or an option of theirs is wrong.
    """
    chosen = (line.hook.driver, line.audio.driver, line.prompt.driver)
    if chosen == ("exchange", "exchange", "exchange"):
        return _simulated(line, clock, simulation, settled)
    if chosen == ("monitor", "sound", "sound"):
        return _monitored(line, clock, portaudio(), units)
    raise LineError(
        f'Line {line.name}: hook = "{chosen[0]}", audio = "{chosen[1]}" and prompt = "{chosen[2]}" '
        'do not make a line here; use hook = "monitor" with audio and prompt = "sound", '
        'or "exchange" for all three.'
    )


def _simulated(
    line: Line, clock: Clock, simulation: Simulation, settled: Callable[[], None]
) -> Devices:
    # A box of real lines has no room for a network and its people: 4 MB.
    from appliance.exchange.circuit.voices import PartyVoices  # noqa: PLC0415
    from appliance.exchange.driver import Exchange  # noqa: PLC0415
    from appliance.prompts.speech import simulated_voices  # noqa: PLC0415

    far, near = simulated_voices()
    mixed: Sides | None = ("both",) if line.audio.options.get("sides") == "both" else None
    exchange = Exchange(
        line.name,
        int.from_bytes(os.urandom(4)) if simulation.seed is None else simulation.seed,
        PartyVoices(
            far if simulation.far_voice is None else simulation.far_voice,
            near if simulation.near_voice is None else simulation.near_voice,
        ),
        settled=settled if simulation.at_speed else None,
        clock=None if simulation.at_speed else clock,
        sides=mixed,
    )
    return Devices(exchange, exchange, exchange, exchange)


def _monitored(line: Line, clock: Clock, portaudio: "PortAudio", units: Units) -> Devices:
    """Make a monitor for the hook and an adapter for the sound, whose clock is the line's."""
    # A box that has simulated lines alone needs neither PyAudio nor PortAudio.
    from appliance.lines.sound.driver import SoundLine  # noqa: PLC0415

    sound = SoundLine(line.name, line.audio.options, line.prompt.options, clock, portaudio)
    monitor = Monitor(line.name, line.hook.options, sound, clock, units)

    def ask_when_idle(idle: Callable[[], bool]) -> None:
        sound.idle = idle

    return Devices(monitor, sound, sound, ask_when_idle=ask_when_idle)
