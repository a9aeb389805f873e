"""Make the simulated parties speak, with voices given from outside."""

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil

import numpy as np
from numpy.typing import NDArray

from appliance.model.audio import FRAME, Sound
from appliance.signals.pcm import Wave, rms_of

_ACTIVE_DB = 25.0
"""A frame so far below the loudest is a pause, not speech."""

_AT_ONCE = 100 * FRAME


@dataclass(frozen=True, slots=True, eq=False)
class PartyVoices:
    """The voices of both parties: ``[samples]`` at 8 kHz each, repeated from the beginning."""

    far: Sound
    near: Sound


@dataclass(frozen=True, slots=True, eq=False)
class Speech:
    """Some speech, computed when it is heard: a minute at once would be megabytes."""

    made: Callable[[NDArray[np.int64]], Wave]
    size: int

    def __getitem__(self, places: NDArray[np.int64]) -> Wave:
        """Return the samples at these places."""
        return self.made(places)

    def whole(self) -> Wave:
        """Return all of it."""
        return self.made(np.arange(self.size))


class Talker:
    """One party's voice at a level; each speech goes on where the last one stopped."""

    def __init__(self, sound: Sound, dbm0: float, *, at: float = 0.0, faster: float = 1.0) -> None:
        """Set the voice's level.

        Args:
            sound: the voice; it is shared, and never written to.
            dbm0: level while speaking.
            at: where to begin, as a part of the whole.
            faster: speed and pitch, to make another person of the same sound.
        """
        self._sound = sound
        self.faster = faster
        self._size = sound.size if faster == 1.0 else max(0, ceil((sound.size - 1) / faster))
        active = self._active_rms()
        self._gain = rms_of(dbm0) / active if active else 1.0
        self._at = int(at * self._size)

    @property
    def at(self) -> int:
        """Return the sample of the original sound where the next speech begins."""
        return round(self._at % max(1, self._size) * self.faster)

    def back(self, count: int) -> None:
        """Take back the last ``count`` samples: the party fell silent before them."""
        self._at -= count

    def speech(self, count: int) -> Speech:
        """Return the next ``count`` samples of speech."""
        begin, self._at = self._at, self._at + count

        def made(places: NDArray[np.int64]) -> Wave:
            if not self._size:
                return np.zeros(places.size)
            return self._said((begin + places) % self._size) * self._gain

        return Speech(made, count)

    def _said(self, places: NDArray[np.int64]) -> Wave:
        """Return the voice at its speed and its own level, interpolated linearly."""
        if self.faster == 1.0:
            return self._sound[places].astype(np.float64)
        exact = places * self.faster
        before = np.minimum(exact.astype(np.int64), self._sound.size - 2)
        one, next_one = (self._sound[before + more].astype(np.float64) for more in (0, 1))
        said: Wave = one + (next_one - one) * (exact - before)
        return said

    def _active_rms(self) -> float:
        """Return the voice's own level while speaking, measured a few seconds at a time."""
        whole = self._size // FRAME * FRAME
        parts = (np.arange(at, min(at + _AT_ONCE, whole)) for at in range(0, whole, _AT_ONCE))
        return _of_speech([_powers(self._said(part)) for part in parts])


def active_rms(wave: Wave) -> float:
    """Return the root mean square over the frames that hold speech."""
    return _of_speech([_powers(wave)])


def _powers(wave: Wave) -> Wave:
    """Return the mean square of each whole frame."""
    frames = wave[: wave.size // FRAME * FRAME].reshape(-1, FRAME)
    powers: Wave = (frames * frames).mean(axis=1)
    return powers


def _of_speech(parts: list[Wave]) -> float:
    power = np.concatenate([np.zeros(0), *parts])
    if not power.size or not power.max():
        return 0.0
    return float(np.sqrt(power[power > power.max() * 10 ** (-_ACTIVE_DB / 10)].mean()))
