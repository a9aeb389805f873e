"""Say what lamps show and why: the one place that decides it, a pure function of all lines.

The pins of the box, the lamps and dots that pages draw, the sentences beside them, the doctor and
its mail all follow ``signs``.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from appliance.model.records import LineStatus
from appliance.model.terms import Obstacle


class Light(StrEnum):
    """The state of one lamp."""

    OFF = "off"
    STEADY = "steady"
    BLINKING = "blinking"
    WINK = "wink"  # short, every five seconds


@dataclass(frozen=True, slots=True)
class LampPattern:
    """The state of all lamps of the box."""

    green: Light = Light.OFF
    amber: Light = Light.OFF
    red: Light = Light.OFF


class Need(StrEnum):
    """What waits for an administrator, whatever the lines do; the gravest first."""

    ERASURE_FAILS = "erasure_fails"
    SETTINGS = "settings"  # they are damaged
    OLDER = "older"  # the recorder follows older ones
    TIME = "confirm_time"  # no value of an obstacle: both are keys of one table
    ERASURE = "erasure"
    NOTHING = "nothing"


def gravest(*needs: Need) -> Need:
    """Return the one that a lamp tells."""
    return min(needs, key=list(Need).index)


class Cause(StrEnum):
    """Why a lamp shines, where it is neither an obstacle of a line's nor a need."""

    READY = "ready"
    FIRST_DAY = "first_day"  # nothing else is missing
    ASKING = "asking"
    RECORDING = "recording"
    PAUSED = "paused"
    NO_LINE = "no_line"
    FAULT = "fault"  # the line cannot be heard
    NOT_AT_REST = "not_at_rest"  # its phone was not seen on the hook since the start
    SLOW_DISK = "slow_disk"


@dataclass(frozen=True, slots=True)
class Sign:
    """A lamp that shines, and what it says."""

    lamp: Literal["green", "amber", "red"]
    light: Light
    cause: Cause | Obstacle | Need
    line: LineStatus | None = None  # whose cause it is


_ASKING = {"settling", "asking", "awaiting", "informing", "choosing", "confirming"}


def signs(lines: tuple[LineStatus, ...], need: Need = Need.NOTHING) -> tuple[Sign, ...]:
    """Return the lamps that shine: recording outranks asking, asking outranks ready.

    Green says that a next caller is asked, on one line at least; a green wink that all is set up
    and the first day of recording is to come; a red one that a line does not ask, although it is
    there for that, that the disk is too slow, or that an administrator has to look at the panel.

    Args:
        lines: how every line is; one alone for the lamp of that line.
        need: what the box needs besides.
    """
    red = _red(lines, need)
    asking = next((each for each in lines if each.state in _ASKING), None)
    amber = Sign("amber", Light.BLINKING, Cause.ASKING, asking) if asking else None
    busy = amber is not None or (red is not None and red.light is not Light.WINK)
    green = None if busy else _green(lines, alone=red is None)
    return tuple(each for each in (green, amber, red) if each is not None)


def lamp_pattern(lines: tuple[LineStatus, ...], need: Need = Need.NOTHING) -> LampPattern:
    """Return how every lamp of the box shines, as ``signs`` says."""
    return LampPattern(**{each.lamp: each.light for each in signs(lines, need)})


def amiss(status: LineStatus) -> Cause | Obstacle | None:
    """Return why a line asks nobody although it is there for that, or may lose a second.

    A line of a kind that is never asked is as it should be while it is heard, and so is one that
    waits for its first day.
    """
    if status.state in {"fault", "unknown"}:
        return Cause.FAULT if status.state == "fault" else Cause.NOT_AT_REST
    if status.obstacle not in {None, Obstacle.KIND} and not status.waits:
        return status.obstacle
    return Cause.SLOW_DISK if status.slow_sync_ms else None


def _red(lines: tuple[LineStatus, ...], need: Need) -> Sign | None:
    """Return what the red lamp says; a line that asks nobody before a slow disk or a need."""
    for state, light, cause in (
        ("recording", Light.STEADY, Cause.RECORDING),
        ("paused", Light.BLINKING, Cause.PAUSED),
    ):
        if on := next((each for each in lines if each.state == state), None):
            return Sign("red", light, cause, on)
    if not lines:
        return Sign("red", Light.WINK, Cause.NO_LINE)
    wrong = [(why, each) for each in lines if (why := amiss(each)) is not None]
    if wrong:
        return Sign("red", Light.WINK, *min(wrong, key=lambda one: one[0] is Cause.SLOW_DISK))
    return None if need is Need.NOTHING else Sign("red", Light.WINK, need)


def _green(lines: tuple[LineStatus, ...], *, alone: bool) -> Sign | None:
    if ready := next((each for each in lines if each.asks), None):
        return Sign("green", Light.STEADY, Cause.READY, ready)
    waiting = next((each for each in lines if each.waits), None)
    return Sign("green", Light.WINK, Cause.FIRST_DAY, waiting) if waiting and alone else None
