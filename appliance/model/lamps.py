"""Map the status of all lines to a lamp pattern, as a pure function."""

from dataclasses import dataclass
from enum import StrEnum

from appliance.model.records import LineStatus


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


_ASKING = {"settling", "asking", "awaiting", "informing", "choosing", "confirming"}


def lamp_pattern(lines: tuple[LineStatus, ...], needed: bool = False) -> LampPattern:
    """Return the lamp pattern: recording outranks asking, asking outranks ready.

    Args:
        lines: how every line is.
        needed: something waits for an administrator; see the panel.
    """
    states = {status.state for status in lines}
    red = Light.OFF
    if "recording" in states:
        red = Light.STEADY
    elif "paused" in states:
        red = Light.BLINKING
    elif needed or states & {"fault", "unknown"} or any(map(_stores_badly, lines)):
        red = Light.WINK
    amber = Light.BLINKING if states & _ASKING else Light.OFF
    busy = red in {Light.STEADY, Light.BLINKING} or amber is Light.BLINKING
    dark = busy or not lines  # without a line nothing is ready
    return LampPattern(green=Light.OFF if dark else Light.STEADY, amber=amber, red=red)


def _stores_badly(status: LineStatus) -> bool:
    """Say whether nothing can be stored, or the disk is too slow for the last second."""
    return status.full or status.slow_sync_ms > 0
