import numpy as np
import pytest

from appliance.model.audio import FRAME, RATE
from appliance.signals.echo import Canceller
from appliance.signals.pcm import Wave, level_dbm0, to_sound
from tests.signals.sounds import babble, noise

WAY = np.array([0.0, 0.5, 0.3, -0.2, 0.1, 0.05, -0.02])


def through(prompt: Wave, other: Wave, way: Wave = WAY) -> tuple[Wave, Canceller]:
    """Return what the canceller leaves of a prompt's way plus another sound."""
    line = np.convolve(prompt, way)[: prompt.size] + other + noise(prompt.size / RATE, -65)
    canceller = Canceller(1)
    played = to_sound(prompt)
    left = [
        canceller.hear(
            line[None, start : start + FRAME].astype(np.float32), played[start : start + FRAME]
        )[0].copy()
        for start in range(0, prompt.size, FRAME)
    ]
    return np.concatenate(left).astype(np.float64), canceller


PROMPT = babble(4.0, -18) + noise(4.0, -40, 5)
NOTHING = np.zeros(PROMPT.size)
SECOND_HALF = slice(2 * RATE, None)


def test_the_prompt_goes_away_within_a_second() -> None:
    left, canceller = through(PROMPT, NOTHING)
    assert canceller.active
    line = level_dbm0(np.convolve(PROMPT, WAY)[SECOND_HALF])
    assert line - level_dbm0(left[SECOND_HALF]) > 25


def test_what_is_not_the_prompt_stays() -> None:
    tone = np.zeros(PROMPT.size)
    tone[3 * RATE :] = 1000 * np.sin(2 * np.pi * 770 / RATE * np.arange(RATE))
    left, _ = through(PROMPT, tone)
    assert level_dbm0(left[3 * RATE :]) == pytest.approx(level_dbm0(tone[3 * RATE :]), abs=0.3)


def test_the_prompt_goes_away_while_somebody_talks() -> None:
    voice = babble(4.0, -30, 200.0, seed=8)
    left, canceller = through(PROMPT, voice)
    assert canceller.active
    line = level_dbm0(np.convolve(PROMPT, WAY)[SECOND_HALF])
    assert line - level_dbm0(left[SECOND_HALF] - voice[SECOND_HALF]) > 15


def test_without_a_way_the_canceller_stands_aside() -> None:
    voice = babble(4.0, -20, 200.0, seed=8)
    left, canceller = through(PROMPT, voice, np.zeros(3))
    assert not canceller.active
    assert level_dbm0(left - voice) < -60


def test_a_way_that_changes_is_learnt_anew() -> None:
    prompt = babble(8.0, -18) + noise(8.0, -40, 5)
    line = np.convolve(prompt, WAY)[: prompt.size]
    line[3 * RATE :] = np.convolve(prompt, -0.7 * WAY[::-1])[: prompt.size][3 * RATE :]
    canceller, played = Canceller(1), to_sound(prompt)
    left = [
        canceller.hear(
            line[None, start : start + FRAME].astype(np.float32), played[start : start + FRAME]
        )[0].copy()
        for start in range(0, prompt.size, FRAME)
    ]
    late = np.concatenate(left)[6 * RATE :]
    assert level_dbm0(line[6 * RATE :]) - level_dbm0(late) > 20


def test_silence_passes_untouched_and_another_call_begins_anew() -> None:
    canceller = Canceller(2)
    line = np.ones((2, FRAME), np.float32)
    assert canceller.hear(line, None) is line
    through(PROMPT, NOTHING)[1].reset()
    _, learnt = through(PROMPT, NOTHING)
    learnt.reset()
    assert not learnt.active
