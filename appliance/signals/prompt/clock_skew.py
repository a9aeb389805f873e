"""Measure and apply the skew between the clocks of prompt and line.

Crystals differ by tens of millionths. Over a prompt of 14 s that is a few samples: inaudible, but
no single filter fits both ends. The lags of each second of words lie on a straight line, and its
slope is the skew.
"""

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from appliance.model.audio import RATE

Real = TypeVar("Real", np.float32, np.float64)

MAX_SKEW = 200e-6
"""Samples per sample; no two crystals differ by more."""

_BLOCK = RATE
_EARLY, _LATE = 16, 96  # samples by which a block may return sooner or later
_LIKE = 0.5  # correlation below which another sound is louder than the words
_ENOUGH = 4  # blocks


def measure_skew(played: NDArray[Real], line: NDArray[Real]) -> float:
    """Return by how many samples the line's lag grows per sample; 0.0 if none shows."""
    middles, lags, weights = [], [], []
    for start in range(0, played.size - _BLOCK + 1, _BLOCK):
        found = _lag(played[start : start + _BLOCK], line, start)
        if found is not None:
            middles.append(start + _BLOCK / 2)
            lags.append(found[0])
            weights.append(found[1])
    if len(lags) < _ENOUGH:
        return 0.0
    slope = float(np.polyfit(middles, lags, 1, w=np.sqrt(weights))[0])
    return slope if abs(slope) <= MAX_SKEW else 0.0


def apply_skew(wave: NDArray[Real], skew: float) -> NDArray[Real]:
    """Return a wave as another clock plays it: unmoved in its middle, ever later after it."""
    late = np.empty_like(wave)
    for start in range(0, wave.size, _BLOCK):  # a dozen arrays of half a minute are much
        late[start : start + _BLOCK] = _played_late(wave, skew, start)
    return late


def _played_late(wave: NDArray[Real], skew: float, start: int) -> NDArray[np.float64]:
    """Return a block of it, from a sample on."""
    count = np.arange(start, min(start + _BLOCK, wave.size))
    places = count - skew * (count - wave.size / 2)
    whole = np.floor(places).astype(np.intp)
    part = places - whole
    near = [wave[np.clip(whole + step, 0, wave.size - 1)] for step in (-1, 0, 1, 2)]
    # Cubic interpolation through four samples (Lagrange).
    late: NDArray[np.float64] = (
        -part * (part - 1) * (part - 2) / 6 * near[0]
        + (part + 1) * (part - 1) * (part - 2) / 2 * near[1]
        - (part + 1) * part * (part - 2) / 2 * near[2]
        + (part + 1) * part * (part - 1) / 6 * near[3]
    )
    return late


def _lag(block: NDArray[Real], line: NDArray[Real], start: int) -> tuple[float, float] | None:
    """Return a block's lag on the line and its weight; None if it is not clear."""
    around = np.zeros(_EARLY + block.size + _LATE)
    first = max(0, start - _EARLY)
    there = line[first : start + block.size + _LATE]
    around[first - start + _EARLY :][: there.size] = there
    size = 1 << around.size.bit_length()
    found = np.fft.irfft(np.fft.rfft(around, size) * np.conj(np.fft.rfft(block, size)), size)
    found = found[: _EARLY + _LATE]
    peak = int(np.argmax(np.abs(found)))
    energy = float(block @ block)
    heard = around[peak : peak + block.size]
    if not 0 < peak < found.size - 1:
        return None
    if abs(found[peak]) < _LIKE * np.sqrt(energy * float(heard @ heard)) + 1e-9:
        return None
    left, top, right = np.abs(found[peak - 1 : peak + 2])
    bent = left - 2 * top + right
    return peak - _EARLY + (float(0.5 * (left - right) / bent) if bent else 0.0), energy
