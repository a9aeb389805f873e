"""Takes our own prompt out of what is heard, so that keys are found underneath.

The way from the prompt's samples to the line's is a short filter. It is learnt by block least
squares from the first second of the prompt and then frozen: an adaptive filter would follow the
keys that it is to uncover. If it is not sure to take away 15 dB of the prompt it stands aside.
A frozen filter that no longer fits is replaced once another second has yielded a better one.
"""

import numpy as np
from numpy.typing import NDArray

from appliance.model.audio import FRAME, RATE
from appliance.signals.goertzel import Floats
from appliance.signals.pcm import rms_of

TAPS = 64
MIN_SUPPRESSION = 10**1.5
"""15 dB; with less the canceller is bypassed."""

_FIRST_LOOKS = (RATE // 4, RATE // 2)
_BLOCK = RATE
_HEARD = rms_of(-50.0) ** 2  # a frame of the prompt that teaches something
_POOR = 0.1  # of the line's power that may be left before the filter is doubted
_MEMORY = 0.95
_RIDGE = 1e-5
_HISTORY = TAPS - 1

Matrix = NDArray[np.float64]


class Block:
    """What a stretch of two sounds says about the way from one to the other, in two halves."""

    def __init__(self, taps: int, channels: int) -> None:
        """Begin with nothing heard, for filters of so many taps to so many channels."""
        self._taps = taps
        self._own: Matrix = np.zeros((2, taps, taps))
        self._cross: Matrix = np.zeros((2, taps, channels))
        self._line = 0.0
        self._frames = 0

    @property
    def count(self) -> int:
        """Return how many samples were heard."""
        return self._frames * FRAME

    def add(self, windows: Matrix, line: Matrix) -> None:
        """Take a frame: ``[FRAME, taps]`` of one sound, newest first, ``[channels, FRAME]``."""
        half = self._frames % 2
        self._own[half] += windows.T @ windows
        self._cross[half] += windows.T @ line.T
        self._line += float(line[0] @ line[0])
        self._frames += 1

    def solved(self) -> tuple[Matrix, float]:
        """Return the filters, and the power by which the first one is probably wrong.

        Each half yields a filter of its own; what one says of the prompt and the other does not
        comes from whatever else was on the line. The filter of both errs by a quarter of it.
        """
        halves = [
            self._solve(own, cross) for own, cross in zip(self._own, self._cross, strict=True)
        ]
        taps = self._solve(self._own.sum(axis=0), self._cross.sum(axis=0))
        return taps, self.power(halves[0] - halves[1]) / 4

    def power(self, taps: Matrix) -> float:
        """Return the power that a filter would give the first sound of this block."""
        first = taps[:, 0]
        return float(first @ self._own.sum(axis=0) @ first)

    def left(self, taps: Matrix) -> float:
        """Return the power that the first filter leaves over of the first channel."""
        cross = float(taps[:, 0] @ self._cross.sum(axis=0)[:, 0])
        return self._line - 2 * cross + self.power(taps)

    def _solve(self, own: Matrix, cross: Matrix) -> Matrix:
        ridge = _RIDGE * np.trace(own) / self._taps + 1e-9
        taps: Matrix = np.linalg.solve(own + ridge * np.eye(self._taps), cross)
        return taps


class Canceller:
    """Removes the prompt from one or two channels, 20 ms at a time."""

    def __init__(self, channels: int) -> None:
        """Begin without a filter."""
        self._channels = channels
        self._played: Floats = np.zeros(_HISTORY, np.float32)
        self._tail = False  # the prompt's last samples still ring
        self.reset()

    def reset(self) -> None:
        """Forget the line: another call has another one."""
        self._taps: Matrix = np.zeros((TAPS, self._channels))
        self._filter: Floats | None = None
        self._block = Block(TAPS, self._channels)
        self._frozen = False
        self._left = 0.0

    @property
    def active(self) -> bool:
        """Say whether a filter is in use that takes away 15 dB or more."""
        return self._filter is not None

    def hear(self, line: Floats, played: NDArray[np.int16] | None) -> Floats:
        """Return ``[channels, FRAME]`` of the line without the prompt."""
        if played is None and not self._tail:
            return line
        new = np.zeros(FRAME, np.float32) if played is None else played.astype(np.float32)
        joined = np.concatenate((self._played, new))
        self._played = joined[FRAME:]
        self._tail = played is not None
        power = float(np.dot(new, new)) / FRAME
        if power > _HEARD and (not self._frozen or self._left > _POOR):
            self._learn(joined, line)
        if self._filter is None:
            return line
        clean: Floats = line - np.stack(
            [np.convolve(joined, taps, "valid") for taps in self._filter]
        )
        if power > _HEARD:
            whole = float(np.dot(line[0], line[0])) + 1.0
            rest = float(np.dot(clean[0], clean[0])) / whole
            self._left = _MEMORY * self._left + (1 - _MEMORY) * min(rest, 1.0)
        return clean

    def _learn(self, joined: Floats, line: Floats) -> None:
        # Column k of the windows is the prompt k samples ago.
        windows = np.lib.stride_tricks.sliding_window_view(joined, TAPS)[:, ::-1]
        before = self._block.count
        self._block.add(windows.astype(np.float64), line.astype(np.float64))
        whole = self._block.count >= _BLOCK
        looks = not self._frozen and any(
            before < look <= self._block.count for look in _FIRST_LOOKS
        )
        if whole or looks:
            self._adopt(whole)
        if whole:
            self._block = Block(TAPS, self._channels)

    def _adopt(self, whole: bool) -> None:
        taps, wrong = self._block.solved()
        if self._block.power(taps) < MIN_SUPPRESSION * wrong:
            return
        if self._frozen and self._block.power(self._taps - taps) < 4 * wrong:
            return  # the old one says the same: somebody talks
        self._taps = taps
        self._filter = np.ascontiguousarray(taps.T, np.float32)
        self._left = 0.0
        self._frozen = self._frozen or whole
