import numpy as np
import pytest

from appliance.model.terms import Grade, Side
from appliance.signals.dtmf.detector import key_wave
from appliance.signals.goertzel import Floats
from appliance.signals.pcm import Wave
from appliance.signals.side.direction import (
    UNSURE,
    LevelRule,
    NearVoid,
    side_by_channels,
    side_by_direction,
)
from tests.signals.sounds import noise

TONES = (770.0, 1336.0)


def key(ms: float = 100, dbm0: float = -12, deviation: float = 0) -> Wave:
    return key_wave("5", ms, dbm0=dbm0, deviation=deviation)


def floats(wave: Wave) -> Floats:
    return wave.astype(np.float32)


def turned(wave: Wave, degrees: float) -> Wave:
    """Shift the phase of every frequency."""
    spectrum = np.fft.rfft(wave) * np.exp(1j * np.radians(degrees))
    return np.fft.irfft(spectrum, wave.size)


@pytest.mark.parametrize("degrees", [-45, -20, 0, 20, 45])
@pytest.mark.parametrize(("sign", "side"), [(1.0, Side.FAR), (-1.0, Side.NEAR)])
def test_the_current_tells_the_side(degrees: float, sign: float, side: Side) -> None:
    current = sign * turned(key(), degrees) + noise(0.1, -32)
    evidence = side_by_direction(floats(key() + noise(0.1, -40, 2)), floats(current), TONES)
    assert evidence.side is side
    assert evidence.grade is Grade.A
    assert 0.35 < evidence.confidence <= 1


def test_a_current_at_right_angles_tells_nothing() -> None:
    assert side_by_direction(floats(key()), floats(turned(key(), 90)), TONES) == UNSURE


def test_a_current_that_is_noise_tells_nothing() -> None:
    for seed in range(50):
        current = floats(noise(0.1, -12, seed))
        assert side_by_direction(floats(key()), current, TONES) == UNSURE


def test_a_dead_current_channel_tells_nothing() -> None:
    assert side_by_direction(floats(key()), np.zeros(800, np.float32), TONES) == UNSURE


def test_too_short_a_piece_tells_nothing() -> None:
    assert side_by_direction(floats(key(10)), floats(key(10)), TONES) == UNSURE


def test_the_same_key_on_both_sides_is_unsure() -> None:
    far, near = key(200), key(200, deviation=0.01)
    assert side_by_direction(floats(far + near), floats(far - near), TONES) == UNSURE


def test_a_change_of_side_within_a_key_is_unsure() -> None:
    voltage = key(200)
    current = np.concatenate((voltage[:800], -voltage[800:]))
    assert side_by_direction(floats(voltage), floats(current), TONES) == UNSURE


@pytest.mark.parametrize(
    ("far", "near", "side"),
    [(-10, -40, Side.FAR), (-40, -10, Side.NEAR), (-10, -13, Side.UNSURE)],
)
def test_the_louder_channel_tells_the_side(far: float, near: float, side: Side) -> None:
    assert side_by_channels(far, near).side is side


RULE = LevelRule(near_lowest=-5.0, far_highest=-17.0, far_tests=3)


@pytest.mark.parametrize(
    ("dbm0", "side"),
    [(-25, Side.FAR), (-17, Side.FAR), (-11, Side.UNSURE), (-5, Side.NEAR), (0, Side.NEAR)],
)
def test_the_level_rule_keeps_a_gap_between_the_sides(dbm0: float, side: Side) -> None:
    assert RULE.side_of(dbm0).side is side
    assert RULE.side_of(dbm0).grade is (Grade.NONE if side is Side.UNSURE else Grade.C)


@pytest.mark.parametrize(
    "rule", [LevelRule(-5.0, -14.0, 3), LevelRule(-5.0, -17.0, 2)], ids=["9 dB", "two tests"]
)
def test_the_level_rule_claims_nothing_without_proof(rule: LevelRule) -> None:
    assert not rule.usable
    assert rule.side_of(-30) == UNSURE


def test_a_near_key_voids_for_a_second() -> None:
    void = NearVoid()
    assert not void.covers(0, 100)
    void.pressed(1000)
    assert void.covers(1500, 2000)
    assert not void.covers(0, 900)
    void.released(2000)
    assert void.covers(2000 + 7999, 2000 + 9000)
    assert not void.covers(2000 + 8000, 2000 + 9000)
    assert void.covers(0, 1001)


def test_a_release_without_a_press_voids_nothing() -> None:
    void = NearVoid()
    void.released(500)
    assert not void.covers(0, 1000)
