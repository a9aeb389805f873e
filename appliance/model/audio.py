"""Define the audio that flows: 20 ms frames at the network's own rate."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from appliance.model.records import SAMPLE_RATE

RATE = SAMPLE_RATE
"""Samples a second; the panel takes it from the records, and so goes without numpy."""

FRAME = 160
"""Samples in a frame: 20 ms."""

Sound = NDArray[np.int16]
"""Linear PCM, ``[samples]`` or ``[channels, samples]``; full scale is +3.14 dBm0 (G.711 A-law)."""

Sides = (
    tuple[Literal["both"]]
    | tuple[Literal["far"], Literal["near"]]
    | tuple[Literal["voltage"], Literal["current"]]
)
"""Content of each channel of a frame; ``far`` is the caller, ``near`` the office."""


def samples(seconds: float) -> int:
    """Return the number of samples in so many seconds."""
    return round(seconds * RATE)


def milliseconds(count: int) -> int:
    """Return the duration of so many samples, in whole milliseconds."""
    return count * 1000 // RATE


@dataclass(frozen=True, slots=True, eq=False)
class AudioFrame:
    """20 ms of a line.

    ``sample`` is the line clock at the first sample: it starts at 0 when the line opens, never
    goes back, and runs on while sound is missing.
    """

    line: str
    sample: int
    sound: Sound  # [channels, FRAME]
    sides: Sides
    played: Sound | None = None
    """``[FRAME]``: the prompt that the sink played in these same 20 ms; None for nothing."""
    prompt_at: int | None = None
    """Position in its prompt of the first sample played, negative where the prompt begins within
    the frame; None if the played frames simply follow each other from 0 on. A driver that was
    wrong about all frames of a prompt so far gives the next ones at their right position."""

    @property
    def mixed(self) -> Sound:
        """Return ``[FRAME]`` with both parties as one signal; of a V/I tap the voltage."""
        if self.sides[0] == "far":
            both = self.sound.astype(np.int32).sum(axis=0)
            clipped: Sound = np.clip(both, -32768, 32767).astype(np.int16)
            return clipped
        voltage: Sound = self.sound[0]
        return voltage
