"""Single frequencies out of samples: many Goertzel filters as one matrix product.

numpy's cost is per call, so a frame is heard with one product for all frequencies and windows at
once. A filter can be made blind to bands (hum, dial tone) by projecting them out of it, which
costs nothing while listening.
"""

import cmath
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from appliance.model.audio import RATE

Band = tuple[float, float]
Floats = NDArray[np.float32]
Bools = NDArray[np.bool_]
Matrix = NDArray[np.float64]
Complexes = NDArray[np.complex128]

_DENSITY = 0.5
"""A band is stood for by sines this fraction of a resolution cell apart."""


class History:
    """The last samples of one channel, in one piece, addressed by a running count.

    What is loaded but not yet passed lies ahead: nobody hears it, but ``Bank`` and its like may
    look at many frames of a file with one product.
    """

    AHEAD = 8 * RATE
    """Samples of a file that may be loaded at once; of twice as many no more is gained."""

    def __init__(self, keep: int = 3 * RATE, ahead: int = AHEAD) -> None:
        """Keep at least ``keep`` samples; before the first there is silence.

        ``ahead`` may be loaded at once; for what is heard live a frame is enough. Three seconds
        are a key of two, the longest that a network makes, and its echo's source.
        """
        self._keep = keep
        self._ahead = ahead
        self._buffer: Floats = np.zeros(2 * keep + ahead, np.float32)
        self._filled = self._loaded = keep
        self._origin = -keep  # count of the sample at index 0
        self.end = 0
        """Count of the sample after the newest."""

    def push(self, frame: NDArray[Any]) -> Floats:
        """Add a frame and return it as kept."""
        self.load(frame)
        return self.advance(frame.shape[0])

    def load(self, sound: NDArray[Any]) -> Floats:
        """Put samples after the newest, for ``advance`` to pass; return them as kept.

        Raises ValueError if there are more than fit. Nothing may lie ahead any more.
        """
        size = sound.shape[0]
        if size > self._ahead:
            raise ValueError(f"{size} samples are given at once; at most {self._ahead} can be.")
        if self._filled > 2 * self._keep:  # what is beyond holds what lies ahead, or nothing
            kept = self._buffer[self._filled - self._keep : self._filled].copy()
            self._buffer[: self._keep] = kept
            self._origin += self._filled - self._keep
            self._filled = self._keep
        self._loaded = self._filled + size
        new = self._buffer[self._filled : self._loaded]
        new[:] = sound
        return new

    def advance(self, count: int) -> Floats:
        """Pass the next ``count`` samples that were loaded, and return them."""
        start = self._filled
        self._filled += count
        self.end += count
        return self._buffer[start : self._filled]

    def last(self, count: int) -> Floats:
        """Return the newest ``count`` samples, without a copy."""
        return self._buffer[self._filled - count : self._filled]

    @property
    def oldest(self) -> int:
        """Count of the oldest sample that is kept for sure, however they came in."""
        return self.end - self._keep

    def between(self, start: int, stop: int) -> Floats:
        """Return samples by their counts; those before ``oldest`` or not yet there are left out."""
        first = max(start, self.oldest) - self._origin
        return self._buffer[first : max(first, min(self._filled, stop - self._origin))]

    def windows(self, length: int) -> Floats:
        """Return all windows of that length over the buffer, without a copy, for ``newest``."""
        return np.lib.stride_tricks.sliding_window_view(self._buffer, length)

    def newest(self, windows: Floats, hop: int, count: int) -> Floats:
        """Return the ``count`` newest of ``windows``, ``hop`` apart, oldest first, as a copy."""
        last = self._filled - windows.shape[1]
        return np.ascontiguousarray(windows[last - hop * (count - 1) : last + 1 : hop])

    def coming(self, windows: Floats, hop: int) -> Floats:
        """Return the ``windows`` that end 1, 2, 3 … hops from here, as far as is loaded."""
        first, last = self._filled + hop - windows.shape[1], self._loaded - windows.shape[1]
        return np.ascontiguousarray(windows[first : last + 1 : hop])


def read_only(table: Floats) -> Floats:
    """Return a table that all lines share, so that nobody can write into it."""
    table.flags.writeable = False
    return table


def sines(frequencies: Sequence[float], length: int) -> NDArray[np.float64]:
    """Return ``[length, 2 * frequencies]``: the cosine of each, then the sine of each."""
    turns = 2 * np.pi / RATE * np.outer(np.arange(length), np.asarray(frequencies, np.float64))
    return np.concatenate((np.cos(turns), np.sin(turns)), axis=1)


def band_basis(bands: Sequence[Band], length: int) -> NDArray[np.float64]:
    """Return an orthonormal basis of what bands of frequencies can look like in a window."""
    step = RATE / length * _DENSITY
    wanted = [f for low, high in bands for f in np.arange(low, high + step / 2, step)]
    left, strength, _ = np.linalg.svd(sines(wanted, length), full_matrices=False)
    basis: NDArray[np.float64] = left[:, strength > strength[0] * 1e-3]
    return basis


class GoertzelBank:
    """Goertzel filters for several frequencies over one window."""

    def __init__(
        self, frequencies: Sequence[float], window: int, blind: Sequence[Band] = ()
    ) -> None:
        """Prepare the filters, blind to the bands given."""
        self._filters = _filters(tuple(frequencies), window, tuple(blind))
        self._count = len(frequencies)

    def powers(self, windows: Floats) -> Floats:
        """Return ``[windows, frequencies]``: the mean square of each frequency's sine."""
        product = windows @ self._filters
        np.multiply(product, product, out=product)
        return product[:, : self._count] + product[:, self._count :]


@lru_cache(16)
def _filters(frequencies: tuple[float, ...], window: int, blind: tuple[Band, ...]) -> Floats:
    """Return a bank's filters, which all lines share."""
    filters = sines(frequencies, window)
    whole = filters.copy()
    if blind:
        unwanted = band_basis(blind, window)
        filters -= unwanted @ (unwanted.T @ filters)
    # A sine of root mean square r shall give the power r * r.
    filters *= np.sqrt(0.5) / np.sum(filters * whole, axis=0)
    return read_only(filters.astype(np.float32))


@dataclass(frozen=True, slots=True)
class SineFit:
    """How well a piece of sound is the sum of some sines."""

    powers: tuple[float, ...]  # mean square of each
    residual: float  # mean square of what they leave over


def fit_sines(
    sound: Floats, frequencies: Sequence[float], ignored: Sequence[float] = ()
) -> SineFit:
    """Fit sines by least squares; ``ignored`` ones, and DC, are taken out and not counted."""
    basis = _basis(frequencies, ignored, sound.size)
    flat = sound.astype(np.float64)
    taps = np.asarray(np.linalg.solve(_normal(basis), basis.T @ flat), np.float64)
    return _fit(flat, basis, taps, len(frequencies))


class SineFitter:
    """Does the same as ``fit`` for the same sines in many pieces of one length."""

    def __init__(
        self, frequencies: Sequence[float], size: int, ignored: Sequence[float] = ()
    ) -> None:
        """Prepare for pieces of ``size`` samples."""
        self._count = len(frequencies)
        self._basis = _basis(frequencies, ignored, size)
        self._solved = np.linalg.solve(_normal(self._basis), self._basis.T)

    def fit(self, sound: Floats) -> SineFit:
        """Fit the sines to one piece."""
        flat = sound.astype(np.float64)
        return _fit(flat, self._basis, self._solved @ flat, self._count)


def _basis(frequencies: Sequence[float], ignored: Sequence[float], size: int) -> Matrix:
    waves = sines((*frequencies, *ignored), size)
    return np.concatenate((waves, np.ones((size, 1))), axis=1)


def _normal(basis: Matrix) -> Matrix:
    normal: Matrix = basis.T @ basis + 1e-6 * basis.shape[0] * np.eye(basis.shape[1])
    return normal


def _fit(flat: Matrix, basis: Matrix, taps: Matrix, count: int) -> SineFit:
    rest = flat - basis @ taps
    half = basis.shape[1] // 2
    powers = (taps[:count] ** 2 + taps[half : half + count] ** 2) / 2
    return SineFit(tuple(powers.tolist()), float(np.dot(rest, rest)) / flat.size)


def measure_frequencies(
    sound: Floats, frequencies: tuple[float, ...], roughly: Sequence[float] | None = None
) -> list[float]:
    """Return the true frequency of the sine next to each given one, within 80 Hz.

    Two windows half the length apart see the phase advance around what ``frequency_roughly`` said.
    """
    found = estimate_frequencies(sound, frequencies) if roughly is None else roughly
    lag = sound.size // 2
    return _advanced(sound, found, _carrier(np.asarray(found), sound.size - lag), lag)


def estimate_frequencies(sound: Floats, frequencies: tuple[float, ...]) -> list[float]:
    """Return the same to 1 %: the two windows are 5 ms apart."""
    lag = min(40, sound.size // 4)
    return _advanced(sound, frequencies, _known_carrier(frequencies, sound.size - lag), lag)


def _advanced(
    sound: Floats, frequencies: Sequence[float], carrier: Complexes, lag: int
) -> list[float]:
    """Return where each frequency is, by the phase that it gains within ``lag`` samples."""
    early = (carrier @ sound[: sound.size - lag]).tolist()
    late = (carrier @ sound[lag:]).tolist()
    turn, hertz = -2 * math.pi / RATE * lag, RATE / (2 * math.pi * lag)
    return [
        hz + hertz * cmath.phase(after * before.conjugate() * cmath.rect(1.0, turn * hz))
        for hz, before, after in zip(frequencies, early, late, strict=True)
    ]


def _carrier(frequencies: Matrix, length: int) -> Complexes:
    """Return what moves each frequency to 0 within a tapered window."""
    turns = np.outer(frequencies, np.arange(length))
    carrier: Complexes = np.exp(-2j * np.pi / RATE * turns)
    return carrier * _taper(length)


@lru_cache(64)
def _known_carrier(frequencies: tuple[float, ...], length: int) -> Complexes:
    return _carrier(np.asarray(frequencies), length)


@lru_cache(64)
def _taper(length: int) -> Matrix:
    return np.hanning(length + 2)[1:-1]
