"""Measure the condition of synthesised lines."""

from collections.abc import Iterator

import numpy as np
import pytest

from appliance.model.audio import FRAME, RATE
from appliance.signals.condition import LineCondition
from appliance.signals.pcm import FLOOR_DBM0, Wave, rms_of, sine_peak, to_sound

TIME = np.arange(6 * RATE) / RATE


def sine(hertz: float, dbm0: float) -> Wave:
    wave: Wave = sine_peak(dbm0) * np.sin(2 * np.pi * hertz * TIME)
    return wave


def noise(dbm0: float, seed: int = 1) -> Wave:
    wave: Wave = np.random.default_rng(seed).standard_normal(TIME.size) * rms_of(dbm0)
    return wave


def hum(hertz: float, dbm0: float) -> Wave:
    return sine(hertz, dbm0) + sine(3 * hertz, dbm0 - 14) + sine(5 * hertz, dbm0 - 22)


def syllables() -> Wave:
    """A low voice of 120 Hz with pauses, as people make them."""
    wave = sum((sine(120.0 * n, -20.0 - n) for n in range(1, 9)), start=np.zeros(TIME.size))
    return np.asarray(wave * (np.sin(2 * np.pi * 0.4 * TIME) > 0), np.float64)


def frames(*channels: Wave) -> Iterator[np.ndarray[tuple[int, ...], np.dtype[np.int16]]]:
    sound = to_sound(np.stack(channels))
    for at in range(0, sound.shape[1], FRAME):
        yield sound[:, at : at + FRAME]


def measured(*channels: Wave) -> LineCondition:
    condition = LineCondition(len(channels))
    for frame in frames(*channels):
        condition.push(frame)
    return condition


@pytest.mark.parametrize("dbm0", [-60.0, -40.0, -18.0, -6.0, 3.0])
@pytest.mark.parametrize("hertz", [425.0, 1000.0, 3000.0])
def test_a_sine_reads_as_loud_as_it_is(dbm0: float, hertz: float) -> None:
    (channel,) = measured(sine(hertz, dbm0)).channels
    assert channel.dbm0 == pytest.approx(dbm0, abs=0.2)
    assert channel.headroom_db == pytest.approx(3.14 - dbm0, abs=0.2)


def test_noise_reads_as_loud_as_it_is() -> None:
    (channel,) = measured(noise(-30.0)).channels
    assert channel.dbm0 == pytest.approx(-30.0, abs=0.3)


@pytest.mark.parametrize("mains", [49.8, 50.0, 50.2, 60.0, 60.2])
@pytest.mark.parametrize("dbm0", [-55.0, -40.0, -28.0, -10.0])
def test_hum_is_told_by_level_and_mains(mains: float, dbm0: float) -> None:
    (channel,) = measured(hum(mains, dbm0) + noise(-62.0)).channels
    assert channel.hum_hz == round(mains, -1)
    assert channel.hum_dbm0 == pytest.approx(dbm0, abs=0.7)
    assert channel.hum_percent > 60


@pytest.mark.parametrize("loudness", [-62.0, -50.0])
def test_noise_alone_is_no_hum(loudness: float) -> None:
    (channel,) = measured(noise(loudness)).channels
    assert channel.hum_dbm0 < loudness - 20
    assert channel.hum_percent < 1.0


def test_hum_under_speech_is_hum_and_speech_is_none() -> None:
    (alone,) = measured(syllables() + noise(-62.0)).channels
    assert alone.hum_dbm0 < -45
    (both,) = measured(syllables() + hum(50.0, -28.0)).channels
    assert both.hum_hz == 50
    assert both.hum_dbm0 == pytest.approx(-28.0, abs=1.5)


@pytest.mark.parametrize("percent", [-20.0, -2.5, 0.0, 5.0])
def test_an_offset_is_told_and_counts_as_no_level(percent: float) -> None:
    (channel,) = measured(sine(1000.0, -40.0) + percent / 100 * 32768).channels
    assert channel.offset_percent == pytest.approx(percent, abs=0.05)
    assert channel.dbm0 == pytest.approx(-40.0, abs=0.2)


def test_what_is_cut_off_is_counted_for_ten_seconds() -> None:
    condition = LineCondition(1)
    for frame in frames(sine(200.0, 9.0)[:RATE]):
        condition.push(frame)
    loud = condition.channels[0].clipped
    assert loud > 2000
    assert condition.channels[0].headroom_db == 0.0
    for frame in frames(noise(-60.0)):
        condition.push(frame)
    assert 0 < condition.channels[0].clipped <= 2 * loud  # 6 s later
    for frame in frames(noise(-60.0)):
        condition.push(frame)
    assert condition.channels[0].clipped == 0  # 12 s later


def test_the_loudest_sine_that_fits_is_not_cut_off() -> None:
    (channel,) = measured(sine(1000.0, 3.0)).channels
    assert channel.clipped == 0


def test_a_dead_input_is_silent_and_a_quiet_line_is_not() -> None:
    (dead,) = measured(np.full(TIME.size, 7.0)).channels
    assert dead.silent
    assert (dead.dbm0, dead.hum_dbm0, dead.hum_hz) == (FLOOR_DBM0, FLOOR_DBM0, 0)
    (quiet,) = measured(noise(-70.0)).channels
    assert not quiet.silent


@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_one_signal_on_both_channels_is_noticed(sign: float) -> None:
    voice = noise(-25.0)
    assert measured(voice, sign * voice).alike
    assert not measured(voice, sign * voice + noise(-60.0, seed=2)).alike
    assert not measured(voice, 0.5 * sign * voice).alike  # a current of another size


def test_two_dead_channels_are_not_called_one_signal() -> None:
    assert not measured(np.zeros(TIME.size), np.zeros(TIME.size)).alike


def test_there_are_no_figures_before_a_second_and_none_after_wiping() -> None:
    condition = LineCondition(1)
    news = [condition.push(frame) for frame in frames(noise(-30.0)[: 2 * RATE])]
    assert [at for at, new in enumerate(news, 1) if new] == [50, 75, 100]
    condition.wipe()
    assert condition.channels == ()
    assert not condition._sound.any()
    assert not any(condition.push(frame) for frame in frames(noise(-30.0)[: RATE - FRAME]))
