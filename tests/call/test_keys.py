"""Which key consents, and which one does not."""

from dataclasses import replace

import pytest

from appliance.call.states import State
from appliance.model import actions as act
from appliance.model import events as ev
from appliance.model.events import Grade, Side
from appliance.model.policy import Spoken
from tests.call.driver import (
    AGREED_AT,
    ASKED_AT,
    CONSENT,
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
    with_grades,
)


def agreed(line: Line) -> bool:
    """Say whether a recording was begun by 20 s after the question."""
    line.run(SAID_AT + 20_000)
    return bool(line.all(act.StartRecording))


def test_the_agreeing_key_records() -> None:
    line = recording()
    start = line.all(act.StartRecording)[0]
    assert start.purposes == {"training", "quality"}
    assert line.call.recording


def test_the_receipt_says_what_was_heard_and_done() -> None:
    receipt = recording().all(act.StartRecording)[0].receipt
    assert (receipt.outcome, receipt.key, receipt.side, receipt.grade) == (
        "agreed",
        "1",
        "far",
        "A",
    )
    assert receipt.purposes == ("quality", "training")
    assert (receipt.prompt_id, receipt.prompt_sha256) == ("trial/question/en", "0" * 64)
    assert (receipt.language, receipt.policy_version) == ("en", "v1")
    assert (receipt.heard_ms, receipt.level_db, receipt.talked_over) == (5_500, 0.0, 0.0)
    assert (receipt.key_at_ms, receipt.key_ms) == (AGREED_AT - 4_000, 100)
    assert (receipt.dbm0, receipt.twist_db, receipt.confidence) == (-10.0, 1.0, 0.9)
    assert receipt.answer_basis is None


@pytest.mark.parametrize(
    ("after", "counts"), [(-100, False), (50, False), (299, False), (300, True)]
)
def test_its_onset_lies_300_ms_after_the_mark(after: int, counts: bool) -> None:
    assert agreed(asked().key("1", MARK_AT + after)) is counts


def test_held_across_the_mark_it_does_not_count() -> None:
    assert not agreed(asked().key("1", MARK_AT - 100, ms=1_000))


def test_a_key_before_the_mark_is_as_if_nothing_was_pressed() -> None:
    line = asked().key("1", MARK_AT - 1_000).run(60_000)
    assert line.played == [Spoken.QUESTION, Spoken.KEYS]
    assert line.notes == [("unrecorded", "no_answer")]


def test_whoever_pressed_early_may_press_again() -> None:
    assert agreed(asked().key("1", MARK_AT - 1_000).key("1", SAID_AT + 1_000))


@pytest.mark.parametrize(("ms", "counts"), [(59, False), (60, True)])
def test_it_lasts_at_least_60_ms(ms: int, counts: bool) -> None:
    assert agreed(awaiting().key("1", AGREED_AT, ms=ms)) is counts


def test_it_is_acted_on_at_its_release() -> None:
    line = awaiting().key("1", AGREED_AT, ms=2_000).run(AGREED_AT + 1_999)
    assert line.call.docket == ()
    line.run(AGREED_AT + 2_000)
    assert len(line.call.docket) == 1


@pytest.mark.parametrize("second", ["1", "3", "7"])
@pytest.mark.parametrize(("gap", "counts"), [(249, False), (251, True)])
def test_no_other_key_within_250_ms_after(second: str, gap: int, counts: bool) -> None:
    line = awaiting().key("1", AGREED_AT).key(second, AGREED_AT + 100 + gap)
    if second == "7" and counts:
        assert not agreed(line)  # a wrong key in time is a no of its own
        assert line.notes == [("unrecorded", "wrong_key")]
    else:
        assert agreed(line) is counts


def test_two_keys_too_close_end_as_wrong_key() -> None:
    line = awaiting().key("1", AGREED_AT).key("3", AGREED_AT + 200).run(60_000)
    assert line.played == [Spoken.QUESTION]
    assert line.notes == [("unrecorded", "wrong_key")]


def test_no_other_key_within_250_ms_before() -> None:
    line = asked().key("1", MARK_AT + 100, ms=100).key("1", MARK_AT + 400)
    assert not agreed(line)


def test_after_two_keys_too_close_one_alone_counts() -> None:
    line = awaiting().key("1", AGREED_AT).key("3", AGREED_AT + 200).key("1", AGREED_AT + 2_000)
    assert agreed(line)


def test_of_two_agreeing_keys_the_first_counts() -> None:
    line = awaiting().key("3", AGREED_AT).key("1", AGREED_AT + 400).run(SILENT_AT)
    assert line.all(act.StartRecording)[0].purposes == {"training"}


def test_a_leaked_tone_and_the_one_made_again_are_one_key() -> None:
    line = awaiting().key("1", AGREED_AT, ms=40).key("1", AGREED_AT + 40 + 80)
    assert agreed(line)
    assert line.all(act.StartRecording)[0].receipt.key_ms == 100


def test_a_leak_further_away_is_another_key() -> None:
    assert not agreed(awaiting().key("1", AGREED_AT, ms=40).key("1", AGREED_AT + 40 + 101))


def test_a_leak_of_another_key_is_another_key() -> None:
    assert not agreed(awaiting().key("3", AGREED_AT, ms=40).key("1", AGREED_AT + 40 + 80))


def test_the_leaked_tone_must_not_lie_before_the_mark_either() -> None:
    """Judged on the later part: it alone needs to follow the mark."""
    line = asked().key("1", MARK_AT + 250, ms=40).key("1", MARK_AT + 250 + 40 + 60)
    assert agreed(line)


def test_a_consent_stops_the_rest_of_the_question() -> None:
    line = asked().key("1", MARK_AT + 310).run(MARK_AT + 410)
    assert line.since(MARK_AT + 1) == [act.Stop()]


@pytest.mark.parametrize("key", ["5", "0", "#", "A"])
def test_a_wrong_key_is_unrecorded_at_once(key: str) -> None:
    line = awaiting().key(key, AGREED_AT).run(AGREED_AT + 100)
    assert line.notes == [("unrecorded", "wrong_key")]
    assert line.state == State.RETRYABLE


def test_a_grade_that_cannot_be_kept_does_not_record() -> None:
    line = awaiting(CONSENT).key("1", AGREED_AT, grade=Grade.B).run(60_000)
    assert line.notes == [("unrecorded", "unsure")]


def test_a_grade_that_the_line_keeps_records() -> None:
    assert agreed(awaiting(with_grades(CONSENT, "A", "B")).key("1", AGREED_AT, grade=Grade.B))


def test_no_grade_at_all_never_records() -> None:
    rules = with_grades(CONSENT, "A", "none")
    assert not agreed(awaiting(rules).key("1", AGREED_AT, grade=Grade.NONE))


def test_an_unsure_key_may_be_pressed_again() -> None:
    line = awaiting().key("1", AGREED_AT, side=Side.UNSURE).key("1", AGREED_AT + 1_500)
    assert agreed(line)


def test_a_second_unsure_is_unrecorded_at_once() -> None:
    line = awaiting().key("1", AGREED_AT, side=Side.UNSURE)
    line.key("1", AGREED_AT + 1_500, side=Side.UNSURE).run(AGREED_AT + 1_600)
    assert line.notes == [("unrecorded", "unsure")]
    assert line.state == State.RETRYABLE


def test_an_unsure_key_that_means_nothing_counts_as_unsure() -> None:
    line = awaiting().key("7", AGREED_AT, side=Side.UNSURE).run(60_000)
    assert line.notes == [("unrecorded", "unsure")]


def test_unsure_and_then_silence_repeats_the_keys_and_ends_unsure() -> None:
    line = awaiting().key("1", AGREED_AT, side=Side.UNSURE).run(60_000)
    assert line.played == [Spoken.QUESTION, Spoken.KEYS]
    assert line.notes == [("unrecorded", "unsure")]


def test_unsure_while_the_question_still_sounds() -> None:
    line = asked().key("1", MARK_AT + 310, side=Side.UNSURE).run(MARK_AT + 420)
    assert line.call.asking.unsure == 1
    assert line.state == State.ASKING


def test_far_keys_before_the_question_mean_nothing() -> None:
    line = lifted().key("2", ASKED_AT - 500).key("1", ASKED_AT - 1_000).run(ASKED_AT)
    assert line.state == State.ASKING


# -- a no ----------------------------------------------------------------------------------


@pytest.mark.parametrize("side", [Side.FAR, Side.UNSURE])
@pytest.mark.parametrize("at", [ASKED_AT, MARK_AT - 50, MARK_AT + 100, SAID_AT + 1_000])
def test_refusal_counts_from_the_first_sample_far_or_unsure(side: Side, at: int) -> None:
    line = asked().key("2", at, side=side, grade=Grade.NONE, ms=40).run(at + 40)
    assert line.state == State.REFUSED
    assert line.notes == [("unrecorded", "refused")]


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
    assert line.notes == [("unrecorded", "refused")]


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
    assert line.played == [Spoken.QUESTION]
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
    """Even in a dialogue that the near key did not end, as its beginning was never told."""
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
