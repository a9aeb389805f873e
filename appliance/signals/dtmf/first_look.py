"""Find the candidate key of each window of 22 ms, quickly and generously.

The second look is strict. Live sound is examined frame by frame, a file many frames at once, since
numpy's cost is per call.
"""

import numpy as np
from numpy.typing import NDArray

from appliance.model.audio import FRAME
from appliance.signals.goertzel import Bools, Floats, GoertzelBank, History, Matrix
from appliance.signals.pcm import rms_of
from appliance.signals.tones import COLUMNS, ROWS

WINDOW = 176
HOP = 40
_HOPS = FRAME // HOP
_GUARDS = (1075.0, 1860.0, 2150.0, 2700.0)
"""Frequencies at which a key has no power and a voice much."""

_BLIND = ((0.0, 70.0), (345.0, 445.0))
"""Hum and dial tones, which must not disturb the first look."""

_TONE_MIN = rms_of(-44.0) ** 2
_CONTRAST = 4.0  # 6 dB over the next tone of the group; guards are weaker than both
_RAW_TWIST = 20.0  # 13 dB: a wrong frequency costs one tone 4.5 dB in this window

NO_KEY = -1
"""No candidate; a key is its row times four plus its column."""

Hop = tuple[int, list[float], int]
"""A window: count of the sample after it; powers of rows, columns, guards; candidate key."""


class FirstLook:
    """Examines the four windows that end in each frame of one channel."""

    def __init__(self, history: History) -> None:
        """Prepare to examine ``history``."""
        self._history = history
        self._windows = history.windows(WINDOW)
        self._bank = GoertzelBank((*ROWS, *COLUMNS, *_GUARDS), WINDOW, _BLIND)
        self._powers: Floats = np.zeros((0, 12), np.float32)  # of each window ahead
        self._shown: NDArray[np.intp] = np.zeros(0, np.intp)
        self.stirs: Bools = np.zeros(0, bool)
        """For each frame ahead: whether two consecutive windows show the same key."""
        self._from = 0  # count of the first sample ahead

    def foresee(self) -> None:
        """Examine all frames loaded in the history but not yet passed."""
        self._powers = self._bank.powers(self._history.coming(self._windows, HOP))
        before = self._shown[-1:] if self._shown.size else [NO_KEY]
        self._shown = candidate_keys(self._powers)
        self._from = self._history.end
        again = self._shown == np.concatenate((before, self._shown[:-1]))
        self.stirs = (again & (self._shown != NO_KEY)).reshape(-1, _HOPS).any(axis=1)

    def hops_of_frame(self) -> list[Hop]:
        """Return the windows that end in the frame just passed."""
        hops = self.foreseen_hops(1)
        if hops:
            return hops
        powers = self._bank.powers(self._history.newest(self._windows, HOP, _HOPS)).tolist()
        end = self._history.end - HOP * (_HOPS - 1)
        return [(end + HOP * place, hop, candidate_key(hop)) for place, hop in enumerate(powers)]

    def foreseen_hops(self, frames: int) -> list[Hop]:
        """Return the windows that ``foresee`` examined in the frames just passed, if it did."""
        stop = _HOPS * ((self._history.end - self._from) // FRAME)
        if stop > len(self._shown):
            return []
        first = max(0, stop - _HOPS * frames)
        ends = range(self._from + HOP * (first + 1), self._from + HOP * (stop + 1), HOP)
        powers, shown = self._powers[first:stop].tolist(), self._shown[first:stop].tolist()
        return list(zip(ends, powers, shown, strict=True))


def candidate_repeats(last: int, hops: list[Hop]) -> bool:
    """Return whether two consecutive windows show the same key; ``last``: the previous one's."""
    for _, _, shown in hops:
        if shown == last != NO_KEY:
            return True
        last = shown
    return False


def candidate_key(powers: list[float]) -> int:
    """Return the key that one window seems to show, or ``NO_KEY``."""
    rows, columns, guards = powers[:4], powers[4:8], powers[8:]
    low, high = max(rows), max(columns)
    if low < _TONE_MIN or high < _TONE_MIN or not 1 / _RAW_TWIST < high / low < _RAW_TWIST:
        return NO_KEY
    row, column = rows.index(low), columns.index(high)
    rows[row] = columns[column] = 0.0
    if max(rows) * _CONTRAST > low or max(columns) * _CONTRAST > high:
        return NO_KEY
    return NO_KEY if max(guards) > min(low, high) else 4 * row + column


def candidate_keys(powers: Floats) -> NDArray[np.intp]:
    """Return the candidate key of each of many windows."""
    precise = np.ascontiguousarray(powers.T, np.float64)
    rows, columns, guards = precise[:4], precise[4:8], precise[8:].max(axis=0)
    (low, second_low), (high, second_high) = _highest_two(rows), _highest_two(columns)
    shown = (
        (np.minimum(low, high) >= np.maximum(_TONE_MIN, guards))
        & (high < _RAW_TWIST * low)
        & (low < _RAW_TWIST * high)
        & (second_low * _CONTRAST <= low)
        & (second_high * _CONTRAST <= high)
    ).nonzero()[0]
    keys = np.full(len(powers), NO_KEY)
    keys[shown] = 4 * rows[:, shown].argmax(axis=0) + columns[:, shown].argmax(axis=0)
    return keys


def _highest_two(four: Matrix) -> tuple[Matrix, Matrix]:
    """Return the highest and the second highest of four rows, column by column."""
    highest, others = np.maximum(four[:2], four[2:]), np.minimum(four[:2], four[2:])
    second = np.maximum(others[0], others[1])
    np.maximum(second, np.minimum(highest[0], highest[1]), out=second)
    return np.maximum(highest[0], highest[1]), second
