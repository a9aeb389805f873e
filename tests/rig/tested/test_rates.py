"""Go up to a card's rate and down again: the delay changes and nothing else does."""

import numpy as np
import pytest

from appliance.model.audio import FRAME, RATE
from tests.rig.rates import Down, Up


@pytest.mark.parametrize("factor", [1, 2, 6])
@pytest.mark.parametrize("hertz", [350, 1000, 3400])
def test_a_tone_comes_back_as_it_was(factor: int, hertz: int) -> None:
    tone = 8000 * np.sin(2 * np.pi * hertz * np.arange(RATE) / RATE)
    up, down = Up(factor, 2), Down(factor)
    frames = []
    for at in range(0, RATE, FRAME):
        raised = up.take(np.stack((tone[at : at + FRAME], np.zeros(FRAME))))
        assert raised.shape == (2, FRAME * factor)
        assert not raised[1].any()
        frames.append(down.take(raised[0]))
    back = np.concatenate(frames)
    assert back.size == tone.size
    late = [np.abs(back[400:] - tone[400 - lag : RATE - lag]).max() for lag in range(200)]
    assert min(late) < 80  # -40 dB
