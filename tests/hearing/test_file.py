from functools import cache

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from appliance.hearing.file import FileDetectors
from appliance.hearing.stream import LineDetectors
from appliance.model.audio import FRAME, AudioFrame, Sides, Sound
from appliance.model.events import CallerId, DigitPressed, Event, ToneHeard, VoiceHeard
from appliance.signals.caller_id.fsk import modulate
from appliance.signals.caller_id.messages import CallerIdMessage, build_mdmf
from appliance.signals.goertzel import History
from tests.deep import deep
from tests.signals.sounds import babble, keys_wave, noise, on_line, pair, quiet, sine

SIDES: list[Sides] = [("both",), ("far", "near"), ("voltage", "current")]
ALL = pytest.mark.parametrize("sides", SIDES, ids="+".join)


def frame_by_frame(sound: Sound, sides: Sides, off_hook: bool | None = None) -> list[Event]:
    hearing = LineDetectors("line", "PL", sides)
    if off_hook is not None:
        hearing.hook_changed(off_hook=off_hook)
    return [
        event
        for start in range(0, sound.shape[1], FRAME)
        for event in hearing.events_in(
            AudioFrame("line", start, sound[:, start : start + FRAME], sides)
        )
    ]


def at_once(
    sound: Sound, sides: Sides, samples: int = History.AHEAD, off_hook: bool | None = None
) -> list[Event]:
    hearing = FileDetectors("line", "PL", sides)
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


@cache
def day_frame_by_frame(sides: Sides, off_hook: bool | None) -> tuple[Sound, tuple[Event, ...]]:
    """Return the day and what is heard of it, for every length of a piece."""
    sound = channels(sides)
    return sound, tuple(frame_by_frame(sound, sides, off_hook))


@ALL
@pytest.mark.parametrize("samples", [FRAME, deep(7 * FRAME), History.AHEAD])
@pytest.mark.parametrize("off_hook", [deep(None), True, False])
def test_the_same_is_heard_at_once_as_frame_by_frame(
    sides: Sides, samples: int, off_hook: bool | None
) -> None:
    sound, expected = day_frame_by_frame(sides, off_hook)
    assert at_once(sound, sides, samples, off_hook) == list(expected)
    kinds = {type(event) for event in expected}
    wanted = {CallerId} if off_hook is False else {DigitPressed, ToneHeard, VoiceHeard}
    assert wanted <= kinds


@ALL
@pytest.mark.parametrize("seconds", [2.9, deep(3.3), 4.5])
@pytest.mark.parametrize("at", [0.5, deep(1.3), 2.1, deep(2.9)])
def test_a_key_that_is_held_for_seconds_is_heard_alike(
    sides: Sides, at: float, seconds: float
) -> None:
    held = on_line(quiet(at), keys_wave("5", 1000 * seconds, 40), quiet(0.5))
    sound = np.stack((held, held // 3))[: len(sides)]
    expected = frame_by_frame(sound, sides, off_hook=True)
    assert at_once(sound, sides, off_hook=True) == expected
    (key,) = [event for event in expected if isinstance(event, DigitPressed)]
    assert key.ms == pytest.approx(1000 * seconds, abs=10)


MACHINE = (980.0, 1100.0, 1300.0, 1400.0, 1650.0, 2100.0, 2225.0, 2300.0)


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from((425.0, *MACHINE)),
    st.lists(
        st.tuples(st.floats(-55.0, -5.0), st.floats(0.1, 5.0), st.floats(-60.0, -15.0)),
        min_size=1,
        max_size=4,
    ),
)
@example(1300.0, [(-45.0, 4.5, -60.0), (-20.0, 0.5, -60.0)])
@example(1300.0, [(-25.0, 4.5, -30.0), (-25.0, 0.5, -60.0)])
def test_a_tone_that_changes_its_level_for_seconds_is_heard_alike(
    hertz: float, parts: list[tuple[float, float, float]]
) -> None:
    whole = sine(hertz, sum(seconds for _, seconds, _ in parts), 0)
    gains = [np.full(sine(hertz, seconds, 0).size, 10 ** (dbm0 / 20)) for dbm0, seconds, _ in parts]
    hissing = [noise(seconds, hiss) for _, seconds, hiss in parts]
    size = min(whole.size, sum(gain.size for gain in gains))
    wave = whole[:size] * np.concatenate(gains)[:size] + np.concatenate(hissing)[:size]
    sound = on_line(wave[: size // FRAME * FRAME], seed=1)[None]
    assert at_once(sound, ("both",)) == frame_by_frame(sound, ("both",))


@ALL
@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_any_file_is_heard_like_its_frames(sides: Sides, data: st.DataObject) -> None:
    count = data.draw(st.integers(1, 12)) * FRAME
    sound = data.draw(arrays.arrays(np.int16, (len(sides), count)))
    assert at_once(sound, sides) == frame_by_frame(sound, sides)
