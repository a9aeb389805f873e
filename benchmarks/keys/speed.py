"""Measure speed: seconds of sound heard in one second of processor time."""

import tempfile
import time
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import numpy as np
import soundfile
import soxr

from appliance.commands.helpers.sound_file import Channels, blocks_of
from appliance.hearing.file import FileDetectors
from appliance.hearing.stream import LineDetectors
from appliance.model.audio import FRAME, RATE, AudioFrame, Sides, Sound
from appliance.signals.goertzel import History
from appliance.signals.pcm import Wave, rms_of, to_sound
from benchmarks.box.pace import pace
from benchmarks.keys.scores import heard
from benchmarks.peers.ears import key_peers
from benchmarks.row import Row, ratio
from benchmarks.talkoff.material import SPEECH_PACKAGES, recording_of

SECONDS = 120
FASTEST_RATE = 48000
LINES = 8
TARGET, WHOLE = 300, 2000
_ROUNDS, _ENOUGH = 5, 3.0
"""So many rounds, and seconds of them; the best counts, since others use this machine, too."""

_SIDES: tuple[Sides, ...] = (("both",), ("voltage", "current"), ("far", "near"))


def talk(seconds: int = SECONDS, seed: int = 9) -> Wave:
    """Return bursts of coloured noise with the rhythm of syllables: every detector has work."""
    chance = np.random.default_rng(seed)
    count = seconds * RATE
    syllables = np.abs(np.sin(2 * np.pi * 2.1 * np.arange(count) / RATE)) ** 3
    voice: Wave = np.convolve(chance.normal(0, 1, count), np.ones(4) / 2, "same") * syllables
    return voice * rms_of(-18) * 1.5


def speech(line: int = 0) -> tuple[Wave, str]:
    """Return recorded speech, different for each line, and its name; without any, noise like it."""
    count = SECONDS * RATE
    for package in SPEECH_PACKAGES:
        recording = recording_of(package)
        if recording is not None and recording.sound.size >= (line + 1) * count:
            part = recording.sound[line * count : (line + 1) * count]
            return part.astype(np.float64), "recorded speech"
    return talk(seed=9 + line), "noise like speech"


def _channels(sides: Sides, line: int = 0) -> Sound:
    """Return continuous speech; on two parties' channels they take turns of four seconds."""
    wave, _ = speech(line)
    chance = np.random.default_rng(line)
    channels = np.stack([wave] * len(sides))
    if sides[0] == "far":
        turns = np.arange(wave.size) // (4 * RATE) % 2
        channels *= np.stack((turns == 0, turns == 1))
    return to_sound(channels + chance.normal(0, rms_of(-60), channels.shape))


def _frames(sides: Sides, line: int = 0) -> list[AudioFrame]:
    sound = _channels(sides, line)
    return [
        AudioFrame("bench", start, np.ascontiguousarray(sound[:, start : start + FRAME]), sides)
        for start in range(0, sound.shape[1], FRAME)
    ]


def _times_real(work: Callable[[], object], seconds: float = SECONDS) -> float:
    """Return seconds of sound in a second of processor time, the best of some rounds."""
    spent: list[float] = []
    while len(spent) < _ROUNDS or sum(spent) < _ENOUGH:
        begun = time.process_time()
        work()
        spent.append(time.process_time() - begun)
    return seconds / min(spent)


def streaming(sides: Sides, lines: int = 1) -> float:
    """Return the speed for some lines, frame by frame in turn, in one thread."""
    by_line = [_frames(sides, line) for line in range(lines)]

    def work() -> None:
        ears = [LineDetectors("bench", "PL", sides) for _ in range(lines)]
        for ear in ears:
            ear.hook_changed(off_hook=True)
        for frames in zip(*by_line, strict=True):
            for ear, frame in zip(ears, frames, strict=True):
                ear.events_in(frame)

    return _times_real(work)


def whole_file(sides: Sides, rate: int = RATE) -> float:
    """Return the overall speed of ``zgoda hear`` on a WAV of a sample rate."""
    channels = Channels(sides, tuple(range(len(sides))) if len(sides) > 1 else ())

    def work(path: Path) -> None:
        ears = FileDetectors("bench", "PL", sides)
        for block in blocks_of(path, channels):
            ears.hear_at_once(block)

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bench.wav"
        soundfile.write(path, soxr.resample(_channels(sides).T, RATE, rate), rate)
        return _times_real(lambda: work(path))


@cache
def _peers() -> dict[str, float]:
    """Return the speed of each peer, which hears only keys, on a whole file."""
    sound = _channels(("both",))[0]
    return {peer.name: SECONDS / peer.hear(sound).seconds for peer in key_peers()}


def _beside(ours: float) -> str:
    said = "; ".join(
        f"{name} {speed:,.0f} × ({ratio(ours, speed)})" for name, speed in _peers().items()
    )
    return f"keys alone: {said}" if said else "no peer here"


def rows() -> Iterator[Row]:
    """Measure."""
    what, here, whole = speech()[1], TARGET * pace(), WHOLE * pace()
    whole_said = f"≥ {WHOLE:,} ×, {whole:,.0f} × at today's pace"
    for sides in _SIDES:
        speed = streaming(sides)
        yield Row(
            f"all detectors, 20 ms frames, {what}, {' + '.join(sides)}",
            f"{speed:,.0f} × real time",
            f"≥ {TARGET} ×, {here:.0f} × at today's pace",
            _beside(speed),
            speed >= here,
        )
    eight = streaming(("voltage", "current"), LINES)
    yield Row(
        f"the same, {LINES} lines at once in one thread, voltage + current",
        f"{eight:,.0f} × real time ({LINES * eight:,.0f} × summed), {100 / eight:.1f} % of a core",
        f"≥ {TARGET / LINES:.1f} × ({TARGET} × summed), {here:.0f} × summed at today's pace",
        met=LINES * eight >= here,
    )
    for sides in _SIDES:
        speed = whole_file(sides)
        yield Row(
            f"all detectors, a whole file, as zgoda hear reads it, {' + '.join(sides)}",
            f"{speed:,.0f} × real time",
            whole_said if len(sides) == 1 else "reported: twice the sound",
            _beside(speed),
            speed >= whole if len(sides) == 1 else None,
        )
    speed = whole_file(("both",), FASTEST_RATE)
    yield Row(
        f"all detectors, a whole file of {FASTEST_RATE // 1000} kHz, mono",
        f"{speed:,.0f} × real time",
        "reported: six times the samples",
    )
    sound = _channels(("both",))[0]
    ours = _times_real(lambda: heard(sound, History.AHEAD))
    figure = f"{ours:,.0f} × real time"
    yield Row("keys alone, a whole file", figure, whole_said, _beside(ours), ours >= whole)
