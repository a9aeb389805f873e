"""Make a line's devices from its configuration; nothing is opened before ``start``."""

import functools
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from appliance.clock import Clock
from appliance.config.drivers.known import BY_NAME, declared
from appliance.config.settings import Line
from appliance.errors import LineError
from appliance.lines.base import AudioSource, HookSource, LineClock, PromptSink
from appliance.lines.device import Device, LineRoles, Supplies
from appliance.lines.plugged.connection import Attachment, Connected
from appliance.model.audio import Sound
from appliance.model.rule import NOT_YET_HEARD, HeardBy, HeardThrough
from appliance.model.sentences.faults import device_fault, in_words
from appliance.recorder.drivers import BY_DRIVER
from appliance.recorder.line.inbox import Observer

if TYPE_CHECKING:
    from appliance.exchange.driver import Exchange

Share = Callable[[Device], Any]
"""Returns what all lines of a box share of a driver, always the same."""


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


UNSIMULATED = in_words("no_simulated_line")
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
    heard: Callable[[], HeardThrough] = lambda: NOT_YET_HEARD
    """Tells through what the line is seen and heard, as its devices were last opened."""


def heard_through(hook: str, seen: Attachment, audio: str, heard: Attachment) -> HeardThrough:
    """Return through what a line is seen and heard.

    Args:
        hook: the driver of what sees the hook.
        seen: by what it is connected.
        audio: the driver of what hears and speaks.
        heard: by what that is connected.
    """
    sound = HeardBy(driver=audio, bus=heard.bus, device=heard.device)
    hooked = HeardBy(driver=hook, bus=seen.bus, device=seen.device)
    return HeardThrough(hook=hooked, audio=sound, prompt=sound)


def shared_by_lines(clock: Clock) -> Share:
    """Return what makes the things that the lines of one box share, each once and when needed."""

    @functools.cache
    def shared(driver: str) -> Any:
        share = BY_DRIVER[driver].share
        return None if share is None else share(clock)

    return lambda device: shared(device.driver)


def open_caller(
    driver: str, line: Line, port: str, beside: LineClock, supplies: Supplies
) -> HookSource:
    """Open a device that only tells who calls, beside one of another driver.

    Raises:
        LineError: this driver has none, or an option is wrong.
    """
    device = BY_DRIVER.get(driver)
    if device is None or device.caller is None:
        raise LineError(device_fault("line_unusable"))
    return device.caller(line, port, beside, supplies)


def make_devices(line: Line, supplies: Supplies) -> Devices:
    """Make the drivers of a line from its configuration.

    A device that is not there is no error: its driver tells so and looks for it.

    Raises:
        LineError: the drivers do not go together, or an option of theirs is wrong.
    """
    hook, audio = line.hook.driver, line.audio.driver
    if not _go_together(line):
        raise LineError(device_fault("line_unusable"))
    heard = BY_DRIVER[audio].open(line, supplies, None)
    seen = heard if hook == audio else BY_DRIVER[hook].open(line, supplies, heard.clock)
    return _joined(line, seen, heard)


def _joined(line: Line, seen: LineRoles, heard: LineRoles) -> Devices:
    """Join what sees the hook with what hears and speaks."""
    if seen.hook is None or heard.audio is None or heard.prompt is None:
        raise LineError(device_fault("line_unusable"))
    return Devices(
        seen.hook,
        heard.audio,
        heard.prompt,
        heard.exchange,
        speaks=line.speaks,
        deaf_to_pulses=_deaf_to_pulses(line),
        ask_when_idle=heard.ask_when_idle,
        heard=partial(_heard, line, seen.connected, heard.connected),
    )


def _heard(line: Line, seen: Connected, heard: Connected) -> HeardThrough:
    return heard_through(line.hook.driver, seen(), line.audio.driver, heard())


def _deaf_to_pulses(line: Line) -> bool:
    """Say whether nothing tells what a phone dials by pulses."""
    alone = line.audio.driver == line.hook.driver
    return declared("hook", line.hook).deaf_to_pulses(alone=alone)


def _go_together(line: Line) -> bool:
    """Say whether each driver may play the roles that a line gives it, and what hears speaks."""
    given = {
        part.driver: {role for role, each in line.parts.items() if each.driver == part.driver}
        for part in line.parts.values()
    }
    known = all(name in BY_NAME and BY_NAME[name].plays(roles) for name, roles in given.items())
    return known and line.audio.driver == line.prompt.driver
