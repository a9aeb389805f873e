"""Test which keys consent, and which do not."""

import pytest

from appliance.call.states import State
from appliance.model import actions as act
from appliance.model import events as ev
from appliance.model.policy import PromptKind
from appliance.model.terms import Grade, Side
from tests.call.driver import (
    AGREED_AT,
    ASKED_AT,
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
from tests.call.policies import CONSENT, with_grades


def agreed(line: Line) -> bool:
    """Return whether a recording began within 20 s of the question."""
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
    assert receipt.deviation_percent == -0.4
    assert receipt.answer_basis is None
    assert (receipt.refused, receipt.keys, receipt.more_key) == ((), (), None)
    assert [(said.spoken, said.prompt_sha256) for said in receipt.said] == [("question", "0" * 64)]


@pytest.mark.parametrize(
    ("after", "counts"), [(-100, False), (50, False), (299, False), (300, True)]
)
def test_its_onset_lies_300_ms_after_the_mark(after: int, counts: bool) -> None:
    assert agreed(asked().key("1", MARK_AT + after)) is counts


def test_held_across_the_mark_it_does_not_count() -> None:
    assert not agreed(asked().key("1", MARK_AT - 100, ms=1_000))


def test_a_key_before_the_mark_does_not_count_and_is_reported_as_too_early() -> None:
    line = asked().key("1", MARK_AT - 1_000).run(60_000)
    assert line.played == [PromptKind.QUESTION, PromptKind.KEYS]
    assert line.notes == [("unrecorded", "too_early")]


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
        assert not agreed(line)  # a wrong key in time ends the dialogue
        assert line.notes == [("unrecorded", "wrong_key")]
    else:
        assert agreed(line) is counts


def test_two_keys_too_close_end_as_crowded() -> None:
    line = awaiting().key("1", AGREED_AT).key("3", AGREED_AT + 200).run(60_000)
    assert line.played == [PromptKind.QUESTION]
    assert line.notes == [("unrecorded", "crowded")]


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
    """The later part counts: it alone must follow the mark."""
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
    assert line.played == [PromptKind.QUESTION, PromptKind.KEYS]
    assert line.notes == [("unrecorded", "unsure")]


def test_unsure_while_the_question_still_sounds() -> None:
    line = asked().key("1", MARK_AT + 310, side=Side.UNSURE).run(MARK_AT + 420)
    assert line.call.asking.unsure == 1
    assert line.state == State.ASKING


def test_far_keys_before_the_question_mean_nothing() -> None:
    line = lifted().key("2", ASKED_AT - 500).key("1", ASKED_AT - 1_000).run(ASKED_AT)
    assert line.state == State.ASKING


def held(key: str, at: int, *, ms: int) -> Line:
    """Return a line with 1 pressed in the window, and then another far key held."""
    line = awaiting().key("1", AGREED_AT)
    line.tell(ev.KeyBegan(smp(at), key, Side.FAR), arrives=at + 50)
    return line.key(key, at, ms=ms).run(at + ms + 2_000)


@pytest.mark.parametrize("key", ["1", "3", "5"])
@pytest.mark.parametrize("apart", [20, 100, 240])
def test_a_key_that_begins_too_soon_and_is_held_spoils_the_consent(key: str, apart: int) -> None:
    line = held(key, AGREED_AT + 100 + apart, ms=1_500)
    assert not line.all(act.StartRecording)


def test_a_refuse_key_counts_while_it_is_held() -> None:
    line = asked()
    line.tell(ev.KeyBegan(smp(line.now + 100), "2", Side.FAR), arrives=line.now + 150)
    line.run(line.now + 200)
    assert line.state == "refused"
    assert line.all(act.Stop)
