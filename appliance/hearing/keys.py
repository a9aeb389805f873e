"""Find keys and tell whose they are."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from appliance.hearing.far_wave import LONGEST_ECHO, FarWave, sounded_before
from appliance.hearing.mono import Mono, pieces_of
from appliance.model.audio import RATE, Sides
from appliance.model.events import DigitPressed, Event, KeyBegan
from appliance.model.terms import Side
from appliance.signals.dtmf.detector import Digit, DtmfDetector, KeyDown
from appliance.signals.dtmf.second_look import KeyMeasurement
from appliance.signals.goertzel import Bools, History, fit_sines
from appliance.signals.pcm import dbm0_of_power
from appliance.signals.side.direction import (
    UNSURE,
    Evidence,
    NearVoid,
    side_by_channels,
    side_by_direction,
)

FAR_WAVE = 2
"""The wave from the network, as if it were a third channel of a V/I tap."""

_INSET = 16  # samples left out at either end of a key
_LONGEST = RATE // 2
_PACED = 3  # equal intervals in a row that no finger keeps
_PACE_SLACK = RATE * 6 // 1000
_PACE_SLOWEST = RATE * 250 // 1000


KeyWatcher = Callable[[Digit, list[KeyMeasurement]], None]
"""Told of each key that was let go, with the figures of its pieces, while test calls are made."""


@dataclass(frozen=True, slots=True)
class KeyCandidate:
    """Find of one channel's detector; ``channel`` is its index."""

    channel: int
    key: KeyDown | Digit


Judged = tuple[KeyCandidate, Evidence | None]
"""A key and the evidence for its side; None for a copy that another channel reports."""


class LineKeys:
    """Keys of one line, each with its side."""

    def __init__(self, sides: Sides, histories: list[History], mono: Mono) -> None:
        """Listen to the channels that can hold keys: both parties', or the voltage.

        ``mono`` tells the sides where there is but one channel.
        """
        self._kind = sides[0]
        self._histories = histories
        self.mono = mono
        self.watcher: KeyWatcher | None = None
        listened = histories if self._kind == "far" else histories[:1]
        self._detectors = [DtmfDetector(history) for history in listened]
        self.far = FarWave(histories) if self._kind == "voltage" else None
        self._waiting: list[KeyCandidate] = []  # what the far wave may yet tell better
        self._void = NearVoid()
        # (channel, onset) -> what was thought when the key began
        self._begun: dict[tuple[int, int], Evidence] = {}
        self._open: dict[tuple[int, int], str] = {}  # keys that began in the voltage
        self._spoken_at = self._masked_at = -1
        self._bare_at = -1  # our prompt sounded and there was no filter for it
        self._onsets: list[int] = []

    @property
    def held(self) -> bool:
        """Say whether something like a key sounds now."""
        return any([detector.holding for detector in self._detectors])

    def foresee(self) -> None:
        """Look at all frames ahead in the histories at once."""
        for detector in self._detectors:
            detector.foresee()

    @property
    def stirs(self) -> Bools:
        """Return of each frame looked at by ``foresee`` whether a key may begin in it."""
        stirs: Bools = np.any([detector.stirs for detector in self._detectors], axis=0)
        return stirs

    def skip(self, powers: list[list[float]]) -> None:
        """Pass frames that do not stir while no key is held; ``powers`` are those of each."""
        for channel, detector in enumerate(self._detectors):
            detector.skip([power[channel] for power in powers])

    @property
    def holding(self) -> tuple[str, int] | None:
        """Return the key that sounds now, as it seems, and its channel."""
        keys = [(key, n) for n, d in enumerate(self._detectors) if (key := d.held) is not None]
        return keys[0] if keys else None

    def step(self, powers: list[float]) -> list[KeyCandidate]:
        """Look at the frame just pushed to the histories."""
        found: list[KeyCandidate] = []
        for channel, detector in enumerate(self._detectors):
            if keys := detector.step(powers[channel]):
                found += [KeyCandidate(channel, key) for key in keys]
        if self.far is None or not self.far.active:
            return found
        of_wave = [KeyCandidate(FAR_WAVE, key) for key in self.far.step()]
        return of_wave + self._waiting + found + self._outlasting(self.far)

    def spoken_over(self, *, cancelled: bool, poor: bool) -> None:
        """Remember that our prompt sounds in the frame just pushed.

        Args:
            cancelled: it is taken out; if not, keys count in its pauses alone.
            poor: it is taken out in part; the far wave is without it all the same.
        """
        self._spoken_at = self._histories[0].end
        if not cancelled:
            self._masked_at = self._histories[0].end
            self._bare_at = self._bare_at if poor else self._masked_at

    def judged(self, keys: list[KeyCandidate], shift: int) -> list[Event]:
        """Return events, near keys first, since they void what looks far at the same time.

        Args:
            keys: what ``step`` returned.
            shift: line clock minus the histories' count.
        """
        known = [(heard, self._side(heard)) for heard in keys]
        if self.far is not None and self.far.active:
            known = self._told_once(known, self.far)
        else:
            for judged in known:
                self._note_begun(*judged)
        for heard, evidence in known:
            place = (heard.channel, heard.key.sample)
            if self._voids(evidence) or self._voids(self._begun.get(place)):
                self._void.pressed(heard.key.sample)
                if isinstance(heard.key, Digit):
                    self._void.released(heard.key.stop)
        return [
            event for heard, evidence in known for event in self._events(heard, evidence, shift)
        ]

    def _told_once(self, known: list[Judged], far: FarWave) -> list[Judged]:
        """Leave out what voltage and far wave both tell."""
        self._waiting = []
        once: list[Judged] = []
        for heard, evidence in known:
            told = self._of_wave if heard.channel == FAR_WAVE else self._of_voltage
            judged = told(heard, evidence, far)
            if judged is not None:
                self._note_begun(*judged)  # its end may be in the same frame
                once.append(judged)
        return once

    def _note_begun(self, heard: KeyCandidate, evidence: Evidence | None) -> None:
        if isinstance(heard.key, KeyDown) and evidence is not None:
            self._begun[heard.channel, heard.key.sample] = evidence

    def _of_wave(
        self, heard: KeyCandidate, evidence: Evidence | None, far: FarWave
    ) -> Judged | None:
        if evidence is None or heard.key.key in self._open.values():
            # What has begun ends, whatever it turns out to be.
            begun = (heard.channel, heard.key.sample) in self._begun
            return (heard, evidence) if begun else None
        far.note(heard.key)
        return heard, evidence

    def _of_voltage(
        self, heard: KeyCandidate, evidence: Evidence | None, far: FarWave
    ) -> Judged | None:
        key = heard.key
        late = self._outlasted(heard)
        if late is not None:
            return late, self._side(late)
        begun = (heard.channel, key.sample) in self._begun
        if begun or evidence is None or evidence.side is Side.NEAR:
            return heard, evidence
        if far.held == key.key:
            self._waiting += [heard] * isinstance(key, Digit)
            return None
        if not far.tells(key):
            return heard, evidence
        rest = far.rest_of(key) if isinstance(key, Digit) else None
        if rest is None:
            return None
        late = replace(heard, key=rest)
        return late, self._side(late)

    def _outlasted(self, heard: KeyCandidate) -> KeyCandidate | None:
        """Return the end of a key of the office's that had begun within the caller's."""
        key = heard.key
        if isinstance(key, KeyDown):
            return None
        for (_, sample), begun in self._open.items():
            if begun == key.key and key.sample < sample < key.stop:
                ms = round((key.stop - sample) * 1000 / RATE)
                return KeyCandidate(0, replace(key, sample=sample, ms=ms))
        return None

    def _outlasting(self, far: FarWave) -> list[KeyCandidate]:
        held = self._detectors[0].held
        if held is None or held in self._open.values():
            return []
        key = far.outlasting(held)
        return [] if key is None else [KeyCandidate(0, key)]

    def _voids(self, evidence: Evidence | None) -> bool:
        """Say whether what follows may be this key's echo: it is near, or may be on one channel."""
        if evidence is None:
            return False
        unclear = self._kind == "both" and evidence.side is not Side.FAR
        return unclear or evidence.side is Side.NEAR

    def _events(self, heard: KeyCandidate, evidence: Evidence | None, shift: int) -> list[Event]:
        key, place = heard.key, (heard.channel, heard.key.sample)
        if isinstance(key, KeyDown):
            if evidence is None:
                return []
            if heard.channel != FAR_WAVE:
                self._open[place] = key.key
            return [KeyBegan(key.sample + shift, key.key, evidence.side)]
        begun = self._begun.pop(place, None)
        self._open.pop(place, None)
        if evidence is None and begun is None:
            return []
        # Every key that has begun also ends, or the tape would wait for it.
        evidence = self._settled(heard, key, evidence or UNSURE, begun)
        confidence = key.measured.confidence
        if evidence.side is not Side.UNSURE:
            confidence = min(confidence, evidence.confidence)
        return [
            DigitPressed(
                sample=key.sample + shift,
                key=key.key,
                side=evidence.side,
                grade=evidence.grade,
                ms=key.ms,
                dbm0=_figure(key.measured.dbm0, 1),
                twist_db=_figure(key.measured.twist_db, 1),
                confidence=confidence,
                machine_paced=self._paced(key.sample),
                deviation_percent=_figure(100 * key.measured.deviation, 2),
            )
        ]

    def _settled(
        self, heard: KeyCandidate, key: Digit, evidence: Evidence, begun: Evidence | None
    ) -> Evidence:
        """Doubt what was not the same all along, may be an echo, or sounded under our prompt."""
        # Under our words a key of the office's may have been missed, whose echo is in the wave.
        in_wave = heard.channel == FAR_WAVE
        masked = (self._bare_at + LONGEST_ECHO if in_wave else self._masked_at) > key.sample
        doubtful = (
            (begun is not None and begun.side is not evidence.side)
            or key.measured.confidence == 0.0
            or (evidence.side is Side.FAR and self._void.covers(key.sample, key.stop))
            or (evidence.side is Side.FAR and (masked or self._missed_before(heard)))
        )
        return UNSURE if doubtful else evidence

    def _missed_before(self, heard: KeyCandidate) -> bool:
        """Say whether this may be the echo of a key that was missed under a party's words.

        Under the office's the far wave looks for one that is purer; under ours that is not enough.
        """
        soon = self._spoken_at > heard.key.sample - LONGEST_ECHO or heard.channel != FAR_WAVE
        return soon and self._kind == "voltage" and sounded_before(heard.key, self._histories[0])

    def _side(self, heard: KeyCandidate) -> Evidence | None:
        """Tell whose key it is; None for the weaker copy of a key on the other channel."""
        key = heard.key
        if heard.channel == FAR_WAVE and self.far is not None:
            return self.far.side(key)
        if self.watcher is not None and isinstance(key, Digit) and key.measured.valid:
            self.watcher(key, pieces_of(key, self._histories[heard.channel]))
        if self._kind == "both":
            return self.mono.side(key, self._histories[0])
        stop = key.stop if isinstance(key, Digit) else key.seen
        start = max(key.sample, stop - _LONGEST) + _INSET
        tones = (key.measured.low_hz, key.measured.high_hz)
        pieces = [history.between(start, stop - _INSET) for history in self._histories]
        if self._kind == "voltage":
            return side_by_direction(pieces[0], pieces[1], tones)
        levels = [dbm0_of_power(sum(fit_sines(piece, tones).powers)) for piece in pieces]
        evidence = side_by_channels(levels[0], levels[1])
        louder = 0 if levels[0] >= levels[1] else 1
        return evidence if louder == heard.channel else None

    def _paced(self, onset: int) -> bool:
        """Say whether the latest keys have come at a machine's even intervals."""
        self._onsets = [*self._onsets[-_PACED:], onset]
        gaps = [b - a for a, b in zip(self._onsets, self._onsets[1:], strict=False)]
        return (
            len(gaps) == _PACED
            and max(gaps) - min(gaps) <= _PACE_SLACK
            and max(gaps) <= _PACE_SLOWEST
        )


def _figure(value: float, places: int) -> float:
    return round(value, places) + 0.0  # no minus before nothing
