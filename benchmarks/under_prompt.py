"""Keys of the caller's under our own prompt, on the modelled line with a V/I tap."""

from collections.abc import Iterator

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

_KEYS = "0123456789*#"


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
    for below in (0, 6, 12, 18):
        target = "≥ 95 %" if below <= 12 else "reported"
        yield Row(
            f"key {below} dB below our prompt",
            f"{percent(under_prompt(below))} found far; {percent(under_prompt(below, -20.0))}"
            " while the office talks 6 dB below it",
            target,
            "published: without cancelling 58/36/24/7 % at 0/6/12/18 dB",
        )
