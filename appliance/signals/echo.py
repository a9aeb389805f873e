"""Takes our own prompt out of what is heard, so that keys are found underneath.

The way from the prompt's samples to the line's is a short filter. It is learnt by block least
squares from the first second of the prompt and then frozen: an adaptive filter would follow the
keys that it is to uncover. If less than 15 dB of the prompt goes away the canceller stands aside.
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


class _Block:
    """What a stretch of prompt and line say about the way between them."""

    def __init__(self, channels: int) -> None:
        self.own: Matrix = np.zeros((TAPS, TAPS))
        self.cross: Matrix = np.zeros((TAPS, channels))
        self.power = 0.0  # of the first channel
        self.count = 0

    def add(self, windows: Matrix, line: Matrix) -> None:
        self.own += windows.T @ windows
        self.cross += windows.T @ line.T
        self.power += float(np.dot(line[0], line[0]))
        self.count += line.shape[1]

    def solved(self) -> tuple[Matrix, float]:
        """Return the filters, and how many times the first one weakens the prompt."""
        ridge = _RIDGE * np.trace(self.own) / TAPS
        taps: Matrix = np.linalg.solve(self.own + ridge * np.eye(TAPS), self.cross)
        return taps, self.suppression(taps)

    def suppression(self, taps: Matrix) -> float:
        """Return how many times a filter weakens the first channel's power here."""
        first = taps[:, 0]
        left = self.power - 2 * first @ self.cross[:, 0] + first @ self.own @ first
        return self.power / max(float(left), 1e-9 * self.power + 1e-9)


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
        self._block = _Block(self._channels)
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
            self._block = _Block(self._channels)

    def _adopt(self, whole: bool) -> None:
        taps, suppression = self._block.solved()
        if suppression < MIN_SUPPRESSION:
            return
        if self._frozen and self._block.suppression(self._taps) * 2 > suppression:
            return  # no better than the old one: somebody talks
        self._taps = taps
        self._filter = np.ascontiguousarray(taps.T, np.float32)
        self._left = 0.0
        self._frozen = self._frozen or whole
