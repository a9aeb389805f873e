"""Test outgoing calls: asked after the answer, and only with a complete number."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from appliance.call.states import State
from appliance.model import actions as act
from appliance.model import events as ev
from appliance.model.policy import PromptKind
from appliance.model.terms import AnswerBasis, NumberKind, PartyCue, Side, Tone
from tests.call.driver import OFF_AT, Line, dialling, idle, smp
from tests.call.policies import CONSENT

ANSWERED = 12_000


def test_the_question_comes_after_the_answer_in_the_same_way() -> None:
    line = dialling().answered(ANSWERED).run(ANSWERED + 3_899)
    assert line.played == []
    assert line.run(ANSWERED + 3_900).played == [PromptKind.QUESTION]
    assert line.call.direction == "outgoing"


def test_the_answer_waits_500_ms_to_be_judged() -> None:
    line = dialling().answered(ANSWERED).run(ANSWERED + 499)
    assert line.state == State.DIALLING
    assert line.run(ANSWERED + 500).state == State.SETTLING


def test_an_outgoing_call_is_recorded_with_the_basis_of_its_answer() -> None:
    line = dialling().answered(ANSWERED).key("1", ANSWERED + 11_000).run(ANSWERED + 13_000)
    receipt = line.all(act.StartRecording)[0].receipt
    assert (receipt.outcome, receipt.answer_basis) == ("agreed", "connect")
    assert line.call.dialled == "+48221234567"


@pytest.mark.parametrize("basis", ["reversal", "button", "ringback_and_voice", "connect"])
def test_what_tells_the_answer(basis: str) -> None:
    line = dialling()
    match basis:
        case "reversal":
            line.tell(ev.PolarityReversed(smp(ANSWERED)))
        case "button":
            line.ask(ANSWERED)
        case "connect":
            line.answered(ANSWERED)
        case _:
            line.tone(Tone.RINGBACK, 9_000).voice(Side.FAR, ANSWERED, ANSWERED + 600)
    line.run(ANSWERED + 3_900)
    assert line.call.answered is not None
    assert line.call.answered.basis.value == basis
    assert line.played == [PromptKind.QUESTION]


@pytest.mark.parametrize("side", [Side.FAR, Side.NEAR])
def test_a_voice_without_a_ringback_is_no_answer(side: Side) -> None:
    line = dialling().voice(side, ANSWERED, ANSWERED + 600).run(60_000)
    assert line.state == State.DIALLING


def test_a_ringback_before_the_first_digit_is_none() -> None:
    """A dial tone that the first digit cuts short can look like one."""
    line = idle().off(OFF_AT).tone(Tone.RINGBACK, OFF_AT + 500)
    for number, key in enumerate("221234567"):
        line.near(key, OFF_AT + 600 + number * 200)
    line.number(NumberKind.ORDINARY, 9_000).voice(Side.FAR, ANSWERED, ANSWERED + 600).run(60_000)
    assert line.state == State.DIALLING
    assert line.played == []


def test_the_offices_own_voice_is_no_answer() -> None:
    line = dialling().tone(Tone.RINGBACK, 9_000).voice(Side.NEAR, ANSWERED, ANSWERED + 600)
    assert line.run(60_000).state == State.DIALLING


def test_an_answer_taken_wrongly_is_silenced_by_the_next_ringback() -> None:
    line = dialling().tone(Tone.RINGBACK, 9_000).voice(Side.FAR, 10_000, 10_200)
    line.tone(Tone.RINGBACK, 14_000).run(14_000)
    assert line.played == [PromptKind.QUESTION]
    assert line.state == State.FAR_CHANGED
    assert line.since(14_000)[0] == act.Stop()


def test_of_two_signs_of_the_answer_the_earlier_counts() -> None:
    line = dialling().answered(ANSWERED + 200, AnswerBasis.RINGBACK_AND_VOICE)
    line.tell(ev.PolarityReversed(smp(ANSWERED)), arrives=ANSWERED + 400).run(ANSWERED + 3_900)
    assert line.call.answered == ev.Answered(smp(ANSWERED), AnswerBasis.REVERSAL)


def test_the_answers_own_reversal_is_no_new_party() -> None:
    line = dialling().answered(ANSWERED).tell(ev.PolarityReversed(smp(ANSWERED + 400)))
    line.run(ANSWERED + 3_900)
    assert line.state == State.ASKING
    line.tell(ev.PolarityReversed(smp(ANSWERED + 5_000))).run(ANSWERED + 5_000)
    assert line.state == State.FAR_CHANGED


def test_the_reversal_told_late_is_the_answers_own_too() -> None:
    line = dialling().answered(ANSWERED)
    line.tell(ev.PolarityReversed(smp(ANSWERED + 300)), arrives=ANSWERED + 900)
    assert line.run(ANSWERED + 3_900).state == State.ASKING


def test_a_second_answer_means_nothing() -> None:
    line = dialling().answered(ANSWERED).answered(ANSWERED + 900).run(ANSWERED + 3_900)
    assert line.state == State.ASKING


@pytest.mark.parametrize(
    "kind", [NumberKind.EMERGENCY, NumberKind.LISTED, NumberKind.AMBIGUOUS, NumberKind.INCOMPLETE]
)
def test_unless_an_ordinary_number_was_heard_whole_it_is_exempt(kind: NumberKind) -> None:
    line = idle().off(OFF_AT).number(kind, 8_000).answered(ANSWERED).ask(20_000).run(60_000)
    assert line.state == State.EXEMPT
    assert line.played == []
    assert line.notes == [("unrecorded", "exempt")]


def test_an_answer_without_a_number_is_exempt() -> None:
    line = idle().off(OFF_AT).answered(ANSWERED).run(60_000)
    assert line.notes == [("unrecorded", "exempt")]


UNDONE: dict[str, Callable[[Line], Line]] = {
    "another near key": lambda line: line.near("5", 9_000),
    "an unsure key": lambda line: line.key("5", 9_000, side=Side.UNSURE),
    "a flash": lambda line: line.cue(9_000),
    "a break": lambda line: line.cue(9_000, PartyCue.LOOP_BREAK),
    "a dial tone": lambda line: line.tone(Tone.DIAL, 9_000),
    "busy": lambda line: line.tone(Tone.BUSY, 9_000),
    "missing sound": lambda line: line.tell(ev.Gap(smp(9_000), 160)),
}


@pytest.mark.parametrize("undo", UNDONE)
def test_what_makes_a_number_doubtful_exempts(undo: str) -> None:
    line = UNDONE[undo](dialling())
    line.answered(ANSWERED).run(60_000)
    assert line.state == State.EXEMPT
    assert line.played == []


def test_the_number_may_be_dialled_again() -> None:
    line = dialling().cue(9_000).number(NumberKind.ORDINARY, 15_000).answered(18_000).run(21_900)
    assert line.played == [PromptKind.QUESTION]


@pytest.mark.parametrize("tone", [Tone.RINGBACK])
def test_ringback_belongs_to_dialling(tone: Tone) -> None:
    line = dialling().tone(tone, 9_000).answered(ANSWERED).run(ANSWERED + 3_900)
    assert line.state == State.ASKING


def test_far_keys_while_dialling_mean_nothing() -> None:
    line = dialling().key("5", 9_000).answered(ANSWERED).run(ANSWERED + 3_900)
    assert line.state == State.ASKING


def test_memory_dialling_is_no_machine() -> None:
    line = idle().off(OFF_AT)
    for number, key in enumerate("221234567"):
        line.key(key, OFF_AT + 500 + number * 150, side=Side.NEAR, paced=number > 2)
    line.number(NumberKind.ORDINARY, 11_000).answered(ANSWERED + 2_000).run(ANSWERED + 5_900)
    assert line.state == State.ASKING


def test_an_outgoing_call_given_up_is_counted_as_hung_up() -> None:
    assert dialling().on(20_000).run(60_000).notes == [("unrecorded", "hung_up")]


def test_an_outgoing_call_may_be_private() -> None:
    line = dialling().private(9_000).answered(ANSWERED).run(60_000)
    assert line.notes == [("unrecorded", "private")]


def test_touch_lost_while_dialling_cuts() -> None:
    line = dialling().tell(ev.LineFault(smp(9_000), "audio", "x")).answered(ANSWERED).run(60_000)
    assert line.notes == [("unrecorded", "cut")]


def test_a_long_gap_while_dialling_cuts() -> None:
    line = dialling().tell(ev.Gap(smp(9_000), smp(2_500))).answered(ANSWERED).run(60_000)
    assert line.notes == [("unrecorded", "cut")]


def test_without_a_policy_an_outgoing_call_is_not_asked() -> None:
    line = dialling(replace(CONSENT, complete=False)).answered(ANSWERED).run(60_000)
    assert line.notes == [("unrecorded", "no_policy")]


# -- private while it rings ----------------------------------------------------------------


def test_a_call_made_private_while_it_rings_is_not_asked() -> None:
    line = idle().ring(2_000).private(3_000).off(OFF_AT).run(60_000)
    assert line.state == State.PRIVATE
    assert line.notes == [("unrecorded", "private")]
