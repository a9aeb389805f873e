"""Send the tones through models of a way, with and without gain control."""

import numpy as np
import pytest

from appliance.exchange.circuit.impairments import GainControl, Hum
from appliance.model.audio import FRAME, RATE, Sound
from appliance.signals.pcm import Wave, dbm0_of_power, rms_of, sine_peak, through_alaw, to_sound
from appliance.signals.round_trip import (
    CONTROLLED_DB,
    LATEST,
    LEVELS,
    LONGEST,
    RoundTrip,
    dial_tone_dbm0,
    measure,
    series,
)

DIAL = (425.0,)


def dial_tone(dbm0: float = -12.0, hertz: tuple[float, ...] = DIAL) -> Wave:
    time = np.arange(LONGEST) / RATE
    share = dbm0 - 10 * np.log10(len(hertz))
    waves = [sine_peak(share) * np.sin(2 * np.pi * each * time) for each in hertz]
    return np.asarray(sum(waves), np.float64)


def came_back(late: int = 800, gain_db: float = 0.0) -> Wave:
    line = np.zeros(LONGEST)
    sent = series()[: LONGEST - late] * 10 ** (gain_db / 20)
    line[late : late + sent.size] = sent
    return line


def noise(dbm0: float) -> Wave:
    wave: Wave = np.random.default_rng(3).standard_normal(LONGEST) * rms_of(dbm0)
    return wave


def controlled(line: Wave) -> Sound:
    control = GainControl()
    frames = [control(line[at : at + FRAME]) for at in range(0, LONGEST, FRAME)]
    return to_sound(np.concatenate(frames))


def trip(line: Sound, dial: tuple[float, ...] = DIAL) -> RoundTrip:
    found = measure(line, dial)
    assert found is not None
    return found


def test_it_is_short_and_no_louder_than_keys() -> None:
    sound = series().astype(np.float64)
    assert sound.size / RATE < 4.0
    loudest = max(
        dbm0_of_power(float(np.mean(sound[at : at + 800] ** 2)))
        for at in range(0, sound.size - 800, 80)
    )
    assert loudest < -9.0
    assert dbm0_of_power(float(np.mean(sound**2))) < -14.0


@pytest.mark.parametrize("late", [0, 37, 160, 800, 4000, LATEST - 160])
@pytest.mark.parametrize("gain_db", [-12.0, 0.0, 4.0])
def test_the_way_is_measured_by_length_and_level(late: int, gain_db: float) -> None:
    found = trip(to_sound(came_back(late, gain_db) + dial_tone() + noise(-60.0)))
    assert abs(found.samples - late) <= 2
    assert found.level_db == pytest.approx(gain_db, abs=0.2)
    assert found.dbm0 == pytest.approx([each + gain_db for each in LEVELS], abs=0.4)
    assert not found.controlled


@pytest.mark.parametrize(
    ("dial", "dbm0"),
    [((425.0,), -10.0), ((425.0,), -22.0), ((350.0, 440.0), -13.0), ((420.0,), -16.0)],
)
@pytest.mark.parametrize("off_hz", [-4.0, 0.0, 3.0])
def test_a_way_without_gain_control_is_never_accused(
    dial: tuple[float, ...], dbm0: float, off_hz: float
) -> None:
    tone = dial_tone(dbm0, tuple(each + off_hz for each in dial))
    line = came_back() + tone + noise(-55.0)
    for wave in (line, Hum(-35.0), through_alaw(to_sound(line)).astype(np.float64)):
        heard = (
            wave
            if isinstance(wave, np.ndarray)
            else np.concatenate([wave(line[at : at + FRAME]) for at in range(0, LONGEST, FRAME)])
        )
        found = trip(to_sound(heard), dial)
        assert not found.disturbed
        assert not found.controlled, (found.apart_db, found.risen_db, found.pilot_db)


@pytest.mark.parametrize("dbm0", [-10.0, -14.0, -20.0, -28.0])
def test_an_automatic_gain_control_is_noticed_beside_any_dial_tone(dbm0: float) -> None:
    found = trip(controlled(came_back() + dial_tone(dbm0) + noise(-60.0)))
    assert found.controlled
    assert max(abs(found.apart_db - 20), abs(found.risen_db), found.pilot_db) > 2 * CONTROLLED_DB


def test_a_slow_gain_control_is_noticed_too() -> None:
    line = came_back() + dial_tone(-16.0)
    gain = np.interp(np.arange(LONGEST), [0, LONGEST], [0.0, 6.0])
    assert trip(to_sound(line * 10 ** (gain / 20))).controlled


def test_nothing_that_came_back_is_told_as_nothing() -> None:
    line = dial_tone() + noise(-60.0)
    assert measure(to_sound(line), DIAL) is None
    assert measure(np.zeros(LONGEST, np.int16), DIAL) is None


def test_half_of_it_is_nothing() -> None:
    line = came_back() + noise(-60.0)
    line[LONGEST // 2 :] = 0
    assert measure(to_sound(line), DIAL) is None or trip(to_sound(line)).dbm0[-1] < -60


def test_a_voice_in_it_is_a_disturbance_and_no_verdict() -> None:
    time = np.arange(LONGEST) / RATE
    voice = sum(
        sine_peak(-18.0) * np.sin(2 * np.pi * each * time) for each in (610.0, 850.0, 1500.0)
    )
    found = trip(to_sound(came_back() + dial_tone() + voice))
    assert found.disturbed
    assert not found.controlled


@pytest.mark.parametrize("dbm0", [-35.0, -20.0, -10.0])
def test_a_dial_tone_is_measured_in_little_sound(dbm0: float) -> None:
    heard = to_sound(dial_tone(dbm0) + noise(-60.0))[:1600]
    assert dial_tone_dbm0(heard, DIAL) == pytest.approx(dbm0, abs=0.5)
    assert dial_tone_dbm0(heard[:100], DIAL) < -90
    assert dial_tone_dbm0(to_sound(noise(-45.0))[:1600], DIAL) < -50
