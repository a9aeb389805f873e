"""Test a recording under way: blanking, withdrawal, pauses, the office's keys."""

import pytest

from appliance.call.states import State
from appliance.model import actions as act
from appliance.model import events as ev
from appliance.model.policy import PromptKind
from appliance.model.records import Reason
from appliance.model.terms import NumberKind, Side
from tests.call.driver import FIRST_AT, recording, smp
from tests.call.policies import MIXED, NOTICE

T = FIRST_AT + 10_000
"""A time within the recording."""


def test_hanging_up_ends_the_recording() -> None:
    line = recording().on(T).run(T)
    assert line.since(FIRST_AT + 1) == [
        act.StopRecording(Reason.HUNG_UP, smp(T)),
        act.Note("recorded", None),
    ]
    assert line.state == State.ENDED
    assert line.call.reason is Reason.HUNG_UP


# -- keys are blanked ----------------------------------------------------------------------


@pytest.mark.parametrize("side", list(Side))
def test_every_key_is_blanked_40_ms_either_side(side: Side) -> None:
    line = recording().key("7", T, side=side, ms=120).run(T + 120)
    assert line.all(act.Blank) == [act.Blank(smp(T - 40), smp(T + 160))]
    assert line.state == State.RECORDING


def test_a_keys_value_stands_in_no_note() -> None:
    line = recording()
    for at, key in enumerate("40129876"):
        line.key(key, T + at * 400)
    line.on(T + 20_000).run(T + 20_000)
    assert line.notes == [("recorded", None)]


def test_a_single_near_key_is_blanked_and_changes_nothing() -> None:
    line = recording().near("5", T).run(T + 3_200)
    assert line.all(act.Hold) == [act.Hold(smp(T))]
    assert line.times(act.Release) == [T + 100 + 3_000]
    assert line.state == State.RECORDING


def test_two_near_keys_further_apart_change_nothing() -> None:
    line = recording().near("5", T).near("6", T + 3_200).run(T + 10_000)
    assert line.state == State.RECORDING
    assert len(line.all(act.Hold)) == len(line.all(act.Release)) == 2


def test_two_near_digits_within_3_s_are_dialling() -> None:
    line = recording().near("5", T).near("6", T + 2_900).run(T + 3_000)
    assert line.state == State.FAR_CHANGED
    assert line.all(act.StopRecording) == [act.StopRecording(Reason.FAR_CHANGED, smp(T))]


def test_a_held_near_key_holds_the_writer_before_its_release() -> None:
    line = recording().near("5", T, ms=1_000).run(T + 100)
    assert line.all(act.Hold) == [act.Hold(smp(T))]


# -- withdrawing ---------------------------------------------------------------------------


@pytest.mark.parametrize("side", [Side.FAR, Side.UNSURE])
def test_withdrawing_stops_at_once_and_erases_when_it_stood_alone(side: Side) -> None:
    line = recording().key("2", T, side=side).run(T + 100)
    assert line.state == State.PAUSED
    assert act.Pause(smp(T)) in line.since(T)
    line.run(T + 2_099)
    assert line.all(act.Withdraw) == []
    line.run(T + 2_100)
    assert [w.purposes for w in line.all(act.Withdraw)] == [{"training", "quality"}]
    assert line.state == State.REFUSED
    assert line.notes == [("unrecorded", "refused" if side is Side.FAR else "refused_unsure")]
    assert line.call.purposes == frozenset()


def test_after_withdrawing_nobody_is_asked_again() -> None:
    line = recording().key("2", T).ask(T + 5_000).run(T + 60_000)
    assert line.played.count(PromptKind.QUESTION) == 1


@pytest.mark.parametrize("other", [T - 1_900, T - 400])
def test_a_key_within_2_s_before_makes_it_part_of_a_number(other: int) -> None:
    line = recording().key("5", other).key("2", T).run(T + 3_099)
    assert line.state == State.PAUSED
    line.run(T + 3_100)
    assert line.state == State.RECORDING
    assert line.all(act.Withdraw) == []
    assert line.all(act.Resume)[-1] == act.Resume(smp(T + 3_100))


def test_a_key_within_2_s_after_makes_it_part_of_a_number() -> None:
    line = recording().key("2", T).key("5", T + 1_800).run(T + 1_900 + 2_999)
    assert line.state == State.PAUSED
    assert line.run(T + 1_900 + 3_000).state == State.RECORDING
    assert line.all(act.Withdraw) == []


def test_the_pause_lasts_until_3_s_after_the_last_key() -> None:
    line = recording()
    for number, key in enumerate("4222113"):
        line.key(key, T + number * 1_500)
    last = T + 6 * 1_500 + 100
    line.run(last + 2_999)
    assert line.state == State.PAUSED
    assert len(line.all(act.Blank)) == 7
    assert len(line.all(act.Pause)) == 1
    assert line.run(last + 3_000).state == State.RECORDING
    assert line.all(act.Withdraw) == []


def test_a_key_2_s_before_is_too_old_to_matter() -> None:
    line = recording().key("5", T - 2_200).key("2", T).run(T + 5_000)
    assert line.notes == [("unrecorded", "refused")]


def test_pressed_twice_it_withdraws_all_the_more() -> None:
    line = recording().key("2", T).key("2", T + 500).run(T + 2_599)
    assert line.state == State.PAUSED
    assert line.run(T + 2_600).notes == [("unrecorded", "refused")]


def test_a_near_key_after_it_makes_it_part_of_a_number_too() -> None:
    line = recording().key("2", T).near("5", T + 500).run(T + 10_000)
    assert line.state == State.RECORDING


@pytest.mark.parametrize("end", ["hang-up", "flash", "private"])
def test_whatever_ends_the_call_while_it_stands_alone_erases(end: str) -> None:
    line = recording().key("2", T)
    {"hang-up": line.on, "flash": line.cue, "private": line.private}[end](T + 1_000)
    line.run(T + 1_000)
    assert [w.purposes for w in line.all(act.Withdraw)] == [{"training", "quality"}]
    assert line.all(act.StopRecording) == []
    assert line.notes == [("unrecorded", "refused")]


def test_a_recording_lasts_until_its_last_purpose_ends() -> None:
    line = recording(MIXED).key("2", T).run(T + 2_100)
    assert line.all(act.Withdraw) == [act.Withdraw(frozenset({"training", "quality"}), smp(T))]
    assert line.call.purposes == {"contract"}
    assert line.state == State.PAUSED
    line.run(T + 3_100)
    assert line.state == State.RECORDING
    line.key("2", T + 20_000).on(T + 30_000).run(T + 30_000)
    assert len(line.all(act.Withdraw)) == 1
    assert line.notes == [("recorded", None)]


def test_hanging_up_while_a_part_is_withdrawn_keeps_the_rest() -> None:
    line = recording(MIXED).key("2", T).on(T + 1_000).run(T + 1_000)
    assert line.all(act.Withdraw) == [act.Withdraw(frozenset({"training", "quality"}), smp(T))]
    assert line.all(act.StopRecording) == [act.StopRecording(Reason.HUNG_UP, smp(T + 1_000))]
    assert line.notes == [("recorded", None)]
    assert line.call.purposes == {"contract"}  # so the recorder does not erase


def test_a_contract_cannot_be_withdrawn() -> None:
    line = recording(NOTICE).key("2", T).run(T + 5_000)
    assert line.state == State.RECORDING
    assert line.all(act.Pause) == []


# -- the office ----------------------------------------------------------------------------


def test_the_near_refuse_key_stops_and_keeps() -> None:
    line = recording().near("2", T).run(T + 100)
    assert line.all(act.StopRecording) == [act.StopRecording(Reason.OFFICE_REFUSED, smp(T))]
    assert line.notes == [("recorded", None)]
    assert line.state == State.REFUSED


def test_near_star_star_stops_and_keeps() -> None:
    line = recording().near("*", T).near("*", T + 500).run(T + 600)
    assert line.all(act.StopRecording) == [act.StopRecording(Reason.PRIVATE, smp(T + 500))]
    assert line.state == State.PRIVATE


def test_private_by_button_stops_keeps_and_asks_nothing_more() -> None:
    line = recording().private(T).ask(T + 1_000).run(T + 60_000)
    assert line.all(act.StopRecording) == [act.StopRecording(Reason.PRIVATE, smp(T))]
    assert line.notes == [("recorded", None)]
    assert line.played.count(PromptKind.QUESTION) == 1


def test_a_failing_disk_ends_the_recording() -> None:
    line = recording().tell(ev.StorageFailed(smp(T), "no room")).run(T)
    assert line.all(act.StopRecording) == [act.StopRecording(Reason.STORAGE, smp(T))]
    assert line.state == State.RETRYABLE


def test_an_emergency_number_exempts_at_once() -> None:
    line = recording().cue(T).number(NumberKind.EMERGENCY, T + 1_500).ask(T + 5_000).run(T + 60_000)
    assert line.state == State.EXEMPT
    assert line.all(act.StopRecording) == [act.StopRecording(Reason.FAR_CHANGED, smp(T))]
    assert line.played.count(PromptKind.QUESTION) == 1


def test_an_emergency_number_without_a_flash_exempts_too() -> None:
    line = recording().number(NumberKind.EMERGENCY, T).run(T)
    assert line.all(act.StopRecording) == [act.StopRecording(Reason.EXEMPT, smp(T))]


def test_the_key_that_agreed_is_no_part_of_a_number() -> None:
    line = recording().key("2", FIRST_AT + 100).run(FIRST_AT + 3_000)
    assert line.notes == [("unrecorded", "refused")]


@pytest.mark.parametrize("after", [1, 20, 60])
def test_a_break_so_soon_that_nothing_would_be_left_erases(after: int) -> None:
    line = recording()
    line.cue(FIRST_AT + after).run(FIRST_AT + 500)
    assert line.state == "far_changed"
    assert line.all(act.Withdraw)
    assert not line.all(act.StopRecording)
    assert line.notes == [("unrecorded", "far_changed")]
