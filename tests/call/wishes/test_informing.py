"""Test the second layer, which a caller hears on a key, once a call."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from appliance.call.states import State
from appliance.model import actions as act
from appliance.model import events as ev
from appliance.model.policy import Policy, PromptKind
from appliance.model.terms import Grade, PartyCue, Side, Timer, Tone
from tests.call.driver import (
    AGREED_AT,
    ASKED_AT,
    LENGTHS,
    MARK_AT,
    OFF_AT,
    SAID_AT,
    SILENT_AT,
    Line,
    asked,
    awaiting,
    informing,
    lifted,
    recording,
    smp,
)
from tests.call.policies import (
    BOTH_NOTICES,
    CONSENT,
    MIXED,
    NOTICE,
    OBJECTABLE,
    with_more,
    without_prompt,
)

ASKS = with_more(CONSENT)
MORE_ENDS = AGREED_AT + 100 + LENGTHS[PromptKind.MORE][1]
KEYS_SAID = MORE_ENDS + LENGTHS[PromptKind.KEYS][1]
NOTICE_ENDS = ASKED_AT + LENGTHS[PromptKind.NOTICE][1]


def start_of(line: Line) -> act.StartRecording:
    (start,) = line.run(line.now + 120_000).all(act.StartRecording)
    return start


@pytest.mark.parametrize("side", [Side.FAR, Side.UNSURE])
def test_a_far_or_unsure_key_asks_for_more(side: Side) -> None:
    line = awaiting(ASKS).key("9", AGREED_AT, side=side, grade=Grade.NONE).run(AGREED_AT + 100)
    assert line.state == State.INFORMING
    assert line.played == [PromptKind.QUESTION, PromptKind.MORE]


def test_then_the_keys_are_said_and_can_be_answered() -> None:
    line = informing(ASKS).run(MORE_ENDS)
    assert line.state == State.ASKING
    assert line.played == [PromptKind.QUESTION, PromptKind.MORE, PromptKind.KEYS]
    line.key("1", KEYS_SAID + 500).run(KEYS_SAID + 3_000)
    assert line.state == State.RECORDING


def test_before_the_mark_the_whole_question_is_asked_again() -> None:
    line = asked(ASKS).key("9", ASKED_AT + 2_000).run(ASKED_AT + 2_100)
    assert line.since(ASKED_AT + 1)[0].saying.spoken is PromptKind.MORE  # type: ignore[union-attr]
    ends = ASKED_AT + 2_100 + LENGTHS[PromptKind.MORE][1]
    line.key("1", ends - 1_000)  # no question was heard yet: it agrees to nothing
    line.run(ends)
    assert line.played == [PromptKind.QUESTION, PromptKind.MORE, PromptKind.QUESTION]
    assert line.call.asking.heard is None
    line.key("1", ends + 6_000 + 500).run(ends + 9_000)
    assert line.state == State.RECORDING


def test_the_keys_may_still_be_repeated_once_afterwards() -> None:
    line = informing(ASKS).run(KEYS_SAID + 4_000)
    assert line.played[-2:] == [PromptKind.KEYS, PromptKind.KEYS]
    line.run(KEYS_SAID + 4_000 + 2_000 + 4_000)
    assert line.notes == [("unrecorded", "no_answer")]


def test_without_words_for_the_keys_the_question_is_asked_again() -> None:
    line = informing(without_prompt(ASKS, PromptKind.KEYS)).run(MORE_ENDS)
    assert line.played == [PromptKind.QUESTION, PromptKind.MORE, PromptKind.QUESTION]


def test_it_is_said_once_a_call() -> None:
    line = informing(ASKS).key("9", MORE_ENDS - 500).key("9", KEYS_SAID + 500).run(KEYS_SAID + 700)
    assert line.state == State.AWAITING
    assert line.played.count(PromptKind.MORE) == 1
    line.key("1", KEYS_SAID + 1_500).run(KEYS_SAID + 5_000)
    assert line.state == State.RECORDING


def test_asked_again_by_button_it_is_not_said_again_but_to_another_party() -> None:
    line = informing(ASKS).pause(MORE_ENDS - 1_000).run(MORE_ENDS)
    line.ask(MORE_ENDS + 1_000).run(MORE_ENDS + 5_000).key("9", MORE_ENDS + 5_000)
    assert line.run(MORE_ENDS + 5_200).played.count(PromptKind.MORE) == 1
    line.cue(MORE_ENDS + 6_000).ask(MORE_ENDS + 7_000).run(MORE_ENDS + 12_000)
    line.key("9", MORE_ENDS + 12_000).run(MORE_ENDS + 12_200)
    assert line.played.count(PromptKind.MORE) == 2


def test_a_yes_after_the_mark_stops_it_and_counts() -> None:
    line = informing(ASKS).key("1", AGREED_AT + 2_000).run(AGREED_AT + 2_100)
    assert line.state == State.AWAITING
    assert act.Stop() in line.since(AGREED_AT + 2_000)
    assert line.run(AGREED_AT + 4_000).state == State.RECORDING


def test_a_no_stops_it_and_refuses() -> None:
    line = informing(ASKS).key("2", AGREED_AT + 2_000).run(AGREED_AT + 2_100)
    assert line.state == State.REFUSED
    assert act.Stop() in line.since(AGREED_AT + 2_000)


def test_a_no_counts_while_the_key_is_held() -> None:
    at = AGREED_AT + 2_000
    line = informing(ASKS).tell(ev.KeyBegan(smp(at), "2", Side.FAR)).run(at)
    assert line.state == State.REFUSED


def test_it_voids_a_yes_that_waits_to_be_judged() -> None:
    line = awaiting(ASKS).key("1", AGREED_AT).key("9", AGREED_AT + 360).run(AGREED_AT + 3_000)
    assert line.state == State.INFORMING
    assert line.call.docket == ()
    assert line.all(act.StartRecording) == []


@pytest.mark.parametrize("apart", [100, 249])
def test_too_close_to_a_yes_neither_counts(apart: int) -> None:
    line = awaiting(ASKS).key("1", AGREED_AT).key("9", AGREED_AT + 100 + apart)
    line.run(AGREED_AT + 600)
    assert line.state == State.AWAITING
    assert line.call.docket == ()


def test_a_tone_shorter_than_60_ms_asks_for_nothing() -> None:
    assert awaiting(ASKS).key("9", AGREED_AT, ms=59).run(AGREED_AT + 500).state == State.AWAITING


def test_a_near_9_ends_the_dialogue() -> None:
    line = awaiting(ASKS).near("9", AGREED_AT).run(60_000)
    assert line.notes == [("unrecorded", "interrupted")]
    assert PromptKind.MORE not in line.played


def test_without_a_second_layer_9_is_a_wrong_key() -> None:
    line = awaiting(CONSENT).key("9", AGREED_AT).run(AGREED_AT + 200)
    assert line.notes == [("unrecorded", "wrong_key")]


def test_another_key_may_ask_for_it() -> None:
    line = awaiting(replace(ASKS, more_key="0")).key("0", AGREED_AT).run(AGREED_AT + 200)
    assert line.state == State.INFORMING


def test_a_wrong_key_ends_it() -> None:
    line = informing(ASKS).key("5", AGREED_AT + 2_000).run(AGREED_AT + 2_200)
    assert line.notes == [("unrecorded", "wrong_key")]


DISTURBANCES: dict[str, Callable[[Line, int], Line]] = {
    "near key": lambda line, at: line.near("7", at),
    "near star": lambda line, at: line.near("*", at),
    "flash": lambda line, at: line.cue(at, PartyCue.FLASH),
    "machine": lambda line, at: line.tone(Tone.FAX_CNG, at),
    "button": lambda line, at: line.pause(at),
    "private": lambda line, at: line.private(at),
    "hang-up": lambda line, at: line.on(at),
    "sound lost": lambda line, at: line.tell(ev.LineFault(smp(at), "prompt", "unplugged")),
}


@pytest.mark.parametrize("disturb", DISTURBANCES.values(), ids=DISTURBANCES)
def test_whatever_stops_a_question_stops_it_within_100_ms(
    disturb: Callable[[Line, int], Line],
) -> None:
    at = AGREED_AT + 2_000
    line = disturb(informing(ASKS), at).run(at + 100)
    assert act.Stop() in line.since(at)
    assert not line.call.asking.playing
    assert line.run(120_000).all(act.StartRecording) == []


@pytest.mark.parametrize("spoil", ["level_db", "underrun"])
def test_one_that_did_not_reach_the_line_ends_the_dialogue(spoil: str) -> None:
    line = informing(ASKS)
    line.tell(
        ev.PromptEnded(
            smp(AGREED_AT + 3_000),
            2_000,
            -20.0 if spoil == "level_db" else 0.0,
            0.0,
            spoil == "underrun",
        )
    ).run(AGREED_AT + 3_000)
    assert line.notes == [("unrecorded", "not_heard")]


def test_one_that_never_ends_ends_the_dialogue() -> None:
    line = informing(ASKS)
    line._words += 1  # the sink is stuck: no end
    line.run(AGREED_AT + 37_000)
    assert line.notes == [("unrecorded", "not_heard")]


def test_talking_over_it_is_the_callers_own_affair() -> None:
    line = awaiting(ASKS).key("9", AGREED_AT)
    line.run(AGREED_AT + 99)
    line.talked_over = 0.9
    line.run(AGREED_AT + 200)
    line.talked_over = 0.0
    assert line.run(MORE_ENDS).played[-1] is PromptKind.KEYS


def test_two_unsure_keys_end_as_unsure() -> None:
    line = informing(ASKS).key("1", AGREED_AT + 2_000, side=Side.UNSURE)
    line.key("1", AGREED_AT + 3_000, side=Side.UNSURE).run(AGREED_AT + 3_200)
    assert line.notes == [("unrecorded", "unsure")]


def test_the_receipt_says_that_it_was_heard_and_for_how_long() -> None:
    line = informing(ASKS).key("1", KEYS_SAID + 500)
    receipt = start_of(line).receipt
    assert receipt.more_key == "9"
    assert [said.spoken for said in receipt.said] == ["question", "more", "keys"]
    assert receipt.said[1].heard_ms == LENGTHS[PromptKind.MORE][1]
    (more,) = receipt.keys
    assert (more.key, more.means, more.side) == ("9", "more", "far")
    assert more.at_ms == AGREED_AT - OFF_AT
    assert (receipt.key, receipt.outcome) == ("1", "agreed")


def test_the_receipt_says_how_much_was_heard_of_one_that_a_yes_stopped() -> None:
    line = informing(ASKS).key("1", AGREED_AT + 2_000)
    more = next(said for said in start_of(line).receipt.said if said.spoken == "more")
    assert more.heard_ms == 1_000  # as the driver says of what was stopped


# -- limits ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("rules", "seconds"), [(CONSENT, 90), (ASKS, 135)])
def test_the_whole_dialogue_has_a_limit(rules: Policy, seconds: int) -> None:
    line = awaiting(rules)
    if rules is ASKS:
        line.key("9", AGREED_AT).run(AGREED_AT + 100)
    assert line.call.timers[Timer.DIALOGUE] == smp(OFF_AT + seconds * 1_000)


def test_the_longest_lawful_words_fit_into_the_dialogue(monkeypatch: pytest.MonkeyPatch) -> None:
    longest = {PromptKind.QUESTION: 30_000, PromptKind.MORE: 35_000, PromptKind.KEYS: 12_000}
    for spoken, ms in longest.items():
        monkeypatch.setitem(LENGTHS, spoken, (ms - 500, ms))
    line = lifted(ASKS).key("9", ASKED_AT + 29_000).run(ASKED_AT + 29_100)
    assert line.state == State.INFORMING
    again = ASKED_AT + 29_100 + 35_000
    line.run(again + 30_000 + 4_000 + 12_000)  # the question, silence, the keys
    assert line.played == [
        PromptKind.QUESTION,
        PromptKind.MORE,
        PromptKind.QUESTION,
        PromptKind.KEYS,
    ]
    line.key("1", line.now + 3_900).run(line.now + 6_000)
    assert line.state == State.RECORDING


# -- notices -----------------------------------------------------------------------------------


def test_during_a_notice_it_delays_the_recording_until_the_notice_was_heard_whole() -> None:
    line = asked(with_more(NOTICE)).key("9", ASKED_AT + 1_000).run(ASKED_AT + 1_100)
    assert line.state == State.INFORMING
    ends = ASKED_AT + 1_100 + LENGTHS[PromptKind.MORE][1]
    line.run(ends)
    assert line.played == [PromptKind.NOTICE, PromptKind.MORE, PromptKind.NOTICE]
    line.run(ends + 3_000 + 600)
    assert line.state == State.RECORDING
    assert line.all(act.StartRecording)[0].receipt.more_key == "9"


def test_right_after_a_notice_that_was_heard_the_recording_follows_the_second_layer() -> None:
    line = asked(with_more(NOTICE)).key("9", NOTICE_ENDS + 100).run(NOTICE_ENDS + 200)
    assert line.state == State.INFORMING
    ends = NOTICE_ENDS + 200 + LENGTHS[PromptKind.MORE][1]
    line.run(ends + 600)
    assert line.state == State.RECORDING
    receipt = line.all(act.StartRecording)[0].receipt
    assert line.played == [PromptKind.NOTICE, PromptKind.MORE]
    assert (receipt.heard_ms, receipt.prompt_id) == (3_000, "trial/notice/en")


def test_once_recorded_it_is_blanked_like_any_key() -> None:
    line = recording(with_more(NOTICE))
    at = line.now + 1_000
    line.key("9", at).run(at + 200)
    assert line.state == State.RECORDING
    assert line.since(at) == [act.Blank(smp(at - 40), smp(at + 140))]


def test_once_recorded_on_consent_it_is_blanked_too() -> None:
    line = recording(ASKS)
    at = line.now + 1_000
    line.key("9", at).run(at + 200)
    assert line.since(at) == [act.Blank(smp(at - 40), smp(at + 140))]


def test_an_objection_during_it_ends_a_legitimate_interest() -> None:
    line = asked(with_more(OBJECTABLE)).key("9", ASKED_AT + 500).key("2", ASKED_AT + 2_000)
    line.run(ASKED_AT + 2_200)
    assert line.notes == [("unrecorded", "refused")]


def test_an_objection_to_a_part_leaves_the_other_until_its_notice_was_heard() -> None:
    line = asked(with_more(BOTH_NOTICES)).key("9", ASKED_AT + 500).key("2", ASKED_AT + 2_000)
    assert start_of(line).purposes == {"contract"}
    assert line.played[:3] == [PromptKind.NOTICE, PromptKind.MORE, PromptKind.NOTICE]


def test_a_refusal_during_it_on_a_mixed_line_leaves_the_other_bases() -> None:
    early = asked(with_more(MIXED)).key("9", ASKED_AT + 500).key("2", ASKED_AT + 2_000)
    assert start_of(early).purposes == {"contract"}
    assert early.played[:3] == [PromptKind.QUESTION, PromptKind.MORE, PromptKind.QUESTION]
    late = informing(with_more(MIXED)).key("2", AGREED_AT + 2_000)
    assert start_of(late).purposes == {"contract"}
    assert late.played == [PromptKind.QUESTION, PromptKind.MORE, PromptKind.CONFIRMATION]


def test_times_of_the_driver_are_what_these_tests_take_them_for() -> None:
    assert (MARK_AT, SAID_AT, SILENT_AT) == (ASKED_AT + 5_500, ASKED_AT + 6_000, SAID_AT + 4_000)
