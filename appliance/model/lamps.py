"""Map the status of all lines to a lamp pattern, as a pure function."""

from dataclasses import dataclass
from enum import StrEnum

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


@dataclass(frozen=True, slots=True)
class Needs:
    """What a box needs, whatever its lines do."""

    somebody: bool = False  # an administrator has to look at the panel
    secret: bool = False  # it has no secret of its own (level E0)


NOTHING = Needs()

_ASKING = {"settling", "asking", "awaiting", "informing", "choosing", "confirming"}


def lamp_pattern(lines: tuple[LineStatus, ...], needs: Needs = NOTHING) -> LampPattern:
    """Return the lamp pattern: recording outranks asking, asking outranks ready.

    Green says that a next caller is asked, on one line at least; a green wink that all is set up
    and the first day of recording is to come; a red one that a line does not ask, although it is
    there for that, or that an administrator has to look at the panel; an amber one, unless
    something outranks it, that the box has no secret of its own.

    Args:
        lines: how every line is.
        needs: what the box needs besides.
    """
    states = {status.state for status in lines}
    red = Light.OFF
    if "recording" in states:
        red = Light.STEADY
    elif "paused" in states:
        red = Light.BLINKING
    elif needs.somebody or not lines or any(map(_amiss, lines)):
        red = Light.WINK
    amber = Light.BLINKING if states & _ASKING else Light.OFF
    busy = red in {Light.STEADY, Light.BLINKING} or amber is Light.BLINKING
    if needs.secret and not busy:
        amber = Light.WINK
    green = Light.OFF
    if not busy and any(status.asks for status in lines):
        green = Light.STEADY
    elif not busy and red is Light.OFF and any(status.waits for status in lines):
        green = Light.WINK
    return LampPattern(green=green, amber=amber, red=red)


def _amiss(status: LineStatus) -> bool:
    """Say whether a line does not ask, or the disk is too slow for the last second.

    A line of a kind that is never asked is as it should be while it is heard, and so is one that
    waits for its first day.
    """
    meant = status.obstacle is Obstacle.KIND and status.state not in {"fault", "unknown"}
    return not (status.asks or meant or status.waits) or status.slow_sync_ms > 0
