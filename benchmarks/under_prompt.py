"""Keys of the caller's under our own prompt, on modelled lines: a V/I tap, and one mixed signal.

The peers hear the line's voltage, in which the prompt sounds, and so do ours without cancelling.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np

from appliance.lines.circuit import Loop, Wires
from appliance.lines.scene import Circuit
from appliance.model.audio import FRAME, RATE, AudioFrame, Sides, Sound
from appliance.model.events import DigitPressed, Event
from appliance.model.policy import PromptRef, Spoken
from appliance.model.prompts import Prompt
from appliance.model.terms import Side
from appliance.recorder.calibration import learnt
from appliance.recorder.hearing import Calibration, Hearing
from appliance.signals.dtmf import key_wave
from appliance.signals.pcm import Wave, rms_of, to_sound
from benchmarks._offices import office
from benchmarks.peers import key_peers
from benchmarks.row import Row, percent, ratio
from benchmarks.signals_scores import OURS, heard

CALLS, OFFICES = 40, 10
BELOW_DB = (0, 6, 12, 18)
TALK_DBM0 = -20.0
RAW = "ours without cancelling"

_KEYS = "0123456789*#"


@dataclass(frozen=True, slots=True)
class Heard:
    """What came of a call: our events, and the line's voltage, in which our words still are."""

    events: list[Event]
    voltage: Sound


@dataclass(frozen=True, slots=True)
class Line:
    """What is listened to: a V/I tap, or one signal by what test calls have taught (B)."""

    circuit: Circuit
    known: Calibration | None

    @property
    def sides(self) -> Sides:
        """Return what its channels carry."""
        return ("voltage", "current") if self.known is None else ("both",)


TAP = Line(Circuit(loss_db=0.0), None)


@cache
def mixed() -> tuple[Line, ...]:
    """Return lines that have earned B."""
    made = (office(seed, 0.35) for seed in range(2 * OFFICES))
    lines = [Line(each.circuit, learnt(each.calibration)) for each in made]
    return tuple(line for line in lines if line.known and line.known.enrolled)[:OFFICES]


def call(far: Wave, near: Wave, line: Line, seed: int, prompt: Prompt) -> Heard:
    """Return what is heard in a call through the model; the prompt begins after half a second."""
    wires = Wires(line.circuit, np.random.SeedSequence(seed))
    hearing = Hearing("bench", "PL", line.sides, line.known)
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
        events += hearing.hear(AudioFrame("bench", start, heard_of, line.sides, said))
        voltage.append(sound[0])
    return Heard(events, np.concatenate(voltage))


def _said(prompt: Prompt, at: int) -> Sound | None:
    if not 0 <= at < prompt.sound.size:
        return None
    said = np.zeros(FRAME, np.int16)
    part = prompt.sound[at : at + FRAME]
    said[: part.size] = part
    return said


def _babble(seconds: float, chance: np.random.Generator, dbm0: float) -> Wave:
    """Return something with a voice's spectrum and rhythm, at that level while it sounds."""
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
) -> tuple[str, Heard]:
    """Return the key of the ``index``-th call, and what is heard of it."""
    chance = np.random.default_rng(index)
    words = to_sound(_babble(7.0, chance, -14.0))
    prompt = Prompt(PromptRef("bench", "", "en"), Spoken.QUESTION, words, words.size)
    far, near = np.zeros(8 * RATE), np.zeros(8 * RATE)
    if talk_dbm0 is not None:
        near += _babble(8.0, chance, talk_dbm0)
    key = str(chance.choice(list(_KEYS)))
    at = int(chance.integers(2 * RATE, 6 * RATE))
    tone = key_wave(key, 100, dbm0=-14.0 - below_db, twist_db=2.0)
    far[at : at + tone.size] += tone
    return key, call(far, near, line, index, prompt)


def taken(key: str, told: Heard) -> bool:
    """Say whether a key of the caller's was found as such."""
    return any(
        isinstance(event, DigitPressed) and event.key == key and event.side is Side.FAR
        for event in told.events
    )


def under_prompt(below_db: float, talk_dbm0: float | None = None) -> Counter[str]:
    """Return how many far keys each hearer finds so many decibels below a prompt at -14 dBm0.

    We find them as far; without cancelling, and by the peers, it is enough to find them at all.
    """
    found: Counter[str] = Counter()
    for index in range(CALLS):
        key, told = pressed(index, below_db, talk_dbm0)
        found[OURS] += taken(key, told)
        found[RAW] += key in {digit.key for digit in heard(told.voltage)}
        for peer in key_peers():
            found[peer.name] += key in peer.hear(told.voltage).text
    return found


def on_mixed(below_db: float, talk_dbm0: float | None = None) -> str:
    """Return how many are found as far on one mixed signal, and how many as nobody's."""
    found: Counter[str] = Counter()
    for index in range(CALLS):
        key, told = pressed(index, below_db, talk_dbm0, mixed()[index % OFFICES])
        sides = {e.side for e in told.events if isinstance(e, DigitPressed) and e.key == key}
        found["far"] += Side.FAR in sides
        found["unsure"] += sides == {Side.UNSURE}
    return f"{percent(found['far'], CALLS)}, unsure {percent(found['unsure'], CALLS)}"


def rows() -> Iterator[Row]:
    """Measure."""
    yield from _on_tap()
    for below in BELOW_DB:
        alone, talking = on_mixed(below), on_mixed(below, TALK_DBM0)
        yield Row(
            f"key {below} dB below our prompt, one mixed signal, grade B",
            f"found far: {alone}; while the office talks 6 dB below it: {talking}",
            "reported",
        )


def _on_tap() -> Iterator[Row]:
    for below in BELOW_DB:
        alone, talking = under_prompt(below), under_prompt(below, TALK_DBM0)
        others = [RAW, *(peer.name for peer in key_peers())]
        yield Row(
            f"key {below} dB below our prompt, V/I tap, grade A",
            f"{percent(alone[OURS], CALLS)} found far; {percent(talking[OURS], CALLS)}"
            " while the office talks 6 dB below it",
            "≥ 95 %" if below <= 12 else "reported",
            "; ".join(
                f"{who} {percent(alone[who], CALLS)}, {percent(talking[who], CALLS)}"
                f" ({ratio(alone[OURS], alone[who])}, {ratio(talking[OURS], talking[who])})"
                for who in others
            ),
        )
