"""Remove our own prompt from the line, to detect keys underneath it.

The path from the prompt's samples to the line's is a short filter. The canceller learns it by
block least squares from the first second of the prompt and then freezes it: an adaptive filter
would follow the keys that it should uncover. Until it surely removes 15 dB of the prompt, it is
bypassed.

The path may change in mid-prompt, when a second phone is lifted, or slowly, where two clocks
drift apart. As long as the residual stays 15 dB below the line, all is well, whatever it is. Above
that a new block begins:

    residual   ____|‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾|____
    block          |_____|_____|_______|        assessed after 1/4, 1/2 and 1 s
    active     ‾‾‾‾‾‾‾‾‾‾|_____________|‾‾‾‾

If it shows that the prompt is left at more than 15 dB below itself, and that this is much of the
residual, the filter is poor: what it leaves may hide a key, so it is no longer active, but still
applied where it makes the line quieter. A whole block replaces it. A voice or a key beside the
prompt is loud as well, and says nothing of the filter.
"""

import numpy as np
from numpy.typing import NDArray

from appliance.model.audio import FRAME, RATE
from appliance.signals.goertzel import Floats, Matrix
from appliance.signals.pcm import rms_of

TAPS = 64
MIN_SUPPRESSION = 10**1.5
"""15 dB; with less a key under the prompt does not count."""

_LOOKS = (RATE // 4, RATE // 2)
_BLOCK = RATE
_HEARD = rms_of(-50.0) ** 2  # a frame of the prompt loud enough to learn from
_DOUBTED = 1 / MIN_SUPPRESSION  # residual allowed, as part of the line's power
_MEMORY = 0.9
_CLEARLY = 4.0  # times a filter's probable error: two filters differ
_MUCH = 0.25
"""Of the residual. A tone held for a quarter of a second resembles the prompt by 0.21."""

_RIDGE = 1e-5
_HISTORY = TAPS - 1


class LeastSquaresBlock:
    """Correlations over a stretch of two sounds, in two halves, to solve for the path between."""

    def __init__(self, taps: int, channels: int) -> None:
        """Start empty, for filters of so many taps to so many channels."""
        self._taps = taps
        self._own: Matrix = np.zeros((2, taps, taps))
        self._cross: Matrix = np.zeros((2, taps, channels))
        self._line = 0.0
        self._frames = 0

    @property
    def count(self) -> int:
        """Return the number of samples added."""
        return self._frames * FRAME

    def add(self, windows: Matrix, line: Matrix) -> None:
        """Add a frame: ``[FRAME, taps]`` of one sound, newest first, and ``[channels, FRAME]``."""
        half = self._frames % 2
        self._own[half] += windows.T @ windows
        self._cross[half] += windows.T @ line.T
        self._line += float(line[0] @ line[0])
        self._frames += 1

    def solved(self) -> tuple[Matrix, float]:
        """Return the filters, and the probable error of the first one, as power.

        Each half yields its own filter; their difference comes from other sounds on the line. The
        filter of both halves errs by a quarter of it.
        """
        halves = [
            self._solve(own, cross) for own, cross in zip(self._own, self._cross, strict=True)
        ]
        taps = self._solve(self._own.sum(axis=0), self._cross.sum(axis=0))
        return taps, self.power(halves[0] - halves[1]) / 4

    def power(self, taps: Matrix) -> float:
        """Return the output power of a filter fed with this block's first sound."""
        first = taps[:, 0]
        return float(first @ self._own.sum(axis=0) @ first)

    def residual_power(self, taps: Matrix) -> float:
        """Return the power that the first filter leaves of the first channel."""
        cross = float(taps[:, 0] @ self._cross.sum(axis=0)[:, 0])
        return self._line - 2 * cross + self.power(taps)

    def _solve(self, own: Matrix, cross: Matrix) -> Matrix:
        ridge = _RIDGE * np.trace(own) / self._taps + 1e-9
        taps: Matrix = np.linalg.solve(own + ridge * np.eye(self._taps), cross)
        return taps


class Canceller:
    """Removes the prompt from one or two channels, frame by frame."""

    def __init__(self, channels: int) -> None:
        """Start without a filter."""
        self._channels = channels
        self._played: Floats = np.zeros(_HISTORY, np.float32)
        self._tail = False  # the prompt's last samples still ring
        self.reset()

    def reset(self) -> None:
        """Forget the path: another call has another one."""
        self._taps: Matrix = np.zeros((TAPS, self._channels))
        self._filter: Floats | None = None  # a row a channel, the prompt's oldest sample first
        self._block = LeastSquaresBlock(TAPS, self._channels)
        self._frozen = False
        self.poor = False
        """The filter in use removes less than 15 dB."""
        self._left = 0.0

    @property
    def active(self) -> bool:
        """Return whether the filter removes 15 dB or more."""
        return self._filter is not None and not self.poor

    def cancel(self, line: Floats, played: NDArray[np.int16] | None) -> Floats:
        """Return ``[channels, FRAME]`` of the line with the prompt removed as far as possible."""
        if played is None and not self._tail:
            return line
        new = np.zeros(FRAME, np.float32) if played is None else played.astype(np.float32)
        joined = np.concatenate((self._played, new))
        self._played = joined[FRAME:]
        self._tail = played is not None
        words = float(new.dot(new)) / FRAME > _HEARD
        clean = self._without(joined, line)
        if words:
            self._watch(line, clean)
            if not self._frozen or self._left > _DOUBTED:
                self._learn(joined, line)
        if self.poor and not _quieter(clean, line):
            return line
        return clean

    def _without(self, joined: Floats, line: Floats) -> Floats:
        if self._filter is None:
            return line
        clean = line.copy()
        for channel, taps in enumerate(self._filter):
            clean[channel] -= np.correlate(joined, taps, "valid")
        return clean

    def _watch(self, line: Floats, clean: Floats) -> None:
        """Measure the residual of the line, which bounds the prompt's part of it."""
        if self._filter is None:
            return
        residual = float(clean[0].dot(clean[0])) / (float(line[0].dot(line[0])) + 1.0)
        self._left = _MEMORY * self._left + (1 - _MEMORY) * min(residual, 1.0)
        if self._frozen and self._left <= _DOUBTED:
            self.poor = False
            if self._block.count:
                # The next block begins with the doubt.
                self._block = LeastSquaresBlock(TAPS, self._channels)

    def _learn(self, joined: Floats, line: Floats) -> None:
        # Column k of the windows is the prompt k samples earlier.
        windows = np.lib.stride_tricks.sliding_window_view(joined, TAPS)[:, ::-1]
        before = self._block.count
        self._block.add(windows.astype(np.float64), line.astype(np.float64))
        whole = self._block.count >= _BLOCK
        if whole or any(before < look <= self._block.count for look in _LOOKS):
            self._assess(whole)
        if whole:
            self._block = LeastSquaresBlock(TAPS, self._channels)

    def _assess(self, whole: bool) -> None:
        """Assess the filter in use by the block, and replace it if needed."""
        taps, wrong = self._block.solved()
        prompt = self._block.power(taps)
        sure = prompt >= MIN_SUPPRESSION * wrong
        if self._filter is not None:
            missed = self._block.power(self._taps - taps)
            shown = missed >= max(_CLEARLY * wrong, _MUCH * self._block.residual_power(taps))
            if shown and MIN_SUPPRESSION * (missed - wrong) > prompt:
                self.poor = True
            elif sure:
                self.poor = False
        if sure and (not self._frozen or (self.poor and whole)):
            self._taps = taps
            self._filter = np.ascontiguousarray(taps.T[:, ::-1], np.float32)
            self._left, self.poor = 0.0, False
            self._frozen = self._frozen or whole


def _quieter(clean: Floats, line: Floats) -> bool:
    return float(clean[0].dot(clean[0])) < float(line[0].dot(line[0]))
