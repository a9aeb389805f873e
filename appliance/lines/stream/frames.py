"""Cut what is read of a sound device into a line's frames, each at its place in time."""

import logging
import math
from dataclasses import dataclass

import numpy as np

from appliance.lines.base import Deliver
from appliance.lines.stream.clock import SoundClock
from appliance.lines.stream.output import Output
from appliance.lines.stream.pairing import FramePairer
from appliance.model.audio import FRAME, RATE, AudioFrame, Sides
from appliance.model.events import Gap
from appliance.signals.goertzel import Floats
from appliance.signals.pcm import to_sound
from appliance.signals.resample import Resampler

log = logging.getLogger(__name__)

_TOLD_APART = 2.0
"""Seconds between two lines of the log: a bad card spoils something many times a second."""


@dataclass(frozen=True, slots=True, eq=False)
class CapturedBlock:
    """Sound read from a device."""

    sound: Floats  # [channels, n] at the device's rate, in units of 16-bit samples
    waiting: int  # samples more that could be read at once


class Frames:
    """Makes frames of one opening of a card. The reader's thread."""

    def __init__(
        self, name: str, sides: Sides, rate: int, time: SoundClock, output: Output
    ) -> None:
        """Begin with a card that has just been opened.

        Args:
            name: of the line.
            sides: what its channels carry.
            rate: of the card.
            time: the line's clock.
            output: what goes out to the same card.
        """
        self._name, self._sides, self._rate = name, sides, rate
        self._time, self._output = time, output
        self._pairing = FramePairer(name, output)
        self._lower = Resampler(rate, RATE, len(sides))
        self._kept: Floats = np.zeros((len(sides), 0), np.float32)
        self._read = 0
        self.next = 0
        """Line clock after the latest frame."""
        self._holes = output.holes
        self._lost = self._dry = 0  # samples, and times, not told yet
        self._tell_from = -math.inf

    def begin(self, first: CapturedBlock, now: float, earliest: int) -> int:
        """Return the line clock at which the card's first sound begins."""
        self.next = self._time.opened(self._seconds(first), now, earliest)
        return self.next

    def deliver_frames(self, heard: CapturedBlock, now: float, deliver: Deliver) -> None:
        """Deliver the frames that have become whole, and a gap where sound was lost."""
        lost = self._time.arrived(self._seconds(heard), now) if self._read else 0
        self._read += heard.sound.shape[1]
        if lost:
            self._skip(lost, deliver)
        if self._output.holes != self._holes:
            self._dry += self._output.holes - self._holes
            self._holes = self._output.holes
            self._pairing.forget_lag(before=self._output.hole_at)
        self._kept = np.concatenate((self._kept, self._lower.resample(heard.sound)), axis=1)
        while self._kept.shape[1] >= FRAME:
            sound = to_sound(self._kept[:, :FRAME].astype(np.float64))
            self._kept = self._kept[:, FRAME:]
            frame = AudioFrame(self._name, self.next, sound, self._sides)
            self.next += FRAME
            for paired in self._pairing.pair(frame):
                deliver(paired)
        self._tell(now)

    def finish(self, deliver: Deliver) -> None:
        """Deliver what was held back: the card is lost, or given back."""
        self._pairing.forget_lag()
        for frame in self._pairing.let_go():
            deliver(frame)

    def _skip(self, lost: int, deliver: Deliver) -> None:
        """Leave out what was lost, and the part of a frame before it."""
        self.finish(deliver)
        count = lost + self._kept.shape[1]
        self._kept = self._kept[:, :0]
        self._lost += count
        deliver(Gap(self.next, count))
        self.next += count

    def _tell(self, now: float) -> None:
        """Log, at most once in a while, what a busy machine or a bad card has spoiled."""
        if now >= self._tell_from and (self._lost or self._dry):
            said = "line %s: %d ms of sound were lost; the card ran dry %d times"
            log.warning(said, self._name, self._lost * 1000 // RATE, self._dry)
            self._lost = self._dry = 0
            self._tell_from = now + _TOLD_APART

    def _seconds(self, heard: CapturedBlock) -> float:
        samples: int = self._read + heard.sound.shape[1] + heard.waiting
        return samples / self._rate
