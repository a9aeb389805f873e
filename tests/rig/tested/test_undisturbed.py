"""An ear's judgement on whether words arrived whole."""

import numpy as np
import pytest

from appliance.model.audio import RATE
from appliance.prompts.speech import simulated_voices
from tests.rig.undisturbed import words_whole

WORDS = simulated_voices()[0][: 4 * RATE].astype(np.float64)
BEFORE = np.zeros(RATE)


@pytest.mark.parametrize("ms", [0, 20, 60])
def test_a_hole_in_the_words_is_heard(ms: int) -> None:
    hole = np.zeros(RATE * ms // 1000)
    said = np.concatenate((BEFORE, WORDS[:17000], hole, WORDS[17000:], BEFORE))
    assert words_whole(said, WORDS) is (ms == 0)


def test_words_that_end_early_are_not_whole() -> None:
    assert not words_whole(np.concatenate((BEFORE, WORDS[:24000], BEFORE)), WORDS)
