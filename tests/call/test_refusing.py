"""Test refusals by the caller and by keys of the office, which count at once."""

from dataclasses import replace

import pytest

from appliance.call.states import State
from appliance.model import actions as act
from appliance.model import events as ev
from appliance.model.policy import PromptKind
from appliance.model.terms import Grade, Side
from tests.call.driver import (
    AGREED_AT,
    ASKED_AT,
    FIRST_AT,
    JUDGED_AT,
    MARK_AT,
    SAID_AT,
    SILENT_AT,
    Line,
    asked,
    awaiting,
    lifted,
    recording,
    smp,
)
from tests.call.policies import CONSENT


def agreed(line: Line) -> bool:
    """Return whether a recording began within 20 s of the question."""
    line.run(SAID_AT + 20_000)
    return bool(line.all(act.StartRecording))


@pytest.mark.parametrize("side", [Side.FAR, Side.UNSURE])
@pytest.mark.parametrize("at", [ASKED_AT, MARK_AT - 50, MARK_AT + 100, SAID_AT + 1_000])
def test_refusal_counts_from_the_first_sample_far_or_unsure(side: Side, at: int) -> None:
    line = asked().key("2", at, side=side, grade=Grade.NONE, ms=40).run(at + 40)
    assert line.state == State.REFUSED
    assert line.notes == [("unrecorded", "refused" if side is Side.FAR else "refused_unsure")]


def test_refusal_after_a_consent_in_the_window_wins() -> None:
    line = awaiting().key("1", AGREED_AT).key("2", AGREED_AT + 400).run(60_000)
    assert line.notes == [("unrecorded", "refused")]
    assert line.all(act.StartRecording) == []


def test_refusal_while_confirming_erases_the_file() -> None:
    line = awaiting().key("1", AGREED_AT).run(JUDGED_AT)
    line.key("2", JUDGED_AT + 100).run(JUDGED_AT + 200)
    assert line.state == State.REFUSED
    assert [w.purposes for w in line.all(act.Withdraw)] == [{"training", "quality"}]
    assert line.notes == [("unrecorded", "refused")]
    assert line.run(60_000).all(act.Resume) == []


# -- the office's keys ---------------------------------------------------------------------


@pytest.mark.parametrize("at", [ASKED_AT - 400, ASKED_AT + 1_000, SAID_AT + 1_000])
def test_a_near_key_ends_the_dialogue_within_100_ms(at: int) -> None:
    line = lifted().near("1", at, ms=400).run(at + 100)
    assert line.state == State.RETRYABLE
    assert line.notes == [("unrecorded", "interrupted")]
    assert not line.call.asking.playing


def test_a_near_refuse_key_refuses() -> None:
    line = asked().near("2", ASKED_AT + 1_000).run(ASKED_AT + 1_100)
    assert line.state == State.REFUSED
    assert line.notes == [("unrecorded", "office_refused")]


@pytest.mark.parametrize("at", [ASKED_AT - 900, ASKED_AT + 1_000, SAID_AT + 500])
def test_near_star_star_is_private(at: int) -> None:
    line = lifted().near("*", at).near("*", at + 500).run(at + 600)
    assert line.state == State.PRIVATE
    assert line.notes == [("unrecorded", "private")]


def test_one_near_star_silences_at_once_and_interrupts_after_2_s() -> None:
    line = asked().near("*", ASKED_AT + 1_000).run(ASKED_AT + 1_100)
    assert line.times(act.Stop) == [ASKED_AT + 1_040]
    assert line.notes == []
    assert line.run(ASKED_AT + 3_200).notes == [("unrecorded", "interrupted")]


def test_a_near_star_and_then_another_near_key_interrupts() -> None:
    line = asked().near("*", ASKED_AT + 1_000).near("4", ASKED_AT + 1_500).run(ASKED_AT + 1_600)
    assert line.notes == [("unrecorded", "interrupted")]


def test_stars_too_far_apart_are_not_private() -> None:
    line = asked().near("*", ASKED_AT + 1_000).near("*", ASKED_AT + 3_200).run(ASKED_AT + 3_400)
    assert line.notes == [("unrecorded", "interrupted")]


def test_nothing_is_asked_while_a_near_star_waits() -> None:
    line = lifted().near("*", ASKED_AT - 400).run(60_000)
    assert line.played == []
    assert line.notes == [("unrecorded", "interrupted")]


def test_a_near_star_voids_a_consent_in_the_window() -> None:
    line = awaiting().key("1", AGREED_AT).near("*", AGREED_AT + 300).run(60_000)
    assert line.all(act.StartRecording) == []
    assert line.notes == [("unrecorded", "interrupted")]


def test_a_far_key_while_a_near_star_waits_does_not_agree() -> None:
    line = awaiting().near("*", AGREED_AT).key("1", AGREED_AT + 1_300).run(60_000)
    assert line.all(act.StartRecording) == []


def test_the_window_may_run_out_while_a_near_star_waits() -> None:
    line = awaiting().near("*", SILENT_AT - 100).run(60_000)
    assert line.played == [PromptKind.QUESTION]
    assert line.notes == [("unrecorded", "interrupted")]


def test_a_near_key_voids_a_consent_in_the_window() -> None:
    line = awaiting().key("1", AGREED_AT).near("5", AGREED_AT + 300).run(60_000)
    assert line.all(act.StartRecording) == []
    assert line.notes == [("unrecorded", "interrupted")]


@pytest.mark.parametrize("echo", [50, 150, 400])
def test_the_echo_of_a_near_key_agrees_to_nothing(echo: int) -> None:
    line = awaiting().near("1", AGREED_AT).key("1", AGREED_AT + echo).run(60_000)
    assert line.all(act.StartRecording) == []


@pytest.mark.parametrize(("after", "counts"), [(999, False), (1_000, True)])
def test_for_a_second_after_a_near_key_nothing_agrees(after: int, counts: bool) -> None:
    """Even in a dialogue that the near key did not end, since its onset was never reported."""
    line = awaiting()
    near = ev.DigitPressed(smp(SAID_AT - 100), "9", Side.NEAR, Grade.A, 100, -10.0, 1.0, 0.9)
    line.call = replace(line.call, keys=replace(line.call.keys, near=near))
    assert agreed(line.key("1", SAID_AT + after)) is counts


def test_a_held_far_key_means_nothing_before_its_release() -> None:
    line = awaiting().tell(ev.KeyBegan(smp(AGREED_AT), "1", Side.FAR)).run(AGREED_AT + 10)
    assert line.state == State.AWAITING
    assert line.call.docket == ()


def test_a_late_hang_up_in_the_window_stops_the_consent() -> None:
    line = awaiting().key("1", AGREED_AT).on(AGREED_AT - 50, late=500).run(60_000)
    assert line.all(act.StartRecording) == []
    assert line.notes == [("unrecorded", "hung_up")]


def test_a_source_later_than_500_ms_is_waited_for() -> None:
    line = awaiting(replace(CONSENT, lateness_ms=900)).key("1", AGREED_AT)
    assert line.run(AGREED_AT + 999).all(act.StartRecording) == []
    assert len(line.run(AGREED_AT + 1_000).all(act.StartRecording)) == 1


def test_key_to_first_sample() -> None:
    line = recording()
    assert line.all(act.Resume) == [act.Resume(smp(FIRST_AT))]


def test_the_offices_keys_mean_nothing_after_a_refusal() -> None:
    line = awaiting().key("2", AGREED_AT).near("5", AGREED_AT + 500).near("2", AGREED_AT + 900)
    assert line.run(60_000).state == State.REFUSED


def test_a_no_while_a_question_waits_for_its_replay_counts() -> None:
    line = lifted()
    line.talked_over = 0.5
    line.key("2", MARK_AT + 50).run(60_000)
    assert line.played == [PromptKind.QUESTION]
    assert line.notes == [("unrecorded", "refused")]


def test_a_no_that_comes_after_the_dialogue_counts_too() -> None:
    line = awaiting().key("5", AGREED_AT).key("2", 20_000).ask(21_000).run(60_000)
    assert line.state == State.REFUSED
    assert line.played == [PromptKind.QUESTION]
    assert line.notes == [("unrecorded", "wrong_key")]


def test_a_party_that_was_not_asked_yet_refuses_nothing() -> None:
    line = lifted().pause(ASKED_AT - 500).key("2", ASKED_AT).run(ASKED_AT + 200)
    assert line.state == State.RETRYABLE
