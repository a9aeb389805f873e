"""Measure the caller's keys under our own prompt, on a V/I tap and on one mixed signal.

The lines are modelled. Decibels *below* refer to the line's voltage, where the box hears both.
The peers hear the line's voltage with the prompt in it, and so do our ears without the canceller.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import islice

import numpy as np

from appliance.exchange.circuit.circuit import Loop, Wires
from appliance.exchange.scene import Circuit
from appliance.hearing.stream import Calibration, LineDetectors
from appliance.model.audio import FRAME, RATE, AudioFrame, Sides, Sound
from appliance.model.events import DigitPressed, Event
from appliance.model.policy import PromptKind, PromptRef
from appliance.model.prompts import Prompt
from appliance.model.terms import Side
from appliance.recorder.calibration.figures import learnt
from appliance.signals.dtmf.detector import key_wave
from appliance.signals.pcm import Wave, rms_of, to_sound
from benchmarks.keys.scores import OURS, heard
from benchmarks.peers.ears import key_peers
from benchmarks.row import Row, percent, ratio
from benchmarks.sides.offices import office

CALLS, OFFICES = 40, 10
BELOW_DB = (0, 6, 12, 18)
LEAST, DEEPEST_DB = 0.95, 12
_TARGET = f"≥ {100 * LEAST:.0f} %"
PROMPT_DBM0, TALK_DBM0 = -14.0, -20.0
RAW, FAR = "ours without cancelling", "far"

_KEYS = "0123456789*#"


@dataclass(frozen=True, slots=True)
class HeardCall:
    """The result of a call: our events, and the line's voltage with our words still in it."""

    events: list[Event]
    voltage: Sound


@dataclass(frozen=True, slots=True)
class Line:
    """A line under test: a V/I tap, or one signal with grade B from test calls."""

    circuit: Circuit
    known: Calibration | None

    @property
    def sides(self) -> Sides:
        """Return the sides on its channels."""
        return ("voltage", "current") if self.known is None else ("both",)


TAP = Line(Circuit(loss_db=0.0), None)


@cache
def mixed(count: int = OFFICES) -> tuple[Line, ...]:
    """Return some lines that have earned grade B."""
    made = (office(seed, 0.35) for seed in range(2 * count))
    lines = (Line(each.circuit, learnt(each.calibration)) for each in made)
    earned = (line for line in lines if line.known and line.known.enrolled)
    return tuple(islice(earned, count))


@cache
def beside_db(circuit: Circuit) -> float:
    """Return how far our words are above a caller's key of the same level, on the line."""
    tone, silence = key_wave("5", 400, dbm0=PROMPT_DBM0), np.zeros(FRAME)
    ours, theirs = (Wires(circuit, np.random.SeedSequence(0)) for _ in range(2))
    volts = [
        (
            ours.carry(silence, silence, part, Loop.TALK)[0],
            theirs.carry(part, silence, None, Loop.TALK)[0],
        )
        for part in np.split(tone, tone.size // FRAME)
    ]
    powers = np.mean(np.square(volts[len(volts) // 2 :]), axis=(0, 2))
    return float(10 * np.log10(powers[0] / powers[1]))


def call(far: Wave, near: Wave, line: Line, seed: int, prompt: Prompt) -> HeardCall:
    """Return the result of a modelled call; the prompt begins after half a second."""
    wires = Wires(line.circuit, np.random.SeedSequence(seed))
    hearing = LineDetectors("bench", "PL", line.sides, line.known)
    hearing.hook_changed(off_hook=True)
    events: list[Event] = []
    voltage: list[Sound] = []
    begins = RATE // 2
    for start in range(0, far.size, FRAME):
        part = slice(start, start + FRAME)
        if start == begins:
            hearing.prompt_started(prompt)
        said = _said(prompt, start - begins)
        box = None if said is None else said.astype(np.float64)
        volts, amperes = wires.carry(far[part], near[part], box, Loop.TALK)
        sound = np.stack((to_sound(volts), to_sound(amperes)))
        heard_of = sound[: len(line.sides)]
        events += hearing.events_in(AudioFrame("bench", start, heard_of, line.sides, said))
        voltage.append(sound[0])
    return HeardCall(events, np.concatenate(voltage))


def _said(prompt: Prompt, at: int) -> Sound | None:
    if not 0 <= at < prompt.sound.size:
        return None
    said = np.zeros(FRAME, np.int16)
    part = prompt.sound[at : at + FRAME]
    said[: part.size] = part
    return said


def _babble(seconds: float, chance: np.random.Generator, dbm0: float) -> Wave:
    """Return noise with a voice's spectrum and rhythm, at a level while it sounds."""
    count = round(seconds * RATE)
    time = np.arange(count) / RATE
    pitch = 120 + 25 * np.sin(2 * np.pi * 0.7 * time + float(chance.uniform(0, 6)))
    phase = 2 * np.pi * np.cumsum(pitch) / RATE
    wave = np.zeros(count)
    for harmonic in range(1, 26):
        formants = 1 / (1 + ((harmonic * 120 - 500) / 300) ** 2) + 0.3 / (
            1 + ((harmonic * 120 - 1500) / 400) ** 2
        )
        wave += formants * np.sin(harmonic * phase + harmonic)
    wave += 0.2 * np.diff(chance.normal(0, 1, count + 1))
    syllables = np.sin(2 * np.pi * 2.3 * time + float(chance.uniform(0, 6))) > -0.6
    wave *= np.convolve(syllables, np.ones(160) / 160, "same")
    sounding = wave[syllables]
    scaled: Wave = wave * rms_of(dbm0) / np.sqrt(np.mean(sounding**2))
    return scaled


def pressed(
    index: int, below_db: float, talk_dbm0: float | None, line: Line = TAP
) -> tuple[str, HeardCall]:
    """Return the key of the ``index``-th call, and the result."""
    chance = np.random.default_rng(index)
    words = to_sound(_babble(7.0, chance, PROMPT_DBM0))
    prompt = Prompt(PromptRef("bench", "", "en"), PromptKind.QUESTION, words, words.size)
    far, near = np.zeros(8 * RATE), np.zeros(8 * RATE)
    if talk_dbm0 is not None:
        near += _babble(8.0, chance, talk_dbm0)
    key = str(chance.choice(list(_KEYS)))
    at = int(chance.integers(2 * RATE, 6 * RATE))
    sent = PROMPT_DBM0 - below_db + beside_db(line.circuit)
    tone = key_wave(key, 100, dbm0=sent, twist_db=2.0)
    far[at : at + tone.size] += tone
    return key, call(far, near, line, index, prompt)


def taken(key: str, told: HeardCall) -> bool:
    """Say whether the caller's key was found as the caller's."""
    return any(
        isinstance(event, DigitPressed) and event.key == key and event.side is Side.FAR
        for event in told.events
    )


def on_tap(below_db: float, talk_dbm0: float | None = None) -> Counter[str]:
    """Return the keys that each hearer finds on a V/I tap, of ``CALLS``.

    We find them as the caller's; without cancelling, and by the peers, it is enough to find them.
    """
    found: Counter[str] = Counter()
    for index in range(CALLS):
        key, told = pressed(index, below_db, talk_dbm0)
        found[OURS] += taken(key, told)
        found.update(_otherwise(key, told.voltage))
    return found


def on_mixed(below_db: float, talk_dbm0: float | None = None) -> Counter[str]:
    """Return the same on one mixed signal, and how many of ours are known as the caller's."""
    found: Counter[str] = Counter()
    for index in range(CALLS):
        key, told = pressed(index, below_db, talk_dbm0, mixed()[index % OFFICES])
        found[OURS] += any(isinstance(e, DigitPressed) and e.key == key for e in told.events)
        found[FAR] += taken(key, told)
        found.update(_otherwise(key, told.voltage))
    return found


def _otherwise(key: str, voltage: Sound) -> Iterator[str]:
    """Name the hearers that find a key in a sound with our words still in it."""
    if key in {digit.key for digit in heard(voltage)}:
        yield RAW
    yield from (peer.name for peer in key_peers() if key in peer.hear(voltage).text)


def rows() -> Iterator[Row]:
    """Measure."""
    for below in BELOW_DB:
        yield _row(below, "V/I tap, grade A", "found far", on_tap, talk_counts=True)
    for below in BELOW_DB:
        yield _row(below, "one mixed signal, grade B", "found", on_mixed, talk_counts=False)


def _row(
    below: float, line: str, what: str, hear: Callable[..., Counter[str]], *, talk_counts: bool
) -> Row:
    alone, talking = hear(below), hear(below, TALK_DBM0)
    counted = (alone, talking) if talk_counts else (alone,)
    least, aimed = min(each[OURS] for each in counted), below <= DEEPEST_DB
    others = [RAW, *(peer.name for peer in key_peers())]
    far = [
        f", {percent(each[FAR], CALLS)} as far" if FAR in each else "" for each in (alone, talking)
    ]
    return Row(
        f"key {below} dB below our prompt, {line}",
        f"{percent(alone[OURS], CALLS)} {what}{far[0]}; while the office talks 6 dB below the "
        f"prompt {percent(talking[OURS], CALLS)}{far[1]}",
        (_TARGET + "; with talk reported" * (not talk_counts)) if aimed else "reported",
        "; ".join(
            f"{who} {percent(alone[who], CALLS)}, {percent(talking[who], CALLS)}"
            f" ({ratio(alone[OURS], alone[who])}, {ratio(talking[OURS], talking[who])})"
            for who in others
        ),
        least >= CALLS * LEAST if aimed else None,
    )
