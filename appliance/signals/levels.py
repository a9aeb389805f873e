"""Measure levels, the noise floor and voice activity."""

from dataclasses import dataclass

import numpy as np

from appliance.model.audio import FRAME, RATE
from appliance.signals.goertzel import Bools, Floats, History, Matrix, band_basis
from appliance.signals.pcm import FLOOR_DBM0, rms_of

_ABOVE_NOISE = 8.0  # 9 dB
MIN_VOICE_POWER = rms_of(-45.0) ** 2
"""Mean square of a frame below which it holds no voice."""

_NOISE_MAX = rms_of(-32.0) ** 2
_RISE = 1.012  # of the noise estimate per frame: 2.6 dB a second
_RISEN = _RISE ** np.arange(1, History.AHEAD // FRAME + 1)
_ONSET_FRAMES = 3
_HANGOVER = 10  # frames: 200 ms, to bridge the gaps within words

_BELOW_SPEECH = (0.0, 270.0)
"""Hertz: mains hum and its strong harmonics; telephone speech begins at 300."""


_HUM = band_basis((_BELOW_SPEECH,), FRAME).astype("float32")
_HUM.flags.writeable = False


def without_hum(sound: Floats) -> Floats:
    """Remove from ``[FRAME]`` or ``[channels, FRAME]`` all that lies below speech."""
    speech: Floats = sound - (sound @ _HUM) @ _HUM.T
    return speech


@dataclass(frozen=True, slots=True)
class VoiceChange:
    """A voice began or stopped at ``sample``."""

    sample: int
    active: bool


class NoiseFloor:
    """The noise floor of one channel, measured in the pauses of speech.

    It falls at once with the quietest frames and rises slowly, so that syllables do not lift it.
    """

    def __init__(self) -> None:
        """Start with a quiet line."""
        self._noise = MIN_VOICE_POWER / _ABOVE_NOISE
        self.limit = MIN_VOICE_POWER
        """Power above which a frame is more than noise."""

    def follow(self, power: float) -> None:
        """Update the floor by the mean square of a frame."""
        self._noise = noise = min(self._noise * _RISE, max(power, 1.0), _NOISE_MAX)
        self.limit = max(MIN_VOICE_POWER, noise * _ABOVE_NOISE)

    def follow_many(self, powers: Matrix) -> Matrix:
        """Update the floor by many frames; return ``limit`` after each of them."""
        risen = _RISEN[: powers.size]
        quiet = np.minimum(np.maximum(powers, 1.0), _NOISE_MAX)
        lowest = np.minimum.accumulate(quiet / risen)
        noise = np.minimum(lowest, self._noise) * risen
        limits: Matrix = np.maximum(MIN_VOICE_POWER, noise * _ABOVE_NOISE)
        self._noise, self.limit = float(noise[-1]), float(limits[-1])
        return limits


class VoiceDetector:
    """Detects voice on one side: louder than noise for longer than a click."""

    def __init__(self) -> None:
        """Start in silence."""
        self.active = False
        self._loud = 0
        self._quiet = 0
        self._since = 0
        self._until = 0

    def follow(self, sample: int, power: float, limit: float) -> VoiceChange | None:
        """Process the mean square of the frame at ``sample``.

        ``limit`` is the power to exceed at present: noise, or a prompt's residual.
        """
        change = self._run(sample, 0, 1, power > limit)
        return None if change is None else change[1]

    def follow_many(self, sample: int, loud: Bools) -> list[tuple[int, VoiceChange]]:
        """Process many frames from ``sample`` on, each loud or not.

        Returns the changes, each with the index of the frame in which it became known.
        """
        out = []
        edges = ((loud[1:] != loud[:-1]).nonzero()[0] + 1).tolist()
        for start, stop in zip([0, *edges], [*edges, loud.size], strict=True):
            change = self._run(sample, start, stop, bool(loud[start]))
            if change is not None:
                out.append(change)
        return out

    def _run(
        self, sample: int, start: int, stop: int, loud: bool
    ) -> tuple[int, VoiceChange] | None:
        """Process a run of frames, all loud or all quiet."""
        if loud:
            self._quiet, self._until = 0, sample + stop * FRAME
            if self.active:
                return None
            if self._loud == 0:
                self._since = sample + start * FRAME
            known = start + _ONSET_FRAMES - self._loud - 1
            self._loud += stop - start
        else:
            known = start + _HANGOVER - self._quiet - 1
            self._quiet += stop - start
            if not self.active:
                self._loud = self._loud if self._quiet < 2 else 0
                return None
        change = self._changed()
        return None if change is None else (known, change)

    def _changed(self) -> VoiceChange | None:
        if not self.active and self._loud >= _ONSET_FRAMES:
            self.active = True
            return VoiceChange(self._since, True)
        if self.active and self._quiet >= _HANGOVER:
            self.active, self._loud = False, 0
            return VoiceChange(self._until, False)
        return None


class LevelMeter:
    """A level for display: it rises at once and falls by 20 dB a second."""

    FALL_DB = 20.0 * FRAME / RATE

    def __init__(self) -> None:
        """Start in silence."""
        self.dbm0 = FLOOR_DBM0

    def update(self, dbm0: float) -> float:
        """Update the display by a frame's level; return the level to show."""
        self.dbm0 = max(dbm0, self.dbm0 - self.FALL_DB)
        return self.dbm0
