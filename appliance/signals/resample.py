"""Resample between a card's rate and the line's, block by block, at a steady delay.

A windowed-sinc filter of 3 ms to either side has one set of taps for each position of an output
sample between two input samples. Sample ``n`` of the output is the moment ``n / rate_out`` of the
input: the delay postpones samples but never shifts them. (A resampler for files works on blocks
of up to 150 ms and returns them at once, too late for a near key.)
"""

import math

import numpy as np

from appliance.model.audio import Sound
from appliance.signals.goertzel import Floats

DELAY_SECONDS = 0.003
"""Length of later input that an output sample needs: the delay."""

_PASSED = 0.47  # of the lower rate: 3,760 Hz at 8,000
_BETA = 7.0  # Kaiser window: 70 dB against aliasing


class Resampler:
    """Resamples one stream from one rate to another."""

    def __init__(self, rate_in: int, rate_out: int, channels: int) -> None:
        """Start at the moment 0, preceded by silence."""
        common = math.gcd(rate_in, rate_out)
        self._up, self._down = rate_out // common, rate_in // common
        self._half = math.ceil(DELAY_SECONDS * rate_in)
        self._taps = _taps(self._up, self._half, rate_in, min(rate_in, rate_out))
        self._kept: Floats = np.zeros((channels, self._half - 1), np.float32)
        self._first = 1 - self._half  # the input's count at the first sample kept
        self._made = 0

    def resample(self, sound: Floats | Sound) -> Floats:
        """Resample ``[channels, n]``; return ``[channels, m]``, all samples complete by now."""
        whole = np.concatenate((self._kept, sound.astype(np.float32)), axis=1)
        width = 2 * self._half
        if whole.shape[1] < width:
            self._kept = whole
            return whole[:, :0]
        # Output k lies at input k * down / up and needs ``half`` samples to either side.
        last = self._first + whole.shape[1] - self._half - 1
        end = max(self._made, (last * self._up + self._up - 1) // self._down + 1)
        places = np.arange(self._made, end, dtype=np.int64) * self._down
        starts = places // self._up - (self._half - 1) - self._first
        windows = np.lib.stride_tricks.sliding_window_view(whole, width, axis=1)
        taken: Floats = np.einsum(
            "cmw,mw->cm", windows[:, starts], self._taps[places % self._up], optimize=False
        )
        self._made = end
        keep = (end * self._down) // self._up - (self._half - 1) - self._first
        keep = min(max(keep, 0), whole.shape[1])
        self._kept, self._first = whole[:, keep:], self._first + keep
        return taken


def _taps(up: int, half: int, rate_in: int, lower: int) -> Floats:
    """Return one row of taps for each position between two input samples."""
    between = np.arange(up)[:, None] / up
    distance = np.arange(1 - half, half + 1)[None, :] - between  # input samples
    band = 2 * _PASSED * lower / rate_in
    inside = np.clip(1 - (distance / half) ** 2, 0.0, None)
    taps = band * np.sinc(band * distance) * np.i0(_BETA * np.sqrt(inside)) / np.i0(_BETA)
    taps /= taps.sum(axis=1, keepdims=True)  # every position passes DC alike, or it would hum
    rows: Floats = taps.astype(np.float32)
    return rows
