"""Lay sounds out on the line clock, one track for each party of the simulated line."""

from dataclasses import dataclass

import numpy as np

from appliance.exchange.circuit.voices import Speech
from appliance.model.audio import FRAME
from appliance.signals.pcm import Wave

_KEY_MARGIN = FRAME * 3
"""A phone mutes its microphone while a key sounds, and for so long after it."""


@dataclass(slots=True, eq=False)
class _PlacedSound:
    at: int
    wave: Wave | Speech
    stop: int | None  # None: again and again
    stays: bool = False  # speech that does not give way to the box

    def put(self, frame: Wave, sample: int) -> None:
        first = max(sample, self.at)
        last = sample + FRAME if self.stop is None else min(sample + FRAME, self.stop)
        if last > first:
            places = np.arange(first - self.at, last - self.at) % self.wave.size
            frame[first - sample : last - sample] += self.wave[places]

    def mute(self, frame: Wave, sample: int) -> None:
        last = FRAME if self.stop is None else self.stop + _KEY_MARGIN - sample
        if last > 0:
            frame[max(0, self.at - sample) : last] = 0

    def end(self, sample: int) -> None:
        self.stop = sample if self.stop is None else min(self.stop, sample)

    def over(self, sample: int) -> bool:
        return self.stop is not None and self.stop + _KEY_MARGIN <= sample


class Track:
    """The sound that one party sends."""

    def __init__(self) -> None:
        """Start silent."""
        self._speech: list[_PlacedSound] = []
        self._signals: list[_PlacedSound] = []

    def speak(self, at: int, wave: Wave | Speech, *, stays: bool = False) -> None:
        """Lay speech at a sample; ``stays``: it does not give way to the box's prompt."""
        if wave.size:
            self._speech.append(_PlacedSound(at, wave, at + wave.size, stays))

    def signal(self, at: int, wave: Wave, *, repeat: bool = False) -> None:
        """Lay a key or a tone at a sample, once, or until ``cut``; speech is muted meanwhile."""
        if wave.size:
            self._signals.append(_PlacedSound(at, wave, None if repeat else at + wave.size))

    def cut(self, sample: int) -> None:
        """End every sound at ``sample``."""
        for laid in self._speech + self._signals:
            laid.end(sample)

    def hush(self, sample: int) -> None:
        """End the speech that gives way to the box at ``sample``."""
        for laid in self._speech:
            if not laid.stays:
                laid.end(sample)

    def next_frame(self, sample: int) -> Wave:
        """Return the 20 ms from ``sample`` on, and drop what is over."""
        frame = np.zeros(FRAME)
        for laid in self._speech:
            laid.put(frame, sample)
        for laid in self._signals:
            laid.mute(frame, sample)
        for laid in self._signals:
            laid.put(frame, sample)
        self._speech = [laid for laid in self._speech if not laid.over(sample)]
        self._signals = [laid for laid in self._signals if not laid.over(sample)]
        return frame
