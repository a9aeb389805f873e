"""Measure single frequencies: many Goertzel filters as one matrix product.

numpy's cost is per call, so one product serves all frequencies and windows of a frame. A filter
can be made blind to bands (hum, dial tone) by projecting them out of it, at no cost per frame.
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
"""Sines this fraction of a resolution cell apart represent a band."""


class History:
    """The latest samples of one channel, contiguous, addressed by a running count.

    Loaded samples that were not yet passed lie ahead: they count as unheard, but a
    ``GoertzelBank`` can process many frames of a file with one product.
    """

    AHEAD = 8 * RATE
    """Samples of a file that may be loaded at once; twice as many gain nothing."""

    def __init__(self, keep: int = 3 * RATE, ahead: int = AHEAD) -> None:
        """Keep at least ``keep`` samples; silence precedes the first.

        ``ahead`` samples may be loaded at once; live, one frame is enough. Three seconds hold a
        key of two, the longest that a network makes, and the source of its echo.
        """
        self._keep = keep
        self._ahead = ahead
        self._buffer: Floats = np.zeros(2 * keep + ahead, np.float32)
        self._filled = self._loaded = keep
        self._origin = -keep  # count of the sample at index 0
        self.end = 0
        """Count of the sample after the newest one."""

    def push(self, frame: NDArray[Any]) -> Floats:
        """Add a frame and return it as stored."""
        new = self.load(frame)
        self._filled = self._loaded
        self.end += new.shape[0]
        return new

    def load(self, sound: NDArray[Any]) -> Floats:
        """Append samples for ``advance`` to pass; return them as stored.

        Raises ValueError if they do not fit. No samples may lie ahead at this point.
        """
        size = sound.shape[0]
        if size > self._ahead:
            raise ValueError(f"{size} samples are given at once; at most {self._ahead} can be.")
        if self._filled > 2 * self._keep:  # the rest of the buffer is for samples ahead
            kept = self._buffer[self._filled - self._keep : self._filled].copy()
            self._buffer[: self._keep] = kept
            self._origin += self._filled - self._keep
            self._filled = self._keep
        self._loaded = self._filled + size
        new = self._buffer[self._filled : self._loaded]
        new[:] = sound
        return new

    def advance(self, count: int) -> Floats:
        """Pass the next ``count`` loaded samples, and return them."""
        start = self._filled
        self._filled += count
        self.end += count
        return self._buffer[start : self._filled]

    def last(self, count: int) -> Floats:
        """Return the newest ``count`` samples without copying."""
        return self._buffer[self._filled - count : self._filled]

    @property
    def oldest(self) -> int:
        """Return the count of the oldest sample that is surely stored."""
        return self.end - self._keep

    def between(self, start: int, stop: int) -> Floats:
        """Return samples by their counts, from ``oldest`` to the newest at most."""
        first = max(start, self.oldest) - self._origin
        return self._buffer[first : max(first, min(self._filled, stop - self._origin))]

    def windows(self, length: int) -> Floats:
        """Return all windows of a length over the buffer, without copying, for ``newest``."""
        return np.lib.stride_tricks.sliding_window_view(self._buffer, length)

    def newest(self, windows: Floats, hop: int, count: int) -> Floats:
        """Copy the ``count`` newest of ``windows``, ``hop`` apart, oldest first."""
        last = self._filled - windows.shape[1]
        return np.ascontiguousarray(windows[last - hop * (count - 1) : last + 1 : hop])

    def coming(self, windows: Floats, hop: int) -> Floats:
        """Copy the ``windows`` that end 1, 2, 3 … hops ahead, as far as samples are loaded."""
        first, last = self._filled + hop - windows.shape[1], self._loaded - windows.shape[1]
        return np.ascontiguousarray(windows[first : last + 1 : hop])


def read_only(table: Floats) -> Floats:
    """Make a table read-only, since all lines share it."""
    table.flags.writeable = False
    return table


def sines(frequencies: Sequence[float], length: int) -> NDArray[np.float64]:
    """Return ``[length, 2 * frequencies]``: the cosine of each, then the sine of each."""
    turns = 2 * np.pi / RATE * np.outer(np.arange(length), np.asarray(frequencies, np.float64))
    return np.concatenate((np.cos(turns), np.sin(turns)), axis=1)


def band_basis(bands: Sequence[Band], length: int) -> NDArray[np.float64]:
    """Return an orthonormal basis of all that bands of frequencies can be in a window."""
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
    """Return the filters of a bank; all lines share them."""
    filters = sines(frequencies, window)
    whole = filters.copy()
    if blind:
        unwanted = band_basis(blind, window)
        filters -= unwanted @ (unwanted.T @ filters)
    # A sine of root mean square r must give the power r * r.
    filters *= np.sqrt(0.5) / np.sum(filters * whole, axis=0)
    return read_only(filters.astype(np.float32))


@dataclass(frozen=True, slots=True)
class SineFit:
    """The least squares fit of some sines to a piece of sound."""

    powers: tuple[float, ...]  # mean square of each
    residual: float  # mean square that the sines do not explain


def fit_sines(
    sound: Floats, frequencies: Sequence[float], ignored: Sequence[float] = ()
) -> SineFit:
    """Fit sines by least squares; ``ignored`` ones and DC are fitted but not counted."""
    basis = _basis(frequencies, ignored, sound.size)
    flat = sound.astype(np.float64)
    taps = np.asarray(np.linalg.solve(_normal(basis), basis.T @ flat), np.float64)
    return _fit(flat, basis, taps, len(frequencies))


class SineFitter:
    """``fit_sines`` for the same sines in many pieces of one length."""

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
    """Measure the true frequency of the sine near each given one, within 80 Hz.

    Two windows half the length apart show the phase advance around the rough estimate.
    """
    found = estimate_frequencies(sound, frequencies) if roughly is None else roughly
    lag = sound.size // 2
    return _advanced(sound, found, _carrier(np.asarray(found), sound.size - lag), lag)


def estimate_frequencies(sound: Floats, frequencies: tuple[float, ...]) -> list[float]:
    """Estimate the same to 1 %, by two windows 5 ms apart."""
    lag = min(40, sound.size // 4)
    return _advanced(sound, frequencies, _known_carrier(frequencies, sound.size - lag), lag)


def _advanced(
    sound: Floats, frequencies: Sequence[float], carrier: Complexes, lag: int
) -> list[float]:
    """Return each true frequency by the phase that it gains within ``lag`` samples."""
    early = (carrier @ sound[: sound.size - lag]).tolist()
    late = (carrier @ sound[lag:]).tolist()
    turn, hertz = -2 * math.pi / RATE * lag, RATE / (2 * math.pi * lag)
    return [
        hz + hertz * cmath.phase(after * before.conjugate() * cmath.rect(1.0, turn * hz))
        for hz, before, after in zip(frequencies, early, late, strict=True)
    ]


def _carrier(frequencies: Matrix, length: int) -> Complexes:
    """Return the carriers that shift each frequency to 0, with a tapered window."""
    turns = np.outer(frequencies, np.arange(length))
    carrier: Complexes = np.exp(-2j * np.pi / RATE * turns)
    return carrier * _taper(length)


@lru_cache(64)
def _known_carrier(frequencies: tuple[float, ...], length: int) -> Complexes:
    return _carrier(np.asarray(frequencies), length)


@lru_cache(64)
def _taper(length: int) -> Matrix:
    return np.hanning(length + 2)[1:-1]
