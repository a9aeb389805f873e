"""Test a line of several languages: consent counts on one of them, heard whole."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from appliance.call import dialogue
from appliance.call.eligibility import obstacle
from appliance.call.states import State
from appliance.model import actions as act
from appliance.model import events as ev
from appliance.model.policy import Policy, PromptKind, Saying
from appliance.model.terms import Grade, Obstacle, Side, Timer
from tests.call.driver import (
    AGREED_AT,
    ASKED_AT,
    FRESH,
    LENGTHS,
    MARK_AT,
    OFF_AT,
    RING_AT,
    SAID_AT,
    Line,
    asked,
    awaiting,
    choosing,
    idle,
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
    with_afterwords,
    with_choice,
    with_languages,
    with_more,
    without_prompt,
)

BOTH = with_languages(with_more(with_choice(CONSENT)), "pl", "en")
THREE = with_languages(with_more(with_choice(CONSENT)), "pl", "en", "de")
NOTICES = with_languages(with_more(NOTICE), "pl", "en")
QUESTION = LENGTHS[PromptKind.QUESTION]


def spoken(line: Line) -> list[tuple[str, str]]:
    """Return what the driver was told to say, with the language of that moment."""
    call, said = dialogue.first_call(line._rules, FRESH), []
    for event in line.events:
        call, actions = dialogue.advance(call, event)
        said += [
            (each.saying.spoken.value, call.policy.language)
            for each in actions
            if isinstance(each, act.Play)
        ]
        call = dialogue.next_call(call, line._rules) if call.over else call
    return said


def called(rules: Policy, language: str, at: int = RING_AT + 500) -> Line:
    """Return a line that answered a caller whose number has that language's country code."""
    line = idle(rules).ring(RING_AT)
    line.tell(ev.CallerId(smp(at), "+49301234567", language=language))
    return line.off(OFF_AT).run(OFF_AT)


def started(line: Line) -> act.StartRecording:
    """Return the one recording that was ordered."""
    (start,) = line.all(act.StartRecording)
    return start


# -- greeting --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "language"), [("en", "en"), ("pl", "pl"), ("de", "pl"), ("", "pl")]
)
def test_a_caller_is_asked_in_the_language_of_the_country_or_in_the_lines_own(
    code: str, language: str
) -> None:
    line = called(BOTH, code).run(SAID_AT)
    assert spoken(line) == [("question", language)]
    line.key("1", AGREED_AT).run(AGREED_AT + 2_000)
    receipt = started(line).receipt
    assert (receipt.language, receipt.policy_version) == (language, f"v-{language}")
    assert receipt.prompt_id.endswith(f"/{language}")


def test_of_three_languages_the_country_finds_each() -> None:
    for language in ("pl", "en", "de"):
        assert spoken(called(THREE, language).run(SAID_AT)) == [("question", language)]


def test_a_number_that_comes_once_the_question_has_begun_changes_nothing() -> None:
    line = asked(BOTH).tell(ev.CallerId(smp(ASKED_AT + 100), "+441632960960", language="en"))
    assert spoken(line.run(SAID_AT)) == [("question", "pl")]


def test_a_withheld_number_is_asked_in_the_lines_own_language() -> None:
    line = idle(BOTH).ring(RING_AT).tell(ev.CallerId(smp(RING_AT + 500), None, withheld=True))
    assert spoken(line.off(OFF_AT).run(SAID_AT)) == [("question", "pl")]


def test_the_next_call_begins_in_the_lines_own_language_again() -> None:
    line = called(BOTH, "en").run(SAID_AT).on(SAID_AT + 500).run(SAID_AT + 2_500)
    assert line.state == State.IDLE
    assert line.call.policy.language == "pl"


def test_a_line_asks_nobody_that_lacks_words_in_one_of_its_languages() -> None:
    english = without_prompt(BOTH.others["en"], PromptKind.CONFIRMATION)
    line = lifted(replace(BOTH, others={"en": english})).run(SAID_AT)
    assert line.played == []
    assert line.notes == [("unrecorded", "no_policy")]


def test_a_key_cannot_mean_two_things_on_such_a_line_either() -> None:
    assert obstacle(BOTH) is None
    assert obstacle(with_languages(with_more(CONSENT), "pl", "en", key="9")) is Obstacle.KEYS


# -- the key ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("at", [ASKED_AT + 50, ASKED_AT + 2_000, MARK_AT + 400, SAID_AT + 1_000])
def test_the_key_begins_the_question_again_in_the_next_language(at: int) -> None:
    line = lifted(BOTH).key("3", at).run(at + 100)
    assert line.state == State.ASKING
    assert spoken(line) == [("question", "pl"), ("question", "en")]
    line.key("1", at + 100 + QUESTION[1] + 500).run(at + QUESTION[1] + 3_000)
    assert line.state == State.RECORDING
    receipt = started(line).receipt
    assert (receipt.language, receipt.policy_version) == ("en", "v-en")
    assert [(each.key, each.means) for each in receipt.keys] == [("3", "language")]


def test_a_yes_before_the_second_question_was_heard_agrees_to_nothing() -> None:
    line = awaiting(BOTH).key("3", AGREED_AT).run(AGREED_AT + 100)
    line.key("1", AGREED_AT + 100 + QUESTION[0] - 100).run(AGREED_AT + 100 + QUESTION[1] + 3_000)
    assert line.all(act.StartRecording) == []
    line.run(60_000)
    assert line.notes == [("unrecorded", "too_early")]


def test_a_yes_that_waits_to_be_judged_is_void_with_the_key() -> None:
    line = awaiting(BOTH).key("1", AGREED_AT).key("3", AGREED_AT + 400).run(AGREED_AT + 3_000)
    assert line.state == State.ASKING
    assert line.all(act.StartRecording) == []
    line.run(60_000)
    assert line.notes == [("unrecorded", "no_answer")]


def test_too_close_to_a_yes_neither_counts() -> None:
    line = awaiting(BOTH).key("1", AGREED_AT).key("3", AGREED_AT + 200).run(AGREED_AT + 700)
    assert (line.state, line.call.docket) == (State.AWAITING, ())
    assert line.call.policy.language == "pl"


def test_a_no_counts_from_the_first_sample_of_the_second_question() -> None:
    line = awaiting(BOTH).key("3", AGREED_AT).key("2", AGREED_AT + 300).run(AGREED_AT + 600)
    assert line.notes == [("unrecorded", "refused")]


def test_a_hang_up_while_the_second_question_begins_records_nothing() -> None:
    line = awaiting(BOTH).key("3", AGREED_AT).on(AGREED_AT + 600).run(AGREED_AT + 5_000)
    assert line.notes == [("unrecorded", "hung_up")]
    assert act.Stop() in line.since(AGREED_AT + 600)


def test_one_that_is_muted_ends_the_dialogue_though_the_first_was_heard() -> None:
    line = awaiting(BOTH).key("3", AGREED_AT).run(AGREED_AT)
    line.level_db = -20.0
    line.run(AGREED_AT + 20_000)
    assert line.notes == [("unrecorded", "not_heard")]


def test_pressed_twice_with_two_languages_it_leads_back() -> None:
    line = awaiting(BOTH).key("3", AGREED_AT).key("3", AGREED_AT + 900).run(AGREED_AT + 1_000)
    assert spoken(line) == [("question", "pl"), ("question", "en"), ("question", "pl")]
    line.key("1", AGREED_AT + 1_000 + QUESTION[1] + 500).run(AGREED_AT + 10_000)
    assert started(line).receipt.language == "pl"


def test_each_press_leads_to_the_next_of_three_whoever_was_greeted_how() -> None:
    line = called(THREE, "en").run(SAID_AT)
    for press in range(3):
        line.key("3", SAID_AT + 500 + press * 1_000)
    assert [said for _, said in spoken(line.run(SAID_AT + 4_000))] == ["en", "de", "pl", "en"]


@pytest.mark.parametrize("side", [Side.FAR, Side.UNSURE])
def test_it_permits_nothing_so_an_unsure_key_counts(side: Side) -> None:
    line = awaiting(BOTH).key("3", AGREED_AT, side=side, grade=Grade.NONE).run(AGREED_AT + 100)
    assert line.call.policy.language == "en"


def test_an_unsure_answer_stays_counted() -> None:
    line = awaiting(BOTH).key("1", AGREED_AT, side=Side.UNSURE).key("3", AGREED_AT + 500)
    line.key("1", AGREED_AT + 600 + QUESTION[1] + 500, side=Side.UNSURE)
    line.run(AGREED_AT + 9_000)
    assert line.notes == [("unrecorded", "unsure")]


def test_a_tone_shorter_than_60_ms_changes_nothing() -> None:
    line = awaiting(BOTH).key("3", AGREED_AT, ms=59).run(AGREED_AT + 500)
    assert (line.state, line.call.policy.language) == (State.AWAITING, "pl")


def test_a_near_key_ends_the_dialogue() -> None:
    line = awaiting(BOTH).near("3", AGREED_AT).run(AGREED_AT + 500)
    assert line.notes == [("unrecorded", "interrupted")]


def test_while_a_talked_over_question_waits_it_is_replayed_in_the_next_language() -> None:
    line = lifted(BOTH).run(ASKED_AT - 1)
    line.talked_over = 0.9
    line.voice(Side.FAR, MARK_AT - 100, MARK_AT + 2_000).run(MARK_AT + 500)
    assert line.state == State.SETTLING
    line.talked_over = 0.0
    line.key("3", MARK_AT + 1_000).run(MARK_AT + 4_000)
    assert spoken(line) == [("question", "pl"), ("question", "en")]


def test_the_second_layer_is_there_in_each_language_once() -> None:
    line = informing(BOTH).key("3", AGREED_AT + 500).key("9", AGREED_AT + 1_000)
    line.key("9", AGREED_AT + 2_000).run(AGREED_AT + 2_200)
    assert spoken(line) == [
        ("question", "pl"),
        ("more", "pl"),
        ("question", "en"),
        ("more", "en"),
    ]


def test_a_choice_that_had_begun_is_void() -> None:
    line = choosing(BOTH)
    at = line.now
    line.key("1", at + 500).key("3", at + 2_000).run(at + 2_100)
    assert line.state == State.ASKING
    assert line.call.asking.choosing is None
    line.run(at + 60_000)
    assert line.all(act.StartRecording) == []


def test_while_recording_it_is_a_key_like_any_other() -> None:
    line = recording(BOTH)
    at = line.now + 1_000
    line.key("3", at).run(at + 200)
    assert line.since(at) == [act.Blank(smp(at - 40), smp(at + 140))]
    assert line.call.policy.language == "pl"


def test_while_recording_is_announced_it_is_only_blanked() -> None:
    line = awaiting(BOTH).key("1", AGREED_AT).run(AGREED_AT + 650)
    assert line.state == State.CONFIRMING
    line.key("3", AGREED_AT + 700).run(AGREED_AT + 5_000)
    assert line.state == State.RECORDING
    assert started(line).receipt.language == "pl"


def test_on_a_line_of_one_language_it_is_a_wrong_key() -> None:
    line = awaiting(with_choice(CONSENT)).key("3", AGREED_AT).run(AGREED_AT + 200)
    assert line.notes == [("unrecorded", "wrong_key")]


# -- other bases -----------------------------------------------------------------------------------


@pytest.mark.parametrize("after_end", [False, True])
def test_a_notice_counts_in_the_language_in_which_it_was_heard_whole(after_end: bool) -> None:
    ends = ASKED_AT + LENGTHS[PromptKind.NOTICE][1]
    at = ends + 100 if after_end else ASKED_AT + 1_000
    line = asked(NOTICES).key("3", at).run(at + 100)
    assert spoken(line) == [("notice", "pl"), ("notice", "en")]
    assert line.run(at + 100 + 2_900).all(act.StartRecording) == []
    line.run(at + 100 + 3_000 + 600)
    assert line.state == State.RECORDING
    assert started(line).receipt.language == "en"


def test_a_no_that_came_before_stays_on_a_mixed_line() -> None:
    rules = with_languages(with_choice(MIXED), "pl", "en")
    line = asked(rules).key("2", ASKED_AT + 1_000).key("3", ASKED_AT + 2_000)
    line.run(ASKED_AT + 2_100 + QUESTION[1] + 5_000)
    start = started(line)
    assert start.purposes == {"contract"}
    assert start.receipt.language == "en"
    assert start.receipt.refused == ("quality", "training")


def test_an_objection_stays_when_the_language_changes() -> None:
    rules = with_languages(BOTH_NOTICES, "pl", "en")
    line = asked(rules).key("2", ASKED_AT + 500).key("3", ASKED_AT + 1_500)
    line.run(ASKED_AT + 10_000)
    assert started(line).purposes == {"contract"}
    assert started(line).receipt.language == "en"


# -- another party, limits -------------------------------------------------------------------------


def test_another_party_is_asked_in_the_lines_own_language() -> None:
    line = awaiting(BOTH).key("3", AGREED_AT).cue(AGREED_AT + 500).run(AGREED_AT + 600)
    assert line.state == State.FAR_CHANGED
    line.ask(AGREED_AT + 2_000).run(AGREED_AT + 8_000)
    assert spoken(line)[-1] == ("question", "pl")


def test_the_same_party_is_asked_again_in_the_language_of_its_choice() -> None:
    line = awaiting(BOTH).key("3", AGREED_AT).pause(AGREED_AT + 500).run(AGREED_AT + 600)
    line.ask(AGREED_AT + 2_000).run(AGREED_AT + 8_000)
    assert spoken(line)[-1] == ("question", "en")


def test_the_dialogue_lasts_45_s_longer_once_and_no_longer() -> None:
    line = awaiting(BOTH).key("3", AGREED_AT).key("3", AGREED_AT + 1_000).run(AGREED_AT + 1_100)
    assert line.call.timers[Timer.DIALOGUE] == smp(OFF_AT + 135_000)
    for press in range(200):
        line.key("3", AGREED_AT + 2_000 + press * 1_000)
    line.run(AGREED_AT + 200_000)
    assert line.notes == [("unrecorded", "not_heard")]


def test_the_receipt_tells_each_prompt_by_what_was_played() -> None:
    line = awaiting(BOTH).key("3", AGREED_AT).run(AGREED_AT + 100)
    line.key("1", AGREED_AT + 100 + QUESTION[1] + 500).run(AGREED_AT + 10_000)
    said = started(line).receipt.said
    assert [each.prompt_id for each in said] == ["trial/question/pl", "trial/question/en"]


# -- the product of states, keys and languages -----------------------------------------------------

WITH_ALL = with_languages(with_more(with_afterwords(with_choice(CONSENT))), "pl", "en", "de")
STATES: dict[State, Callable[[Policy], Line]] = {
    State.SETTLING: lifted,
    State.ASKING: lambda rules: asked(rules).run(ASKED_AT + 1_000),
    State.AWAITING: awaiting,
    State.INFORMING: informing,
    State.CHOOSING: choosing,
    State.CONFIRMING: lambda rules: awaiting(rules).key("1", AGREED_AT).run(AGREED_AT + 700),
    State.RECORDING: recording,
    State.PAUSED: lambda rules: recording(rules).pause(30_000).run(30_000),
    State.REFUSED: lambda rules: awaiting(rules).key("2", AGREED_AT).run(AGREED_AT + 200),
    State.RETRYABLE: lambda rules: awaiting(rules).key("7", AGREED_AT).run(AGREED_AT + 200),
    State.PRIVATE: lambda rules: awaiting(rules).private(AGREED_AT).run(AGREED_AT),
    State.FAR_CHANGED: lambda rules: awaiting(rules).cue(AGREED_AT).run(AGREED_AT),
}
CHANGES = {State.ASKING, State.AWAITING, State.INFORMING, State.CHOOSING}


@pytest.mark.parametrize("language", ["pl", "en", "de"])
@pytest.mark.parametrize("key", list("0123456789*#"))
@pytest.mark.parametrize("state", STATES)
def test_in_every_state_and_language_the_key_alone_changes_the_language(
    state: State, key: str, language: str
) -> None:
    line = STATES[state](WITH_ALL.in_language(language))
    assert line.state == state
    at, before = line.now + 1_000, len(line.all(act.StartRecording))
    line.key(key, at).run(at + 100)
    changes = key == "3" and state in CHANGES
    ring = ("pl", "en", "de")
    expected = ring[(ring.index(language) + changes) % 3]
    assert line.call.policy.language == expected
    if changes:
        assert line.state == State.ASKING
        assert line.call.asking.saying == Saying(PromptKind.QUESTION)
        assert (line.call.asking.heard, line.call.docket) == (None, ())
        assert len(line.run(at + 5_000).all(act.StartRecording)) == before


def test_rules_in_a_language_have_all_the_others_and_come_back_the_same() -> None:
    english = THREE.in_language("en")
    assert set(english.others) == {"pl", "de"}
    assert all(not each.others for each in english.others.values())
    assert english.in_language("pl").others == THREE.others
    assert THREE.in_language("pl") is THREE
    assert THREE.in_language("fr") is THREE
    assert CONSENT.next_language == CONSENT.language
