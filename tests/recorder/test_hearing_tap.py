"""What our own words say of how a V/I tap is wired."""

import numpy as np
import pytest

from appliance.model.audio import FRAME, AudioFrame
from appliance.model.events import DigitPressed, PromptMarked
from appliance.model.terms import Grade, Side
from appliance.recorder.hearing_tap import TapWatch
from appliance.signals.pcm import to_sound

KEY = DigitPressed(9000, "1", Side.FAR, Grade.A, 100, -10.0, 2.0, 0.9)


def after_a_question(current: float, level_db: float) -> DigitPressed:
    """Return a far key as it counts after words whose current is so much of the voltage."""
    watch = TapWatch("Reception", ("voltage", "current"))
    chance = np.random.default_rng(1)
    for n in range(50):
        wave = chance.normal(0, 2000, FRAME)
        sound = np.stack((to_sound(wave), to_sound(current * wave)))
        frame = AudioFrame("Reception", n * FRAME, sound, ("voltage", "current"), to_sound(wave))
        watch.checked(frame, [])
    (_, key) = watch.checked(frame, [PromptMarked(8000, 1000, level_db, 0.0), KEY])
    assert isinstance(key, DigitPressed)
    return key


@pytest.mark.parametrize("level_db", [-5.0, 0.0, 5.0])
def test_words_from_the_network_show_a_tap_that_is_turned_round(level_db: float) -> None:
    key = after_a_question(0.8, level_db)
    assert (key.side, key.grade) == (Side.UNSURE, Grade.NONE)


@pytest.mark.parametrize("level_db", [-5.0, 0.0, 5.0])
def test_words_from_the_box_show_one_that_is_right(level_db: float) -> None:
    assert after_a_question(-0.8, level_db) == KEY


@pytest.mark.parametrize("level_db", [-60.0, -18.6, 12.9])
def test_words_that_were_not_there_show_nothing(level_db: float) -> None:
    assert after_a_question(0.8, level_db) == KEY
