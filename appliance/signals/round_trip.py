"""Measure what comes back of tones: the way's length, its level, and gain control.

A burst of noise shows how long the way is. Four tones follow, 20 dB apart and twice as quiet as
before. On a way that leaves levels alone they come back as far apart as they went out, the quiet
one the second time as at first, and the network's dial tone, which sounds all the while, stays as
it is. An automatic gain control turns everything down for the loud tone, and up again after it::

    ▒▒▒▒▒   ▁▁▁▁   ████   ▁▁▁▁   ▄▄▄▄
    burst   quiet  loud   quiet  middle
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from appliance.model.audio import RATE, Sound, samples
from appliance.signals.goertzel import Floats, Matrix
from appliance.signals.pcm import FLOOR_DBM0, Wave, dbm0_of_power, rms_of, sine_peak, to_sound
from appliance.signals.prompt.alignment import find_lag

TONE_HZ = 1020.0
"""No network's, machine's or key's."""

QUIET, LOUD, MIDDLE = -30.0, -10.0, -20.0
"""dBm0; the loud one is no louder than a key, and over as fast."""

LEVELS = (QUIET, LOUD, QUIET, MIDDLE)

BURST_DBM0 = -18.0
_BURST, _TONE, _PAUSE = samples(0.6), samples(0.6), samples(0.2)
_RAMP = samples(0.01)
_EDGE = samples(0.06)
"""Of a tone, at either end, that is not measured."""

_MEASURED = _TONE - 2 * _EDGE
_SHORTEST = samples(0.2)
_OFF = 12.0  # hertz to either side in which a tone lies
_ABOVE_HUM = 270.0  # hertz

LATEST = samples(0.7)
"""The longest way that is looked for."""

CONTROLLED_DB = 1.0
"""A level that moves by more is controlled by something; a real line moves it by a tenth."""

_DISTURBED = 0.1
"""Of a tone's power, in the middle and the loud one: more is a voice, or noise."""

_FAINTEST_DBM0 = -65.0


@lru_cache(1)
def series() -> Sound:
    """Return what is sent, 0.6 s of noise and four tones: ``[samples]``."""
    noise = np.random.default_rng(8)
    burst = noise.standard_normal(_BURST) * rms_of(BURST_DBM0)
    pieces: list[Wave] = [burst]
    for dbm0 in LEVELS:
        turns = 2 * np.pi * TONE_HZ / RATE * np.arange(_TONE)
        tone = sine_peak(dbm0) * np.sin(turns)
        ramp = np.linspace(0.0, 1.0, _RAMP)
        tone[:_RAMP] *= ramp
        tone[-_RAMP:] *= ramp[::-1]
        pieces += [np.zeros(_PAUSE), tone]
    sound = to_sound(np.concatenate(pieces))
    sound.flags.writeable = False
    return sound


LONGEST = _BURST + len(LEVELS) * (_PAUSE + _TONE) + LATEST
"""Samples of the line that hold all of it, from the moment of the order on."""


@dataclass(frozen=True, slots=True)
class RoundTrip:
    """What came back."""

    samples: int
    """From the order to the first sample that was heard."""
    dbm0: tuple[float, ...]
    """Level of each tone as it came back."""
    pilot_dbm0: tuple[float, ...]
    """Level of the dial tone beside each of them."""
    disturbed: bool
    """A voice or a noise was in it, so that levels mean nothing."""

    @property
    def level_db(self) -> float:
        """Return the level against what was sent, by the middle tone."""
        return round(self.dbm0[-1] - MIDDLE, 1)

    @property
    def apart_db(self) -> float:
        """Return how far apart the loud and the first quiet tone came back; 20 were sent."""
        return round(self.dbm0[1] - self.dbm0[0], 1)

    @property
    def risen_db(self) -> float:
        """Return by how much the quiet tone changed after the loud one."""
        return round(self.dbm0[2] - self.dbm0[0], 1)

    @property
    def pilot_db(self) -> float:
        """Return by how much the dial tone moved between the tones."""
        return round(max(self.pilot_dbm0) - min(self.pilot_dbm0), 1)

    @property
    def controlled(self) -> bool:
        """Say whether something on the way controls the gain."""
        off = abs(self.apart_db - (LOUD - QUIET)), abs(self.risen_db), self.pilot_db
        return not self.disturbed and max(off) > CONTROLLED_DB


def measure(heard: Sound, dial: Sequence[float]) -> RoundTrip | None:
    """Measure what a line held since the series was ordered.

    Args:
        heard: ``[samples]``, ``LONGEST`` of them or more.
        dial: the frequencies of the dial tone that sounds meanwhile.

    Returns:
        None if nothing of the series came back.
    """
    line = heard.astype(np.float32)
    found = find_lag(series()[:_BURST], line[: _BURST + LATEST], LATEST)
    if found is None:
        return None
    fits = [_fit(line, found.samples + start, dial) for start in _starts()]
    if any(fit is None for fit in fits):
        return None
    told = [fit for fit in fits if fit is not None]
    if told[1][0] < _FAINTEST_DBM0:
        return None
    return RoundTrip(
        found.samples,
        tuple(tone for tone, _, _ in told),
        tuple(pilot for _, pilot, _ in told),
        disturbed=any(told[at][2] > _DISTURBED for at in (1, 3)),
    )


def dial_tone_dbm0(heard: Sound, dial: Sequence[float]) -> float:
    """Return the level of a dial tone in 0.2 s of sound or more."""
    if heard.size < _SHORTEST:
        return FLOOR_DBM0
    return dbm0_of_power(_near(_powers(heard[-_SHORTEST:].astype(np.float64)), dial))


def _starts() -> list[int]:
    return [_BURST + at * (_PAUSE + _TONE) + _PAUSE for at in range(len(LEVELS))]


def _fit(line: Floats, start: int, dial: Sequence[float]) -> tuple[float, float, float] | None:
    """Return the levels of tone and dial tone, and what is neither, of the tone's power."""
    piece = line[start + _EDGE : start + _EDGE + _MEASURED]
    if piece.size < _MEASURED:
        return None
    powers = _powers(piece.astype(np.float64))
    tone, pilot = _near(powers, (TONE_HZ,)), _near(powers, dial)
    above_hum = float(powers[round(_ABOVE_HUM * _MEASURED / RATE) :].sum())
    rest = max(0.0, above_hum - tone - pilot)
    return round(dbm0_of_power(tone), 2), round(dbm0_of_power(pilot), 2), rest / max(1.0, tone)


def _powers(piece: Matrix) -> Matrix:
    """Return the mean square in each bin; of a sine, together with the bins beside its own."""
    window = _window(piece.size)
    spectrum = np.abs(np.fft.rfft(piece * window)) ** 2
    powers: Matrix = spectrum * (2.0 / (piece.size * float(window.dot(window))))
    return powers


def _near(powers: Matrix, hertz: Sequence[float]) -> float:
    """Return the power of sines that may be off by as much as a network's."""
    bin_hz = RATE / (2 * (powers.size - 1))
    parts = [slice(round((hz - _OFF) / bin_hz), round((hz + _OFF) / bin_hz) + 1) for hz in hertz]
    return sum(float(powers[part].sum()) for part in parts)


@lru_cache(4)
def _window(length: int) -> Matrix:
    window = np.hanning(length)
    window.flags.writeable = False
    return window
