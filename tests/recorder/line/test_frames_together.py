"""Let frames wait for each other: less while the box speaks, to be silent within 100 ms."""

from collections.abc import Iterator

import pytest

from appliance.call.states import State
from appliance.link.requests.calibration import TakeStep
from appliance.model import events as ev
from appliance.model.audio import FRAME, milliseconds
from appliance.model.terms import Hook
from appliance.recorder.line.thread import AT_EASE, AT_ONCE, LONGEST_WAIT_SECONDS
from tests.boxes import TrialBox
from tests.recorder.line.scripted import ScriptedLine


@pytest.fixture
def line(trial_box: TrialBox) -> Iterator[ScriptedLine]:
    line = ScriptedLine(trial_box)
    yield line
    line.close()


def lifted(line: ScriptedLine) -> None:
    line.tell(ev.Ring(line.sound.position()))
    line.run(1000)
    line.off_hook()


def together(line: ScriptedLine) -> int:
    return line.thread._inbox.together


def test_fewer_wait_while_the_box_asks(line: ScriptedLine) -> None:
    line.on_hook()
    line.run(1500)
    assert together(line) == AT_EASE
    lifted(line)
    line.run(5000, State.ASKING)
    assert together(line) == AT_ONCE
    line.tell(ev.HookChanged(line.sound.position(), Hook.ON))
    line.run(2000)
    assert together(line) == AT_EASE


def test_fewer_wait_while_a_phone_is_measured(line: ScriptedLine) -> None:
    """The owner's test calls are exempt, and yet the box speaks."""
    calibration = line.thread.calibration
    line.on_hook()
    line.run(1500)
    line.thread.run_task(calibration.begin)
    line.thread.run_task(lambda: calibration.take_step(TakeStep("Reception", "level", "")))
    lifted(line)
    for _ in range(300):
        line.run(20)
        if line.sound.prompt is not None:
            break
    assert line.sound.prompt is not None
    assert together(line) == AT_ONCE


def test_frames_that_no_others_follow_wait_no_longer_than_four() -> None:
    assert AT_EASE * milliseconds(FRAME) <= LONGEST_WAIT_SECONDS * 1000 <= 100
