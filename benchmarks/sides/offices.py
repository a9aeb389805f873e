"""Make offices with one mixed signal: lines, phones, callers and their calibration.

Levels of phones follow ES 201 235-2: both tones together -4.7 dBm, 2 dB either way. Phones divide
a crystal's frequency: each make has its own error for each tone, 0.1 to 0.75 %, and each phone a
crystal of its own. An exact phone has no error (cordless phones, new ones). Gateways and mobile
networks make exact tones of -4 to -13 dBm0, twist 0 to 2 dB; an analog caller's phone is like the
office's and loses 0 to 7 dB on its own loop.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from msgspec import structs

from appliance.exchange.circuit.circuit import Loop, Wires
from appliance.exchange.scene import Circuit
from appliance.hearing.stream import LineDetectors
from appliance.model.audio import FRAME, RATE, AudioFrame
from appliance.model.calibration import FarFigures, KeyFigures, LineCalibration, PhoneFigures
from appliance.recorder.calibration.grading import PAD
from appliance.signals.dtmf.detector import Digit
from appliance.signals.dtmf.second_look import KeyMeasurement
from appliance.signals.pcm import Wave, sine_peak, to_sound
from appliance.signals.side.fingerprint import summarise_press
from appliance.signals.tones import frequencies_of

MAKES = 10
"""Makes of phones in the country; two phones of one make differ only by their crystals."""

APART = 3 * RATE // 2
"""Between the beginnings of two presses: what a near key makes void is over by then."""

_CRYSTAL = 0.0002  # of a frequency, one standard deviation
_FAR_KEYS = "159*0#"  # of a test call: every row and every column
_ROWS, _COLUMNS = ("123", "456", "789", "*0#"), ("147*", "2580", "369#")

Chance = np.random.Generator
Press = tuple[int, str, Wave]
"""Where a press begins, its key, its sound."""


@dataclass(frozen=True, slots=True)
class Generator:
    """The source of a party's keys."""

    dbm0: float  # both tones together
    twist_db: float = 2.0
    errors: tuple[tuple[float, ...], tuple[float, ...]] = ((0.0,) * 4, (0.0,) * 3)  # relative
    jitter_db: float = 0.0
    ms: tuple[float, float] = (65.0, 180.0)
    make: int | None = None  # of a phone; two of one make differ by their crystals alone

    def key(self, key: str, chance: Chance) -> Wave:
        """Return one press."""
        low, high = frequencies_of(key)
        low *= 1 + self.errors[0][_place(key, _ROWS)]
        high *= 1 + self.errors[1][_place(key, _COLUMNS)]
        level = self.dbm0 + float(chance.normal(0, 1)) * self.jitter_db
        ratio = 10 ** (self.twist_db / 10)
        low_peak = sine_peak(level - 10 * np.log10(1 + ratio))
        turns = 2 * np.pi / RATE * np.arange(round(chance.uniform(*self.ms) * RATE / 1000))
        wave: Wave = low_peak * (np.sin(low * turns) + np.sqrt(ratio) * np.sin(high * turns))
        edge = np.minimum(1.0, (np.arange(wave.size) + 0.5) / 8)
        return wave * edge * edge[::-1]


def _place(key: str, groups: tuple[str, ...]) -> int:
    return next(n for n, keys in enumerate(groups) if key in keys)


def phone(
    chance: Chance, jitter_db: float, *, exact: bool = False, makes: Sequence[int] = range(MAKES)
) -> Generator:
    """Return an analog phone, of one of these makes."""
    number = int(makes[int(chance.integers(0, len(makes)))])
    make = np.random.default_rng(number)
    errors = make.uniform(0.001, 0.0075, 7) * make.choice((-1, 1), 7)
    errors = (errors + float(chance.normal(0, _CRYSTAL))) * (not exact)
    return Generator(
        dbm0=-4.7 + float(chance.uniform(-2, 2)),
        twist_db=float(chance.uniform(0.5, 3.5)),
        errors=(tuple(errors[:4]), tuple(errors[4:])),
        jitter_db=jitter_db,
        make=None if exact else number,
    )


def gateway(chance: Chance) -> Generator:
    """Return a caller whose keys the network makes."""
    level, twist = float(chance.uniform(-13, -4)), float(chance.choice((0.0, 2.0)))
    return Generator(level, twist, ms=(100.0, 100.0))


def analog_caller(chance: Chance, jitter_db: float, makes: Sequence[int]) -> Generator:
    """Return a caller with an analog phone, of one of these makes, on its own loop."""
    own = phone(chance, jitter_db, makes=makes)
    return replace(own, dbm0=own.dbm0 - float(chance.uniform(0, 7)))


def tone_app(chance: Chance) -> Generator:
    """Return a telephone that plays tones into the office's handset."""
    return Generator(float(chance.uniform(-34, -12)), 0.0, ms=(80.0, 250.0))


@dataclass(frozen=True, slots=True)
class Office:
    """One line and its phones."""

    circuit: Circuit
    phones: tuple[Generator, ...]
    calibration: LineCalibration
    seed: int


def pressed(by: Generator, keys: str, chance: Chance) -> list[Press]:
    """Return presses, a second and a half apart."""
    return [
        (n * APART + RATE // 2 + int(chance.integers(0, FRAME)), key, by.key(key, chance))
        for n, key in enumerate(keys)
    ]


def placed(presses: list[Press], count: int) -> Wave:
    """Return all presses in one sound."""
    sound = np.zeros(count)
    for at, _, wave in presses:
        sound[at : at + wave.size] += wave
    return sound


def learnt(presses: list[Press], circuit: Circuit, seed: int, *, near: bool) -> list[KeyFigures]:
    """Return the figures of keys as test calls record them."""
    count = -(-(presses[-1][0] + APART) // FRAME) * FRAME
    pressing, other = placed(presses, count), np.zeros(count)
    far, own = (other, pressing) if near else (pressing, other)
    wires = Wires(circuit, np.random.SeedSequence(seed))
    hearing = LineDetectors("bench", "PL", ("both",))
    hearing.hook_changed(off_hook=True)
    figures: list[KeyFigures] = []

    def seen(digit: Digit, pieces: list[KeyMeasurement]) -> None:
        figures.append(summarise_press(digit.key, pieces))

    hearing.watch_keys(seen)
    for start in range(0, count, FRAME):
        part = slice(start, start + FRAME)
        volts, _ = wires.carry(far[part], own[part], None, Loop.TALK)
        hearing.events_in(AudioFrame("bench", start, to_sound(volts)[None], ("both",)))
    return figures


def office(
    seed: int, jitter_db: float, *, exact: bool = False, ata: bool = False, phones: int = 2
) -> Office:
    """Return an office whose phones are enrolled and whose callers made three test calls."""
    chance = np.random.default_rng((seed, 7))
    circuit = Circuit(
        loss_db=0.0 if ata else float(chance.uniform(0, 7)),
        receive_dbr=float(chance.choice((0.0, -3.0, -7.0) if ata else (0.0, -7.0))),
    )
    own = tuple(phone(chance, jitter_db, exact=exact and n == 0) for n in range(phones))
    calls = tuple(_far_call(n, circuit, seed, chance) for n in range(3))
    calibration = LineCalibration(
        tones_db=20.0,
        every_phone=True,
        phone=tuple(_enrol(n, each, circuit, seed, chance) for n, each in enumerate(own)),
        far=calls,
    )
    return Office(circuit, own, calibration, seed)


def _enrol(n: int, own: Generator, circuit: Circuit, seed: int, chance: Chance) -> PhoneFigures:
    both = structs.replace(circuit, second_phone=True)
    alone, second = (
        learnt(pressed(own, PAD, chance), on, seed, near=True) for on in (circuit, both)
    )
    return PhoneFigures(name=f"phone {n}", alone=tuple(alone), second=tuple(second))


def _far_call(n: int, circuit: Circuit, seed: int, chance: Chance) -> FarFigures:
    keys = pressed(gateway(chance), _FAR_KEYS, chance)
    return FarFigures(name=f"call {n}", keys=tuple(learnt(keys, circuit, seed, near=False)))
