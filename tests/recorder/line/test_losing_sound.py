"""Sound that is missing: in a key, for long, or without anybody's saying so."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from appliance.call.states import State
from appliance.exchange.scene import SceneAct
from appliance.model import events as ev
from appliance.model.audio import FRAME, RATE, AudioFrame
from appliance.model.sentences.faults import device_fault
from appliance.recorder.line.inbox import EndLine, Task
from appliance.recorder.line.thread import SILENT_SECONDS
from appliance.recorder.serve import make_places
from appliance.recorder.service import Recorder
from tests.boxes import TrialBox
from tests.clocks import ManualClock
from tests.likeness import likeness
from tests.recorder.calls import at_talk, play, talk


def missing(start: int, count: int) -> Callable[[AudioFrame], bool]:
    """Lose so many samples from ``start`` on."""
    return lambda frame: not start <= frame.sample < start + count


def talk_at(box: TrialBox, *acts: SceneAct) -> int:
    """Return the line clock at which the confirmation of such a call ends; seeds repeat it."""
    return play(box, talk(*acts)).of(ev.PromptEnded)[-1].sample


def test_sound_gone_for_more_than_two_seconds_cuts_the_recording(trial_box: TrialBox) -> None:
    begins = talk_at(trial_box)
    course = play(trial_box, talk(), keep=missing(begins + 2 * RATE, 3 * RATE))
    assert State.FAULT in course.states
    (rid,) = course.kept
    with trial_box.open(rid) as reader:
        assert reader.samples <= 2 * RATE + FRAME
        assert reader.survey.end is not None
        assert reader.survey.end.reason == "cut"


def test_a_key_is_blanked_whole_where_sound_was_missing_in_it(trial_box: TrialBox) -> None:
    keyed = at_talk("key", by="caller", after_ms=3600, keys="7", ms=800)
    begins = talk_at(trial_box, keyed)
    course = play(trial_box, talk(keyed), keep=missing(begins + round(3.9 * RATE), RATE // 5))
    (rid,) = course.kept
    with trial_box.open(rid) as reader:
        sound = reader.read(0, reader.samples)[0].astype(np.float64)
        marks = reader.survey.marks
    time = np.arange(RATE // 20) / RATE
    assert max(likeness(sound, np.sin(2 * np.pi * f * time)) for f in (852, 1209)) < 0.6
    assert sum(mark.samples for mark in marks if mark.kind == "blank") < 1.2 * RATE


def crank(recorder: Recorder, done: Callable[[], bool]) -> None:
    """Let the line's time pass by hand, 20 ms at a time, until something is so."""
    exchange, thread = recorder.simulated(), recorder.line("Reception").thread
    for _ in range(60 * RATE // FRAME):
        if done():
            return
        exchange._turn()
        for item in exchange.step():
            thread._take(item)
        while not (thread._inbox.empty and thread._writer.idle):
            thread._writer.settle()
            for waiting in thread._inbox.rest():
                thread._take(waiting)
    raise TimeoutError("a minute of the line has passed")


@pytest.mark.parametrize("busy", [False, True])
def test_a_line_that_falls_silent_is_cut_while_it_is_silent(
    trial_box: TrialBox, busy: bool
) -> None:
    """Nobody need say so, no frame need come back, and other news may keep coming."""
    make_places(trial_box.folders)
    clock = ManualClock()
    recorder = Recorder(trial_box.config, trial_box.folders, clock)
    thread = recorder.line("Reception").thread
    recorder.simulated().place(talk())
    crank(recorder, lambda: thread.status.state == "recording")
    clock.advance(SILENT_SECONDS + 0.1)
    if busy:
        thread._inbox.put(Task(lambda: None))
        thread._inbox.put(EndLine())
        thread._run()
    else:
        thread._watch_sound()
    assert thread.status.state == "fault"
    assert thread.status.reason == "cut"
    recorder.close()


def test_sound_that_stops_without_a_word_says_so_until_its_driver_knows_better(
    trial_box: TrialBox,
) -> None:
    make_places(trial_box.folders)
    clock = ManualClock()
    told: list[Any] = []
    recorder = Recorder(trial_box.config, trial_box.folders, clock)
    thread = recorder.line("Reception").thread
    thread._tell = told.append
    crank(recorder, lambda: thread.status.state == "idle")
    clock.advance(SILENT_SECONDS + 0.1)
    thread._watch_sound()
    assert thread.status.fault == device_fault("no_sound").fault

    thread._take(ev.LineFault(thread._now, "audio", device_fault("card_gone", card="Tap")))
    assert thread.status.fault == told[-1].fault == device_fault("card_gone", card="Tap").fault
    thread._sound_lost = False  # as if the line noticed after its driver
    thread._watch_sound()
    assert thread.status.fault == device_fault("card_gone", card="Tap").fault

    thread._take(ev.LineRestored(thread._now, "audio"))
    assert thread.status.fault == told[-1].fault is None
