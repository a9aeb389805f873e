"""Tell the side of a key on a mixed signal by the phones' fingerprints (grade B).

Theory of operation. A phone makes its tones by dividing a crystal's frequency, so each row and
each column of its keys has an error of its own, 0.1 to 0.9 %; networks, mobile phones and newer
telephones make exact ones. The errors stay; a phone's level jitters. Enrolment measures both,
alone and with a second phone off-hook, and a key is compared with each::

    frequencies       within 0.05 %   ... in between ...   0.08 % off or more
    level             within the gate .................... beyond it
    level and twist   within both gates .................. beyond them together
                      matches          unclear             clearly another's

A key that matches in everything is near. A key that is clearly another's for every enrolled phone,
by one of these, and as loud as callers were in the test calls, is far. Any other is unsure. A gate
is so wide that the measured jitter exceeds it once in 100,000 presses. Frequencies of a plainly
inexact phone speak for that phone: then the level gate is at least 6 dB, and twist does not count,
since phones of one make have the same. Twist tells an exact phone's keys from the network's: both
tones pass one amplifier, so that a phone's twist stays where its level strays. An echo changes
twist, though: it counts only with a level far from the phone's.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from appliance.model.calibration import KeyFigures, LineCalibration, PhoneFigures
from appliance.model.terms import Grade, Side
from appliance.signals.dtmf.second_look import KeyMeasurement
from appliance.signals.side.direction import UNSURE, Evidence
from appliance.signals.tones import frequencies_of

SAME_PERCENT, OTHER_PERCENT = 0.05, 0.08
"""Errors that differ by up to the first are the same, from the second on not; on a clean line."""

_SAME_DOUBT, _OTHER_DOUBT = 0.6, 0.9
"""Percent more for each unit of amplitude that the tones do not explain: a voice besides pulls a
measured frequency that far at most."""

INEXACT_PERCENT = 0.1
"""An error from which on a generator is recognised by it."""

LEAST_GATE_DB, KNOWN_GATE_DB = 3.0, 6.0
"""Least width of the gate; the second where the frequencies speak for the phone."""

SAME_TWIST_DB, LEAST_TWIST_GATE_DB = 3.0, 1.5
"""A matching key may be off by the first; the second is the least gate for twist."""

_TWIST_DOUBT_DB = 15.0
"""Like the doubts above: noise on the weaker tone, 3 dB below the other, moves twist so far."""

_STRAYED = 0.5
"""Part of its gate that the level must be off before twist counts."""

LOUDER_DB, QUIETER_DB = 8.0, 12.0
"""Callers may be this much louder or quieter than in the test calls."""

BELOW_PHONES_DB = 4.0
"""And this loud, whatever the test calls showed: no phone on this line is so quiet."""

_RARE = 4.265  # standard deviations: one press in 100,000
_RARE_PAIR = 4.798 / _RARE  # for two figures together


@dataclass(frozen=True, slots=True)
class PhoneMatch:
    """The comparison of a key with one enrolled phone."""

    same: bool
    """The key matches in everything."""
    apart: float
    """Distance in units of the nearest limit; below 1 the key may be this phone's."""


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """One phone in one condition: alone, or with a second phone off-hook."""

    dbm0: float
    gate_db: float
    twist_db: float
    twist_gate_db: float
    low: Mapping[float, float]  # nominal frequency -> its error in percent
    high: Mapping[float, float]

    def compare(self, measured: KeyMeasurement, key: str) -> PhoneMatch:
        """Compare a key with this phone's keys."""
        low, high = frequencies_of(key)
        errors = (percent_off(measured.low_hz, low), percent_off(measured.high_hz, high))
        known = (self.low.get(low), self.high.get(high))
        doubt = math.sqrt((1 - measured.purity) / max(measured.purity, 1e-6))
        off = max(
            (abs(e - k) for e, k in zip(errors, known, strict=True) if k is not None), default=0.0
        )
        same_tones = off <= SAME_PERCENT + _SAME_DOUBT * doubt
        inexact = any(k is not None and abs(k) >= INEXACT_PERCENT for k in known)
        speaks = same_tones and inexact
        apart = max(
            self._level_apart(measured, doubt, speaks=speaks),
            off / (OTHER_PERCENT + _OTHER_DOUBT * doubt),
        )
        same_twist = abs(measured.twist_db - self.twist_db) <= SAME_TWIST_DB
        return PhoneMatch(same=same_tones and same_twist and apart <= 1, apart=apart)

    def _level_apart(self, measured: KeyMeasurement, doubt: float, *, speaks: bool) -> float:
        """Return how far level and twist exceed their gates; ``speaks``: the tones speak for it."""
        if speaks:
            return abs(measured.dbm0 - self.dbm0) / max(self.gate_db, KNOWN_GATE_DB)
        level = abs(measured.dbm0 - self.dbm0) / self.gate_db
        if level < _STRAYED:
            return level
        twist_gate = self.twist_gate_db + _TWIST_DOUBT_DB * doubt
        twist = abs(measured.twist_db - self.twist_db) / twist_gate
        return max(level, math.hypot(level, twist) / _RARE_PAIR)


@dataclass(frozen=True, slots=True)
class EnrolledPhones:
    """The rule of a line with all its phones enrolled."""

    prints: tuple[Fingerprint, ...]
    far_lowest: float
    far_highest: float
    """Levels of callers' keys in the test calls, in dBm0 of both tones together."""

    def side_of(self, measured: KeyMeasurement, key: str) -> Evidence:
        """Tell the side of a key, or of a piece of one."""
        against = [each.compare(measured, key) for each in self.prints]
        if not against:
            return UNSURE
        apart = min(each.apart for each in against)
        if any(each.same for each in against):
            return Evidence(Side.NEAR, Grade.B, round(1 / (1 + apart), 3))
        if apart < 1 or self.implausible_level(measured.dbm0):
            return UNSURE
        return Evidence(Side.FAR, Grade.B, round(1 - math.exp(-apart), 3))

    def implausible_level(self, dbm0: float) -> bool:
        """Return whether a level is far louder or quieter than any caller's in the test calls."""
        phones = min(each.dbm0 for each in self.prints) - BELOW_PHONES_DB
        loudest = max(self.far_highest + LOUDER_DB, phones)
        return not self.far_lowest - QUIETER_DB <= dbm0 <= loudest


def percent_off(measured: float, nominal: float) -> float:
    """Return a frequency's error in percent of the nominal one."""
    return 100 * (measured / nominal - 1)


def measurement_of(key: KeyFigures, purity: float = 0.99) -> KeyMeasurement:
    """Convert a stored press to a detector's measurement."""
    low, high = frequencies_of(key.key)
    low_hz, high_hz = low * (1 + key.low / 100), high * (1 + key.high / 100)
    deviation = max(key.low, key.high, key=abs) / 100
    return KeyMeasurement(key.dbm0, key.twist_db, deviation, purity, low_hz, high_hz)


def spread_db(phone: PhoneFigures) -> float:
    """Return the standard deviation of a phone's level from press to press."""
    return _spread([[key.dbm0 for key in keys] for keys in (phone.alone, phone.second)])


def twist_spread_db(phone: PhoneFigures) -> float:
    """Return the standard deviation of a phone's twist from key to key."""
    return _spread([[key.twist_db for key in keys] for keys in (phone.alone, phone.second)])


def gate_db(phone: PhoneFigures) -> float:
    """Return the distance from the mean up to which a level is this phone's."""
    return max(LEAST_GATE_DB, _reach(phone) * spread_db(phone))


def twist_gate_db(phone: PhoneFigures) -> float:
    """Return the same distance for its twist."""
    return max(LEAST_TWIST_GATE_DB, _reach(phone) * twist_spread_db(phone))


def _reach(phone: PhoneFigures) -> float:
    """Return the standard deviations that one press in 100,000 exceeds.

    Few presses give a poor estimate of the jitter, and need more (Student's distribution, by the
    first terms of its expansion).
    """
    free, z = max(1, _freedom(phone)), _RARE
    return z + (z**3 + z) / (4 * free) + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * free**2)


def fingerprints(phone: PhoneFigures) -> tuple[Fingerprint, ...]:
    """Return a phone's fingerprints, one for each condition in which its keys were pressed."""
    low, high = _errors(phone, 0), _errors(phone, 1)
    return tuple(
        Fingerprint(
            dbm0=_mean(key.dbm0 for key in keys),
            gate_db=gate_db(phone),
            twist_db=_mean(key.twist_db for key in keys),
            twist_gate_db=twist_gate_db(phone),
            low=low,
            high=high,
        )
        for keys in (phone.alone, phone.second)
        if keys
    )


def enrolled_phones(calibration: LineCalibration) -> EnrolledPhones:
    """Make the rule of a calibration; ``grading`` decides whether it may be used."""
    far = [key.dbm0 for call in calibration.far for key in call.keys]
    prints = [each for phone in calibration.phone for each in fingerprints(phone)]
    return EnrolledPhones(tuple(prints), min(far, default=0.0), max(far, default=-80.0))


def summarise_press(key: str, pieces: Sequence[KeyMeasurement]) -> KeyFigures:
    """Summarise a press for storage: the medians of its pieces."""
    low, high = frequencies_of(key)
    return KeyFigures(
        key=key,
        dbm0=round(_middle(piece.dbm0 for piece in pieces), 2),
        twist_db=round(_middle(piece.twist_db for piece in pieces), 2),
        low=round(_middle(percent_off(piece.low_hz, low) for piece in pieces), 4),
        high=round(_middle(percent_off(piece.high_hz, high) for piece in pieces), 4),
    )


def _spread(groups: Iterable[list[float]]) -> float:
    """Return the pooled standard deviation from each group's mean."""
    known = [group for group in groups if group]
    squares = sum((each - _mean(group)) ** 2 for group in known for each in group)
    free = sum(len(group) - 1 for group in known)
    return math.sqrt(squares / free) if free else 0.0


def _freedom(phone: PhoneFigures) -> int:
    return sum(max(0, len(keys) - 1) for keys in (phone.alone, phone.second))


def _errors(phone: PhoneFigures, group: int) -> dict[float, float]:
    """Return each tone's error: the median over its keys."""
    seen: dict[float, list[float]] = {}
    for key in (*phone.alone, *phone.second):
        error = (key.low, key.high)[group]
        seen.setdefault(frequencies_of(key.key)[group], []).append(error)
    return {tone: _middle(errors) for tone, errors in seen.items()}


def _mean(values: Iterable[float]) -> float:
    known = list(values)
    return sum(known) / len(known)


def _middle(values: Iterable[float]) -> float:
    known = sorted(values)
    half = len(known) // 2
    return known[half] if len(known) % 2 else (known[half - 1] + known[half]) / 2
