import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from appliance.model.audio import FRAME, AudioFrame, Sides, Sound
from appliance.model.events import CallerId, DigitPressed, Event, ToneHeard, VoiceHeard
from appliance.recorder.hearing import Hearing
from appliance.recorder.hearing_file import FileHearing
from appliance.signals.callerid import CallerIdMessage, build_mdmf
from appliance.signals.dtmf import keys_wave
from appliance.signals.fsk import modulate
from appliance.signals.goertzel import History
from tests.signals.sounds import babble, noise, on_line, pair, quiet, sine

SIDES: list[Sides] = [("both",), ("far", "near"), ("voltage", "current")]
ALL = pytest.mark.parametrize("sides", SIDES, ids="+".join)


def frame_by_frame(sound: Sound, sides: Sides, off_hook: bool | None = None) -> list[Event]:
    hearing = Hearing("line", "PL", sides)
    if off_hook is not None:
        hearing.hook_changed(off_hook=off_hook)
    return [
        event
        for start in range(0, sound.shape[1], FRAME)
        for event in hearing.hear(AudioFrame("line", start, sound[:, start : start + FRAME], sides))
    ]


def at_once(
    sound: Sound, sides: Sides, samples: int = History.AHEAD, off_hook: bool | None = None
) -> list[Event]:
    hearing = FileHearing("line", "PL", sides)
    if off_hook is not None:
        hearing.hook_changed(off_hook=off_hook)
    return [
        event
        for start in range(0, sound.shape[1], samples)
        for event in hearing.hear_at_once(sound[:, start : start + samples])
    ]


def day(seed: int = 1) -> Sound:
    """Everything that the ears know, one after the other."""
    message = modulate(build_mdmf(CallerIdMessage(number="48221234567", name="Jan Nowak")))
    busy = np.concatenate([np.concatenate((sine(425, 0.5), quiet(0.5)))] * 3)
    ringback = np.concatenate([np.concatenate((sine(425, 1.0), quiet(4.0)))] * 2)
    return on_line(
        quiet(0.7), message, quiet(0.5), sine(425, 3.0), babble(1.3, -18), keys_wave("15#", 60, 60),
        quiet(7.0), babble(2.0, -12, 210.0), keys_wave("9", 1200, 40), noise(0.5, -25), busy,
        quiet(0.3), sine(950, 0.33), sine(1400, 0.33), sine(1800, 0.33), quiet(1.0), ringback,
        sine(2100, 0.6), pair(2130, 2750, 0.1, -20), quiet(0.4), babble(0.8, -30), keys_wave("0"),
        seed=seed,
    )  # fmt: skip


def channels(sides: Sides) -> Sound:
    """The day on one channel, and another day, or the same upside down, on the second."""
    first, second = day(), day(seed=2)
    if sides[0] == "far":
        return np.stack((first, np.roll(second, 5 * FRAME * 50)))
    return np.stack((first, -first // 3))[: len(sides)]


@ALL
@pytest.mark.parametrize("samples", [FRAME, 7 * FRAME, History.AHEAD])
@pytest.mark.parametrize("off_hook", [None, True, False])
def test_the_same_is_heard_at_once_as_frame_by_frame(
    sides: Sides, samples: int, off_hook: bool | None
) -> None:
    sound = channels(sides)
    expected = frame_by_frame(sound, sides, off_hook)
    assert at_once(sound, sides, samples, off_hook) == expected
    kinds = {type(event) for event in expected}
    wanted = {CallerId} if off_hook is False else {DigitPressed, ToneHeard, VoiceHeard}
    assert wanted <= kinds


@ALL
@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_any_file_is_heard_like_its_frames(sides: Sides, data: st.DataObject) -> None:
    count = data.draw(st.integers(1, 12)) * FRAME
    sound = data.draw(arrays.arrays(np.int16, (len(sides), count)))
    assert at_once(sound, sides) == frame_by_frame(sound, sides)
