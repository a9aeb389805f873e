"""Name one time of a call, live and in its recordings, however the clock is set."""

from dataclasses import replace

import pytest

from appliance.call.call import Call
from appliance.config.read import trial
from appliance.exchange.scene import Scene
from appliance.model.actions import StartRecording
from appliance.model.audio import RATE
from appliance.model.events import Event
from appliance.model.policy import LineMemory
from appliance.recorder.recording.opening import Openings
from appliance.recorder.service import Recorder
from tests import samples
from tests.boxes import TrialBox
from tests.call.policies import CONSENT
from tests.clocks import ManualClock
from tests.recorder.calls import play

OFFHOOK = 3 * RATE
HOUR = 3600.0
CALL = replace(
    Call(replace(CONSENT, rule=samples.RULE), LineMemory(), direction="incoming"),
    offhook_sample=OFFHOOK,
)
START = StartRecording(frozenset({"training"}), samples.RECEIPT)


class CallOnClock:
    """A call on a line whose clock can be set meanwhile; 30 s pass before each look."""

    def __init__(self, *, trusted: bool = True) -> None:
        self.clock = ManualClock(trusted=trusted)
        self.began = self.clock.now()
        self._now = OFFHOOK
        office = trial().office
        self._openings = Openings(
            office, ("far", "near"), self.clock, "b00710", lambda: samples.RULE.heard
        )

    def _pass(self) -> int:
        self.clock.advance(30.0)
        self._now += 30 * RATE
        return self._now

    def live(self) -> float:
        return self._openings.began(OFFHOOK, self._pass())

    def recorded(self) -> float:
        return self._openings.opening(CALL, START, self._pass()).meta.started_at


@pytest.mark.parametrize("step", [0.4, HOUR, -HOUR])
def test_a_clock_set_before_the_recording_counts_and_one_set_later_does_not(step: float) -> None:
    call = CallOnClock()
    assert call.live() == call.began
    call.clock.jump(step)
    right = call.began + (step if abs(step) > 1 else 0)
    assert (call.live(), call.recorded(), call.live()) == (right, right, right)
    call.clock.jump(step)
    assert (call.live(), call.recorded(), call.live()) == (right, right, right)


def test_a_time_sealed_by_a_clock_that_was_never_set_binds_no_later_recording() -> None:
    call = CallOnClock(trusted=False)
    assert call.recorded() == call.began
    call.clock.jump(HOUR)
    assert (call.recorded(), call.live()) == (call.began + HOUR, call.began + HOUR)


def test_a_line_tells_the_time_that_its_recording_seals(trial_box: TrialBox) -> None:
    told: dict[str, float] = {}

    def look(recorder: Recorder, event: Event, after: Call) -> None:
        status = recorder.line("Reception").thread.view.shown.status
        told[status.state] = status.began

    play(trial_box, Scene.ordinary("+48600555012", "1", talk=3.0, name="Zofia"), wish=look)
    sealed = [trial_box.open(rid).meta.started_at for rid in trial_box.recordings()]
    assert sealed == [told["recording"]]
    assert {told["idle"], told["ringing"], told["ended"]} == {0.0}
