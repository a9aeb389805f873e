"""Fit a person's recording to the line: hum, silence at its ends, level and mark."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import soxr
from numpy.typing import NDArray

from appliance.model.audio import RATE, samples
from appliance.prompts.levels import PROMPT_DBM0, active_power
from appliance.signals.pcm import FLOOR_DBM0, Wave, dbm0_of_power

STEP = 40
"""Samples: 5 ms, the precision of what is found."""

LATE = samples(0.2)
"""The mark stands so long behind the last sound found: a final s lies 40 dB below the speech, and a
key must never count before its name was heard."""

JOINT = samples(0.15)
"""Of silence between two takes, as between the pieces that an engine speaks."""

CEILING = 32767 * 10 ** (-1 / 20)
"""No sample goes beyond -1 dBFS."""

_STOP_HZ, _PASS_HZ = 140.0, 200.0
_UNDER_SPEECH = 10 ** (-26 / 10)
_OVER_FLOOR = 10 ** (10 / 10)
_QUIETEST = 10.0  # percent of the steps that are taken for the floor
_SHORTEST_BURST = samples(0.06)
_BRIDGED = samples(0.05)  # a stop inside a word
_FADE = samples(0.02)


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of speech, in samples."""

    start: int
    stop: int

    @property
    def seconds(self) -> float:
        """Return its length."""
        return (self.stop - self.start) / RATE


def at_line_rate(wave: NDArray[np.float64], rate: int) -> Wave:
    """Resample to 8 kHz, in units of 16-bit samples, without DC."""
    centred = wave - wave.mean() if wave.size else wave
    narrow = soxr.resample(centred, rate, RATE, quality="VHQ") if rate != RATE else centred
    scaled: Wave = np.asarray(narrow, np.float64) * 32767
    return scaled


def high_passed(wave: Wave) -> Wave:
    """Remove everything below 200 Hz: hum, wind, footsteps; a telephone carries none of it."""
    if not wave.size:
        return wave
    spectrum = np.fft.rfft(wave)
    hertz = np.fft.rfftfreq(wave.size, 1 / RATE)
    slope = np.clip((hertz - _STOP_HZ) / (_PASS_HZ - _STOP_HZ), 0.0, 1.0)
    passed: Wave = np.fft.irfft(spectrum * (1 - np.cos(np.pi * slope)) / 2, wave.size)
    return passed


def powers(wave: Wave, step: int = STEP) -> NDArray[np.float64]:
    """Return the mean square of each whole step."""
    whole = wave[: wave.size // step * step].reshape(-1, step)
    means: NDArray[np.float64] = np.mean(whole * whole, axis=1)
    return means


def active_dbm0(wave: Wave) -> float:
    """Return the active level; ``FLOOR_DBM0`` for silence."""
    power = active_power(wave)
    return dbm0_of_power(power) if power else FLOOR_DBM0


def loud_runs(wave: Wave) -> list[Run]:
    """Return every stretch above 26 dB under the speech and 10 dB over the floor, bursts too."""
    steps = powers(wave)
    if not steps.size:
        return []
    floor = float(np.percentile(steps, _QUIETEST))
    least = max(active_power(wave) * _UNDER_SPEECH, min(floor * _OVER_FLOOR, steps.max() / 4))
    return [Run(a * STEP, b * STEP) for a, b in stretches(steps > max(least, 1.0))]


def speech_runs(wave: Wave) -> list[Run]:
    """Return the stretches of speech: stops inside words bridged, bursts under 60 ms dropped."""
    joined: list[Run] = []
    for run in loud_runs(wave):
        if joined and run.start - joined[-1].stop <= _BRIDGED:
            joined[-1] = Run(joined[-1].start, run.stop)
        else:
            joined.append(run)
    return [run for run in joined if run.stop - run.start >= _SHORTEST_BURST]


def stretches(told: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Return where a row of flags is set, from and to."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], told.astype(np.int8), [0]])))
    return [(int(a), int(b)) for a, b in edges.reshape(-1, 2)]


def fitted(takes: Sequence[tuple[Wave, Sequence[Run]]]) -> Wave:
    """Cut, join and level takes; the end of what is returned is the mark.

    Args:
        takes: each at 8 kHz and high-passed, with its speech: one, or all up to the last key and
            that key's name.
    """
    parts: list[Wave] = []
    for wave, runs in takes:
        parts += [np.zeros(JOINT)] if parts else []
        parts.append(_cut(wave, runs[0].start, runs[-1].stop))
    whole = np.concatenate([*parts, _tail(*takes[-1])])
    gain = 10 ** ((PROMPT_DBM0 - active_dbm0(whole)) / 20)
    levelled: Wave = np.clip(whole * gain, -CEILING, CEILING)
    return levelled


def _cut(wave: Wave, start: int, stop: int) -> Wave:
    cut = wave[start:stop].copy()
    edge = min(STEP, cut.size)
    cut[:edge] *= np.linspace(0, 1, edge)
    return cut


def _tail(wave: Wave, runs: Sequence[Run]) -> Wave:
    """Return what follows the last word, up to the mark: its end may be softer than was found."""
    stop = runs[-1].stop
    tail = np.zeros(LATE)
    there = wave[stop : stop + LATE]
    tail[: there.size] = there
    tail[-_FADE:] *= np.linspace(1, 0, _FADE)
    return tail
