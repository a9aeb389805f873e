import numpy as np
import pytest

from appliance.model.audio import FRAME, RATE
from appliance.signals.dtmf.concealment import conceal_gap
from appliance.signals.dtmf.detector import key_wave
from appliance.signals.goertzel import Floats
from appliance.signals.pcm import Wave
from tests.signals.sounds import babble, noise

HOLE = slice(FRAME, 2 * FRAME)


def channels(*waves: Wave, noise_dbm0: float = -60.0) -> Floats:
    """Return three frames of each wave, in noise."""
    kept = [
        wave[: 3 * FRAME] + noise(3 * FRAME / RATE, noise_dbm0, n) for n, wave in enumerate(waves)
    ]
    return np.stack(kept).astype(np.float32)


def bridged(sound: Floats, key: str = "1", channel: int = 0) -> Floats | None:
    return conceal_gap(sound[:, :FRAME], sound[:, 2 * FRAME :], key, channel)


@pytest.mark.parametrize("key", "1580D")
@pytest.mark.parametrize("deviation", [-0.015, 0.0, 0.01])
@pytest.mark.parametrize("noise_dbm0", [-60.0, -30.0])
def test_a_hole_in_a_key_is_filled_with_what_was_there(
    key: str, deviation: float, noise_dbm0: float
) -> None:
    wave = key_wave(key, 100, dbm0=-10, twist_db=2, deviation=deviation)[100:]
    sound = channels(wave, -0.5 * wave, noise_dbm0=noise_dbm0)
    filled = bridged(sound, key)
    assert filled is not None
    for channel, true in zip(filled, (wave, -0.5 * wave), strict=True):
        rest = channel - true[HOLE]
        assert rest @ rest < 0.05 * (true[HOLE] @ true[HOLE])


@pytest.mark.parametrize("lag", range(1, 8))
def test_the_same_key_pressed_again_is_not_filled(lag: int) -> None:
    wave = key_wave("1", 100, dbm0=-10)[100:]
    again = key_wave("1", 100, dbm0=-10)[100 + 9 * lag :]
    assert bridged(channels(np.concatenate((wave[: 2 * FRAME], again)))) is None


@pytest.mark.parametrize(
    "after",
    [
        np.zeros(FRAME),
        key_wave("2", 40)[:FRAME],
        0.5 * key_wave("1", 100)[100 + 2 * FRAME :],
        babble(0.1, -10.0),
    ],
    ids=["silence", "another", "quieter", "voice"],
)
def test_what_is_something_else_after_the_hole_is_not_filled(after: Wave) -> None:
    wave = key_wave("1", 100)[100:]
    assert bridged(channels(np.concatenate((wave[: 2 * FRAME], after[:FRAME])))) is None


def test_a_key_that_another_channel_shows_is_filled_there_too() -> None:
    wave = key_wave("4", 100)[100:]
    sound = channels(np.zeros(wave.size), wave)
    filled = bridged(sound, "4", 1)
    assert filled is not None
    assert np.abs(filled[0]).max() < 0.1 * np.abs(filled[1]).max()
