"""Convert between the line's 8 kHz and a sound card's rate, 20 ms by 20 ms.

A resampler for files returns nothing for many blocks and then a burst; a line cannot wait.
"""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from appliance.model.audio import RATE
from appliance.signals.pcm import Wave

_HALF = 40
"""Samples at 8 kHz on either side of the one computed: 5 ms."""

_PASSED = 3750.0  # Hz


def _taps(factor: int) -> Wave:
    places = np.arange(-_HALF * factor, _HALF * factor) / factor
    band = 2 * _PASSED / RATE
    taps: Wave = band * np.sinc(band * places) * np.kaiser(places.size, 8.0)
    return taps


class Up:
    """From 8 kHz to ``factor`` times that, of several channels."""

    def __init__(self, factor: int, channels: int) -> None:
        """Start with silence."""
        self._ways = _taps(factor).reshape(-1, factor)[::-1]  # [taps, factor], the oldest first
        self._before = np.zeros((channels, self._ways.shape[0] - 1))

    def take(self, sound: Wave) -> Wave:
        """Return ``[channels, n * factor]`` of ``[channels, n]``."""
        whole = np.concatenate((self._before, sound), axis=1)
        self._before = whole[:, sound.shape[1] :]
        up = sliding_window_view(whole, self._ways.shape[0], axis=1) @ self._ways
        raised: Wave = up.reshape(sound.shape[0], -1)
        return raised


class Down:
    """To 8 kHz from ``factor`` times that, of one channel."""

    def __init__(self, factor: int) -> None:
        """Start with silence."""
        self._factor = factor
        self._ways = _taps(factor)[::-1] / factor
        self._before = np.zeros(self._ways.size - 1)

    def take(self, sound: Wave) -> Wave:
        """Return ``[n]`` of ``[n * factor]``."""
        whole = np.concatenate((self._before, sound))
        self._before = whole[sound.size :]
        lowered: Wave = sliding_window_view(whole, self._ways.size)[:: self._factor] @ self._ways
        return lowered
