"""Check that one press is one key, whatever the network makes of its tone."""

from itertools import pairwise

import numpy as np
import pytest

from appliance.call.observe import is_leak
from appliance.call.times import KEY_LENGTH_MS
from appliance.model.audio import RATE, Sides
from appliance.model.events import DigitPressed
from appliance.model.terms import Grade, Side
from appliance.signals.dtmf.detector import key_wave
from appliance.signals.pcm import Wave
from tests.hearing.lines_heard import heard_on
from tests.signals.sounds import on_line, quiet

CHANNELS: Sides = ("far", "near")
ANY_HOP = (0.3, 0.30387, 0.30962, 0.315)
"""Seconds of silence before the press."""


def presses(tone: Wave, lead: float) -> list[DigitPressed]:
    """Return the caller's presses as the dialogue counts them: a leaked tone is none of them."""
    far = on_line(quiet(lead), tone, quiet(0.4))
    sound = np.stack((far, on_line(quiet(far.size / RATE), seed=2)))
    keys = [event for event in heard_on(sound, CHANNELS) if isinstance(event, DigitPressed)]
    leaked = [is_leak(*pair) for pair in pairwise(keys)]
    return [key for key, leak in zip(keys, [*leaked, False], strict=True) if not leak]


@pytest.mark.parametrize("gap_ms", [0, 10, 20, 30, 40])
@pytest.mark.parametrize("leak_ms", [20, 30, 40, 50, 55])
def test_a_leaked_tone_and_the_one_made_again_are_one_press(leak_ms: int, gap_ms: int) -> None:
    """Less than 60 ms as they are measured, to within 4, and soon the same key, judged on that."""
    leaked = key_wave("1", leak_ms, dbm0=-14)
    tone = np.concatenate((leaked, quiet(gap_ms / 1000), key_wave("1", 100)))
    for lead in ANY_HOP:
        (press,) = presses(tone, lead)
        assert (press.key, press.side, press.grade) == ("1", Side.FAR, Grade.A)
        assert press.ms >= KEY_LENGTH_MS


@pytest.mark.parametrize("gap_ms", [5, 10])
@pytest.mark.parametrize("tone_ms", [100, 200])
def test_a_tone_with_a_hole_is_one_press(tone_ms: int, gap_ms: int) -> None:
    tone = key_wave("7", tone_ms)
    middle, half = tone.size // 2, gap_ms * RATE // 2000
    tone[middle - half : middle + half] = 0
    for lead in ANY_HOP:
        (press,) = presses(tone, lead)
        assert press.ms == pytest.approx(tone_ms, abs=8)


def test_a_tone_of_two_seconds_is_one_press() -> None:
    for lead in ANY_HOP:
        (press,) = presses(key_wave("#", 2000, dbm0=-12, twist_db=3, deviation=0.005), lead)
        assert press.key == "#"
        assert press.sample == pytest.approx(lead * RATE, abs=40)
        assert press.ms == pytest.approx(2000, abs=8)
        assert press.dbm0 == pytest.approx(-12, abs=0.5)
        assert press.twist_db == pytest.approx(3, abs=0.3)
        assert press.deviation_percent == pytest.approx(0.5, abs=0.05)
        assert press.confidence > 0.5
