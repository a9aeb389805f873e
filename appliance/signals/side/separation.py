"""Separate the network's wave on a V/I tap from the office's voices and our prompt.

Theory of operation. Two waves meet in the tap, one from the network and one from this side of it.
Sound from this side sees only the network's impedance: V = -Z·I. The network sends a voltage
behind that impedance: E = V + Z·I, of which half reaches a phone. So Z is learnt from our own
prompt, which sounds on this side only, and V + Z·I then holds no sound of this side any more, be
it prompt, voice or key. Only the network's echo of it remains.

Z is a short filter, learnt by block least squares from the first second of the prompt and then
frozen, like the canceller's. Until it removes 15 dB there is no far wave. While the caller speaks
nothing is learnt: that speech would count as sound of this side.
"""

import numpy as np
from numpy.typing import NDArray

from appliance.model.audio import FRAME, RATE
from appliance.signals.goertzel import Floats
from appliance.signals.pcm import rms_of
from appliance.signals.prompt.canceller import MIN_SUPPRESSION, LeastSquaresBlock
from appliance.signals.tones import COLUMNS, ROWS

TAPS = 32
DELAY = 8
"""Delay of the far wave, in samples: adapters sample both channels slightly apart."""

_LOOKS = (RATE // 4, RATE // 2, RATE)
_HEARD = rms_of(-40.0) ** 2  # a frame of the prompt loud enough to learn from
_HISTORY = TAPS - 1


class Separator:
    """Removes the sound of this side from a V/I tap's frames."""

    def __init__(self) -> None:
        """Start with the network's impedance unknown."""
        self._before: Floats = np.zeros((2, _HISTORY), np.float32)
        self._heard: Floats | None = None  # before a frame to learn from
        self._block = LeastSquaresBlock(TAPS, 1)
        self._impedance: Floats | None = None  # the current's oldest sample first
        self._frozen = False

    @property
    def active(self) -> bool:
        """Return whether the impedance is known."""
        return self._impedance is not None

    def learn(self, line: Floats, played: NDArray[np.int16] | None) -> None:
        """Learn from ``[2, FRAME]`` of voltage and current, uncancelled, and the prompt played."""
        if played is None or self._frozen:
            self._heard = None
            return
        before, self._heard = self._heard, line[:, -_HISTORY:]
        said = played.astype(np.float32)
        if before is None or float(np.dot(said, said)) / FRAME < _HEARD:
            return
        joined = np.concatenate((before, line), axis=1)
        count = self._block.count
        windows = np.lib.stride_tricks.sliding_window_view(joined[1], TAPS)[:, ::-1]
        late = joined[0, _HISTORY - DELAY : _HISTORY - DELAY + FRAME]
        self._block.add(windows.astype(np.float64), late[None].astype(np.float64))
        if any(count < look <= self._block.count for look in _LOOKS):
            self._adopt()

    def _adopt(self) -> None:
        taps, wrong = self._block.solved()
        whole = self._block.count >= _LOOKS[-1]
        # The far wave is half of the residual.
        left = max(wrong, self._block.residual_power(taps) / 4)
        if self._block.power(taps) >= MIN_SUPPRESSION * left and _is_impedance(-taps[:, 0]):
            self._impedance = (-taps[::-1, 0]).astype(np.float32)
            self._frozen = whole
        if whole:
            self._block = LeastSquaresBlock(TAPS, 1)

    def far_wave(self, sound: Floats) -> Floats:
        """Return the far wave of ``[2, FRAME]``, ``DELAY`` samples late; silence if unknown."""
        joined = np.concatenate((self._before, sound), axis=1)
        self._before = joined[:, FRAME:]
        if self._impedance is None:
            return np.zeros(FRAME, np.float32)
        late = joined[0, _HISTORY - DELAY : _HISTORY - DELAY + FRAME]
        wave = (late + np.correlate(joined[1], self._impedance, "valid")) / 2
        return wave.astype(np.float32, copy=False)


def _is_impedance(taps: NDArray[np.float64]) -> bool:
    """Return whether a filter is a network's impedance at the keys' frequencies: it takes power.

    The caller's voice alone would teach the office's impedance, with the opposite sign.
    """
    back = np.exp(-2j * np.pi / RATE * np.outer((*ROWS, *COLUMNS), np.arange(TAPS) - DELAY))
    return bool(np.all((back @ taps).real > 0))
