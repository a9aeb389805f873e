"""Detect call progress and machine tones in 20 ms frames.

Each tone, or pair of tones, spans a small space of waveforms; its purity is the part of a frame's
power in that space. One matrix product serves all tones. Network tones are then recognised by
their cadence, machine tones by their length.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from appliance.model.audio import FRAME, RATE
from appliance.model.terms import Tone
from appliance.signals.goertzel import (
    Bools,
    Floats,
    History,
    Matrix,
    SineFitter,
    band_basis,
    measure_frequencies,
    read_only,
    sines,
)
from appliance.signals.levels import without_hum
from appliance.signals.pcm import rms_of
from appliance.signals.progress.cadence import CadenceMatcher
from appliance.signals.tones import (
    BELL_202,
    LOOKS,
    MACHINES,
    PAIRS,
    SIT,
    V21_CALLING,
    V23,
    FskStandard,
    progress_tones,
)


@lru_cache(16)
def _projections(
    long_sets: tuple[tuple[float, ...], ...],
    short_sets: tuple[tuple[float, ...], ...],
    lengths: tuple[int, int],
) -> tuple[Floats, tuple[int, ...]]:
    """Return orthonormal columns for each set, hum first, and the index where each begins.

    ``lengths`` are those of the long window and of the short one, which is its end. All sets are
    orthogonal to hum, so that its remainder does not look like a tone. All lines of a country
    share them.
    """
    hum = ((0.0, 60.0),)
    long, short = lengths
    long_hum, short_hum = band_basis(hum, long), band_basis(hum, short)
    columns = [long_hum, _padded(short_hum, long)]
    columns += [_orthonormal(frequencies, long_hum) for frequencies in long_sets]
    columns += [_padded(_orthonormal(frequencies, short_hum), long) for frequencies in short_sets]
    widths = [part.shape[1] for part in columns]
    starts = tuple(sum(widths[:index]) for index in range(len(widths)))
    return read_only(np.concatenate(columns, axis=1).astype(np.float32)), starts


def _orthonormal(frequencies: Sequence[float], hum: Matrix) -> Matrix:
    waves = sines(frequencies, hum.shape[0])
    return np.linalg.qr(waves - hum @ (hum.T @ waves))[0]


def _padded(basis: Matrix, length: int) -> Matrix:
    return np.concatenate((np.zeros((length - basis.shape[0], basis.shape[1])), basis))


_Name = float | tuple[float, float]
"""A single tone or a pair, named by its frequencies."""

_LONG = 2 * FRAME  # resolves tones 40 Hz apart
_TOLERANCE = 12.0  # hertz: two sines this far either side explain a tone up to 25 Hz off
_TWIST = 16.0  # 12 dB: neither tone of a pair is weaker than that
_PURE = 0.8
_MACHINE_PURE = 0.85
_MARK_PURE = 0.7
_LOUD = rms_of(-40.0) ** 2
_FAINT = rms_of(-50.0) ** 2
_MACHINE_FRAMES = 3  # whole frames of 20 ms: known at most 100 ms after the onset
_MARK_FRAMES = 2
_STEADY, _STEADY_FRAMES = 6.0, 6  # hertz: a machine's tone moves less, a voice more
_SIT_MEMORY, _SECOND_SIT = RATE // 4, RATE * 3 // 4  # from the detection of the first one
_OUTLASTING = 23  # whole frames: more than the 400 ms of the longest SIT
_V21_OFF = 13.0  # hertz: 6 of the modem, 7 of the network (V.21)
_HUM_LEFT = 4e-6
"""Single precision leaves a millionth of a loud hum, which must not count as a tone."""


@dataclass(frozen=True, slots=True)
class ToneFound:
    """A recognised tone, which began at ``sample``."""

    sample: int
    tone: Tone


@dataclass(frozen=True, slots=True)
class CarrierFound:
    """The marks before an FSK message, which began at ``sample``."""

    sample: int
    standard: FskStandard


class ProgressDetector:
    """Detects tones in one channel, frame by frame."""

    def __init__(self, country: str, history: History | None = None) -> None:
        """Detect a country's tones in ``history`` or in an own one."""
        self.history = History() if history is None else history
        self.tonal = False
        """True if the last frame was a tone rather than a voice."""
        tones = progress_tones(country)
        sets = list(dict.fromkeys(tone.frequencies for tone in tones))
        self._matchers = [CadenceMatcher([t for t in tones if t.frequencies == s]) for s in sets]
        self._sizes = [len(frequencies) for frequencies in sets]
        self._marks = {BELL_202.mark: BELL_202, V23.mark: V23}
        singles = [*MACHINES, SIT[0], SIT[2], BELL_202.mark]
        places = [(hertz, place) for hertz in singles for place in LOOKS.get(hertz, (hertz,))]
        short = [(place - _TOLERANCE, place + _TOLERANCE) for _, place in places]
        self._basis, self._starts = _projections(tuple(sets), (*short, *PAIRS), (_LONG, FRAME))
        self._names: list[_Name] = [*(hertz for hertz, _ in places), *PAIRS]
        # Two frequencies explain all that one of them does: a pair must explain clearly more.
        self._more = [0.1 * isinstance(name, tuple) for name in self._names]
        self._windows = self.history.windows(_LONG)
        self._ahead: Matrix = np.zeros((0, 0))  # of each frame: the purity of each tone or pair
        self._clean: Matrix = np.zeros(0)  # of each frame: power without hum
        self.stirs: Bools = np.zeros(0, bool)
        """For each frame ahead: whether a tone may sound in it."""
        self._from = 0  # count of the first sample ahead
        self._on = False  # a network tone may sound
        self._runs: dict[_Name, int] = {}
        self._reported = False  # of the run that goes on
        self._sit_heard = -_SECOND_SIT
        self._sit_began = 0
        self.power = 0.0
        """Mean square of the last frame without hum."""
        self._before = 0.0

    @property
    def sounding_since(self) -> int | None:
        """Return the onset of a network tone that sounds now, recognised or not."""
        began = [r.since for r in self._matchers if r.since is not None] if self._on else []
        if self.history.end - self._sit_heard < _SIT_MEMORY:
            began.append(self._sit_began)  # the first of three special information tones
        return min(began, default=None)

    def step(self, power: float) -> list[ToneFound | CarrierFound]:
        """Process the frame just pushed to the history; ``power`` is its mean square."""
        long_power = power + self._before
        self._before = self.power = power
        self.tonal = False
        index = (self.history.end - self._from) // FRAME - 1
        network: list[float] = []
        singles: list[float] = []
        if index < len(self._clean):
            self.power, purities = float(self._clean[index]), self._ahead[index].tolist()
            network, singles = purities[: len(self._matchers)], purities[len(self._matchers) :]
        elif power >= _FAINT:
            network, singles = self._purities(power, long_power)
        if power < _FAINT:
            self._runs.clear()
            return self._network([])
        out = self._network(network if self.power > _LOUD else [])
        if max(singles, default=0.0) > _MARK_PURE:
            out.extend(self._lasting(singles))
        else:
            self._runs.clear()
        return out

    def foresee(self, powers: Sequence[float]) -> None:
        """Examine all frames ahead in the history at once, to speed up each ``step``.

        ``powers`` are their mean squares.
        """
        windows = self.history.coming(self._windows, FRAME)
        taps = np.empty((len(windows), self._basis.shape[1]), np.float32)
        first = self._starts[2 + len(self._matchers)]  # of those that span the last frame alone
        np.matmul(windows, self._basis[:, :first], out=taps[:, :first])
        np.matmul(windows[:, -FRAME:], self._basis[-FRAME:, first:], out=taps[:, first:])
        np.multiply(taps, taps, out=taps)
        found = np.add.reduceat(taps, self._starts, axis=1).astype(np.float64)
        short = np.asarray(powers)
        both = short + np.concatenate(([self._before], short[:-1]))
        whole_long = np.maximum(both * FRAME - found[:, 0], _HUM_LEFT * both * FRAME)
        whole_short = np.maximum(short * FRAME - found[:, 1], _HUM_LEFT * short * FRAME)
        count = len(self._matchers)
        purities = found[:, 2:] / np.maximum(1e-9, whole_short)[:, None]
        purities[:, :count] = found[:, 2 : 2 + count] / np.maximum(1e-9, whole_long)[:, None]
        audible = short >= _FAINT
        clean = np.where(audible, whole_short / FRAME, short)
        pure = purities[:, :count].max(axis=1) > _PURE
        self.stirs = audible & (
            (pure & (clean > _LOUD)) | (purities[:, count:].max(axis=1) > _MARK_PURE)
        )
        self._from = self.history.end
        self._clean, self._ahead = clean, purities

    @property
    def busy(self) -> bool:
        """Return whether a tone sounds that the next frame may end."""
        return self._on or self.history.end - self._sit_heard < _SIT_MEMORY

    def skip(self, power: float) -> None:
        """Pass frames that do not stir, while not busy; ``power`` is the last one's mean square."""
        self._before = power
        self.power = float(self._clean[(self.history.end - self._from) // FRAME - 1])
        self.tonal = False
        self._runs.clear()

    def _purities(self, power: float, long_power: float) -> tuple[list[float], list[float]]:
        """Return the purities of the network's tones, and of single tones and pairs.

        Either is empty if no tone in it is pure enough to matter, as in most frames.
        """
        taps = self.history.last(_LONG) @ self._basis
        np.multiply(taps, taps, out=taps)
        hum, short_hum, *found = np.add.reduceat(taps, self._starts).tolist()
        count = len(self._matchers)
        whole_long = max(long_power * FRAME - hum, _HUM_LEFT * long_power * FRAME)
        whole_short = max(power * FRAME - short_hum, _HUM_LEFT * power * FRAME)
        self.power = whole_short / FRAME
        return (
            _purities_of(found[:count], whole_long, _PURE),
            _purities_of(found[count:], whole_short, _MARK_PURE),
        )

    def _network(self, purities: Sequence[float]) -> list[ToneFound | CarrierFound]:
        """Match a frame's network tones; ``purities`` is empty if none is pure."""
        pure = [index for index, share in enumerate(purities) if share > _PURE]
        # Two frequencies explain all that one of them does: prefer the smaller set.
        best = min(pure, key=lambda index: (self._sizes[index], -purities[index])) if pure else -1
        out: list[ToneFound | CarrierFound] = []
        at, self._on = self.history.end - FRAME, False
        for index, rhythm in enumerate(self._matchers):
            found = rhythm.follow(at, index == best)
            self._on = self._on or rhythm.since is not None
            if found is not None:
                out.append(ToneFound(found[0], found[1]))
        self.tonal = self.tonal or best >= 0
        return out

    def _lasting(self, purities: Sequence[float]) -> list[ToneFound | CarrierFound]:
        """Measure how long the purest single tone or pair has lasted."""
        best = max(range(len(purities)), key=lambda index: purities[index] - self._more[index])
        if not self._is_whole(self._names[best]):
            best = max(range(len(purities) - len(PAIRS)), key=purities.__getitem__)
        share = purities[best]
        if share <= _MARK_PURE:
            self._runs.clear()
            return []
        self.tonal = self.tonal or share > _PURE
        frequency = self._names[best]
        lasted = self._runs.get(frequency, 0) + 1
        self._runs = {frequency: lasted}
        began = self.history.end - lasted * FRAME
        out: list[ToneFound | CarrierFound] = []
        if isinstance(frequency, float) and lasted == _MARK_FRAMES and frequency in self._marks:
            out.append(CarrierFound(began, self._marks[frequency]))
        self._reported = self._reported and lasted > 1
        known = share > _MACHINE_PURE and self.power > _LOUD and lasted >= _MACHINE_FRAMES
        if known and not self._reported and self._is_steady(frequency, lasted):
            self._reported = True
            out.extend(self._single(frequency, began))
        if frequency == SIT[0] and lasted == _OUTLASTING and self._calls_by_v21(began):
            out.append(ToneFound(began, Tone.DATA_CALLING))
        return out

    def _is_whole(self, name: _Name) -> bool:
        """Return whether a pair has both its tones; one of them alone is an overtone."""
        if not isinstance(name, tuple):
            return True
        powers = _fitter(name).fit(self.history.last(FRAME)).powers
        return max(powers) < _TWIST * min(powers)

    def _is_steady(self, name: _Name, lasted: int) -> bool:
        """Return whether a single tone keeps its frequency, as no voice does for long."""
        if isinstance(name, tuple):
            return True
        # The first frame may hold only a part of the tone.
        halves = np.split(self.history.last(min(lasted - 1, _STEADY_FRAMES) * FRAME), 2)
        early, late = (measure_frequencies(half, (name,))[0] for half in halves)
        return abs(early - late) <= _STEADY

    def _calls_by_v21(self, began: int) -> bool:
        sound = self.history.between(began + FRAME, self.history.end - FRAME)
        return abs(measure_frequencies(sound, (V21_CALLING,))[0] - V21_CALLING) <= _V21_OFF

    def _single(self, frequency: _Name, began: int) -> list[ToneFound]:
        if isinstance(frequency, tuple):
            return [ToneFound(began, PAIRS[frequency])]
        if frequency == SIT[0]:
            self._sit_heard, self._sit_began = self.history.end, began
            return []
        if frequency == SIT[1] and self.history.end - self._sit_heard < _SECOND_SIT:
            return [ToneFound(began, Tone.SIT)]
        if frequency == V23.mark and not self._from_quiet(began):
            return []  # the marks of an FSK message, after its seizure
        tone = MACHINES.get(frequency)
        return [] if tone is None else [ToneFound(began, tone)]

    def _from_quiet(self, began: int) -> bool:
        if began - 2 * FRAME < self.history.oldest:
            return True  # longer than any message
        # The mains and its harmonics are no seizure before marks.
        before = without_hum(self.history.between(began - 2 * FRAME, began - FRAME))
        after = without_hum(self.history.between(began, began + FRAME))
        return float(np.dot(before, before)) < 0.1 * float(np.dot(after, after))


def _purities_of(energies: list[float], whole: float, least: float) -> list[float]:
    """Return each energy as a part of the whole; empty if none exceeds ``least``."""
    if max(energies) <= least * whole:
        return []
    return [energy / whole for energy in energies]


@lru_cache(16)
def _fitter(pair: tuple[float, float]) -> SineFitter:
    return SineFitter(pair, FRAME)
