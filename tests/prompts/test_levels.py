from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from appliance.model.audio import Sound
from appliance.prompts.levels import active_dbm0, active_end, levelled
from appliance.signals.pcm import FLOOR_DBM0, sine_peak, to_sound

Speech = Callable[..., NDArray[np.float64]]


def sine(dbm0: float, seconds: float = 1.0) -> Sound:
    time = np.arange(round(seconds * 8000)) / 8000
    return to_sound(sine_peak(dbm0) * np.sin(2 * np.pi * 1000 * time))


@pytest.mark.parametrize("dbm0", [-40.0, -18.0, 0.0, 3.0])
def test_active_level_of_a_sine_is_its_level(dbm0: float) -> None:
    assert active_dbm0(sine(dbm0)) == pytest.approx(dbm0, abs=0.05)


def test_pauses_do_not_lower_the_active_level() -> None:
    with_pauses = np.concatenate([sine(-18), np.zeros(40_000, np.int16), sine(-18)])

    assert active_dbm0(with_pauses) == pytest.approx(-18, abs=0.05)


def test_noise_between_words_does_not_count() -> None:
    noise = to_sound(np.random.default_rng(1).normal(0, 20, 40_000))

    assert active_dbm0(np.concatenate([sine(-18), noise])) == pytest.approx(-18, abs=0.05)


def test_silence_has_no_level_and_no_end() -> None:
    assert active_dbm0(np.zeros(800, np.int16)) == FLOOR_DBM0
    assert active_dbm0(np.zeros(0, np.int16)) == FLOOR_DBM0
    assert active_end(np.zeros(800, np.int16)) == 0


def test_end_is_that_of_the_last_word() -> None:
    sound = np.concatenate([sine(-18, 0.5), np.zeros(1600, np.int16), sine(-24, 0.25)])

    assert active_end(np.concatenate([sound, np.zeros(4000, np.int16)])) == sound.size


@pytest.mark.parametrize("dbm0", [-45.0, -18.0, 3.0])
def test_levelled_is_at_the_level_of_prompts(dbm0: float) -> None:
    assert active_dbm0(levelled(sine(dbm0))) == pytest.approx(-18, abs=0.1)


def test_levelled_never_clips(speech: Speech) -> None:
    clicks = np.zeros(8000, np.int16)
    clicks[::400] = 3000

    assert np.abs(levelled(clicks).astype(int)).max() <= 32767
    assert np.count_nonzero(levelled(clicks)) == np.count_nonzero(clicks)
