"""Begin a recording: no earlier key in it, no file where nothing could begin."""

from typing import Any

import numpy as np
import pytest

from appliance.call.call import Call
from appliance.call.states import State
from appliance.exchange.scene import SceneAct
from appliance.model import events as ev
from appliance.model.audio import RATE
from appliance.recorder.service import Recorder
from tests.boxes import TrialBox
from tests.deep import deep
from tests.likeness import likeness
from tests.recorder.calls import at_talk, play, talk

ROW_1, COLUMN_1 = 697, 1209


def tone(hertz: float) -> Any:
    return np.sin(2 * np.pi * hertz * np.arange(RATE // 20) / RATE)


@pytest.mark.parametrize(
    ("after_ms", "ms"), [(-900, 500), (-10, 2000), deep(-400, 900), deep(-60, 300)]
)
def test_a_key_held_across_the_first_sample_is_not_recorded(
    trial_box: TrialBox, after_ms: int, ms: int
) -> None:
    held = SceneAct(by="caller", do="key", keys="1", on="recording", after_ms=after_ms, ms=ms)
    course = play(trial_box, talk(held))
    (rid,) = course.kept
    with trial_box.open(rid) as reader:
        sound = reader.read(0, 3 * RATE)[0].astype(np.float64)
    assert max(likeness(sound, tone(hertz)) for hertz in (ROW_1, COLUMN_1)) < 0.6


def test_a_key_held_while_the_phone_goes_down_does_not_stop_the_next_recording(
    trial_box: TrialBox,
) -> None:
    held = at_talk("key", by="caller", after_ms=3500, keys="5", ms=3000)
    first, second = talk(held, hang_up_ms=4500), talk(hang_up_ms=4000)
    course = play(trial_box, first, second)
    assert len(course.kept) == 2
    for rid in course.kept:
        with trial_box.open(rid) as reader:
            assert reader.samples > 3 * RATE


def test_a_fault_before_the_first_sample_leaves_no_file(trial_box: TrialBox) -> None:
    def fail(recorder: Recorder, event: ev.Event, call: Call) -> None:
        if isinstance(event, ev.RecordingOpened) and call.state is State.CONFIRMING:
            raise RuntimeError("a fault of ours")

    course = play(trial_box, talk(), wish=fail)
    assert course.kept == []
    (rid,) = course.withdrawn
    assert trial_box.file(rid).read_bytes()[:4096] == bytes(4096)


def test_what_was_in_doubt_when_a_fault_came_is_not_recorded(trial_box: TrialBox) -> None:
    def fail(recorder: Recorder, event: ev.Event, call: Call) -> None:
        if isinstance(event, ev.PartyChanged):
            raise RuntimeError("a fault of ours, at the flash")

    course = play(trial_box, talk(at_talk("flash", ms=600)), wish=fail)
    (rid,) = course.kept
    (flash,) = course.of(ev.PartyChanged)
    first = course.of(ev.PromptEnded)[-1].sample
    with trial_box.open(rid) as reader:
        assert first + reader.samples <= flash.sample
