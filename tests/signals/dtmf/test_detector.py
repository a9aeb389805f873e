import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from appliance.model.audio import FRAME, RATE, Sound
from appliance.signals.dtmf.detector import Digit, DtmfDetector, KeyDown, key_wave
from appliance.signals.pcm import level_dbm0, to_sound
from appliance.signals.tones import frequencies_of
from benchmarks.keys.material import ACCEPT, ALL_KEYS, REJECT, Condition, keys_under
from tests.signals.sounds import (
    babble,
    detected,
    frames_of,
    keys_wave,
    noise,
    on_line,
    pair,
    quiet,
    sine,
)


def heard(sound: Sound) -> list[KeyDown | Digit]:
    detector = DtmfDetector()
    return [event for frame in frames_of(sound) for event in detected(detector, frame)]


def digits(sound: Sound) -> list[Digit]:
    return [event for event in heard(sound) if isinstance(event, Digit)]


def keys(sound: Sound) -> str:
    return "".join(digit.key for digit in digits(sound))


@pytest.mark.parametrize("condition", ACCEPT, ids=lambda condition: condition.name)
def test_what_must_be_taken_is_taken(condition: Condition) -> None:
    assert keys(keys_under(condition, ALL_KEYS, 3)) == ALL_KEYS


@pytest.mark.parametrize("condition", REJECT, ids=lambda condition: condition.name)
def test_what_must_not_be_taken_is_not(condition: Condition) -> None:
    assert heard(keys_under(condition, ALL_KEYS, 4)) == []


@pytest.mark.parametrize("dbm0", [0.0, -10.0, -25.0])
@pytest.mark.parametrize("twist_db", [-8.0, 0.0, 4.0])
@pytest.mark.parametrize("deviation", [-0.015, 0.0, 0.015])
def test_a_digit_is_measured(dbm0: float, twist_db: float, deviation: float) -> None:
    tone = key_wave("8", 90, dbm0=dbm0, twist_db=twist_db, deviation=deviation)
    (digit,) = digits(on_line(quiet(0.313), tone, quiet(0.2), noise_dbm0=-60))
    assert digit.sample == pytest.approx(0.313 * RATE, abs=0.004 * RATE)
    assert digit.ms == pytest.approx(90, abs=6)
    assert digit.measured.dbm0 == pytest.approx(dbm0, abs=0.5)
    assert digit.measured.twist_db == pytest.approx(twist_db, abs=0.4)
    assert digit.measured.deviation == pytest.approx(deviation, abs=0.0015)
    assert digit.measured.confidence > 0.3


def test_confidence_falls_with_noise() -> None:
    tone = key_wave("5", 100)
    clean, noisy = (
        digits(on_line(quiet(0.2), tone, quiet(0.2), noise_dbm0=level))[0].measured.confidence
        for level in (-60.0, -25.0)
    )
    assert 0 < noisy < clean <= 1


def test_a_held_key_is_reported_once_within_80_ms_and_once_at_its_release() -> None:
    sound = on_line(quiet(0.5), key_wave("7", 3000), quiet(0.3))
    detector = DtmfDetector()
    seen = [
        (index * FRAME + FRAME, event)
        for index, frame in enumerate(frames_of(sound))
        for event in detected(detector, frame)
    ]
    (down_at, down), (up_at, up) = seen
    assert isinstance(down, KeyDown)
    assert isinstance(up, Digit)
    assert down_at - 0.5 * RATE <= 0.08 * RATE
    assert up_at - 3.5 * RATE <= 0.06 * RATE
    assert up.sample == down.sample
    assert up.ms == pytest.approx(3000, abs=10)


def test_the_same_key_twice_is_two_digits() -> None:
    assert keys(on_line(quiet(0.2), keys_wave("1122", 40, 40), quiet(0.2))) == "1122"


@pytest.mark.parametrize("fall_db", [4.0, 8.0, 14.0])
@pytest.mark.parametrize("over_ms", [60, 100])
def test_a_key_that_the_network_turns_down_is_one_digit(fall_db: float, over_ms: int) -> None:
    tone = key_wave("1", 140, dbm0=-6)
    falls = np.interp(np.arange(tone.size), [160, 160 + over_ms * 8], [0.0, -fall_db])
    (digit,) = digits(on_line(quiet(0.2), tone * 10 ** (falls / 20), quiet(0.2)))
    assert digit.key == "1"
    assert digit.ms == pytest.approx(140, abs=8)
    assert digit.measured.confidence > 0.2


def test_a_release_is_still_found_where_an_echo_of_it_stays_a_little() -> None:
    tone = key_wave("1", 100, dbm0=-6)
    echo = 10 ** (-12 / 20) * np.concatenate((np.zeros(400), tone))
    (first, *_) = digits(on_line(quiet(0.2), np.pad(tone, (0, 400)) + echo, quiet(0.2)))
    assert first.ms == pytest.approx(100, abs=8)


def test_a_key_right_after_speech_is_heard() -> None:
    assert keys(on_line(babble(1.0, -15), key_wave("3", 100, dbm0=-8), babble(1.0, -15))) == "3"


@pytest.mark.parametrize(
    "sound",
    [
        on_line(quiet(4.0)),
        on_line(noise(10.0, -20)),
        to_sound(noise(10.0, 10)),
        to_sound(quiet(2.0) + 20000),
        on_line(sine(50, 4.0, -5)),
        on_line(sine(425, 4.0, -8)),
        on_line(sine(697, 4.0, -8)),
        on_line(sine(697, 2.0, -12) + sine(770, 2.0, -12) + sine(1209, 2.0, -12)),
        on_line(babble(20.0, -10, 110.0)),
        on_line(babble(20.0, -10, 210.0)),
        np.tile(np.array([32767, -32768], np.int16), 8000),
    ],
    ids=[
        "silence", "noise", "clipped noise", "DC", "hum", "dial tone", "one tone", "three tones",
        "low voice", "high voice", "full-scale alternation",
    ],
)  # fmt: skip
def test_nothing_is_heard_where_nothing_was_pressed(sound: Sound) -> None:
    assert heard(sound) == []


@pytest.mark.parametrize("key", ALL_KEYS)
@pytest.mark.parametrize("overtones", [(1, 2), (2, 3), (3, 5)])
def test_two_overtones_of_one_voice_are_no_key(key: str, overtones: tuple[int, int]) -> None:
    """A cry, a whistle or an "oo" in a high voice is hardly more than two tones."""
    low, high = frequencies_of(key)
    voice = math.sqrt(low / overtones[0] * high / overtones[1])  # as near to the key as can be
    cry = pair(overtones[0] * voice, overtones[1] * voice, 0.3)
    assert heard(on_line(quiet(0.2), cry, quiet(0.2))) == []


@pytest.mark.parametrize("twist_db", [-9.7, 7.2])
def test_two_tones_of_which_one_is_far_weaker_are_no_key(twist_db: float) -> None:
    """A mobile's codec may make the like of a voice, but no network does of a key."""
    keys = keys_under(Condition("twist", twist_db=twist_db), ALL_KEYS, 5)
    assert heard(keys) == []


@pytest.mark.parametrize("deviation", [-0.018, 0.018])
def test_what_is_further_off_than_must_be_taken_and_can_be_mismeasured_is_no_key(
    deviation: float,
) -> None:
    sound = keys_under(Condition("frequency", deviation=deviation), ALL_KEYS, 6)
    assert heard(sound) == []


def test_a_key_over_hum_is_heard() -> None:
    line = on_line(quiet(0.3), key_wave("0", 80, dbm0=-20), quiet(0.3))
    assert keys(to_sound(line + sine(50, line.size / RATE, -13))) == "0"


@settings(max_examples=30, deadline=None)
@given(arrays.arrays(np.int16, st.integers(1, 12).map(lambda count: count * FRAME)))
def test_any_samples_can_be_heard(sound: Sound) -> None:
    for event in heard(sound):
        assert event.key in ALL_KEYS


def test_a_generated_key_has_its_level_and_no_click() -> None:
    wave = key_wave("A", 200, dbm0=-10)
    assert level_dbm0(wave[80:-80]) == pytest.approx(-10, abs=0.1)
    assert abs(wave[0]) < 200
    assert keys_wave("").size == 0
