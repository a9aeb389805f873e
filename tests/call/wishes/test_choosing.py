"""Test the choice of purposes one by one, which one key opens."""

from dataclasses import replace

import pytest

from appliance.call.eligibility import can_be_asked
from appliance.call.states import State
from appliance.model import actions as act
from appliance.model import events as ev
from appliance.model.policy import Policy, PromptKind, Saying
from appliance.model.terms import Grade, PartyCue, Side, Timer
from tests.call.driver import (
    AGREED_AT,
    ASKED_AT,
    CHOICE_AT,
    CHOICE_SAID_AT,
    LENGTHS,
    MARK_AT,
    OFF_AT,
    Line,
    asked,
    awaiting,
    choosing,
    hurry,
    lifted,
    smp,
)
from tests.call.policies import (
    CONTRACT,
    FOUR,
    INTEREST,
    QUALITY,
    TRAINING,
    policy,
    with_choice,
    with_more,
    without_prompt,
)

CHOOSE = with_choice(FOUR)
MIXED_CHOICE = with_choice(policy(TRAINING, QUALITY, CONTRACT))
INTEREST_CHOICE = with_choice(policy(TRAINING, QUALITY, INTEREST))
LENGTH = LENGTHS[PromptKind.CHOICE][1]
JUDGED = 500


def answered(line: Line, *keys: str | None) -> Line:
    """Answer one purpose after the other, each half a second after its words."""
    for key in keys:
        if key is None:
            line.run(line.now + 4_000)
        else:
            at = line.now + 500
            line.key(key, at).run(at + 100 + (JUDGED if key == "1" else 0))
        if line.state == State.CHOOSING and line.call.asking.playing:
            line.run(line.now + LENGTH)
    return line


def choices(line: Line) -> list[str]:
    """Return the purposes that were asked alone, in their order."""
    said = [play.saying for play in line.all(act.Play)]
    return [next(iter(s.purposes)) for s in said if s.spoken is PromptKind.CHOICE]


def started(line: Line) -> act.StartRecording:
    (start,) = line.run(line.now + 20_000).all(act.StartRecording)
    return start


def test_one_key_opens_it_and_each_purpose_is_asked_alone() -> None:
    line = answered(choosing(CHOOSE), "1", "2", None, "1")
    assert choices(line) == ["training", "quality", "claims", "agreements"]
    start = started(line)
    assert start.purposes == {"training", "agreements"}
    assert line.state == State.RECORDING


def test_the_confirmation_names_what_was_chosen() -> None:
    line = answered(choosing(CHOOSE), "2", "1", "1", "2")
    started(line)
    last = line.all(act.Play)[-1].saying
    assert last == Saying(PromptKind.CONFIRMATION, frozenset({"quality", "claims"}))


@pytest.mark.parametrize(
    ("keys", "chosen"),
    [
        (("1", "1", "1", "1"), {"training", "quality", "claims", "agreements"}),
        (("1", "2", "2", "2"), {"training"}),
        (("1", None, None, None), {"training"}),
        (("2", "2", "2", "1"), {"agreements"}),
        ((None, None, None, "1"), {"agreements"}),
    ],
)
def test_it_ends_in_the_chosen_set(keys: tuple[str | None, ...], chosen: set[str]) -> None:
    assert started(answered(choosing(CHOOSE), *keys)).purposes == chosen


@pytest.mark.parametrize("key", ["2", None])
def test_nothing_chosen_is_a_refusal(key: str | None) -> None:
    line = answered(choosing(CHOOSE), key, key, key, key).run(200_000)
    assert line.notes == [("unrecorded", "nothing_chosen")]
    assert line.all(act.StartRecording) == []
    line.ask(line.now).run(line.now + 20_000)
    assert line.played.count(PromptKind.QUESTION) == 1


def test_the_receipt_holds_every_answer_and_every_prompt() -> None:
    line = answered(choosing(CHOOSE), "1", "2", None, "1")
    receipt = started(line).receipt
    assert (receipt.outcome, receipt.key) == ("agreed", "1")
    assert receipt.refused == ("claims", "quality")
    assert [(key.key, key.means, key.purposes) for key in receipt.keys] == [
        ("4", "choose", ()),
        ("1", "agreed", ("training",)),
        ("2", "refused", ("quality",)),
        ("1", "agreed", ("agreements",)),
    ]
    assert [said.spoken for said in receipt.said] == ["question", *["choice"] * 4]
    assert len({said.prompt_id for said in receipt.said}) == 5
    assert receipt.prompt_id == "trial/question/en"


def test_after_the_last_no_what_was_chosen_is_judged_like_any_consent() -> None:
    line = answered(choosing(CHOOSE), "1", "1", "1", "2")
    last = line.now
    assert line.state == State.CHOOSING
    assert line.run(last + JUDGED - 1).all(act.StartRecording) == []
    assert len(line.run(last + JUDGED).all(act.StartRecording)) == 1


# -- the guards of any answer ------------------------------------------------------------------


@pytest.mark.parametrize(("after", "counts"), [(299, False), (300, True)])
def test_a_yes_counts_300_ms_after_the_mark_of_its_own_words(after: int, counts: bool) -> None:
    line = awaiting(CHOOSE).key("4", AGREED_AT)
    at = CHOICE_AT + LENGTHS[PromptKind.CHOICE][0] + after
    line.key("1", at).run(at + 100)
    assert bool(line.call.docket) is counts
    assert line.call.asking.early is not counts


def test_before_the_mark_of_the_question_the_key_opens_nothing() -> None:
    line = asked(CHOOSE).key("4", ASKED_AT + 2_000).run(ASKED_AT + 2_200)
    assert line.state == State.ASKING
    assert choices(line) == []
    assert line.run(60_000).notes == [("unrecorded", "too_early")]


def test_a_yes_of_a_party_that_is_not_known_does_not_count() -> None:
    line = choosing(CHOOSE).key("1", CHOICE_SAID_AT + 500, side=Side.UNSURE)
    line.run(CHOICE_SAID_AT + 700)
    assert line.call.docket == ()
    line.key("1", CHOICE_SAID_AT + 1_500, grade=Grade.B).run(CHOICE_SAID_AT + 2_000)
    assert line.notes == [("unrecorded", "unsure")]


@pytest.mark.parametrize("side", [Side.FAR, Side.UNSURE])
def test_the_choose_key_needs_a_sure_side_and_a_grade(side: Side) -> None:
    grade = Grade.B if side is Side.FAR else Grade.A
    line = awaiting(CHOOSE).key("4", AGREED_AT, side=side, grade=grade).run(AGREED_AT + 200)
    assert line.state == State.AWAITING


def test_a_no_counts_whoever_pressed_it_far_away() -> None:
    line = choosing(CHOOSE).key("2", CHOICE_SAID_AT + 500, side=Side.UNSURE)
    line.run(CHOICE_SAID_AT + 700)
    assert choices(line) == ["training", "quality"]


def test_a_no_counts_from_the_first_sample_of_its_words() -> None:
    line = awaiting(CHOOSE).key("4", AGREED_AT).key("2", CHOICE_AT + 300).run(CHOICE_AT + 400)
    assert choices(line) == ["training", "quality"]


def test_a_no_while_a_yes_waits_is_a_no() -> None:
    line = choosing(CHOOSE).key("1", CHOICE_SAID_AT + 500).key("2", CHOICE_SAID_AT + 900)
    line.run(CHOICE_SAID_AT + 1_000 + LENGTH)
    assert started(answered(line, "1", None, None)).purposes == {"quality"}


def test_a_second_key_within_250_ms_spoils_a_yes() -> None:
    line = choosing(CHOOSE).key("1", CHOICE_SAID_AT + 500).key("1", CHOICE_SAID_AT + 800)
    line.run(CHOICE_SAID_AT + 3_999)
    assert choices(line) == ["training"]
    line.run(CHOICE_SAID_AT + 4_000 + LENGTH)
    assert choices(line) == ["training", "quality"]
    assert started(answered(line, "1", None, None)).purposes == {"quality"}


def test_a_tone_shorter_than_60_ms_agrees_to_nothing() -> None:
    line = choosing(CHOOSE).key("1", CHOICE_SAID_AT + 500, ms=59).run(CHOICE_SAID_AT + 700)
    assert line.call.docket == ()


def test_the_same_key_again_means_nothing() -> None:
    line = choosing(CHOOSE).key("4", CHOICE_SAID_AT + 500).run(CHOICE_SAID_AT + 700)
    assert line.state == State.CHOOSING
    assert choices(line) == ["training"]


def test_a_wrong_key_ends_it() -> None:
    line = choosing(CHOOSE).key("5", CHOICE_SAID_AT + 500).run(CHOICE_SAID_AT + 700)
    assert line.notes == [("unrecorded", "wrong_key")]


@pytest.mark.parametrize("event", ["near", "near star", "flash", "late flash", "button", "hang-up"])
def test_whatever_stops_a_question_ends_it_and_nothing_chosen_counts(event: str) -> None:
    line = answered(choosing(CHOOSE), "1")
    at = line.now + 100
    match event:
        case "near":
            line.near("7", at)
        case "near star":
            line.near("*", at)
        case "flash" | "late flash":
            line.cue(at, PartyCue.FLASH, late=400 if event == "late flash" else 0)
        case "button":
            line.pause(at)
        case "hang-up":
            line.on(at)
    assert line.run(at + 60_000).all(act.StartRecording) == []


def test_while_a_near_star_is_held_nothing_is_chosen() -> None:
    line = answered(choosing(CHOOSE), "1", "1", "1")
    at = line.now + 100
    line.near("*", at).key("2", at + 400).key("1", at + 800).run(at + 60_000)
    assert line.all(act.StartRecording) == []
    assert line.notes == [("unrecorded", "interrupted")]


def test_the_near_refuse_key_refuses() -> None:
    line = choosing(CHOOSE).near("2", CHOICE_SAID_AT + 500).run(CHOICE_SAID_AT + 700)
    assert line.notes == [("unrecorded", "office_refused")]


def test_words_for_a_purpose_that_were_not_heard_end_the_dialogue() -> None:
    line = awaiting(CHOOSE).key("4", AGREED_AT)
    line.run(CHOICE_AT - 1)
    line.level_db = -20.0
    line.run(CHOICE_SAID_AT)
    assert line.notes == [("unrecorded", "not_heard")]


def test_words_for_a_purpose_that_were_talked_over_are_said_once_more() -> None:
    line = awaiting(CHOOSE).key("4", AGREED_AT)
    line.run(CHOICE_AT - 1)
    line.talked_over = 0.5
    line.run(CHOICE_AT + 2_000)
    assert line.state == State.SETTLING
    line.talked_over = 0.0
    line.run(CHOICE_AT + 2_000 + 300 + LENGTH)
    assert choices(line) == ["training", "training"]
    assert line.state == State.CHOOSING
    assert started(answered(line, "1", None, None, None)).purposes == {"training"}


def test_talked_over_twice_is_not_heard() -> None:
    line = awaiting(CHOOSE).key("4", AGREED_AT)
    line.run(CHOICE_AT - 1)
    line.talked_over = 0.5
    assert line.run(60_000).notes == [("unrecorded", "not_heard")]


def test_a_no_while_the_replay_waits_refuses_all() -> None:
    line = awaiting(CHOOSE).key("4", AGREED_AT)
    line.run(CHOICE_AT - 1)
    line.talked_over = 0.5
    line.run(CHOICE_AT + 2_000).key("2", CHOICE_AT + 2_050).run(CHOICE_AT + 2_200)
    assert line.notes == [("unrecorded", "refused")]


def test_time_may_be_up_meanwhile() -> None:
    line = answered(choosing(CHOOSE), "1")
    hurry(line, Timer.DIALOGUE)
    assert line.notes == [("unrecorded", "no_answer")]
    assert line.all(act.StartRecording) == []


def test_a_prompt_that_never_ends_is_not_heard() -> None:
    line = awaiting(CHOOSE).key("4", AGREED_AT).run(CHOICE_AT)
    line._words += 1
    assert line.run(CHOICE_AT + 10_000).notes == [("unrecorded", "not_heard")]


def test_the_second_layer_voids_what_was_chosen_and_leads_back_to_the_keys() -> None:
    line = answered(choosing(with_more(CHOOSE)), "1")
    at = line.now + 500
    line.key("9", at).run(at + 100 + LENGTHS[PromptKind.MORE][1])
    assert line.played[-2:] == [PromptKind.MORE, PromptKind.KEYS]
    assert line.call.asking.choosing is None
    ends = line.now + LENGTHS[PromptKind.KEYS][1]
    line.key("1", ends + 500)
    assert started(line).purposes == FOUR.consent_purposes


# -- mixed lines -------------------------------------------------------------------------------


def test_on_a_mixed_line_the_other_bases_go_on_beside_what_was_chosen() -> None:
    assert started(answered(choosing(MIXED_CHOICE), "2", "1")).purposes == {"quality", "contract"}


@pytest.mark.parametrize("key", ["2", None, "5"])
def test_nothing_chosen_leaves_the_other_bases(key: str | None) -> None:
    line = answered(choosing(MIXED_CHOICE), key, *([key] if key != "5" else []))
    start = started(line)
    assert start.purposes == {"contract"}
    assert start.receipt.refused == ("quality", "training")
    last = line.all(act.Play)[-1].saying
    assert last == Saying(PromptKind.CONFIRMATION, frozenset({"contract"}))


def test_a_no_to_each_purpose_objects_to_nothing_else() -> None:
    start = started(answered(choosing(INTEREST_CHOICE), "2", "2"))
    assert start.purposes == {"interest"}


# -- policies ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "rules",
    [
        replace(CHOOSE, choose_key="2"),
        replace(CHOOSE, choose_key="1"),
        replace(with_more(CHOOSE), more_key="4"),
        replace(with_more(CHOOSE), more_key="1"),
        without_prompt(CHOOSE, PromptKind.CHOICE),
        replace(CHOOSE, choices={"1": frozenset({"training"}), "2": frozenset()}),
    ],
)
def test_a_key_of_two_meanings_or_missing_words_lets_nobody_be_asked(rules: Policy) -> None:
    assert not can_be_asked(rules)
    assert lifted(rules).run(60_000).notes == [("unrecorded", "no_policy")]


def test_agreeing_to_all_needs_no_choice() -> None:
    line = awaiting(CHOOSE).key("1", AGREED_AT)
    assert started(line).purposes == FOUR.consent_purposes


def test_the_choose_key_is_too_close_to_another() -> None:
    line = awaiting(CHOOSE).key("1", AGREED_AT).key("4", AGREED_AT + 300).run(AGREED_AT + 500)
    assert line.state == State.AWAITING
    assert line.call.docket == ()


def test_the_choose_key_voids_a_yes_that_waits_to_be_judged() -> None:
    line = awaiting(CHOOSE).key("1", AGREED_AT).key("4", AGREED_AT + 360)
    line.run(AGREED_AT + 2_000)
    assert line.state == State.CHOOSING
    assert line.all(act.StartRecording) == []


def test_a_held_key_too_close_to_a_yes_spoils_it() -> None:
    line = choosing(CHOOSE).key("1", CHOICE_SAID_AT + 500)
    line.tell(ev.KeyBegan(smp(CHOICE_SAID_AT + 700), "5", Side.FAR)).run(CHOICE_SAID_AT + 720)
    assert line.call.docket == ()


def test_times_of_the_driver_are_what_these_tests_take_them_for() -> None:
    assert (OFF_AT < MARK_AT < AGREED_AT < CHOICE_AT) is True
