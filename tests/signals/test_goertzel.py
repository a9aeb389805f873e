import numpy as np
import pytest

from appliance.model.audio import FRAME
from appliance.signals.goertzel import (
    GoertzelBank,
    History,
    SineFitter,
    estimate_frequencies,
    fit_sines,
    measure_frequencies,
)
from appliance.signals.pcm import rms_of
from tests.signals.sounds import noise, pair, quiet, sine


def test_history_keeps_the_newest_in_one_piece_however_long_it_runs() -> None:
    history = History(keep=400)
    count = np.arange(0, 40 * FRAME, dtype=np.float32)
    for start in range(0, count.size, FRAME):
        history.push(count[start : start + FRAME])
        assert history.last(300)[-1] == history.end - 1
    assert history.last(400).tolist() == count[-400:].tolist()
    assert history.between(history.end - 10, history.end - 5).tolist() == count[-10:-5].tolist()


def test_history_leaves_out_what_is_gone_or_yet_to_come() -> None:
    history = History(keep=400)
    history.push(np.ones(FRAME))
    assert history.between(100, 500).size == 60
    assert history.between(500, 600).size == 0
    assert history.between(-5, 5).tolist() == [0] * 5 + [1] * 5


def test_a_bank_measures_the_power_of_its_frequencies() -> None:
    bank = GoertzelBank((697.0, 1209.0, 1633.0), 176)
    window = sine(1209, 0.022, -10)[None, :].astype(np.float32)
    powers = bank.powers(window)[0]
    assert powers[1] == pytest.approx(rms_of(-10) ** 2, rel=0.05)
    assert max(powers[0], powers[2]) < 0.02 * powers[1]


def test_a_bank_is_blind_to_what_it_was_told() -> None:
    bank = GoertzelBank((697.0, 1209.0), 176, blind=((0.0, 70.0), (345.0, 445.0)))
    for frequency in (50.0, 350.0, 425.0, 440.0):
        heard = bank.powers(sine(frequency, 0.022, 0)[None, :].astype(np.float32))[0]
        assert heard.max() < rms_of(-38) ** 2


def test_a_fit_tells_sines_from_the_rest() -> None:
    sound = (sine(700, 0.05, -10) + sine(1210, 0.05, -16) + noise(0.05, -30)).astype(np.float32)
    found = fit_sines(sound, (700, 1210))
    assert found.powers[0] == pytest.approx(rms_of(-10) ** 2, rel=0.1)
    assert found.powers[1] == pytest.approx(rms_of(-16) ** 2, rel=0.2)
    assert found.residual == pytest.approx(rms_of(-30) ** 2, rel=0.4)


def test_what_is_ignored_is_neither_counted_nor_left_over() -> None:
    sound = (sine(700, 0.05, -10) + sine(50, 0.05, -5) + 300).astype(np.float32)
    found = fit_sines(sound, (700,), (50,))
    assert found.residual < 0.001 * found.powers[0]


@pytest.mark.parametrize("off", [-60.0, -12.0, 0.0, 12.0, 60.0])
def test_a_frequency_is_found_to_a_fraction_of_a_hertz(off: float) -> None:
    sound = (sine(697, 0.045, -10) + sine(1477 + off, 0.045, -10)).astype(np.float32)
    low, high = measure_frequencies(sound, (697.0, 1477.0))
    assert low == pytest.approx(697, abs=1.0)
    assert high == pytest.approx(1477 + off, abs=1.0)


@pytest.mark.parametrize("off", [-0.035, -0.015, 0.0, 0.015, 0.035])
def test_a_quick_look_is_right_to_a_hundredth(off: float) -> None:
    hertz = 697 * (1 + off)
    sound = (sine(hertz, 0.045, -10) + sine(1477, 0.045, -10) + noise(0.045, -25))[:360]
    low, high = estimate_frequencies(sound.astype(np.float32), (697.0, 1477.0))
    assert low == pytest.approx(hertz, rel=0.01)
    assert high == pytest.approx(1477, rel=0.01)


def test_silence_has_no_power() -> None:
    assert fit_sines(quiet(0.05).astype(np.float32), (700,)).powers[0] == pytest.approx(0)


def test_what_is_loaded_is_passed_later() -> None:
    history = History(keep=400)
    history.load(np.arange(320))
    assert history.end == 0
    assert history.last(10).max() == 0
    assert history.advance(FRAME).tolist() == list(range(FRAME))
    assert history.end == FRAME
    assert history.last(3).tolist() == [157, 158, 159]
    windows = history.windows(20)
    assert history.coming(windows, 40)[:, -1].tolist() == [199, 239, 279, 319]
    assert history.between(150, 300).tolist() == list(range(150, FRAME))


def test_a_fitter_fits_as_fit_does() -> None:
    sound = (pair(350, 440, 0.022) + sine(50, 0.022)).astype(np.float32)
    once, often = (
        fit_sines(sound, (350, 440), (50,)),
        SineFitter((350, 440), sound.size, (50,)).fit(sound),
    )
    assert often.powers == pytest.approx(once.powers)
    assert often.residual == pytest.approx(once.residual, abs=1e-3)
