"""Find the lag between a prompt's output and its return on the line.

Generalised cross-correlation: both spectra are whitened, so that the peak is as narrow as the
band allows, whatever the words and other sounds are. Speech may resemble a prompt for a syllable.
So a lag counts only if its peak towers over all others, and if each half of the words shows it.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from appliance.model.audio import RATE, samples
from appliance.signals.pcm import Wave, rms_of

MIN_SPEECH = samples(0.16)
"""Least length of words before a lag can be measured."""

_BAND = (200.0, 3600.0)  # Hz
_WHITENED = 0.7  # the exponent; 1 would lift bins that hold nothing but noise
_PRESENT = 1e-4  # of the strongest bin's power: weaker bins do not count
_BESIDE = samples(0.005)  # the line rings on: this near it is the same peak
_JITTER = 4

_TOWERS = 1.8  # over the highest other peak
_STANDS_OUT = 14.0  # over the root mean square of all others
_EACH_HALF = 8.0

_WORDS = rms_of(-45.0) ** 2


@dataclass(frozen=True, slots=True)
class Lag:
    """The lag of a prompt on the line."""

    samples: int
    confidence: float
    """1.0 is just enough."""


def find_lag(said: NDArray[np.int16], line: NDArray[np.float32], latest: int) -> Lag | None:
    """Find the lag at which the line holds the prompt; None while it is not certain.

    Args:
        said: the prompt put out, from its first word on.
        line: the line from that moment on, at least ``latest`` samples.
        latest: the longest possible lag.
    """
    if line.size < MIN_SPEECH or speech_samples(said[: line.size]) < MIN_SPEECH:
        return None
    spoken, heard = said[: line.size].astype(np.float64), line.astype(np.float64)
    size = 1 << (spoken.size + heard.size).bit_length()
    of_line = np.fft.rfft(heard, size)
    peaks = _correlated(spoken, of_line, size)[: min(latest, heard.size)]
    lag = int(np.argmax(peaks))
    if speech_samples(said[: line.size - lag]) < MIN_SPEECH:
        return None
    others = np.concatenate((peaks[: max(0, lag - _BESIDE)], peaks[lag + _BESIDE + 1 :]))
    noise = float(np.sqrt(np.mean(others * others))) + 1e-30
    confidence = min(
        float(peaks[lag]) / (_TOWERS * float(others.max()) + 1e-30),
        float(peaks[lag]) / (_STANDS_OUT * noise),
    )
    if confidence < 1.0:
        return None
    half = _weaker_half(spoken[: line.size - lag], of_line, size, lag)
    confidence = min(confidence, half / _EACH_HALF)
    return Lag(lag, round(confidence, 2)) if confidence >= 1.0 else None


def speech_samples(said: NDArray[np.int16]) -> int:
    """Count the samples that are words, in steps of 10 ms."""
    step = RATE // 100
    pieces = said[: said.size // step * step].reshape(-1, step).astype(np.float64)
    return int(np.count_nonzero(np.mean(pieces * pieces, axis=1) > _WORDS)) * step


def _correlated(spoken: Wave, of_line: NDArray[np.complex128], size: int) -> Wave:
    of_words = np.fft.rfft(spoken, size)
    hertz = np.arange(of_words.size) * RATE / size
    power = np.abs(of_words) ** 2
    present = (hertz > _BAND[0]) & (hertz < _BAND[1]) & (power > _PRESENT * power.max())
    weight = np.where(present, (np.abs(of_line) * np.abs(of_words) + 1e-9) ** -_WHITENED, 0.0)
    peaks: Wave = np.abs(np.fft.irfft(of_line * np.conj(of_words) * weight, size))
    return peaks


def _weaker_half(heard: Wave, of_line: NDArray[np.complex128], size: int, lag: int) -> float:
    """Return how far the lag stands out in the weaker half of the words."""
    energy = np.cumsum(heard * heard)
    middle = int(np.searchsorted(energy, energy[-1] / 2))
    around = slice(max(0, lag - _JITTER), lag + _JITTER + 1)
    found = []
    for part in (slice(0, middle), slice(middle, heard.size)):
        half = np.zeros_like(heard)
        half[part] = heard[part]
        peaks = _correlated(half, of_line, size)[: size // 2]
        noise = float(np.sqrt(np.mean(peaks * peaks))) + 1e-30
        found.append(float(peaks[around].max()) / noise)
    return min(found)
