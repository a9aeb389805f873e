"""Hear noise for an hour and find no key, tone or caller in it."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from appliance.hearing.file import FileDetectors
from appliance.model.audio import RATE, Sides, Sound
from appliance.model.events import CallerId, DigitPressed, Event, KeyBegan, ToneHeard
from appliance.signals.goertzel import History
from appliance.signals.pcm import Wave, rms_of, to_sound
from tests.deep import deep
from tests.signals.sounds import noise, sine

NoiseWave = NDArray[np.float32]

SECONDS = 150
LEVELS = (-60.0, -45.0, -35.0, -25.0, -15.0, -5.0)
ANY_LEVEL = st.floats(-60.0, 30.0)


def found(hearing: FileDetectors, sound: Sound) -> list[Event]:
    """Return everything but voices that is heard in samples, ``[channels, n]`` or ``[n]``."""
    channels = np.atleast_2d(sound)
    blocks = range(0, channels.shape[1], History.AHEAD)
    events = [
        event
        for start in blocks
        for event in hearing.hear_at_once(channels[:, start : start + History.AHEAD])
    ]
    told = (DigitPressed, KeyBegan, ToneHeard, CallerId)
    return [event for event in events if isinstance(event, told)]


def whole(wave: Wave) -> Sound:
    return to_sound(wave[: wave.size // 160 * 160])


def white(chance: np.random.Generator) -> NoiseWave:
    return chance.standard_normal(SECONDS * RATE, np.float32)


def like_speech(chance: np.random.Generator) -> NoiseWave:
    wave = white(chance)
    wave[1:] += 0.9 * wave[:-1]
    return wave


def pink(chance: np.random.Generator) -> NoiseWave:
    """Return noise of as much power in each octave."""
    spectrum = np.fft.rfft(white(chance))
    spectrum[1:] /= np.sqrt(np.arange(1, spectrum.size))
    spectrum[:100] = 0  # below a third of a hertz
    return np.fft.irfft(spectrum).astype(np.float32)


def over_hum(chance: np.random.Generator) -> NoiseWave:
    """Return pink noise under the mains, as loud as itself, and what overtones it has."""
    wave = pink(chance)
    time = np.arange(wave.size) / RATE
    for overtone, db in ((1, 0.0), (2, -20.0), (3, -10.0), (5, -16.0), (7, -24.0), (9, -26.0)):
        peak = np.std(wave[:RATE]) * np.sqrt(2) * 10 ** (db / 20)
        wave += (peak * np.sin(2 * np.pi * 50.02 * overtone * time + overtone)).astype(np.float32)
    return wave


@pytest.mark.parametrize("make", [deep(white), like_speech, deep(pink), over_hum])
def test_nothing_is_heard_in_a_quarter_of_an_hour_of_noise(
    make: Callable[[np.random.Generator], NoiseWave],
) -> None:
    """An hour together; the hook is not known, so that everything is sought."""
    hearing = FileDetectors("line", "PL", ("both",))
    chance = np.random.default_rng(7)
    for level in LEVELS:
        wave = make(chance)
        wave *= rms_of(level) / np.float32(np.std(wave[:RATE]))
        sound = np.clip(wave, -32768, 32767).astype(np.int16)
        assert found(hearing, sound) == []


@pytest.mark.parametrize("country", ["DE", deep("GB"), deep("US")])
def test_nothing_is_heard_in_six_minutes_by_another_countrys_ears(country: str) -> None:
    hearing = FileDetectors("line", country, ("both",))
    chance = np.random.default_rng(8)
    for level, make in zip(LEVELS[3:], (white, pink, over_hum), strict=True):
        wave = make(chance)[: 120 * RATE]
        wave *= rms_of(level) / np.float32(np.std(wave[:RATE]))
        assert found(hearing, np.clip(wave, -32768, 32767).astype(np.int16)) == []


@pytest.mark.parametrize("sides", [("far", "near"), ("voltage", "current")], ids=lambda s: s[0])
def test_nothing_is_heard_in_four_minutes_of_noise_on_two_channels(sides: Sides) -> None:
    hearing = FileDetectors("line", "PL", sides)
    chance = np.random.default_rng(9)
    both = np.stack((white(chance), pink(chance)))[:, : 120 * RATE]
    both /= np.std(both[:, :RATE], axis=1, keepdims=True)
    for level in (-35.0, -10.0):
        sound = np.clip(both * rms_of(level), -32768, 32767).astype(np.int16)
        assert found(hearing, sound) == []
        both = both[::-1]


@settings(max_examples=30, deadline=None)
@given(st.integers(-32768, 32767), st.integers(-32768, 32767))
def test_nothing_is_heard_in_silence_and_direct_current(first: int, second: int) -> None:
    sound = np.repeat(np.array([0, first, second, 0], np.int16), RATE)
    assert found(FileDetectors("line", "PL", ("both",)), sound) == []


@settings(max_examples=30, deadline=None)
@given(ANY_LEVEL, st.integers(0, 9))
def test_nothing_is_heard_in_noise_however_loud_it_is_clipped(level: float, seed: int) -> None:
    sound = whole(noise(2.0, level, seed))
    assert found(FileDetectors("line", "PL", ("both",)), sound) == []


@settings(max_examples=30, deadline=None)
@given(ANY_LEVEL, st.floats(100, 3900), st.integers(-20000, 20000))
def test_one_tone_is_no_key_however_it_is_clipped(level: float, hertz: float, offset: int) -> None:
    sound = whole(sine(hertz, 1.0, level) + offset)
    events = found(FileDetectors("line", "PL", ("both",)), sound)
    assert not [event for event in events if not isinstance(event, ToneHeard)]
