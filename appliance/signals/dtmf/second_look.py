"""Measure a candidate key strictly: is this piece of sound two pure tones of the pad?

The first look is quick and generous. This one is slow and strict: it measures both frequencies to
a fraction of a hertz, fits the two sines and measures the residual. Speech is never two steady
sines and nothing else; a key at 15 dB over noise leaves a residual of only 3 %.
"""

import math
from dataclasses import dataclass
from functools import lru_cache

from appliance.signals.goertzel import (
    Floats,
    SineFitter,
    estimate_frequencies,
    fit_sines,
    measure_frequencies,
)
from appliance.signals.pcm import dbm0_of_power, rms_of
from appliance.signals.tones import frequencies_of

MAX_DEVIATION = 0.017
"""Between the 1.5 % to accept and the 3.5 % to reject (Q.24).

Beyond 2 % some key's tones are two overtones of one voice: 1:2, 2:3 or 3:5, which a cry or a
whistle holds long enough. Frequencies are measured to 0.15 %, so that 1.5 % is still accepted;
a wider limit would come nearer to overtones.
"""

_MAX_ROUGHLY = 2 * MAX_DEVIATION
"""The quick estimate of frequencies is right to 1 %, if there are two tones."""

MIN_TWIST_DB, MAX_TWIST_DB = -9.0, 5.5
"""High minus low group: -8 and 4 dB must be accepted (Q.24). It is measured to 0.6 dB; where a
mobile's codec turns a voice into nearly two tones, the lower one is mostly far stronger.
"""

MIN_DBM0 = -36.0
"""Both tones together; the network delivers -27 or more, echoes and crosstalk less."""

MIN_PURITY = 0.88
"""Part of the power that the two tones explain: 0.97 with noise 15 dB below them."""

HUM = 50.0
_DIAL_TONES = ((425.0,), (350.0, 440.0))
_DIAL_PURITY = 0.85
_DIAL_MIN = rms_of(-45.0) ** 2


@dataclass(frozen=True, slots=True)
class KeyMeasurement:
    """The measurement of a key."""

    dbm0: float  # both tones together
    twist_db: float  # high group minus low group
    deviation: float  # the larger relative error of the two frequencies, signed
    purity: float  # part of the power that the two tones explain, 0 to 1
    low_hz: float
    high_hz: float

    @property
    def valid(self) -> bool:
        """Return whether this counts as a key."""
        return (
            self.purity >= MIN_PURITY
            and abs(self.deviation) <= MAX_DEVIATION
            and MIN_TWIST_DB <= self.twist_db <= MAX_TWIST_DB
            and self.dbm0 >= MIN_DBM0
        )

    @property
    def confidence(self) -> float:
        """Return the key's distance from its limits, 0 to 1."""
        if not self.valid:
            return 0.0
        purity = (self.purity - MIN_PURITY) / (1 - MIN_PURITY)
        frequency = 1 - (self.deviation / MAX_DEVIATION) ** 2
        return round(math.sqrt(max(0.0, purity * frequency)), 3)


def dial_tone_in(before: Floats) -> tuple[float, ...]:
    """Return the frequencies of a dial tone that alone fills the sound before a key."""
    if before.size < 120:
        return ()
    for tones in _DIAL_TONES:
        fitted = _dial_fitter(tones, before.size).fit(before)
        power = sum(fitted.powers)
        if power > _DIAL_MIN and power > _DIAL_PURITY * (power + fitted.residual):
            return tones
    return ()


@lru_cache(16)
def _dial_fitter(tones: tuple[float, ...], size: int) -> SineFitter:
    return SineFitter(tones, size, (HUM,))


def measure_key(sound: Floats, key: str, before: Floats) -> KeyMeasurement:
    """Measure a key in a piece of sound that it fills.

    ``before`` is the sound just before it: a dial tone there may go on underneath.
    """
    low, high = frequencies_of(key)
    return _measured(sound, (low, high), measure_frequencies(sound, (low, high)), before)


def measure_key_if_tuned(sound: Floats, key: str, before: Floats) -> KeyMeasurement | None:
    """Do the same, but return None at once if the frequencies are too far off for a key.

    This rejects most of the candidates in speech.
    """
    nominal = frequencies_of(key)
    roughly = estimate_frequencies(sound, nominal)
    if abs(_deviation(nominal, roughly)) > _MAX_ROUGHLY:
        return None
    found = measure_frequencies(sound, nominal, roughly)
    if abs(_deviation(nominal, found)) > MAX_DEVIATION:
        return None
    return _measured(sound, nominal, found, before)


def _deviation(nominal: tuple[float, float], found: list[float]) -> float:
    return max((one / wanted - 1 for one, wanted in zip(found, nominal, strict=True)), key=abs)


def _measured(
    sound: Floats, nominal: tuple[float, float], found: list[float], before: Floats
) -> KeyMeasurement:
    low, high = nominal
    low_hz, high_hz = found
    deviation = _deviation(nominal, found)
    if abs(deviation) > 3 * MAX_DEVIATION:
        low_hz, high_hz = low, high
    fitted = fit_sines(sound, (low_hz, high_hz), (HUM, *dial_tone_in(before)))
    low_power, high_power = (max(power, 1e-6) for power in fitted.powers)
    total = low_power + high_power
    return KeyMeasurement(
        dbm0=dbm0_of_power(total),
        twist_db=10 * math.log10(high_power / low_power),
        deviation=deviation,
        purity=total / (total + fitted.residual),
        low_hz=low_hz,
        high_hz=high_hz,
    )
