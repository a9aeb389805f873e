"""Generate sound without keys: espeak-ng's voices, tunes, the network's tones."""

import subprocess
from collections.abc import Callable, Mapping
from functools import partial
from itertools import product
from shutil import which

import numpy as np
import soxr

from appliance.model.audio import RATE, Sound
from appliance.signals.caller_id.fsk import modulate
from appliance.signals.caller_id.messages import CallerIdMessage, build_mdmf
from appliance.signals.pcm import Wave, rms_of
from appliance.signals.tones import BELL_202, MACHINES, PAIRS, PROGRESS, SIT, V23, FskStandard
from benchmarks.talkoff.material import (
    CACHE,
    MUSIC,
    TONES,
    VOICES,
    Material,
    keep_sound,
    levelled,
)
from benchmarks.talkoff.words import spoken_text

LANGUAGES = ("pl", "en-gb", "de")
SPEAKERS = ("m3", "m7", "f2", "f4", "Alicia", "Edward", "grandpa", "klatt4")
PITCHES = (15, 40, 65, 90)
TUNES = 12

_TUNE_SECONDS = 180
_TONE_SECONDS = 60.0
_TONE_SNR_DB = 20.0
_CHORDS = ((0, 4, 7), (5, 9, 12), (7, 11, 14), (9, 12, 16), (2, 5, 9), (4, 7, 11))


def _voices() -> dict[str, tuple[str, int, int]]:
    """Return name -> voice, pitch and seed."""
    made = enumerate(product(LANGUAGES, SPEAKERS, PITCHES))
    return {f"{lang}+{who}, pitch {p}": (f"{lang}+{who}", p, i) for i, (lang, who, p) in made}


def materials() -> list[Material]:
    """Return all material that this machine can make."""
    voices = [Material(VOICES, name) for name in _voices()] if which("espeak-ng") else []
    tunes = [Material(MUSIC, f"tune {index}") for index in range(TUNES)]
    return [*voices, *tunes, *(Material(TONES, name) for name in _tones())]


def made(material: Material) -> Sound:
    """Return a material's sound, made once and kept."""
    folder = CACHE / "made"
    kept = folder / f"{material.name.replace('/', ' ')}.npy"
    if not kept.exists():
        folder.mkdir(parents=True, exist_ok=True)
        keep_sound(kept, levelled(_make(material)))
    sound: Sound = np.load(kept, mmap_mode="r")
    return sound


def _make(material: Material) -> Wave:
    if material.kind == VOICES:
        return _voice(*_voices()[material.name])
    if material.kind == MUSIC:
        return _tune(int(material.name.rpartition(" ")[2]))
    return _tones()[material.name]()


def _voice(voice: str, pitch: int, seed: int) -> Wave:
    pace = 150 + 15 * (seed % 4)
    command = ["espeak-ng", "-v", voice, "-p", str(pitch), "-s", str(pace), "--stdout"]
    text = spoken_text(voice[:2], seed)
    spoken = subprocess.run(command, input=text.encode(), capture_output=True, check=True)
    # What is written to a pipe says nothing of its length: only the samples are taken.
    rate = int.from_bytes(spoken.stdout[24:28], "little")
    wave = np.frombuffer(spoken.stdout[44:], np.int16).astype(np.float64)
    return np.asarray(soxr.resample(wave, rate, RATE), np.float64)


def _tune(seed: int) -> Wave:
    """Return chords, a melody and a beat, of tones with overtones as instruments have them."""
    chance = np.random.default_rng(seed)
    beat = RATE * 60 // int(chance.integers(70, 140))
    root = 110 * 2 ** (int(chance.integers(0, 12)) / 12)
    fading = 1.0 + 2.0 * float(chance.uniform())
    bars = []
    for _ in range(_TUNE_SECONDS * RATE // (4 * beat) + 1):
        chord = _CHORDS[int(chance.integers(len(_CHORDS)))]
        notes = [_note(root * 2 ** (step / 12), 4 * beat, fading) for step in chord]
        bar: Wave = np.sum(notes, axis=0)
        for place in range(4):
            step = chord[int(chance.integers(3))] + 12 * int(chance.integers(1, 3))
            note = _note(root * 2 ** (step / 12), beat, 2 * fading)
            bar[place * beat : place * beat + beat] += note
            hit = chance.normal(0, 0.3, beat) * np.exp(-np.arange(beat) / (0.02 * RATE))
            bar[place * beat : place * beat + beat] += hit
        bars.append(bar)
    return np.concatenate(bars) * rms_of(-20)


def _note(hertz: float, count: int, fading: float) -> Wave:
    time = np.arange(count) / RATE
    wave = np.zeros(count)
    for overtone in range(1, 9):
        if overtone * hertz < RATE / 2 - 200:
            wave += np.sin(2 * np.pi * overtone * hertz * time) / overtone
    return wave * np.exp(-fading * time) * np.minimum(1.0, time * 200)


def _tones() -> Mapping[str, Callable[[], Wave]]:
    """Return name -> maker of the network's, the machines' and caller ID's tones."""
    out: dict[str, Callable[[], Wave]] = {}
    for country, tones in PROGRESS.items():
        for index, tone in enumerate(tones):
            name = f"{country} {tone.tone.value} {index}"
            out[name] = partial(_cadence, tone.frequencies, tone.cadence)
    for hertz, machine in MACHINES.items():
        out[f"{machine.value} {hertz:.0f} Hz"] = partial(_cadence, (hertz,), (0.5, 3.0))
    for pair, machine in PAIRS.items():
        name = f"{machine.value} {pair[0]:.0f}+{pair[1]:.0f} Hz"
        out[name] = partial(_cadence, pair, (0.1, 1.0))
    out["special information tones"] = _sit
    for standard in (V23, BELL_202):
        out[f"caller ID, {standard.name}"] = partial(_caller_ids, standard)
    noisy = {f"{name} in noise": partial(_in_noise, make) for name, make in out.items()}
    return out | noisy


def _in_noise(make: Callable[[], Wave]) -> Wave:
    clean = make()
    noise: Wave = np.random.default_rng(clean.size).normal(
        0, rms_of(-18 - _TONE_SNR_DB), clean.size
    )
    return clean + noise


def _sine(frequencies: tuple[float, ...], seconds: float) -> Wave:
    time = np.arange(round(seconds * RATE)) / RATE
    turns = 2 * np.pi * np.multiply.outer(np.asarray(frequencies, np.float64), time)
    wave: Wave = rms_of(-18) * np.sin(turns).sum(axis=0)
    return wave


def _cadence(frequencies: tuple[float, ...], cadence: tuple[float, ...]) -> Wave:
    if not cadence:
        return _sine(frequencies, _TONE_SECONDS)
    parts = [
        _sine(frequencies if index % 2 == 0 else (), seconds)
        for index, seconds in enumerate(cadence)
    ]
    return np.concatenate(parts * max(1, round(_TONE_SECONDS / sum(cadence))))


def _sit() -> Wave:
    parts = [_sine((hertz,), 0.33) for hertz in SIT]
    return np.concatenate([*parts, np.zeros(RATE)] * round(_TONE_SECONDS / 2))


def _caller_ids(standard: FskStandard) -> Wave:
    parts = []
    for index in range(60):
        said = CallerIdMessage(number=f"48225550{index:03d}", name="Anna Nowak", when="01021530")
        parts += [modulate(build_mdmf(said), standard), np.zeros(RATE)]
    return np.concatenate(parts)
