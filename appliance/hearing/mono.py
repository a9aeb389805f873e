"""Tell whose key it is where both parties are one signal, by what test calls taught.

A key is looked at in pieces of 45 ms. It is far only if each of them is: an echo that sets in or a
second key underneath changes a piece. It is near if any of them is. What makes the calibration
void makes every far key of the call unsure:

- the question was more than 1.5 dB off its level on the line: another phone is off-hook, or
  something else hangs on the wires;
- a caller's key came at a level at which no caller's key came in the test calls.
"""

from collections.abc import Sequence
from typing import Protocol

import numpy as np

from appliance.model.audio import RATE
from appliance.model.terms import Grade, Side
from appliance.signals.dtmf.detector import Digit, KeyDown
from appliance.signals.dtmf.second_look import KeyMeasurement, measure_key
from appliance.signals.goertzel import Floats, History
from appliance.signals.side.direction import PROBE_DB, UNSURE, Evidence, LevelRule
from appliance.signals.side.fingerprint import EnrolledPhones

PIECE = RATE * 45 // 1000
_INSET = 20  # samples left out at either end of a key
_LONGEST = RATE // 2
_LOOK, _LATEST, _SET_IN, _CLEAN = 40, 100, 0.75, 16
"""A key's ends are known to a hop of the detector's, and what has been looked at of a short one is
more than the key: what is quiet at either end would count as doubt. Where a look finds the key's
power, a quarter of it may still be quiet, and an edge takes 1 ms: so many samples more are left
out."""
_BEFORE, _CLEAR = 200, 24  # what sounded before a key, clear of its beginning


class Judge(Protocol):
    """Tells the side of a piece of a key by its figures."""

    def side_of(self, figures: KeyMeasurement, key: str) -> Evidence:
        """Tell the side."""

    def implausible_level(self, dbm0: float) -> bool:
        """Say whether a caller's key cannot have this level."""


class ByLevel:
    """Grade C: the level alone."""

    def __init__(self, levels: LevelRule) -> None:
        self._levels = levels

    def side_of(self, figures: KeyMeasurement, key: str) -> Evidence:
        """Tell the side."""
        return self._levels.side_of(figures.dbm0)

    def implausible_level(self, dbm0: float) -> bool:
        """Say whether a caller's key cannot have this level: only what is near is too loud."""
        return False


class Mono:
    """Tells sides on one mixed signal for as long as the calibration holds."""

    def __init__(
        self, rule: EnrolledPhones | LevelRule | None, prompts_db: Sequence[float] = (0.0,)
    ) -> None:
        """Judge by ``rule``; None tells nothing.

        ``prompts_db`` are the question's levels with each phone, against the line's calibration.
        """
        self.rule = rule
        self._judge: Judge | None = ByLevel(rule) if isinstance(rule, LevelRule) else rule
        self._prompts_db = prompts_db
        self._void = False

    def new_call(self) -> None:
        """Trust the calibration again."""
        self._void = False

    def probed(self, level_db: float) -> None:
        """Take the question's level on the line, against the calibrated one."""
        if min(abs(level_db - usual) for usual in self._prompts_db) > PROBE_DB:
            self._void = True

    def side(self, key: KeyDown | Digit, history: History) -> Evidence:
        """Tell whose key it is that the history holds."""
        if self._judge is None:
            return UNSURE
        judged = [self._judge.side_of(piece, key.key) for piece in pieces_of(key, history)]
        near = [evidence for evidence in judged if evidence.side is Side.NEAR]
        if near:
            return max(near, key=lambda evidence: evidence.confidence)
        if isinstance(key, Digit) and self._judge.implausible_level(key.measured.dbm0):
            self._void = True
        if self._void or any(evidence.side is not Side.FAR for evidence in judged):
            return UNSURE
        return min(judged, key=lambda evidence: evidence.confidence, default=UNSURE)


def pieces_of(key: KeyDown | Digit, history: History) -> list[KeyMeasurement]:
    """Measure a key in pieces, of its last half second at most."""
    stop = (key.stop if isinstance(key, Digit) else key.seen) - _INSET
    start = max(key.sample + _INSET, stop - _LONGEST)
    start += _quiet(history.between(start, stop))
    stop -= _quiet(history.between(start, stop)[::-1])
    count = max(1, (stop - start) // PIECE)
    length = (stop - start) // count
    before = history.between(key.sample - _BEFORE, key.sample - _CLEAR)
    return [
        measure_key(history.between(start + length * n, start + length * (n + 1)), key.key, before)
        for n in range(count)
    ]


def _quiet(sound: Floats) -> int:
    """Return how many samples to leave out before a key's sound has its power; half a piece stays.

    None are, where it never has.
    """
    enough = _SET_IN * float(np.dot(sound, sound)) / max(1, sound.size)
    most = max(0, sound.size - PIECE // 2)
    for at in range(0, min(_LATEST, most), _LOOK // 4):
        part = sound[at : at + _LOOK]
        if float(np.dot(part, part)) >= enough * part.size:
            return min(at + _CLEAN, most)
    return 0


def grades_of(rule: EnrolledPhones | LevelRule | None) -> frozenset[str]:
    """Return the grades that may record on a line judged by this."""
    if rule is None:
        return frozenset()
    return frozenset({Grade.C.value if isinstance(rule, LevelRule) else Grade.B.value})
