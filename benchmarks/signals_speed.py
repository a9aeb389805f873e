"""How fast everything is heard: seconds of sound in one second of the processor."""

import time
from collections.abc import Callable, Iterator

import numpy as np

from appliance.model.audio import FRAME, RATE, AudioFrame, Sides, Sound
from appliance.recorder.hearing import Hearing
from appliance.signals.pcm import Wave, rms_of, to_sound
from benchmarks.peers import key_peers
from benchmarks.row import Row, ratio
from benchmarks.signals_scores import heard

SECONDS = 120
LINES = 8
_ROUNDS = 3  # the best counts: others use this machine, too


def talk(seconds: int = SECONDS, seed: int = 9) -> Wave:
    """Return bursts of coloured noise with the rhythm of syllables: every detector has work."""
    chance = np.random.default_rng(seed)
    count = seconds * RATE
    syllables = np.abs(np.sin(2 * np.pi * 2.1 * np.arange(count) / RATE)) ** 3
    voice: Wave = np.convolve(chance.normal(0, 1, count), np.ones(4) / 2, "same") * syllables
    return voice * rms_of(-18) * 1.5


def _frames(sides: Sides, seed: int) -> list[AudioFrame]:
    chance = np.random.default_rng(seed)
    wave = talk(seed=seed)
    channels = np.stack([wave] * len(sides))
    sound = to_sound(channels + chance.normal(0, rms_of(-60), channels.shape))
    return [
        AudioFrame("bench", start, np.ascontiguousarray(sound[:, start : start + FRAME]), sides)
        for start in range(0, wave.size, FRAME)
    ]


def _seconds_of(work: Callable[[], object]) -> float:
    begun = time.process_time()
    work()
    return time.process_time() - begun


def streaming(sides: Sides, lines: int = 1) -> float:
    """Return seconds of one line's sound in a second of the processor, all lines heard in turn."""
    heard_by_line = [_frames(sides, 9 + line) for line in range(lines)]

    def work() -> None:
        ears = [Hearing("bench", "PL", sides) for _ in range(lines)]
        for ear in ears:
            ear.hook_changed(off_hook=True)
        for frames in zip(*heard_by_line, strict=True):
            for ear, frame in zip(ears, frames, strict=True):
                ear.hear(frame)

    return SECONDS / min(_seconds_of(work) for _ in range(_ROUNDS))


def keys_alone(sound: Sound) -> float:
    """Return the same of the detector of keys alone on a whole file."""
    return sound.size / RATE / min(_seconds_of(lambda: heard(sound)) for _ in range(_ROUNDS))


def rows() -> Iterator[Row]:
    """Measure."""
    for sides in (("both",), ("voltage", "current"), ("far", "near")):
        yield Row(
            f"hearing, all detectors, 20 ms frames, {' + '.join(sides)}",
            f"{streaming(sides):.0f} × real time",
            "≥ 300 ×",
        )
    eight = streaming(("voltage", "current"), LINES)
    yield Row(
        f"the same, {LINES} lines at once, voltage + current",
        f"{eight:.0f} × real time, {100 / eight:.1f} % of a core",
        "≥ 38 × (8 lines of 300 ×)",
    )
    sound = to_sound(talk(600))
    ours = keys_alone(sound)
    peers = {peer.name: sound.size / RATE / peer.hear(sound).seconds for peer in key_peers()}
    said = "; ".join(
        f"{name} {speed:,.0f} × ({ratio(ours, speed)})" for name, speed in peers.items()
    )
    yield Row(
        "keys alone, a whole file",
        f"{ours:,.0f} × real time",
        "≥ 2,000 ×",
        said or "no peer here",
    )
