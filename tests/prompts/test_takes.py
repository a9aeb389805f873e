"""A person's recording: the mark found by itself, every measure, and files that are none."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
import soundfile
import soxr
from numpy.typing import NDArray

from appliance.model.audio import RATE, samples
from appliance.model.policy import PromptKind
from appliance.model.takes import LineTake, Measured, Verdict
from appliance.prompts.levels import active_dbm0
from appliance.prompts.shipped import shipped
from appliance.prompts.takes.child import taken
from appliance.prompts.takes.fit import LATE, at_line_rate, high_passed, speech_runs
from appliance.prompts.takes.run import _checked, measure
from appliance.signals.dtmf.detector import key_wave

Wave = NDArray[np.float64]


def spoken(kind: PromptKind = PromptKind.KEYS) -> tuple[Wave, Wave]:
    """Return words up to the last key, and that key's name, as a voice spoke them."""
    entry = next(
        each for each in shipped().entries.values() if each.language == "pl" and each.spoken is kind
    )
    sound = shipped().sound(entry).astype(np.float64) / 32768
    words = speech_runs(at_line_rate(sound, RATE))
    name = next(
        run
        for run, before in zip(words[::-1], words[-2::-1], strict=False)
        if run.start - before.stop >= samples(0.12)
    )
    return sound[: name.start - samples(0.1)], sound[name.start : entry.mark]


@dataclass
class Studio:
    """Records into files, in a room that a test makes bad."""

    folder: Path
    rate: int = 16_000
    before: float = 0.4  # s of silence
    after: float = 0.6
    spoil: Callable[[Wave], Wave] = field(default=lambda wave: wave)
    number: int = 0

    def take(self, wave: Wave) -> Path:
        quiet = np.random.default_rng(1).normal(0, 2e-4, samples(self.before + self.after))
        whole = np.concatenate([quiet[: samples(self.before)], wave, quiet[samples(self.before) :]])
        self.number += 1
        path = self.folder / f"{self.number}.wav"
        wide = self.spoil(soxr.resample(whole, RATE, self.rate, quality="VHQ"))
        soundfile.write(path, np.clip(wide, -1, 1), self.rate, subtype="PCM_16")
        return path

    def measured(self, *waves: Wave, named: bool = True, limit: float = 30) -> LineTake:
        paths = [self.take(wave) for wave in waves]
        return taken(paths, limit=limit, named=named, country="PL")[0]


@pytest.fixture
def studio(tmp_path: Path) -> Studio:
    return Studio(tmp_path)


def verdicts(said: LineTake) -> dict[Measured, Verdict]:
    return {each.name: each.verdict for each in said.measures}


def test_a_good_recording_is_good_in_every_measure(studio: Studio) -> None:
    said = studio.measured(*spoken())
    assert set(verdicts(said).values()) == {"good"}
    assert not said.refused
    assert said.clicks == ()


def test_two_takes_are_one_prompt_whose_mark_is_late_and_never_early(studio: Studio) -> None:
    """200 ms behind the end that is found: a key must not count before its name was heard."""
    first, name = spoken()
    said, raw = taken([studio.take(first), studio.take(name)], limit=30, named=True, country="PL")
    sound = np.frombuffer(raw, "<i2").astype(np.int16)
    assert said.mark == said.samples == sound.size
    assert active_dbm0(sound) == pytest.approx(-18, abs=0.3)
    words = first.size + name.size + samples(0.15)
    assert said.mark == pytest.approx(words + LATE, abs=samples(0.15))
    assert np.abs(sound[-samples(0.1) :]).max() < 400, "the name is over by then"


def test_in_one_file_the_last_name_stands_alone_or_a_second_take_is_wanted(
    studio: Studio,
) -> None:
    first, name = spoken()
    apart = np.concatenate([first, np.zeros(samples(0.35)), name])
    assert verdicts(studio.measured(apart))["pause"] == "good"
    run_on = np.concatenate([first, np.zeros(samples(0.05)), name])
    assert verdicts(studio.measured(run_on))["pause"] == "refuse"
    assert "pause" not in verdicts(studio.measured(apart, named=False))


def noise(level: float) -> Callable[[Wave], Wave]:
    return lambda wave: wave + np.random.default_rng(2).normal(0, level, wave.size)


def between(count: int) -> Callable[[Wave], Wave]:
    """Click in the long pause before the last key's name."""

    def spoil(wave: Wave) -> Wave:
        end = np.flatnonzero(np.abs(wave) > 0.02)[-1] - round(1.2 * 16_000)
        for number in range(count):
            begin = end + round(number * 0.08 * 16_000)
            wave[begin : begin + 32] += 0.3 * (-1.0) ** np.arange(32)
        return wave

    return spoil


def hum(wave: Wave) -> Wave:
    fifty: Wave = 0.05 * np.sin(2 * np.pi * 50 / 16_000 * np.arange(wave.size))
    return wave + fifty


def muffled(wave: Wave) -> Wave:
    spectrum = np.fft.rfft(wave)
    spectrum[np.fft.rfftfreq(wave.size, 1 / 16_000) > 900] *= 0.01
    dull: Wave = np.fft.irfft(spectrum, wave.size)
    return dull


def one_loud_syllable(milliseconds: float) -> Callable[[Wave], Wave]:
    """All but the loudest moment is whispered: its peak stops the gain that the rest needs."""

    def spoil(wave: Wave) -> Wave:
        peak, half = int(np.argmax(np.abs(wave))), round(milliseconds * 8)
        quiet: Wave = 0.05 * wave
        quiet[peak - half : peak + half] = wave[peak - half : peak + half]
        as_loud: Wave = quiet * (0.9 / np.abs(quiet).max())
        return as_loud

    return spoil


def waits(seconds: float) -> Callable[[Wave], Wave]:
    """Wait for so much longer in the pause before the last key's name."""

    def spoil(wave: Wave) -> Wave:
        at = np.flatnonzero(np.abs(wave) > 0.02)[-1] - round(1.2 * 16_000)
        longer: Wave = np.insert(wave, at, np.zeros(round(seconds * 16_000)))
        return longer

    return spoil


def room(rt60: float) -> Callable[[Wave], Wave]:
    def spoil(wave: Wave) -> Wave:
        time = np.arange(round(rt60 * 16_000)) / 16_000
        tail = np.random.default_rng(3).normal(0, 1, time.size) * 10 ** (-3 * time / rt60)
        tail[0] = 4.0
        size = wave.size + tail.size
        both = np.fft.rfft(wave, size) * np.fft.rfft(tail, size)
        wet: Wave = np.fft.irfft(both, size)[: wave.size]
        as_loud: Wave = wet * (np.abs(wave).max() / np.abs(wet).max())
        return as_loud

    return spoil


@pytest.mark.parametrize(
    ("spoil", "name", "verdict"),
    [
        (noise(0.003), "noise", "warn"),
        (noise(0.02), "noise", "refuse"),
        (between(1), "clicks", "warn"),
        (between(5), "clicks", "refuse"),
        (hum, "hum", "warn"),
        (lambda wave: wave * 40, "clipping", "refuse"),
        (lambda wave: wave / 10, "speech", "warn"),
        (muffled, "treble", "refuse"),
        (room(1.2), "reverberation", "refuse"),
        (one_loud_syllable(90), "level", "warn"),
        (one_loud_syllable(30), "level", "refuse"),
        (waits(0.3), "silence", "warn"),
        (waits(0.9), "silence", "refuse"),
    ],
    ids=[
        *("noise", "much noise", "click", "clicks", "hum", "overload", "soft", "muffled", "room"),
        *("loud syllable", "one loud syllable", "wait", "long wait"),
    ],
)
def test_each_fault_is_told(
    studio: Studio, spoil: Callable[[Wave], Wave], name: Measured, verdict: Verdict
) -> None:
    studio.spoil = spoil
    first, last = spoken()
    whole = np.concatenate([first, np.zeros(samples(0.7)), last])
    assert verdicts(studio.measured(whole, named=False))[name] == verdict


def test_noise_is_neither_hum_nor_a_room_without_echo(studio: Studio) -> None:
    """What cannot be measured for the noise is not called good."""
    studio.spoil = noise(0.02)
    said = verdicts(studio.measured(*spoken()))
    assert said["noise"] == "refuse"
    assert said["hum"] == "good"
    assert "reverberation" not in said


def test_hum_is_filtered_out_before_the_line(studio: Studio) -> None:
    time = np.arange(RATE) / RATE
    fifty, voice = (3000 * np.sin(2 * np.pi * hertz * time) for hertz in (50, 400))
    passed = high_passed(fifty + voice)
    middle = slice(RATE // 4, -RATE // 4)
    assert np.abs(passed - voice)[middle].max() < 30


def test_a_key_in_a_recording_is_refused(studio: Studio) -> None:
    """Our own ears would take it for the caller's."""
    first, name = spoken()
    key = key_wave("1", 120, dbm0=-12) / 32768
    said = studio.measured(np.concatenate([first, np.zeros(800), key]), name)
    assert verdicts(said)["tones"] == "refuse"


def test_what_is_too_long_or_empty_is_refused(studio: Studio) -> None:
    first, name = spoken()
    assert verdicts(studio.measured(first, name, limit=4))["length"] == "refuse"
    silent = studio.measured(np.zeros(RATE))
    assert verdicts(silent) == {"speech": "refuse"}
    assert silent.samples == 0


def forged_header(raw: bytes, at: int, value: int) -> bytes:
    return raw[:at] + value.to_bytes(4, "little") + raw[at + 4 :]


def test_files_that_are_none_do_no_harm(studio: Studio) -> None:
    """Whatever somebody sends, one sentence is told, and soon."""
    good = studio.take(spoken()[1]).read_bytes()
    flac = studio.folder / "hours.flac"
    soundfile.write(flac, np.zeros(RATE * 600, np.int16), RATE)
    path = studio.folder / "sent"
    for bad in (
        b"",
        b"RIFF",
        good[:30],
        b"ID3" + good,
        b"#!/bin/sh\n" * 100,
        forged_header(good, 40, 2**32 - 1)[:200],  # says 4 GB, brings none
        forged_header(good, 24, 2**31 - 1),  # two thousand million samples a second
        forged_header(good, 24, 1),
        flac.read_bytes(),  # ten minutes in a few bytes
    ):
        path.write_bytes(bad)
        said, raw = taken([path], limit=8, named=False, country="PL")
        assert said.refused, bad[:20]
        assert raw == b""


def test_strangers_files_are_met_in_a_child(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = studio.take(spoken()[1]).read_bytes()
    said, sound = measure([good], limit=8, named=False, country="PL")
    assert sound.size == said.samples > 0

    def taken_here(*_: object, **__: object) -> None:
        raise AssertionError("a stranger's file was opened in this process")

    monkeypatch.setattr(soundfile, "SoundFile", taken_here)
    said, sound = measure([b"RIFF"], limit=8, named=False, country="PL")
    assert said.refused
    assert sound.size == 0


def test_an_answer_of_a_child_that_was_taken_over_is_checked() -> None:
    good = b'{"measures":[],"samples":2,"mark":1,"clicks":[]}\n\0\0\0\0'
    said, sound = _checked(good)
    assert (said.samples, sound.size) == (2, 2)
    for bad in (
        *(b"", b"{}\n", good[:-1], good + b"\0\0", good.replace(b'"mark":1', b'"mark":3')),
        *(good.replace(b'"mark":1', b'"mark":-1'), b"[" * 99_999, good.replace(b"{", b'{"x":1,')),
    ):
        said, sound = _checked(bad)
        assert said.refused
        assert sound.size == 0
