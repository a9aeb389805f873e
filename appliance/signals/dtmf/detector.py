"""Generate and detect DTMF keys in 20 ms frames (ITU-T Q.23, Q.24; ETSI ES 201 235).

The first look tests windows of 22 ms, 5 ms apart. A key that shows in two consecutive windows gets
a second look once 45 ms of it are there, or at its release if it is shorter. A release takes all
of the level away within a window; a network with gain control takes a part of it, bit by bit, and
the key goes on.

```
   tone       ┌──────────────┐
   level   __╱                ╲__      of the window, which trails by half its length
   ------------x--------------x------  half the level: onset and release
```
"""

import math
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import numpy as np

from appliance.model.audio import FRAME, RATE
from appliance.signals.dtmf.first_look import HOP, NO_KEY, WINDOW, FirstLook, Hop, candidate_repeats
from appliance.signals.dtmf.second_look import KeyMeasurement, measure_key, measure_key_if_tuned
from appliance.signals.goertzel import Bools, Floats, History
from appliance.signals.pcm import Wave, rms_of, sine_peak
from appliance.signals.tones import KEYS, frequencies_of

_RAMP = 8
"""Samples of a soft edge (1 ms): a real key pad does not click."""


def key_wave(
    key: str, ms: float = 100.0, *, dbm0: float = -10.0, twist_db: float = 2.0, deviation: float = 0
) -> Wave:
    """Generate the two tones of one key.

    ``dbm0`` is the level of both together, ``twist_db`` high minus low group, ``deviation`` the
    relative error of both frequencies (0.015 is 1.5 % too high). Raises ValueError for no key.
    """
    low, high = frequencies_of(key)
    ratio = 10 ** (twist_db / 10)
    low_peak = sine_peak(dbm0 - 10 * math.log10(1 + ratio))
    high_peak = low_peak * math.sqrt(ratio)
    count = round(ms * RATE / 1000)
    turns = 2 * np.pi * (1 + deviation) / RATE * np.arange(count)
    wave: Wave = low_peak * np.sin(low * turns) + high_peak * np.sin(high * turns)
    edge = np.minimum(1.0, (np.arange(count) + 0.5) / _RAMP)
    return wave * edge * edge[::-1]


@dataclass(frozen=True, slots=True)
class KeyDown:
    """A key is held down; a ``Digit`` of the same onset will follow."""

    key: str
    sample: int  # onset
    seen: int  # count of the last sample examined
    measured: KeyMeasurement


@dataclass(frozen=True, slots=True)
class Digit:
    """A key was released."""

    key: str
    sample: int  # onset
    ms: int
    measured: KeyMeasurement

    @property
    def stop(self) -> int:
        """Return the sample of the release."""
        return self.sample + self.ms * RATE // 1000


_QUIET = rms_of(-37.0) ** 2
_FAINT = rms_of(-44.0)
_HELD = 0.4  # of the run's highest recent level: the key goes on
_LATELY = 6  # windows: 30 ms, more than a release takes
_EDGE = 0.5
_LOOK = RATE * 45 // 1000
_SHORTEST_MS = 31  # between the 23 ms to reject and the 40 ms to accept
_INSET = 20  # samples left out of a measurement at both ends
_MEASURED = 140  # shortest measurement
_BEFORE = 176
_LONGEST_MEASURED = 800
_TRAIL = 32  # windows kept: 160 ms


@dataclass(slots=True)
class _Run:
    """Consecutive windows that show the same key."""

    row: int
    column: int
    onset: int
    trail: deque[tuple[int, float]]  # window's end, level
    lately: deque[float] = field(default_factory=lambda: deque(maxlen=_LATELY))
    examined: int = 0
    missed: int = 0
    down: bool = False

    @property
    def key(self) -> str:
        return KEYS[self.row][self.column]


class DtmfDetector:
    """Detects keys in one channel, frame by frame."""

    def __init__(self, history: History | None = None) -> None:
        """Listen to ``history``, which its owner fills by ``push``, or to an own one."""
        self.history = History() if history is None else history
        self._first_look = FirstLook(self.history)
        self._trail: deque[Hop] = deque(maxlen=_TRAIL)
        self._loud = 0
        self._last = NO_KEY
        self._run: _Run | None = None

    @property
    def holding(self) -> bool:
        """Return whether a possible key sounds now."""
        return self._run is not None

    @property
    def held(self) -> str | None:
        """Return the key that seems to sound now, or None."""
        return None if self._run is None else self._run.key

    def foresee(self) -> None:
        """Examine all frames ahead in the history at once, to speed up each ``step``."""
        self._first_look.foresee()

    @property
    def stirs(self) -> Bools:
        """Return for each frame ahead whether a key may begin in it."""
        return self._first_look.stirs

    def skip(self, powers: list[float]) -> None:
        """Pass frames that do not stir, while no key is held, with the effect of ``step``."""
        loud = 0  # frames since the last quiet one
        for power in powers:
            self._loud = 2 if power > _QUIET else self._loud - 1
            loud = loud + 1 if self._loud > 0 else 0
        if loud < len(powers):
            self._trail.clear()
        self._trail.extend(self._first_look.foreseen_hops(min(loud, _TRAIL * HOP // FRAME)))
        self._last = self._trail[-1][2] if loud else NO_KEY

    def step(self, power: float) -> list[KeyDown | Digit]:
        """Process the frame just pushed to the history; ``power`` is its mean square."""
        self._loud = 2 if power > _QUIET else self._loud - 1
        if self._loud <= 0 and self._run is None:
            self._trail.clear()
            self._last = NO_KEY
            return []
        hops = self._first_look.hops_of_frame()
        if self._run is None and not candidate_repeats(self._last, hops):
            self._trail.extend(hops)
            self._last = hops[-1][2]
            return []
        return [found for hop in hops for found in self._hop(*hop)]

    def _hop(self, end: int, powers: list[float], shown: int) -> Iterator[KeyDown | Digit]:
        self._trail.append((end, powers, shown))
        run = self._run
        if run is None:
            if shown == self._last != NO_KEY:
                self._run = self._begin(*divmod(shown, 4), end)
            self._last = shown
            return
        level = math.sqrt(powers[run.row] + powers[4 + run.column])
        run.trail.append((end, level))
        run.lately.append(level)
        heard = level > max(_HELD * max(run.lately), _FAINT)
        held = heard and _dominant(powers, run)
        run.missed = 0 if held else run.missed + 1
        if run.missed >= 2:
            self._run, self._last = None, shown
            yield from self._release(run)
        elif held and not run.down and end - max(run.onset, run.examined) >= _LOOK:
            yield from self._look(run, end)

    def _begin(self, row: int, column: int, end: int) -> _Run:
        """Open a run; its onset is where the level passed half its height."""
        levels = [(at, math.sqrt(p[row] + p[4 + column])) for at, p, _ in self._trail]
        peak = levels[-1][1]
        run = _Run(row, column, end - WINDOW // 2, deque(levels[-2:], _TRAIL))
        run.lately.append(peak)
        later = levels[-1]
        for at, level in reversed(levels[:-1]):
            if level < _EDGE * peak:
                run.onset = _crossing((at, level), later, _EDGE * peak) - WINDOW // 2
                return run
            later = (at, level)
        run.onset = _crossing((later[0] - HOP, 0.0), later, _EDGE * peak) - WINDOW // 2
        return run

    def _look(self, run: _Run, end: int) -> Iterator[KeyDown]:
        """Measure the last 45 ms; a key that is not pure yet may still become so."""
        start = max(run.onset, end - _LOOK)
        measured = measure_key_if_tuned(*self._pieces(run.key, start, end))
        run.examined = end - _LOOK // 2
        if measured is not None and measured.valid:
            run.down = True
            run.onset = start if run.onset < start - HOP else run.onset
            yield KeyDown(run.key, run.onset, end, measured)

    def _release(self, run: _Run) -> Iterator[Digit]:
        stop = self._stop(run)
        ms = round((stop - run.onset) * 1000 / RATE)
        if ms < _SHORTEST_MS:
            return
        start = max(run.onset, min(stop - _LOOK, run.examined))
        first = run.onset if run.down else start
        pieces = self._pieces(run.key, max(first, stop - _LONGEST_MEASURED), stop)
        measured = measure_key(*pieces) if run.down else measure_key_if_tuned(*pieces)
        if measured is None:
            return
        if run.down and not measured.valid:
            measured = self._in_pieces(
                run.key, max(first, stop - _LONGEST_MEASURED), stop, measured
            )
        if run.down or measured.valid:
            ms = round((stop - first) * 1000 / RATE)
            yield Digit(run.key, first, ms, measured)

    def _stop(self, run: _Run) -> int:
        """Return where the level fell below half for the last time."""
        limit = _EDGE * max(run.lately)
        later = run.trail[-1]
        for point in list(run.trail)[-2::-1]:
            if point[1] >= limit > later[1]:
                return _crossing(point, later, limit) - WINDOW // 2
            later = point
        return run.trail[-1][0] - WINDOW // 2

    def _in_pieces(self, key: str, start: int, stop: int, whole: KeyMeasurement) -> KeyMeasurement:
        """Measure a key whose level fell while it was held: each piece of it must be pure."""
        count = max(1, (stop - start) // _LOOK)
        length = (stop - start) // count
        pieces = [
            measure_key(*self._pieces(key, start + length * n, start + length * (n + 1)))
            for n in range(count)
        ]
        worst = min(pieces, key=lambda piece: (piece.valid, piece.purity))
        return replace(worst, dbm0=whole.dbm0) if worst.valid else whole

    def _pieces(self, key: str, start: int, stop: int) -> tuple[Floats, str, Floats]:
        """Return the sound to measure, the key, and the sound before it."""
        sound = self.history.between(start + _INSET, max(stop - _INSET, start + _MEASURED))
        return sound, key, self.history.between(start - _BEFORE - 24, start - 24)


def _dominant(powers: list[float], run: _Run) -> bool:
    return powers[run.row] >= max(powers[:4]) and powers[4 + run.column] >= max(powers[4:8])


def _crossing(earlier: tuple[int, float], later: tuple[int, float], limit: float) -> int:
    """Return where the line between two points crosses a limit."""
    rise = later[1] - earlier[1]
    part = 0.5 if rise == 0 else (limit - earlier[1]) / rise
    return round(earlier[0] + min(1.0, max(0.0, part)) * (later[0] - earlier[0]))
