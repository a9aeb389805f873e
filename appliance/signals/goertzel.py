"""Single frequencies out of samples: many Goertzel filters as one matrix product.

numpy's cost is per call, so a frame is heard with one product for all frequencies and windows at
once. A filter can be made blind to bands (hum, dial tone) by projecting them out of it, which
costs nothing while listening.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from appliance.model.audio import FRAME, RATE

Band = tuple[float, float]
Floats = NDArray[np.float32]

_DENSITY = 0.5
"""A band is stood for by sines this fraction of a resolution cell apart."""


class History:
    """The last samples of one channel, in one piece, addressed by a running count."""

    def __init__(self, keep: int = 8192) -> None:
        """Keep at least ``keep`` samples; before the first there is silence."""
        self._keep = keep
        self._buffer: Floats = np.zeros(4 * keep, np.float32)
        self._filled = keep
        self._origin = -keep  # count of the sample at index 0
        self.end = 0
        """Count of the sample after the newest."""

    def push(self, frame: NDArray[Any]) -> Floats:
        """Add a frame and return it as kept."""
        size = frame.shape[0]
        if self._filled + size > self._buffer.size:
            kept = self._buffer[self._filled - self._keep : self._filled].copy()
            self._buffer[: self._keep] = kept
            self._origin += self._filled - self._keep
            self._filled = self._keep
        stop = self._filled + size
        new = self._buffer[self._filled : stop]
        new[:] = frame
        self._filled = stop
        self.end += size
        return new

    def last(self, count: int) -> Floats:
        """Return the newest ``count`` samples, without a copy."""
        return self._buffer[self._filled - count : self._filled]

    def between(self, start: int, stop: int) -> Floats:
        """Return samples by their counts; those no longer or not yet kept are left out."""
        first = max(0, start - self._origin)
        return self._buffer[first : max(first, min(self._filled, stop - self._origin))]

    def windows(self, length: int) -> Floats:
        """Return all windows of that length over the buffer, without a copy, for ``newest``."""
        return np.lib.stride_tricks.sliding_window_view(self._buffer, length)

    def newest(self, windows: Floats, hop: int, count: int) -> Floats:
        """Return the ``count`` newest of ``windows``, ``hop`` apart, oldest first, as a copy."""
        last = self._filled - windows.shape[1]
        return np.ascontiguousarray(windows[last - hop * (count - 1) : last + 1 : hop])


def sines(frequencies: Sequence[float], length: int) -> NDArray[np.float64]:
    """Return ``[length, 2 * frequencies]``: the cosine of each, then the sine of each."""
    turns = 2 * np.pi / RATE * np.outer(np.arange(length), np.asarray(frequencies, np.float64))
    return np.concatenate((np.cos(turns), np.sin(turns)), axis=1)


def span_of(bands: Sequence[Band], length: int) -> NDArray[np.float64]:
    """Return an orthonormal basis of what bands of frequencies can look like in a window."""
    step = RATE / length * _DENSITY
    wanted = [f for low, high in bands for f in np.arange(low, high + step / 2, step)]
    left, strength, _ = np.linalg.svd(sines(wanted, length), full_matrices=False)
    basis: NDArray[np.float64] = left[:, strength > strength[0] * 1e-3]
    return basis


class Bank:
    """Goertzel filters for several frequencies over one window."""

    def __init__(
        self, frequencies: Sequence[float], window: int, blind: Sequence[Band] = ()
    ) -> None:
        """Prepare the filters, blind to the bands given."""
        filters = sines(frequencies, window)
        whole = filters.copy()
        if blind:
            unwanted = span_of(blind, window)
            filters -= unwanted @ (unwanted.T @ filters)
        # A sine of root mean square r shall give the power r * r.
        filters *= np.sqrt(0.5) / np.sum(filters * whole, axis=0)
        self._filters: Floats = filters.astype(np.float32)
        self._count = len(frequencies)

    def powers(self, windows: Floats) -> Floats:
        """Return ``[windows, frequencies]``: the mean square of each frequency's sine."""
        product = windows @ self._filters
        np.multiply(product, product, out=product)
        return product[:, : self._count] + product[:, self._count :]


@dataclass(frozen=True, slots=True)
class Fit:
    """How well a piece of sound is the sum of some sines."""

    powers: tuple[float, ...]  # mean square of each
    rest: float  # mean square of what they leave over


def fit(sound: Floats, frequencies: Sequence[float], ignored: Sequence[float] = ()) -> Fit:
    """Fit sines by least squares; ``ignored`` ones, and DC, are taken out and not counted."""
    count = len(frequencies)
    basis = np.concatenate(
        (
            sines((*frequencies, *ignored), sound.size),
            np.ones((sound.size, 1)),
        ),
        axis=1,
    )
    flat = sound.astype(np.float64)
    taps = np.linalg.solve(
        basis.T @ basis + 1e-6 * sound.size * np.eye(basis.shape[1]), basis.T @ flat
    )
    rest = flat - basis @ taps
    half = count + len(ignored)
    powers = (taps[:count] ** 2 + taps[half : half + count] ** 2) / 2
    return Fit(tuple(powers.tolist()), float(np.dot(rest, rest)) / sound.size)


def frequency_near(sound: Floats, frequencies: Sequence[float]) -> list[float]:
    """Return the true frequency of the sine next to each given one, within 80 Hz.

    Two windows 5 ms apart see the phase advance; a second look over half the length sharpens it.
    """
    found = np.asarray(frequencies, np.float64)
    for lag in (min(40, sound.size // 4), sound.size // 2):
        length = sound.size - lag
        taper = np.hanning(length + 2)[1:-1]
        carrier = np.exp(-2j * np.pi / RATE * np.outer(found, np.arange(length))) * taper
        early, late = carrier @ sound[:length], carrier @ sound[lag : lag + length]
        advance = np.angle(late * np.conj(early) * np.exp(-2j * np.pi / RATE * found * lag))
        found = found + advance * RATE / (2 * np.pi * lag)
    out: list[float] = found.tolist()
    return out


FRAMES_PER_SECOND = RATE // FRAME
