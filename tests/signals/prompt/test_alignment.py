"""Test that our own prompt is found on the line, and no other speech taken for it."""

import numpy as np
import pytest
from numpy.typing import NDArray

from appliance.model.audio import RATE, Sound, samples
from appliance.prompts.speech import simulated_voices
from appliance.signals.pcm import level_dbm0, rms_of, sine_peak, to_sound
from appliance.signals.prompt.alignment import MIN_SPEECH, find_lag, speech_samples
from tests.signals.sounds import babble

LATEST = samples(0.7)
FAR, NEAR = simulated_voices()
WORDS = to_sound(babble(3.0, -18.0, seed=3))


def line_with(
    lag: int,
    heard: int,
    *,
    gain_db: float = 0.0,
    talk: Sound | None = None,
    noise_dbm0: float = -55,
) -> NDArray[np.float32]:
    """Return a line with ``heard`` samples of the prompt so far."""
    line = np.random.default_rng(5).normal(0, rms_of(noise_dbm0), lag + heard)
    line[lag:] += WORDS[:heard] * 10 ** (gain_db / 20)
    # The line's own ringing: the canceller has 64 taps.
    line[lag + 9 :] -= 0.3 * WORDS[: heard - 9] * 10 ** (gain_db / 20)
    if talk is not None:
        line += talk[: line.size]
    return line.astype(np.float32)


def said(line: NDArray[np.float32]) -> Sound:
    """Return the prompt put out by then: more than has come back."""
    return WORDS[: line.size]


@pytest.mark.parametrize("lag", [0, 7, 480, 2345, 5000])
@pytest.mark.parametrize("gain_db", [0.0, -12.0, 6.0])
def test_the_lag_is_found_within_300_ms_of_words(lag: int, gain_db: float) -> None:
    line = line_with(lag, samples(0.3), gain_db=gain_db)

    found = find_lag(said(line), line, LATEST)

    assert found is not None
    assert abs(found.samples - lag) <= 1
    assert found.confidence >= 1.0


def test_swapped_wires_make_no_difference() -> None:
    line = -line_with(800, samples(0.3))

    found = find_lag(said(line), line, LATEST)

    assert found is not None
    assert abs(found.samples - 800) <= 1


@pytest.mark.parametrize("start", [0.0, 5.0, 11.0, 20.0, 31.0, 44.0])
def test_it_is_found_while_the_office_talks_as_loud(start: float) -> None:
    line = line_with(1200, samples(0.6), talk=NEAR[samples(start) :])

    found = find_lag(said(line), line, LATEST)

    assert found is not None
    assert abs(found.samples - 1200) <= 1


@pytest.mark.parametrize("other", [FAR, NEAR], ids=["far", "near"])
@pytest.mark.parametrize("seconds", [0.3, 0.5, 1.0])
def test_nobodys_speech_is_taken_for_ours(other: Sound, seconds: float) -> None:
    length = samples(seconds) + 400
    for start in range(0, other.size - length, samples(1.3)):
        line = other[start : start + length].astype(np.float32)
        assert find_lag(WORDS[: line.size], line, LATEST) is None, start


def test_noise_hum_and_silence_are_not_ours() -> None:
    time = np.arange(samples(0.8)) / RATE
    hum = sine_peak(-13.0) * np.sin(2 * np.pi * 50 * time)
    noise = np.random.default_rng(1).normal(0, rms_of(-20.0), time.size)
    tone = sine_peak(-10.0) * (np.sin(2 * np.pi * 350 * time) + np.sin(2 * np.pi * 440 * time))

    for line in (hum, noise, tone, hum + noise, np.zeros(time.size)):
        assert find_lag(WORDS[: line.size], line.astype(np.float32), LATEST) is None


def test_a_syllable_is_not_enough() -> None:
    line = line_with(300, MIN_SPEECH // 2)

    assert find_lag(said(line), line, LATEST) is None


def test_a_lag_beyond_the_longest_is_not_found() -> None:
    line = line_with(1000, samples(0.5))

    assert find_lag(said(line), line, 900) is None


def test_words_are_counted_without_their_pauses() -> None:
    quiet = np.zeros(samples(0.5), np.int16)
    loud = np.full(samples(0.2), 1000, np.int16)

    assert level_dbm0(loud) > -45
    assert speech_samples(np.concatenate((quiet, loud, quiet, loud))) == 2 * loud.size
