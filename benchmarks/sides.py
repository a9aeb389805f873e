"""Whose key it was, on the modelled line with a V/I tap, and keys under our prompt."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from appliance.lines.circuit import Loop, Wires
from appliance.lines.scene import Circuit
from appliance.model.audio import FRAME, RATE, AudioFrame, Sound
from appliance.model.events import DigitPressed, Event
from appliance.model.policy import PromptRef, Spoken
from appliance.model.prompts import Prompt
from appliance.model.terms import Side
from appliance.recorder.hearing import Hearing
from appliance.signals.dtmf import key_wave
from appliance.signals.pcm import Wave, rms_of, to_sound
from benchmarks.row import Row, percent

PRESSES = 3000
_PER_CALL = 50
_APART = 3 * RATE // 2
_KEYS = "0123456789*#"


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of press: who, how loud, on what line."""

    name: str
    near: bool
    dbm0: tuple[float, float]  # both tones together, between these
    circuit: Circuit = Circuit()  # noqa: RUF009 - a frozen struct
    twist: tuple[float, float] = (0.0, 3.0)
    ms: tuple[float, float] = (65.0, 180.0)


NEAR = (
    Kind("office phone", True, (-10.0, -2.0)),
    Kind("office phone, second phone off-hook", True, (-10.0, -2.0), Circuit(second_phone=True)),
    Kind("phone or DECT of unknown level", True, (-20.0, 0.0)),
    Kind("tone app held to the handset", True, (-30.0, -12.0)),
    Kind(
        "office phone, echo 50–400 ms",
        True,
        (-10.0, -2.0),
        Circuit(echo_ms=150.0, echo_loss_db=6.0),
    ),
    Kind("office phone, noisy sense", True, (-10.0, -2.0), Circuit(sense_noise_dbm0=-35.0)),
)
FAR = (
    Kind("analog caller, 0–7 dB of loop", False, (-14.0, -4.0), Circuit(loss_db=4.0)),
    Kind("mobile, 100 ms", False, (-10.0, -4.0), ms=(100.0, 100.0)),
    Kind("port at -7 dBr, A-law", False, (-14.0, -6.0), Circuit(receive_dbr=-7.0, loss_db=7.0)),
)


def call(
    far: Wave, near: Wave, circuit: Circuit, seed: int, prompt: Prompt | None = None
) -> list[Event]:
    """Return what is heard in a call through the model; a prompt begins after half a second."""
    wires = Wires(circuit, np.random.SeedSequence(seed))
    hearing = Hearing("bench", "PL", ("voltage", "current"))
    hearing.hook_changed(off_hook=True)
    events: list[Event] = []
    begins = RATE // 2
    for start in range(0, far.size, FRAME):
        part = slice(start, start + FRAME)
        if prompt is not None and start == begins:
            hearing.prompt_started(prompt)
        said = _said(prompt, start - begins)
        box = None if said is None else said.astype(np.float64)
        volts, amperes = wires.carry(far[part], near[part], box, Loop.TALK)
        sound = np.stack((to_sound(volts), to_sound(amperes)))
        frame = AudioFrame("bench", start, sound, ("voltage", "current"), said)
        events += hearing.hear(frame)
    return events


def _said(prompt: Prompt | None, at: int) -> Sound | None:
    if prompt is None or not 0 <= at < prompt.sound.size:
        return None
    said = np.zeros(FRAME, np.int16)
    part = prompt.sound[at : at + FRAME]
    said[: part.size] = part
    return said


def judged(kind: Kind, presses: int = PRESSES) -> tuple[Counter[str], int]:
    """Return how often each side was named, and how many digits came besides as far."""
    sides: Counter[str] = Counter()
    besides = 0
    for index in range(presses // _PER_CALL):
        chance = np.random.default_rng(index)
        far, near = (np.zeros((_PER_CALL + 1) * _APART) for _ in range(2))
        pressing = near if kind.near else far
        sent = []
        for press in range(_PER_CALL):
            at = press * _APART + RATE // 2 + int(chance.integers(0, FRAME))
            key = str(chance.choice(list(_KEYS)))
            tone = key_wave(
                key,
                float(chance.uniform(*kind.ms)),
                dbm0=float(chance.uniform(*kind.dbm0)),
                twist_db=float(chance.uniform(*kind.twist)),
                deviation=float(chance.uniform(-0.01, 0.01)),
            )
            pressing[at : at + tone.size] += tone
            sent.append((at, key))
        circuit = kind.circuit
        if circuit.echo_ms:
            circuit = _with_echo(circuit, float(chance.uniform(50, 400)))
        found = [e for e in call(far, near, circuit, index) if isinstance(e, DigitPressed)]
        for at, key in sent:
            hit = next((d for d in found if d.key == key and abs(d.sample - at) < 200), None)
            sides[hit.side.value if hit else "missed"] += 1
            if hit:
                found.remove(hit)
        besides += sum(digit.side is Side.FAR for digit in found)
    return sides, besides


def _with_echo(circuit: Circuit, ms: float) -> Circuit:
    return Circuit(echo_ms=ms, echo_loss_db=circuit.echo_loss_db)


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


def under_prompt(below_db: float, talk_dbm0: float | None = None, calls: int = 40) -> float:
    """Return the part of far keys found as far so many decibels below a prompt at -14 dBm0."""
    found = 0
    for index in range(calls):
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
        events = call(far, near, Circuit(loss_db=0.0), index, prompt)
        found += any(
            isinstance(e, DigitPressed) and e.key == key and e.side is Side.FAR for e in events
        )
    return found / calls


def rows() -> Iterator[Row]:
    """Measure."""
    for kind in NEAR:
        sides, besides = judged(kind)
        yield Row(
            f"side, V/I tap, {PRESSES} near: {kind.name}",
            f"{sides['far'] + besides} taken for far (near {percent(sides['near'], PRESSES)},"
            f" unsure {percent(sides['unsure'], PRESSES)})",
            "0 taken for far",
            "published: level rule at 3 dB 0–100 %",
        )
    for kind in FAR:
        sides, _ = judged(kind)
        yield Row(
            f"side, V/I tap, {PRESSES} far: {kind.name}",
            f"{percent(sides['far'], PRESSES)} accepted",
            "≥ 99 %",
        )
    for below in (0, 6, 12, 18):
        target = "≥ 95 %" if below <= 12 else "reported"
        yield Row(
            f"key {below} dB below our prompt",
            f"{percent(under_prompt(below))} found far; {percent(under_prompt(below, -20.0))}"
            " while the office talks 6 dB below it",
            target,
            "published: without cancelling 58/36/24/7 % at 0/6/12/18 dB",
        )
