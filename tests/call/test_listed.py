"""Test listed numbers, and the caller's identity."""

import pytest

from appliance.call.states import State
from appliance.model import actions as act
from appliance.model.records import Reason
from tests.call.driver import (
    ASKED_AT,
    FIRST_AT,
    OFF_AT,
    SAID_AT,
    Line,
    idle,
    lifted,
    recording,
    smp,
)
from tests.call.policies import CONSENT

T = FIRST_AT + 10_000


def test_a_listed_caller_is_not_asked() -> None:
    line = Line(CONSENT).on(0).ring(2_000).caller(3_000, listed=True).caller(3_500).off(4_000)
    assert line.run(60_000).played == []
    assert line.notes == [("unrecorded", "exempt")]


@pytest.mark.parametrize("at", [ASKED_AT - 500, ASKED_AT + 500, SAID_AT + 500])
def test_a_caller_known_late_to_be_listed_silences_the_box(at: int) -> None:
    line = lifted().caller(3_000, listed=True, late=at - 3_000).run(60_000)
    assert line.state == State.EXEMPT
    assert line.notes == [("unrecorded", "exempt")]


def test_a_recording_of_a_listed_caller_is_erased() -> None:
    line = recording().caller(3_000, listed=True, late=T - 3_000).run(T)
    assert [w.purposes for w in line.all(act.Withdraw)] == [{"training", "quality"}]
    assert line.notes == [("unrecorded", "exempt")]


def test_a_listed_number_that_waits_stops_and_keeps() -> None:
    line = recording().caller(T, listed=True).run(T)
    assert line.all(act.StopRecording) == [act.StopRecording(Reason.EXEMPT, smp(T))]
    assert line.state == State.EXEMPT


def test_a_callers_number_told_late_is_taken() -> None:
    line = lifted().caller(3_500, late=600).run(OFF_AT + 200)
    assert line.call.caller is not None


def test_in_a_recording_a_late_number_changes_nothing() -> None:
    line = recording().caller(3_500, late=T - 3_500).run(T)
    assert line.state == State.RECORDING
    assert line.call.caller is None


def test_a_listed_number_told_just_before_a_lift_without_a_ring_exempts() -> None:
    line = idle().caller(3_000, listed=True).off(OFF_AT).run(OFF_AT)
    assert line.state == State.EXEMPT


def test_one_told_long_before_does_not() -> None:
    line = idle().caller(3_000, listed=True).off(20_000).run(20_000)
    assert line.state == State.DIALLING


def test_a_listed_number_told_late_while_it_seems_outgoing_exempts() -> None:
    line = idle().off(OFF_AT).caller(OFF_AT - 500, listed=True, late=900).run(OFF_AT + 400)
    assert line.state == State.EXEMPT
