"""Test lines on other bases than consent, alone or mixed, and lines without a policy."""

from dataclasses import replace

import pytest

from appliance.call.eligibility import can_be_asked, obstacle
from appliance.call.states import State
from appliance.config.settings import LineKind
from appliance.model import actions as act
from appliance.model import events as ev
from appliance.model.policy import Policy, PromptKind
from appliance.model.terms import Obstacle, Side
from tests.call.driver import (
    AGREED_AT,
    ASKED_AT,
    JUDGED_AT,
    MARK_AT,
    Line,
    asked,
    awaiting,
    lifted,
    recording,
    smp,
)
from tests.call.policies import (
    BOTH_NOTICES,
    CONSENT,
    MIXED,
    MIXED_INTEREST,
    NOTICE,
    OBJECTABLE,
    without_prompt,
)

NOTICED_AT = ASKED_AT + 3_000


def started(line: Line) -> act.StartRecording:
    """Return the only start of a recording by 80 s."""
    (start,) = line.run(80_000).all(act.StartRecording)
    return start


@pytest.mark.parametrize("rules", [NOTICE, OBJECTABLE, BOTH_NOTICES])
def test_the_notice_plays_and_was_heard_then_recording_starts(rules: Policy) -> None:
    line = asked(rules).run(NOTICED_AT + 600)
    assert line.played == [PromptKind.NOTICE]
    assert line.state == State.RECORDING
    receipt = started(line).receipt
    assert (receipt.outcome, receipt.key, receipt.grade) == ("notice", None, None)
    assert receipt.prompt_id == "trial/notice/en"
    assert receipt.heard_ms == 3_000


def test_a_notice_not_heard_records_nothing() -> None:
    line = lifted(NOTICE)
    line.level_db = -20.0
    assert line.run(60_000).notes == [("unrecorded", "not_heard")]


def test_a_notice_talked_over_is_said_once_more() -> None:
    line = lifted(NOTICE)
    line.talked_over = 0.5
    line.run(60_000)
    assert line.played == [PromptKind.NOTICE, PromptKind.NOTICE]
    assert line.notes == [("unrecorded", "not_heard")]


def test_a_hang_up_while_a_heard_notice_waits_is_unrecorded() -> None:
    line = asked(NOTICE).on(NOTICED_AT, late=400).run(60_000)
    assert line.all(act.StartRecording) == []


def test_a_contract_has_no_refuse_key() -> None:
    line = asked(NOTICE).key("2", ASKED_AT + 1_000).run(NOTICED_AT + 600)
    assert line.state == State.RECORDING


def test_near_star_star_makes_a_contract_call_private() -> None:
    line = asked(NOTICE).near("*", ASKED_AT + 500).near("*", ASKED_AT + 900).run(60_000)
    assert line.state == State.PRIVATE
    assert line.all(act.StartRecording) == []


@pytest.mark.parametrize("at", [MARK_AT + 100, AGREED_AT])
def test_a_no_after_a_near_star_starts_no_recording_on_the_other_bases(at: int) -> None:
    line = lifted(MIXED).near("*", at).key("2", at + 500).run(at + 60_000)
    assert line.notes == [("unrecorded", "interrupted")]
    assert line.ask(line.now).run(line.now + 30_000).notes[1:] == []


def test_the_end_of_a_notice_stopped_by_a_near_star_is_no_notice() -> None:
    line = asked(NOTICE).near("*", ASKED_AT + 500).run(ASKED_AT + 1_000)
    assert line.call.docket == ()


@pytest.mark.parametrize("side", [Side.FAR, Side.UNSURE])
def test_the_objection_key_ends_a_legitimate_interest(side: Side) -> None:
    line = asked(OBJECTABLE).key("2", ASKED_AT + 100, side=side).run(60_000)
    assert line.state == State.REFUSED
    assert line.notes == [("unrecorded", "refused" if side is Side.FAR else "refused_unsure")]


def test_an_objection_leaves_what_cannot_be_objected_to() -> None:
    line = asked(BOTH_NOTICES).key("2", ASKED_AT + 1_000).key("2", ASKED_AT + 2_000)
    assert started(line).purposes == {"contract"}


def test_an_objection_while_the_heard_notice_waits() -> None:
    line = asked(BOTH_NOTICES).key("2", NOTICED_AT + 100)
    start = started(line)
    assert start.purposes == {"contract"}
    assert start.receipt.refused == ("interest",)
    assert [(key.key, key.purposes) for key in start.receipt.keys] == [("2", ("interest",))]


def test_keys_mean_nothing_else_during_a_notice() -> None:
    line = asked(OBJECTABLE).key("1", ASKED_AT + 1_000).key("5", ASKED_AT + 2_000)
    assert started(line).purposes == {"interest"}


# -- mixed lines ---------------------------------------------------------------------------


def test_a_mixed_line_records_its_other_bases_and_what_was_chosen() -> None:
    start = started(awaiting(MIXED).key("3", AGREED_AT))
    assert start.purposes == {"training", "contract"}
    assert (start.receipt.outcome, start.receipt.key) == ("agreed", "3")
    assert (start.receipt.refused, start.receipt.keys) == (("quality",), ())


def test_choices_map_keys_to_purposes() -> None:
    assert started(awaiting(MIXED).key("1", AGREED_AT)).purposes == {
        "training",
        "quality",
        "contract",
    }


def test_refused_the_other_bases_remain() -> None:
    start = started(awaiting(MIXED).key("2", AGREED_AT))
    assert start.purposes == {"contract"}
    assert (start.receipt.outcome, start.receipt.key) == ("notice", None)
    assert start.receipt.prompt_id == "trial/question/en"
    assert start.receipt.refused == ("quality", "training")
    (no,) = start.receipt.keys
    assert (no.key, no.means, no.side, no.grade) == ("2", "refused", "far", "A")
    assert no.purposes == ("quality", "training")
    assert no.at_ms == AGREED_AT - 4_000


def test_refused_before_the_mark_the_words_are_said_to_their_mark() -> None:
    line = asked(MIXED).key("2", ASKED_AT + 1_000).run(MARK_AT - 1)
    assert line.all(act.Stop) == []
    assert started(line).purposes == {"contract"}


def test_refused_and_then_not_heard_is_unrecorded_and_never_asked_again() -> None:
    line = asked(MIXED).key("2", ASKED_AT + 1_000)
    line.tell(ev.PromptEnded(smp(ASKED_AT + 2_000), 2_000, 0.0, 0.0)).run(ASKED_AT + 2_000)
    assert line.state == State.RETRYABLE
    line.ask(ASKED_AT + 5_000).run(60_000)
    assert line.played == [PromptKind.QUESTION]
    assert line.all(act.StartRecording) == []


def test_after_a_refusal_no_key_agrees() -> None:
    line = asked(MIXED).key("2", ASKED_AT + 1_000).key("1", MARK_AT + 350)
    assert started(line).purposes == {"contract"}


def test_a_refusal_after_a_consent_in_the_window_leaves_the_other_bases() -> None:
    line = awaiting(MIXED).key("1", AGREED_AT).key("2", AGREED_AT + 400)
    assert started(line).purposes == {"contract"}


def test_refusal_on_a_mixed_line_also_objects() -> None:
    line = awaiting(MIXED_INTEREST).key("2", AGREED_AT).run(60_000)
    assert line.notes == [("unrecorded", "refused")]


@pytest.mark.parametrize("key", [None, "5"])
def test_silence_or_a_wrong_key_leaves_the_other_bases(key: str | None) -> None:
    line = awaiting(MIXED)
    start = started(line.key(key, AGREED_AT) if key else line)
    assert start.purposes == {"contract"}
    assert (start.receipt.refused, start.receipt.keys) == (("quality", "training"), ())
    assert line.played[-1] is PromptKind.CONFIRMATION


def test_a_second_unsure_leaves_the_other_bases() -> None:
    line = awaiting(MIXED).key("1", AGREED_AT, side=Side.UNSURE)
    start = started(line.key("1", AGREED_AT + 1_500, side=Side.UNSURE))
    assert start.purposes == {"contract"}


def test_without_an_objection_the_legitimate_interest_remains() -> None:
    assert started(awaiting(MIXED_INTEREST)).purposes == {"interest"}


def test_an_objection_while_the_other_bases_wait_ends_them() -> None:
    line = awaiting(MIXED_INTEREST).key("5", AGREED_AT).key("2", AGREED_AT + 400).run(60_000)
    assert line.notes == [("unrecorded", "refused")]


def test_a_mixed_line_that_was_not_heard_records_nothing() -> None:
    line = lifted(MIXED)
    line.underrun = True
    assert line.run(60_000).notes == [("unrecorded", "not_heard")]


def test_a_near_key_on_a_mixed_line_records_nothing() -> None:
    line = awaiting(MIXED).near("5", AGREED_AT).run(60_000)
    assert line.notes == [("unrecorded", "interrupted")]


def test_a_refusal_while_confirming_ends_the_consent_purposes_alone() -> None:
    line = awaiting(MIXED).key("1", AGREED_AT).run(JUDGED_AT)
    line.key("2", JUDGED_AT + 50).key("2", JUDGED_AT + 250).run(JUDGED_AT + 2_000)
    assert [w.purposes for w in line.all(act.Withdraw)] == [{"training", "quality"}]
    assert line.state == State.RECORDING
    assert line.call.purposes == {"contract"}


# -- no policy -----------------------------------------------------------------------------


UNSOUND = {
    "a field is missing": replace(CONSENT, complete=False),
    "no purposes": replace(CONSENT, purposes=()),
    "no question": without_prompt(CONSENT, PromptKind.QUESTION),
    "no confirmation": without_prompt(CONSENT, PromptKind.CONFIRMATION),
    "no notice": without_prompt(NOTICE, PromptKind.NOTICE),
    "no key refuses": replace(CONSENT, choices={"1": frozenset({"training"})}),
    "two keys refuse": replace(
        CONSENT, choices={"1": frozenset({"training"}), "2": frozenset(), "3": frozenset()}
    ),
    "no key agrees": replace(CONSENT, choices={"2": frozenset()}),
    "a key agrees to what needs none": replace(
        MIXED, choices={"1": frozenset({"contract"}), "2": frozenset()}
    ),
    "no key objects": replace(OBJECTABLE, choices={}),
}


@pytest.mark.parametrize("rules", UNSOUND.values(), ids=UNSOUND)
def test_without_a_whole_policy_nothing_is_asked_or_recorded(rules: Policy) -> None:
    assert not can_be_asked(rules)
    line = lifted(rules).run(60_000)
    assert line.played == []
    assert line.notes == [("unrecorded", "no_policy")]


@pytest.mark.parametrize(
    ("rules", "why"),
    [
        (CONSENT, None),
        (NOTICE, None),
        (replace(CONSENT, purposes=()), Obstacle.PURPOSE),
        (without_prompt(CONSENT, PromptKind.QUESTION), Obstacle.WORDS),
        (replace(without_prompt(CONSENT, PromptKind.KEYS), complete=False), Obstacle.WORDS),
        (
            replace(
                OBJECTABLE,
                complete=False,
                purposes=tuple(replace(p, justification="") for p in OBJECTABLE.purposes),
            ),
            Obstacle.JUSTIFICATION,
        ),
        (UNSOUND["two keys refuse"], Obstacle.KEYS),
        (UNSOUND["no key objects"], Obstacle.KEYS),
        (replace(CONSENT, complete=False), Obstacle.RULE),
        (replace(CONSENT, held_back=Obstacle.CALIBRATING, purposes=()), Obstacle.CALIBRATING),
        (replace(CONSENT, can_store=False, held_back=Obstacle.LIST), Obstacle.STORAGE),
        (replace(CONSENT, kind=LineKind.FAX, can_store=False), Obstacle.KIND),
    ],
)
def test_what_keeps_a_line_from_asking_is_named(rules: Policy, why: Obstacle | None) -> None:
    assert obstacle(rules) is why


@pytest.mark.parametrize("kind", [kind for kind in LineKind if kind is not LineKind.PHONE])
def test_lines_of_other_kinds_are_never_asked(kind: LineKind) -> None:
    line = lifted(replace(CONSENT, kind=kind)).run(60_000)
    assert line.played == []
    assert line.notes == [("unrecorded", "exempt")]


def test_while_the_exempt_list_is_unknown_nobody_is_asked() -> None:
    line = lifted(replace(CONSENT, held_back=Obstacle.LIST)).run(60_000)
    assert line.played == []
    assert line.notes == [("unrecorded", "exempt")]


def test_a_recorded_call_keeps_its_purposes() -> None:
    assert recording(MIXED).call.purposes == {"training", "quality", "contract"}


@pytest.mark.parametrize("rules", [CONSENT, NOTICE, MIXED])
def test_where_nothing_can_be_stored_nobody_is_asked(rules: Policy) -> None:
    line = lifted(replace(rules, can_store=False)).run(60_000)
    assert line.played == []
    assert line.notes == [("unrecorded", "storage")]
    line.ask(70_000).run(120_000)
    assert line.played == [], "the button asks for nothing either"


@pytest.mark.parametrize("rules", [CONSENT, NOTICE, MIXED])
def test_before_the_first_day_of_a_line_nobody_is_asked(rules: Policy) -> None:
    line = lifted(replace(rules, held_back=Obstacle.DAY)).run(60_000)
    assert line.played == []
    assert line.notes == [("unrecorded", "not_yet")]
    line.ask(70_000).run(120_000)
    assert line.played == [], "the button asks for nothing either"
