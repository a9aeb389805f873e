"""Whose key was it: the caller's (far) or the office's (near)?

On a V/I tap a second channel senses the current, positive from the network towards the phones.
What comes from the network has voltage and current in phase, Re(V·I*) > 0; what comes from any
phone of the office has them in antiphase. On separate channels the louder one tells. On a single
mixed channel only the level is left, which is worth little (grade C) and only if test calls have
shown that the levels lie apart. Where the evidence is weak the answer is ``unsure``.
"""

import math
from dataclasses import dataclass

import numpy as np

from appliance.model.audio import RATE
from appliance.model.terms import Grade, Side
from appliance.signals.goertzel import Floats, fit_sines


@dataclass(frozen=True, slots=True)
class Evidence:
    """Who pressed, how that is known, and how surely (0 to 1)."""

    side: Side
    grade: Grade
    confidence: float


UNSURE = Evidence(Side.UNSURE, Grade.NONE, 0.0)

PROBE_DB = 1.5
"""The question off by more than this from what it was in the test calls: the line is another."""

_WINDOW = 128
_STEP = 64
_IN_PHASE = 0.35  # cosine: a line's impedances turn the current by up to 70 degrees
_AGREE = 0.9  # part of the windows that must point the same way
_CURRENT_PURITY = 0.25  # tones against the whole current: 5 dB below the noise, and no less
_HUM = 50.0


def side_by_direction(voltage: Floats, current: Floats, tones: tuple[float, float]) -> Evidence:
    """Tell the side of a key from both channels of a V/I tap over the same time.

    Every window and both tones must point the same way: two keys at once do not.
    """
    size = min(voltage.size, current.size)
    if size < _WINDOW:
        return UNSURE
    heard = fit_sines(current[:size], tones, (_HUM,))
    if sum(heard.powers) < _CURRENT_PURITY * (sum(heard.powers) + heard.residual) + 1e-9:
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
    """Tell the side from a key's level on two separate channels; less than 6 dB apart is unsure."""
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
    """Grade C: what test calls have shown about the levels of keys on a single channel.

    ``near_lowest`` is the weakest key of any office phone, ``far_highest`` the strongest of
    ``far_tests`` test calls, in dBm0 of both tones together.
    """

    near_lowest: float
    far_highest: float
    far_tests: int

    @property
    def usable(self) -> bool:
        """Say whether three test calls or more have shown 10 dB of separation."""
        return (
            self.far_tests >= MIN_TESTS and self.near_lowest - self.far_highest >= MIN_SEPARATION_DB
        )

    def side_of(self, dbm0: float) -> Evidence:
        """Tell the side of a key of that level; between the two ranges it is unsure."""
        if not self.usable:
            return UNSURE
        third = (self.near_lowest - self.far_highest) / 3
        if dbm0 <= self.far_highest + third:
            return Evidence(Side.FAR, Grade.C, 0.5)
        if dbm0 >= self.near_lowest - third:
            return Evidence(Side.NEAR, Grade.C, 0.5)
        return UNSURE


VOID_AFTER = RATE
"""The network returns a near key as "far" after 50 to 400 ms; a second is on the safe side."""


class NearVoid:
    """Remembers near keys, since what looks far while one is held or soon after may be its echo."""

    def __init__(self) -> None:
        """Begin without any near key."""
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
        """Say whether a key between these samples may be a near key's echo."""
        if self._held is not None and stop > self._held:
            return True
        return any(start < end and stop > begun for begun, end in self._spans)
