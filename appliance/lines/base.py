"""Declare the three roles that make a line, for every kind of device.

A driver's thread does one thing: it passes frames and events to ``Deliver``, which puts them into
the line's inbox and returns. ``Deliver`` never waits for the call's thread. The exception is
the simulated exchange at speed: it waits after each frame until the line has dealt with it, so that
a call runs as fast as the processor allows and is the same every time.
"""

from collections.abc import Callable
from typing import Protocol

from appliance.model.audio import AudioFrame, Sides
from appliance.model.events import (
    Answered,
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
    | Answered
    | DigitPressed
    | PolarityReversed
    | PartyChanged
    | PartyDoubted
    | LineFault
    | LineRestored
)
"""``DigitPressed`` here is a digit dialled by pulses or by messages: always near, and never in the
sound. ``Answered`` comes from networks that tell it, as ISDN does."""

Deliver = Callable[[AudioFrame | Gap | HookEvent], None]


class LineClock(Protocol):
    """The line's time for drivers without sound: a serial monitor stamps its events with it."""

    def position(self) -> int:
        """Return the line clock of the sample on the wires now; it never goes back."""


class _Source(Protocol):
    """A device that delivers from its own thread."""

    def start(self, deliver: Deliver) -> None:
        """Begin to deliver from the driver's own thread."""

    def close(self) -> None:
        """End the thread and release the device; safe to call twice."""


class HookSource(_Source, Protocol):
    """A source of ring, off-hook and on-hook; perhaps also of flash, reversal and caller ID."""

    lateness_ms: int
    """The longest delay of an event from this source."""
    sees_flash: bool


class AudioSource(_Source, Protocol):
    """A source of 20 ms frames, each once and in order; a missing stretch is a ``Gap``."""

    sides: Sides


class PromptSink(Protocol):
    """A sink that speaks on the line while a phone is off-hook."""

    def play(self, prompt: Prompt) -> None:
        """Begin a prompt in place of the current one; return at once."""

    def stop(self) -> None:
        """Stop within one frame."""

    def close(self) -> None:
        """Stop and release the device; safe to call twice."""
