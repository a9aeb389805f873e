"""DTMF under every condition, talk-off, and how fast everything is heard."""

import os
import time
from collections.abc import Iterator
from difflib import SequenceMatcher
from pathlib import Path

import numpy as np

from appliance.commands.hear import frames_of
from appliance.model.audio import FRAME, RATE, AudioFrame, Sides, Sound
from appliance.model.events import CallerId, DigitPressed, ToneHeard
from appliance.recorder.hearing import Hearing
from appliance.signals.dtmf import Detector, Digit
from appliance.signals.pcm import rms_of, to_sound
from benchmarks.row import Row, percent
from benchmarks.signals_data import ACCEPT, ALL_KEYS, REJECT, Condition, keys_under

DIGITS = 320
SPEECH_FOLDER = "ZGODA_SPEECH"
"""Environment: a folder of sound files of human speech; without it there is no talk-off row."""

_ACTIVE_DBM0 = -18.0


def heard(sound: Sound) -> list[Digit]:
    """Return the digits that the detector alone finds."""
    detector = Detector()
    return [
        event
        for start in range(0, sound.size, FRAME)
        for event in detector.hear(sound[start : start + FRAME])
        if isinstance(event, Digit)
    ]


def score(condition: Condition, count: int = DIGITS, seed: int = 5) -> tuple[float, int]:
    """Return the part of the digits heard in order, and how many were heard besides."""
    keys = list(ALL_KEYS) * (count // len(ALL_KEYS))
    np.random.default_rng(seed).shuffle(keys)
    found = [digit.key for digit in heard(keys_under(condition, keys, seed + 1))]
    blocks = SequenceMatcher(None, keys, found, autojunk=False).get_matching_blocks()
    matched = sum(block.size for block in blocks)
    return matched / len(keys), len(found) - matched


def speed(sides: Sides, seconds: int = 60) -> float:
    """Return how many seconds of speech-like sound all detectors hear in one of the processor."""
    chance = np.random.default_rng(9)
    count = seconds * RATE
    # Bursts of coloured noise with the rhythm of syllables keep every detector at work.
    syllables = np.abs(np.sin(2 * np.pi * 2.1 * np.arange(count) / RATE)) ** 3
    voice = np.convolve(chance.normal(0, 1, count), np.ones(4) / 2, "same") * syllables
    channels = np.stack([voice * rms_of(-18) * 1.5] * len(sides))
    sound = to_sound(channels + chance.normal(0, rms_of(-60), channels.shape))
    frames = [
        AudioFrame("bench", start, np.ascontiguousarray(sound[:, start : start + FRAME]), sides)
        for start in range(0, count, FRAME)
    ]
    hearing = Hearing("bench", "PL", sides)
    hearing.hook_changed(off_hook=True)
    begun = time.process_time()
    for frame in frames:
        hearing.hear(frame)
    return seconds / (time.process_time() - begun)


def _levelled(frames: list[AudioFrame]) -> Iterator[AudioFrame]:
    whole = np.concatenate([frame.sound for frame in frames], axis=1).astype(np.float64)
    active = whole[np.abs(whole) > 0.02 * np.abs(whole).max(initial=1.0)]
    gain = rms_of(_ACTIVE_DBM0) / max(1.0, float(np.sqrt(np.mean(active**2)))) if active.size else 0
    for frame in frames:
        sound = to_sound(frame.sound.astype(np.float64) * gain)
        yield AudioFrame(frame.line, frame.sample, sound, frame.sides)


def talk_off(folder: Path) -> tuple[float, int, int]:
    """Return the hours of speech in a folder, and the digits and other events heard in it."""
    seconds, digits, others = 0.0, 0, 0
    for path in sorted(folder.rglob("*")):
        if path.suffix.lower() not in {".wav", ".gsm", ".flac", ".ogg"}:
            continue
        frames = list(frames_of(path, ("both",)))
        hearing = Hearing("bench", "PL", ("both",))
        hearing.hook_changed(off_hook=True)
        for frame in _levelled(frames):
            for event in hearing.hear(frame):
                digits += isinstance(event, DigitPressed)
                others += isinstance(event, ToneHeard | CallerId)
        seconds += max(0, len(frames) * FRAME / RATE - 1)
    return seconds / 3600, digits, others


def rows() -> Iterator[Row]:
    """Measure."""
    taken = {condition.name: score(condition) for condition in ACCEPT}
    worst = min(taken, key=lambda name: taken[name][0])
    mean = float(np.mean([part for part, _ in taken.values()]))
    yield Row(
        f"DTMF that must be taken, {len(ACCEPT)} conditions × {DIGITS}",
        f"mean {percent(mean)}, worst {percent(taken[worst][0])} ({worst})",
        "mean ≥ 99 %, each ≥ 97 %",
        "published: spandsp 74 (86 with filter), multimon-ng 72, PyDTMF 91 %",
    )
    yield Row(
        "digits heard in them that were not sent",
        str(sum(extra for _, extra in taken.values())),
        "0",
    )
    refused = {c.name: score(c)[0] for c in REJECT}
    most = max(refused, key=lambda name: refused[name])
    yield Row(
        f"DTMF that must not be taken, {len(REJECT)} conditions",
        f"most {percent(refused[most])}" + (f" ({most})" if refused[most] else ""),
        "≤ 1 %",
        "published: spandsp 0–18 %, multimon-ng up to 100 %",
    )
    if os.environ.get(SPEECH_FOLDER):
        hours, digits, others = talk_off(Path(os.environ[SPEECH_FOLDER]))
        yield Row(
            f"talk-off: digits in {hours:.1f} h of speech at {_ACTIVE_DBM0:.0f} dBm0",
            f"{digits} (and {others} tones or numbers)",
            "0",
            "published: spandsp 0 in 8.4 h, multimon-ng 4.9/h, PyDTMF 131/h",
        )
    for sides in (("both",), ("voltage", "current"), ("far", "near")):
        yield Row(
            f"hearing, all detectors, 20 ms frames, {' + '.join(sides)}",
            f"{speed(sides):.0f} × real time",
            "≥ 300 ×",
            "published: spandsp's DTMF alone about 5,000 × (C)",
        )
