import numpy as np
import pytest

from appliance.model.audio import RATE
from appliance.signals.pcm import Wave
from appliance.signals.prompt.clock_skew import MAX_SKEW, apply_skew, measure_skew
from tests.signals.sounds import babble, noise

SECONDS = 12.0
PROMPT = babble(SECONDS, -18)
QUIET = noise(SECONDS, -60)
LINE = np.array([0.1, 0.5, 0.3, -0.1, 0.05])


def on_line(prompt: Wave, lag: int = 3) -> Wave:
    """Return a prompt as a line filters and delays it."""
    way = np.concatenate((np.zeros(lag), LINE))
    return np.convolve(prompt, way)[: prompt.size] + QUIET


@pytest.mark.parametrize("ppm", [-150.0, -40.0, -10.0, 0.0, 10.0, 40.0, 150.0])
def test_a_drift_is_measured(ppm: float) -> None:
    found = measure_skew(PROMPT, on_line(apply_skew(PROMPT, ppm * 1e-6), 20))
    assert found * 1e6 == pytest.approx(ppm, abs=2.0)


def test_a_drift_is_measured_while_somebody_talks_half_the_time() -> None:
    talk = babble(SECONDS, -20, 190.0, seed=5)
    talk[: talk.size // 2] = 0
    found = measure_skew(PROMPT, on_line(apply_skew(PROMPT, 40e-6), 20) + talk)
    assert found * 1e6 == pytest.approx(40.0, abs=6.0)


@pytest.mark.parametrize("line", [QUIET, babble(SECONDS, -18, 190.0, seed=9)], ids=["no", "other"])
def test_no_drift_is_made_up_where_the_words_are_not_there(line: Wave) -> None:
    assert abs(measure_skew(PROMPT, line)) <= MAX_SKEW


def test_a_few_words_show_no_drift() -> None:
    assert measure_skew(PROMPT[: 2 * RATE], on_line(PROMPT)[: 2 * RATE]) == 0.0


def test_a_drifting_wave_keeps_its_middle_and_its_sound() -> None:
    time = np.arange(8 * RATE) / RATE
    late = apply_skew(np.sin(2 * np.pi * 800 * time), 50e-6)
    wanted = np.sin(2 * np.pi * 800 * (time - 50e-6 * (time - 4.0)))
    assert np.abs(late - wanted)[8:-8].max() < 0.01
