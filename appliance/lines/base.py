"""The contract of a line: three roles, whatever device plays them.

A driver's thread does one thing: it hands what it has to ``Deliver``, which puts it into the
line's inbox and returns. ``Deliver`` never waits for the call's thread, except where a driver
declares ``lockstep``: then the driver itself waits on ``settled`` after each frame, so that a
simulated line runs as fast as the processor goes and is still deterministic.
"""

from collections.abc import Callable
from typing import Protocol

from appliance.model.audio import AudioFrame, Sides
from appliance.model.events import (
    CallerId,
    DigitPressed,
    Gap,
    HookChanged,
    LineFault,
    LineRestored,
    PartyChanged,
    PartyDoubted,
    PolarityReversed,
    Ring,
)
from appliance.model.prompts import Prompt

HookEvent = (
    Ring
    | HookChanged
    | CallerId
    | DigitPressed
    | PolarityReversed
    | PartyChanged
    | PartyDoubted
    | LineFault
    | LineRestored
)
"""``DigitPressed`` here is a digit dialled by pulses, which no sound carries: always near."""

Deliver = Callable[[AudioFrame | Gap | HookEvent], None]


class LineClock(Protocol):
    """Tells the line's time to whoever has no sound: a serial monitor stamps its events by it."""

    def position(self) -> int:
        """Return the line clock of the sample that is on the wires now; never goes back."""


class HookSource(Protocol):
    """Sees ring, off-hook and on-hook; may see flash, reversal and caller ID."""

    lateness_ms: int
    """How late, at most, an event of this source arrives."""
    sees_flash: bool

    def start(self, deliver: Deliver) -> None:
        """Begin to deliver events from a thread of the driver's own."""

    def close(self) -> None:
        """End the thread and release the device; safe to call twice."""


class AudioSource(Protocol):
    """Gives 20 ms frames, each once, in order; a missing stretch is a ``Gap``."""

    sides: Sides

    def start(self, deliver: Deliver) -> None:
        """Begin to deliver frames from a thread of the driver's own."""

    def close(self) -> None:
        """End the thread and release the device; safe to call twice."""


class PromptSink(Protocol):
    """Speaks on the line while somebody is off-hook."""

    def play(self, prompt: Prompt) -> None:
        """Begin to play, replacing what is playing; return at once."""

    def stop(self) -> None:
        """Be silent within one frame."""

    def close(self) -> None:
        """Be silent and release the device; safe to call twice."""
