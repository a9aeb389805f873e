"""Measure the condition of a line's sound: level, hum, clipping, offset, channels alike.

All of it is figures of the last second, renewed every half second. Nothing here listens for what
is said.
"""

import math
from collections import deque
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from appliance.model.audio import FRAME, RATE, Sound
from appliance.signals.goertzel import Matrix
from appliance.signals.pcm import FLOOR_DBM0, FULL_SCALE, dbm0_of_power

MAINS = (50, 60)
"""Hertz."""

RENEWED = RATE // 2
"""Samples from figures to figures."""

_HARMONICS = 6
_LOBE = 3  # bins of 1 Hz to either side that hold a harmonic of mains that drift by 0.2 Hz
_BESIDE = (6, 7, 8, 9)  # bins to either side that show what is there without the mains
_STEADY = 8  # measurements, 4 s: hum stays, a voice or a ring pauses within that time
_FULL = 32_600  # of 32,768: what was cut off at the top lies within 0.05 dB of it
_CLIPPED_FOR = 20  # measurements, 10 s
_SILENT_DBM0 = -80.0
"""Below it nothing is plugged in: the quietest real input makes more noise."""

_SAME = 1e-5  # of the power: 50 dB below either channel


@dataclass(frozen=True, slots=True)
class ChannelCondition:
    """Figures of one channel."""

    dbm0: float
    """Level of the last half second, without the offset."""
    headroom_db: float
    """From the highest peak of the last second up to full scale."""
    hum_dbm0: float
    """Level of the mains and its harmonics up to the sixth, as far as they were steady."""
    hum_hz: int
    """50 or 60; 0 where there is no hum to speak of."""
    hum_percent: float
    """Share of the hum in the power of the last second."""
    offset_percent: float
    """Mean of the last second, of full scale."""
    clipped: int
    """Samples at full scale in the last ten seconds."""

    @property
    def silent(self) -> bool:
        """Say whether there is nothing at all, not even noise."""
        return self.dbm0 < _SILENT_DBM0


class LineCondition:
    """The condition of one line. Its memory is one second of sound, which ``wipe`` clears."""

    def __init__(self, channels: int) -> None:
        """Know nothing yet."""
        self._sound = np.zeros((channels, RATE), np.int16)
        self._filled = 0
        self._since = 0
        self._hums = [[_Steady() for _ in MAINS] for _ in range(channels)]
        self._clips: list[deque[int]] = [deque(maxlen=_CLIPPED_FOR) for _ in range(channels)]
        self.channels: tuple[ChannelCondition, ...] = ()
        """Figures of each channel, once a second has been heard."""
        self.alike = False
        """Whether both channels are one signal, also upside down."""

    def push(self, sound: Sound) -> bool:
        """Take a frame ``[channels, FRAME]``; return whether there are new figures."""
        self._sound[:, :-FRAME] = self._sound[:, FRAME:]
        self._sound[:, -FRAME:] = sound
        self._filled = min(RATE, self._filled + FRAME)
        self._since += FRAME
        if self._filled < RATE or self._since < RENEWED:
            return False
        self._since = 0
        self._measure()
        return True

    def wipe(self) -> None:
        """Forget the sound and all figures."""
        self._sound[:] = 0
        self._filled = self._since = 0
        self.channels, self.alike = (), False
        for clips, hums in zip(self._clips, self._hums, strict=True):
            clips.clear()
            for hum in hums:
                hum.forget()

    def _measure(self) -> None:
        whole = self._sound.astype(np.float64)
        offsets = whole.mean(axis=1)
        centred = whole - offsets[:, None]
        self.channels = tuple(
            self._channel(at, centred[at], float(offset)) for at, offset in enumerate(offsets)
        )
        self.alike = len(centred) == 2 and _alike(centred[0], centred[1])

    def _channel(self, at: int, sound: Matrix, offset: float) -> ChannelCondition:
        power = float(sound.dot(sound)) / RATE
        newest = sound[-RENEWED:]
        raw = np.abs(self._sound[at].astype(np.int32))
        peak = max(1, int(raw.max()))
        self._clips[at].append(int(np.count_nonzero(raw[-RENEWED:] >= _FULL)))
        spectrum = np.abs(np.fft.rfft(sound * _window())) ** 2 * _to_power()
        hums = [
            steady.follow(_hum(spectrum, hertz))
            for steady, hertz in zip(self._hums[at], MAINS, strict=True)
        ]
        most = max(range(len(MAINS)), key=hums.__getitem__)
        hum = dbm0_of_power(hums[most])
        told = hum > _SILENT_DBM0
        return ChannelCondition(
            dbm0=round(dbm0_of_power(float(newest.dot(newest)) / RENEWED), 1),
            headroom_db=round(max(0.0, 20 * math.log10(FULL_SCALE / peak)), 1),
            hum_dbm0=round(hum, 1) if told else FLOOR_DBM0,
            hum_hz=MAINS[most] if told else 0,
            hum_percent=round(100 * min(1.0, hums[most] / power), 1) if power and told else 0.0,
            offset_percent=round(100 * offset / FULL_SCALE, 2),
            clipped=sum(self._clips[at]),
        )


class _Steady:
    """The least of the last measurements: what is there all the time."""

    def __init__(self) -> None:
        self._last: deque[float] = deque(maxlen=_STEADY)

    def follow(self, power: float) -> float:
        self._last.append(power)
        return min(self._last)

    def forget(self) -> None:
        self._last.clear()


def _hum(spectrum: Matrix, hertz: int) -> float:
    """Return the mean square of the mains and its harmonics, above what lies beside them."""
    whole = 0.0
    for at in range(hertz, hertz * _HARMONICS + 1, hertz):
        there = float(spectrum[at - _LOBE : at + _LOBE + 1].sum())
        beside = float(np.mean([spectrum[at + side * off] for off in _BESIDE for side in (-1, 1)]))
        whole += max(0.0, there - (2 * _LOBE + 1) * beside)
    return whole


def _alike(first: Matrix, second: Matrix) -> bool:
    power = min(float(first.dot(first)), float(second.dot(second)))
    if dbm0_of_power(power / RATE) < _SILENT_DBM0:
        return False
    apart = first - second, first + second
    return min(float(each.dot(each)) for each in apart) <= _SAME * power


@lru_cache(1)
def _window() -> Matrix:
    window = np.hanning(RATE)
    window.flags.writeable = False
    return window


@lru_cache(1)
def _to_power() -> float:
    """Return what makes a mean square of a bin's squared magnitude."""
    window = _window()
    return 2.0 / (RATE * float(window.dot(window)))
