import numpy as np
import pytest

from appliance.model.audio import FRAME, RATE
from appliance.signals.pcm import Wave, level_dbm0, to_sound
from appliance.signals.prompt.canceller import Canceller
from appliance.signals.prompt.clock_skew import apply_skew
from tests.signals.sounds import babble, noise

WAY = np.array([0.0, 0.5, 0.3, -0.2, 0.1, 0.05, -0.02])


def through(prompt: Wave, other: Wave, way: Wave = WAY) -> tuple[Wave, Canceller]:
    """Return the canceller's output for a prompt through its path plus another sound."""
    line = np.convolve(prompt, way)[: prompt.size] + other + noise(prompt.size / RATE, -65)
    canceller = Canceller(1)
    played = to_sound(prompt)
    left = [
        canceller.cancel(
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
        canceller.cancel(
            line[None, start : start + FRAME].astype(np.float32), played[start : start + FRAME]
        )[0].copy()
        for start in range(0, prompt.size, FRAME)
    ]
    late = np.concatenate(left)[6 * RATE :]
    assert level_dbm0(line[6 * RATE :]) - level_dbm0(late) > 20


LONGEST = babble(15.0, -18) + noise(15.0, -40, 5)
"""The longest possible prompt."""


def followed(prompt: Wave, line: Wave) -> tuple[Wave, list[bool]]:
    """Return the suppression of each half second in dB, and whether it was active throughout."""
    canceller, played = Canceller(1), to_sound(prompt)
    left, active = [], []
    for start in range(0, prompt.size, FRAME):
        part = slice(start, start + FRAME)
        left.append(canceller.cancel(line[None, part].astype(np.float32), played[part])[0].copy())
        active.append(canceller.active)
    halves = np.concatenate(left).astype(np.float64).reshape(-1, RATE // 2)
    pairs = zip(line.reshape(-1, RATE // 2), halves, strict=True)
    quieter = np.array([level_dbm0(before) - level_dbm0(after) for before, after in pairs])
    whole = [all(active[at : at + 25]) for at in range(0, len(active), 25)]
    return quieter, whole


def on_wire(prompt: Wave, ppm: float = 0.0) -> Wave:
    """Return a prompt as another clock plays it, delayed at first by a card's least delay."""
    late = np.concatenate((np.zeros(12), prompt))[: prompt.size]
    heard = apply_skew(np.concatenate((np.zeros(prompt.size), late)), ppm * 1e-6)[prompt.size :]
    return np.convolve(heard, WAY)[: prompt.size] + noise(prompt.size / RATE, -65)


@pytest.mark.parametrize("lifted_db", [-3.0, -6.0])
def test_a_second_phone_lifted_in_mid_prompt_makes_the_filter_doubtful_until_it_fits_again(
    lifted_db: float,
) -> None:
    line = on_wire(LONGEST)
    other = np.convolve(on_wire(LONGEST), [0.6, 0.4])[: line.size] * 10 ** (lifted_db / 20)
    line[7 * RATE :] = other[7 * RATE :]
    quieter, active = followed(LONGEST, line)
    assert all(active[2:14])
    assert not any(active[14:16])  # from 7 s on
    assert all(active[17:])
    assert quieter[17:].min() > 20


def test_two_clocks_that_hardly_differ_are_followed_second_by_second() -> None:
    quieter, active = followed(LONGEST, on_wire(LONGEST, 10.0))
    assert np.count_nonzero(active) > len(active) / 2
    assert quieter[1:].min() > 11


@pytest.mark.parametrize("ppm", [50.0, 200.0])
def test_what_two_clocks_leave_over_is_doubted_and_never_louder(ppm: float) -> None:
    quieter, active = followed(LONGEST, on_wire(LONGEST, ppm))
    assert np.count_nonzero(~np.array(active[4:])) > len(active[4:]) / 2
    assert quieter[4:].min() > -0.5


def test_a_prompt_that_fits_is_active_all_along_whatever_else_sounds() -> None:
    voice = babble(15.0, -20, 200.0, seed=8)
    _, active = followed(LONGEST, on_wire(LONGEST) + voice)
    assert all(active[2:])


def test_a_tone_that_is_held_is_no_reason_to_doubt() -> None:
    for begins in np.arange(3.0, 13.0, 0.7):
        line = on_wire(LONGEST)
        held = slice(round(begins * RATE), round((begins + 1.5) * RATE))
        line[held] += 600 * np.sin(2 * np.pi * 770 / RATE * np.arange(line[held].size))
        _, active = followed(LONGEST, line)
        assert all(active[2:]), begins


def test_silence_passes_untouched_and_another_call_begins_anew() -> None:
    canceller = Canceller(2)
    line = np.ones((2, FRAME), np.float32)
    assert canceller.cancel(line, None) is line
    through(PROMPT, NOTHING)[1].reset()
    _, learnt = through(PROMPT, NOTHING)
    learnt.reset()
    assert not learnt.active
