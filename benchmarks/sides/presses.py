"""Judge presses of every kind in scenes 1 to 14 with three kinds of ears.

Each press is the first of its own call, so that no earlier press helps. The box does not ask here,
so that the question's level, which tells of the line, does not help either.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from appliance.exchange.circuit.circuit import Loop, Wires
from appliance.hearing.stream import Calibration, LineDetectors
from appliance.model.audio import FRAME, RATE, AudioFrame, Sides, Sound
from appliance.model.events import DigitPressed
from appliance.model.terms import Side
from appliance.recorder.calibration.figures import learnt
from appliance.recorder.calibration.grading import level_rule
from appliance.signals.pcm import Wave, rms_of, to_sound
from benchmarks.sides import offices
from benchmarks.sides.kinds import KEYS, Kind, enrolled
from benchmarks.sides.offices import Chance, Office, Press

PER_OFFICE = 50
LEVEL_RULE_DB = 3.0
"""What others do: far is what is so far below the office's own keys."""


@dataclass(slots=True)
class Score:
    """The verdicts of one kind of ears on one kind of presses."""

    presses: int = 0
    far: int = 0  # taken for the caller's
    near: int = 0
    unsure: int = 0  # heard, but nobody's
    margins: list[float] = field(default_factory=list)
    """Of each press: how far it is on the caller's side, in the ears' own measure."""


@dataclass(frozen=True, slots=True)
class PressHeard:
    """One press's events, and the sound of its call by the ears that heard it."""

    tap: list[DigitPressed]
    mono: list[DigitPressed]
    level: list[DigitPressed]
    """What grade C's rule makes of it, where it may be used."""


class Ears:
    """Ears of one office: with its tap, with its calibration, with its levels alone."""

    def __init__(self, office: Office) -> None:
        known = learnt(office.calibration)
        level = Calibration(levels=level_rule(office.calibration))
        self.grade_b = known.enrolled is not None
        self.grade_c = level_rule(office.calibration).usable
        self._all: list[tuple[LineDetectors, Sides]] = [
            (LineDetectors("bench", "PL", ("voltage", "current")), ("voltage", "current")),
            (LineDetectors("bench", "PL", ("both",), known), ("both",)),
        ]
        if self.grade_c:
            self._all.append((LineDetectors("bench", "PL", ("both",), level), ("both",)))

    def events_in(self, start: int, sound: Sound) -> list[list[DigitPressed]]:
        """Return the events of each in a frame."""
        return [
            [
                event
                for event in hearing.events_in(
                    AudioFrame("bench", start, sound[: len(sides)], sides)
                )
                if isinstance(event, DigitPressed)
            ]
            for hearing, sides in self._all
        ]

    def next_call(self) -> None:
        """Begin another call."""
        for hearing, _ in self._all:
            hearing.hook_changed(off_hook=False)
            hearing.hook_changed(off_hook=True)


RULES = ("A", "B", "C", "level rule")


def judged(
    kind: Kind, jitter_db: float, made: Sequence[Office], per_office: int = PER_OFFICE
) -> dict[str, Score]:
    """Return the verdicts on presses of a kind, some in each office."""
    scores = {rule: Score() for rule in RULES}
    for office in made:
        chance = np.random.default_rng((office.seed, kind.scene, len(kind.name)))
        ears, near_db = Ears(office), _near_db(office)
        near, far = _presses(kind, office, chance, jitter_db, per_office)
        heard = _heard(kind, office, ears, near, far, chance)
        own = near if kind.near else far
        for press, found in zip(own, heard, strict=True):
            _count(kind, press, found, ears, near_db, scores)
    return scores


def _presses(
    kind: Kind, office: Office, chance: Chance, jitter_db: float, count: int
) -> tuple[list[Press], list[Press]]:
    """Return the near side's presses and the caller's."""
    own: list[Press] = []
    others: list[Press] = []
    for n in range(count):
        key = str(chance.choice(list(KEYS)))
        at = n * kind.apart + RATE // 4 + int(chance.integers(0, FRAME))
        wave = kind.made(kind.by(office, chance, jitter_db).key(key, chance), chance)
        own.append((at, key, wave))
        if kind.other is not None:
            by = offices.gateway(chance) if kind.near else enrolled(office, chance, jitter_db)
            late = int(chance.uniform(-0.2, 0.2) * RATE)
            other = kind.other(key, chance)
            others.append((at + late, other, by.key(other, chance)))
    return (own, others) if kind.near else (others, own)


def _heard(
    kind: Kind, office: Office, ears: Ears, near: list[Press], far: list[Press], chance: Chance
) -> list[PressHeard]:
    """Return the events of each press."""
    count = max(len(near), len(far)) * kind.apart
    far_sound, near_sound = offices.placed(far, count), offices.placed(near, count)
    if kind.talks_db is not None:
        level = _far_db(office) + kind.talks_db
        near_sound += _babble(count, chance, level)
    wires = Wires(kind.circuit(office.circuit, chance), np.random.SeedSequence(office.seed))
    heard: list[PressHeard] = []
    for start in range(0, count, FRAME):
        if start % kind.apart == 0:
            ears.next_call()
            heard.append(PressHeard([], [], []))
        part = slice(start, start + FRAME)
        sound = to_sound(np.stack(wires.carry(far_sound[part], near_sound[part], None, Loop.TALK)))
        tap, mono, *by_level = ears.events_in(start, sound)
        heard[-1].tap.extend(tap)
        heard[-1].mono.extend(mono)
        heard[-1].level.extend(event for events in by_level for event in events)
    return heard


def _count(
    kind: Kind,
    press: Press,
    heard: PressHeard,
    ears: Ears,
    near_db: float,
    scores: dict[str, Score],
) -> None:
    by_level = [_by_level(event, near_db) for event in heard.mono]
    named = {"A": heard.tap, "level rule": by_level}
    if ears.grade_b:
        named["B"] = heard.mono
    if ears.grade_c:
        named["C"] = heard.level
    for rule, events in named.items():
        score = scores[rule]
        score.presses += 1
        # The echo of a near key is another key; beside another party's only its own counts.
        mine = [e for e in events if (kind.near and kind.other is None) or e.key == press[1]]
        sides = {event.side for event in mine}
        score.far += Side.FAR in sides
        score.near += Side.NEAR in sides
        score.unsure += sides == {Side.UNSURE}
        score.margins.append(max((_margin(event) for event in mine), default=-9.0))


def _by_level(event: DigitPressed, near_db: float) -> DigitPressed:
    """Return a key as the plain level rule of others judges it."""
    below = near_db - event.dbm0
    side = Side.FAR if below > LEVEL_RULE_DB else Side.NEAR
    return replace(event, side=side, confidence=abs(below - LEVEL_RULE_DB))


def _margin(event: DigitPressed) -> float:
    sign = {Side.FAR: 1.0, Side.NEAR: -1.0}.get(event.side, 0.0)
    return sign * event.confidence


def _near_db(office: Office) -> float:
    keys = [key.dbm0 for phone in office.calibration.phone for key in phone.alone]
    return sum(keys) / len(keys)


def _far_db(office: Office) -> float:
    keys = [key.dbm0 for call in office.calibration.far for key in call.keys]
    return sum(keys) / len(keys)


def _babble(count: int, chance: Chance, dbm0: float) -> Wave:
    """Return noise with a voice's spectrum, at a constant level."""
    time = np.arange(count) / RATE
    pitch = 120 + 25 * np.sin(2 * np.pi * 0.7 * time + float(chance.uniform(0, 6)))
    phase = 2 * np.pi * np.cumsum(pitch) / RATE
    wave: Wave = 0.2 * np.diff(chance.normal(0, 1, count + 1))
    for harmonic in range(1, 26):
        formants = 1 / (1 + ((harmonic * 120 - 500) / 300) ** 2)
        formants += 0.3 / (1 + ((harmonic * 120 - 1500) / 400) ** 2)
        wave += formants * np.sin(harmonic * phase + harmonic)
    scaled: Wave = wave * rms_of(dbm0) / np.sqrt(np.mean(wave**2))
    return scaled
