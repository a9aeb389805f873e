"""What is no key, tone or caller's identity: noise for an hour, and whatever a line may hold."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.model.audio import RATE, Sound
from appliance.model.events import CallerId, DigitPressed, Event, KeyBegan, ToneHeard
from appliance.recorder.hearing_file import FileHearing
from appliance.signals.goertzel import History
from appliance.signals.pcm import Wave, rms_of, to_sound
from tests.signals.sounds import noise, sine

MINUTES = 5
LEVELS = (-60.0, -45.0, -35.0, -25.0, -15.0, -5.0)
ANY_LEVEL = st.floats(-60.0, 30.0)


def found(hearing: FileHearing, sound: Sound) -> list[Event]:
    """Return everything but voices that is heard."""
    blocks = range(0, sound.size, History.AHEAD)
    events = [
        event
        for start in blocks
        for event in hearing.hear_at_once(sound[None, start : start + History.AHEAD])
    ]
    told = (DigitPressed, KeyBegan, ToneHeard, CallerId)
    return [event for event in events if isinstance(event, told)]


def whole(wave: Wave) -> Sound:
    return to_sound(wave[: wave.size // 160 * 160])


@pytest.mark.parametrize("colour", ["white", "like speech"])
def test_nothing_is_heard_in_half_an_hour_of_noise(colour: str) -> None:
    """An hour together; the hook is not known, so that everything is sought."""
    hearing = FileHearing("line", "PL", ("both",))
    chance = np.random.default_rng(7)
    for level in LEVELS:
        wave = chance.standard_normal(MINUTES * 60 * RATE, np.float32)
        if colour == "like speech":
            wave[1:] += 0.9 * wave[:-1]
        wave *= rms_of(level) / np.float32(np.std(wave[:RATE]))
        sound = np.clip(wave, -32768, 32767).astype(np.int16)
        assert found(hearing, sound) == []


@settings(max_examples=30, deadline=None)
@given(st.integers(-32768, 32767), st.integers(-32768, 32767))
def test_nothing_is_heard_in_silence_and_direct_current(first: int, second: int) -> None:
    sound = np.repeat(np.array([0, first, second, 0], np.int16), RATE)
    assert found(FileHearing("line", "PL", ("both",)), sound) == []


@settings(max_examples=30, deadline=None)
@given(ANY_LEVEL, st.integers(0, 9))
def test_nothing_is_heard_in_noise_however_loud_it_is_clipped(level: float, seed: int) -> None:
    sound = whole(noise(2.0, level, seed))
    assert found(FileHearing("line", "PL", ("both",)), sound) == []


@settings(max_examples=30, deadline=None)
@given(ANY_LEVEL, st.floats(100, 3900), st.integers(-20000, 20000))
def test_one_tone_is_no_key_however_it_is_clipped(level: float, hertz: float, offset: int) -> None:
    sound = whole(sine(hertz, 1.0, level) + offset)
    events = found(FileHearing("line", "PL", ("both",)), sound)
    assert not [event for event in events if not isinstance(event, ToneHeard)]
