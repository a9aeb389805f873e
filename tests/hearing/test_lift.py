"""Sound around the lift: the monitor tells it a little late, a machine does not wait."""

import pytest

from appliance.hearing.stream import LineDetectors
from appliance.model.audio import FRAME, RATE, AudioFrame, Sides
from appliance.model.events import ToneHeard
from appliance.model.terms import Tone
from appliance.signals.pcm import Wave
from tests.signals.sounds import on_line, quiet, sine

BOTH: Sides = ("both",)


def tones(*parts: Wave, lift: float, told: float = 0.1) -> list[tuple[Tone, float]]:
    """Return tones and when each began, of a line whose phone is lifted at ``lift`` seconds."""
    hearing = LineDetectors("line", "PL", BOTH)
    hearing.hook_changed(off_hook=False)
    sound = on_line(*parts)
    found = []
    for start in range(0, sound.size - FRAME, FRAME):
        if start == round((lift + told) * RATE) // FRAME * FRAME:
            hearing.hook_changed(off_hook=True)
        frame = AudioFrame("line", start, sound[None, start : start + FRAME], BOTH)
        found += [event for event in hearing.events_in(frame) if isinstance(event, ToneHeard)]
    return [(event.tone, event.sample / RATE) for event in found]


@pytest.mark.parametrize("told", [0.02, 0.1, 0.2, 0.4])
@pytest.mark.parametrize(("hertz", "tone"), [(1100, Tone.FAX_CNG), (1300, Tone.DATA_CALLING)])
def test_a_machines_tone_that_begins_at_the_lift_is_heard(
    hertz: float, tone: Tone, told: float
) -> None:
    found = tones(quiet(2.0), sine(hertz, 0.5), quiet(3.0), lift=2.0, told=told)
    assert [one for one, _ in found] == [tone]
    assert found[0][1] == pytest.approx(2.0, abs=0.05)


def test_a_tone_at_the_lift_is_no_message_that_hides_the_next_one() -> None:
    again = [sine(1300, 0.6), quiet(1.7)] * 3
    found = tones(quiet(2.0), *again, lift=2.0)
    assert [round(at, 1) for _, at in found] == [2.0, 4.3, 6.6]


def test_a_tone_long_before_the_lift_is_none_of_the_calls() -> None:
    assert tones(quiet(1.0), sine(1100, 0.5), quiet(3.0), lift=3.0) == []
