"""Test pauses, by button and while digits come."""

import pytest

from appliance.call.states import State
from appliance.model import actions as act
from appliance.model import events as ev
from tests.call.driver import FIRST_AT, Line, recording, smp
from tests.call.policies import MIXED

T = FIRST_AT + 10_000


def paused() -> Line:
    return recording().pause(T).run(T)


def test_the_button_pauses_and_resumes() -> None:
    line = paused()
    assert (line.state, line.call.recording) == (State.PAUSED, True)
    line.pause(T + 5_000).run(T + 5_000)
    assert line.state == State.RECORDING
    assert line.since(T) == [act.Pause(smp(T)), act.Resume(smp(T + 5_000))]


def test_it_resumes_by_itself_after_2_minutes() -> None:
    line = paused().run(T + 119_999)
    assert line.state == State.PAUSED
    assert line.run(T + 120_000).state == State.RECORDING


def test_never_while_digits_come() -> None:
    line = paused()
    for at in range(T + 115_000, T + 125_000, 1_000):
        line.key("4", at)
    line.run(T + 124_100 + 2_999)
    assert line.state == State.PAUSED
    assert line.run(T + 124_100 + 3_000).state == State.RECORDING


def test_the_button_does_not_resume_while_digits_come_either() -> None:
    line = paused().key("4", T + 4_000).pause(T + 5_000).run(T + 7_099)
    assert line.state == State.PAUSED
    assert line.run(T + 7_100).state == State.RECORDING


def test_withdrawing_works_in_a_pause() -> None:
    line = paused().key("2", T + 5_000).run(T + 7_100)
    assert line.notes == [("unrecorded", "refused")]


def test_a_pause_that_would_end_waits_for_the_withdrawal() -> None:
    line = paused().key("2", T + 118_500).run(T + 120_500)
    assert line.state == State.PAUSED
    assert line.run(T + 121_000).notes == [("unrecorded", "refused")]


def test_a_number_keyed_in_a_pause_leaves_it_to_the_button() -> None:
    line = paused().key("4", T + 4_000).key("2", T + 5_000).key("4", T + 6_000).run(T + 20_000)
    assert line.state == State.PAUSED
    assert len(line.all(act.Pause)) == 1
    assert line.run(T + 120_000).state == State.RECORDING


def test_a_part_withdrawn_in_a_pause_leaves_it_to_the_button() -> None:
    line = recording(MIXED).pause(T).key("2", T + 5_000).run(T + 20_000)
    assert line.call.purposes == {"contract"}
    assert line.state == State.PAUSED
    assert line.run(T + 120_000).state == State.RECORDING


def test_the_button_means_nothing_while_only_keys_pause() -> None:
    line = recording().key("5", T).key("2", T + 500).pause(T + 1_000).run(T + 3_599)
    assert line.state == State.PAUSED
    assert line.run(T + 3_600).state == State.RECORDING


def test_a_near_key_just_before_a_pause_does_not_hold_for_ever() -> None:
    line = recording().near("5", T - 1_000).pause(T).run(T + 60_000)
    assert len(line.all(act.Release)) == 1
    assert line.state == State.PAUSED


def test_a_pause_that_ends_lets_held_sound_go() -> None:
    line = recording().near("5", T - 1_000).pause(T).key("2", T + 500).run(T + 60_000)
    line = recording().near("5", T - 1_000).pause(T).pause(T + 500).run(T + 60_000)
    assert line.state == State.RECORDING
    assert len(line.all(act.Hold)) == len(line.all(act.Release)) == 1


@pytest.mark.parametrize(
    ("end", "reason"),
    [("near refusal", "office_refused"), ("two near digits", "far_changed"), ("disk", "storage")],
)
def test_what_ends_a_recording_ends_a_paused_one(end: str, reason: str) -> None:
    line = paused()
    match end:
        case "near refusal":
            line.near("2", T + 5_000)
        case "two near digits":
            line.near("5", T + 4_000).near("6", T + 5_000)
        case _:
            line.tell(ev.StorageFailed(smp(T + 5_000), "no room"))
    line.run(T + 5_100)
    assert [stop.reason.value for stop in line.all(act.StopRecording)] == [reason]
