"""Tell the side of a key: the caller's (far) or the office's (near).

On a V/I tap a second channel senses the current, positive from the network towards the phones.
Sound from the network has voltage and current in phase, Re(V·I*) > 0; sound from any phone of the
office has them in antiphase. On separate channels the louder one decides. On a single mixed
channel only the level is left: weak evidence (grade C), usable only if test calls have shown that
the levels lie apart. Where the evidence is weak, the side is ``unsure``.
"""

import math
from dataclasses import dataclass

import numpy as np

from appliance.model.audio import RATE
from appliance.model.terms import Grade, Side
from appliance.signals.goertzel import Floats, fit_sines


@dataclass(frozen=True, slots=True)
class Evidence:
    """The side of a key, the grade of its evidence, and its confidence (0 to 1)."""

    side: Side
    grade: Grade
    confidence: float


UNSURE = Evidence(Side.UNSURE, Grade.NONE, 0.0)

PROBE_DB = 1.5
"""A question further than this from its level in the test calls: the line has changed."""

DIRECTED = 0.25
"""Cosine between voltage and current beyond which a frame's direction is clear."""

_WINDOW = 128
_STEP = 64
_IN_PHASE = 0.35  # cosine: a line's impedances turn the current by up to 70 degrees
_AGREE = 0.9  # part of the windows that must agree
_CURRENT_PURITY = 0.25  # tones in the whole current: 5 dB below the noise at least
_HUM = 50.0


def side_by_direction(voltage: Floats, current: Floats, tones: tuple[float, float]) -> Evidence:
    """Tell the side of a key from both channels of a V/I tap over the same time.

    All windows and both tones must agree: two keys at once do not.
    """
    size = min(voltage.size, current.size)
    if size < _WINDOW:
        return UNSURE
    fitted = fit_sines(current[:size], tones, (_HUM,))
    if sum(fitted.powers) < _CURRENT_PURITY * (sum(fitted.powers) + fitted.residual) + 1e-9:
        return UNSURE
    taper = np.hanning(_WINDOW + 2)[1:-1]
    carrier = np.exp(-2j * np.pi / RATE * np.outer(np.arange(_WINDOW), tones)) * taper[:, None]
    windows = np.lib.stride_tricks.sliding_window_view
    volts = windows(voltage[:size], _WINDOW)[::_STEP] @ carrier
    amperes = windows(current[:size], _WINDOW)[::_STEP] @ carrier
    product = (volts * np.conj(amperes)).real
    weight = np.abs(volts) * np.abs(amperes)
    whole = weight.sum(axis=0)
    if not whole.all():
        return UNSURE
    cosine = product.sum(axis=0) / whole
    sign = 1.0 if cosine.sum() > 0 else -1.0
    agreeing = float(weight[product * sign > 0].sum() / weight.sum())
    strength = float((cosine * sign).min())
    if strength < _IN_PHASE or agreeing < _AGREE:
        return UNSURE
    return Evidence(Side.FAR if sign > 0 else Side.NEAR, Grade.A, round(min(1.0, strength), 3))


_CHANNEL_DB = 6.0


def side_by_channels(far_dbm0: float, near_dbm0: float) -> Evidence:
    """Tell the side by a key's levels on two separate channels; within 6 dB it is unsure."""
    apart = far_dbm0 - near_dbm0
    if abs(apart) < _CHANNEL_DB:
        return UNSURE
    return Evidence(
        Side.FAR if apart > 0 else Side.NEAR, Grade.A, round(1 - math.exp(-abs(apart) / 10), 3)
    )


MIN_TESTS = 3
MIN_SEPARATION_DB = 10.0


@dataclass(frozen=True, slots=True)
class LevelRule:
    """Grade C: the levels of keys on a single channel, as shown by test calls.

    ``near_lowest`` is the weakest key of any office phone, ``far_highest`` the strongest of
    ``far_tests`` test calls, in dBm0 of both tones together.
    """

    near_lowest: float
    far_highest: float
    far_tests: int

    @property
    def usable(self) -> bool:
        """Return whether at least three test calls have shown 10 dB of separation."""
        return (
            self.far_tests >= MIN_TESTS and self.near_lowest - self.far_highest >= MIN_SEPARATION_DB
        )

    def side_of(self, dbm0: float) -> Evidence:
        """Tell the side of a key by its level; between the two ranges it is unsure."""
        if not self.usable:
            return UNSURE
        third = (self.near_lowest - self.far_highest) / 3
        if dbm0 <= self.far_highest + third:
            return Evidence(Side.FAR, Grade.C, 0.5)
        if dbm0 >= self.near_lowest - third:
            return Evidence(Side.NEAR, Grade.C, 0.5)
        return UNSURE


VOID_AFTER = RATE
"""The network returns a near key as "far" after 50 to 400 ms; a second is safe."""


class NearVoid:
    """Remembers near keys: a key that looks far during one or soon after may be its echo."""

    def __init__(self) -> None:
        """Start without a near key."""
        self._held: int | None = None
        self._spans: list[tuple[int, int]] = []

    def pressed(self, sample: int) -> None:
        """Note the onset of a near key."""
        self._held = sample if self._held is None else min(self._held, sample)

    def released(self, sample: int) -> None:
        """Note the release of the near key."""
        if self._held is not None:
            self._spans = [*self._spans[-7:], (self._held, sample + VOID_AFTER)]
            self._held = None

    def covers(self, start: int, stop: int) -> bool:
        """Return whether a key between these samples may be a near key's echo."""
        if self._held is not None and stop > self._held:
            return True
        return any(start < end and stop > begun for begun, end in self._spans)
