"""Outgoing calls, machines, emergencies."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from appliance.call import dialogue
from appliance.call.memory import after_answer, after_emergency
from appliance.call.states import State
from appliance.model import actions as act
from appliance.model import events as ev
from appliance.model.events import AnswerBasis, Dialled, PartyCue, Side, Tone
from appliance.model.policy import LineMemory, Spoken
from appliance.model.records import Reason
from tests.call.driver import (
    ASKED_AT,
    CONSENT,
    FIRST_AT,
    OFF_AT,
    SAID_AT,
    Line,
    asked,
    dialling,
    idle,
    lifted,
    recording,
    smp,
)

ANSWERED = 12_000
HALF_HOUR = 30 * 60_000


def test_the_question_comes_after_the_answer_in_the_same_way() -> None:
    line = dialling().answered(ANSWERED).run(ANSWERED + 1_099)
    assert line.played == []
    assert line.run(ANSWERED + 1_100).played == [Spoken.QUESTION]
    assert line.call.direction == "outgoing"


def test_the_answer_waits_500_ms_to_be_judged() -> None:
    line = dialling().answered(ANSWERED).run(ANSWERED + 499)
    assert line.state == State.DIALLING
    assert line.run(ANSWERED + 500).state == State.SETTLING


def test_an_outgoing_call_is_recorded_with_the_basis_of_its_answer() -> None:
    line = dialling().answered(ANSWERED).key("1", ANSWERED + 8_000).run(ANSWERED + 10_000)
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
    line.run(ANSWERED + 1_100)
    assert line.call.answered is not None
    assert line.call.answered.basis.value == basis
    assert line.played == [Spoken.QUESTION]


@pytest.mark.parametrize("side", [Side.FAR, Side.NEAR])
def test_a_voice_without_a_ringback_is_no_answer(side: Side) -> None:
    line = dialling().voice(side, ANSWERED, ANSWERED + 600).run(60_000)
    assert line.state == State.DIALLING


def test_the_offices_own_voice_is_no_answer() -> None:
    line = dialling().tone(Tone.RINGBACK, 9_000).voice(Side.NEAR, ANSWERED, ANSWERED + 600)
    assert line.run(60_000).state == State.DIALLING


def test_an_answer_taken_wrongly_is_silenced_by_the_next_ringback() -> None:
    line = dialling().tone(Tone.RINGBACK, 9_000).voice(Side.FAR, 10_000, 10_200)
    line.tone(Tone.RINGBACK, 14_000).run(14_000)
    assert line.played == [Spoken.QUESTION]
    assert line.state == State.FAR_CHANGED
    assert line.since(14_000)[0] == act.Stop()


def test_of_two_signs_of_the_answer_the_earlier_counts() -> None:
    line = dialling().answered(ANSWERED + 200, AnswerBasis.RINGBACK_AND_VOICE)
    line.tell(ev.PolarityReversed(smp(ANSWERED)), arrives=ANSWERED + 400).run(ANSWERED + 1_100)
    assert line.call.answered == ev.Answered(smp(ANSWERED), AnswerBasis.REVERSAL)


def test_the_answers_own_reversal_is_no_new_party() -> None:
    line = dialling().answered(ANSWERED).tell(ev.PolarityReversed(smp(ANSWERED + 400)))
    line.run(ANSWERED + 1_100)
    assert line.state == State.ASKING
    line.tell(ev.PolarityReversed(smp(ANSWERED + 2_000))).run(ANSWERED + 2_000)
    assert line.state == State.FAR_CHANGED


def test_the_reversal_told_late_is_the_answers_own_too() -> None:
    line = dialling().answered(ANSWERED)
    line.tell(ev.PolarityReversed(smp(ANSWERED + 300)), arrives=ANSWERED + 900)
    assert line.run(ANSWERED + 1_100).state == State.ASKING


def test_a_second_answer_means_nothing() -> None:
    line = dialling().answered(ANSWERED).answered(ANSWERED + 900).run(ANSWERED + 1_100)
    assert line.state == State.ASKING


@pytest.mark.parametrize(
    "kind", [Dialled.EMERGENCY, Dialled.LISTED, Dialled.AMBIGUOUS, Dialled.INCOMPLETE]
)
def test_unless_an_ordinary_number_was_heard_whole_it_is_exempt(kind: Dialled) -> None:
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
    line = dialling().cue(9_000).number(Dialled.ORDINARY, 15_000).answered(18_000).run(19_100)
    assert line.played == [Spoken.QUESTION]


@pytest.mark.parametrize("tone", [Tone.RINGBACK])
def test_ringback_belongs_to_dialling(tone: Tone) -> None:
    line = dialling().tone(tone, 9_000).answered(ANSWERED).run(ANSWERED + 1_100)
    assert line.state == State.ASKING


def test_far_keys_while_dialling_mean_nothing() -> None:
    line = dialling().key("5", 9_000).answered(ANSWERED).run(ANSWERED + 1_100)
    assert line.state == State.ASKING


def test_memory_dialling_is_no_machine() -> None:
    line = idle().off(OFF_AT)
    for number, key in enumerate("221234567"):
        line.key(key, OFF_AT + 500 + number * 150, side=Side.NEAR, paced=number > 2)
    line.number(Dialled.ORDINARY, 11_000).answered(ANSWERED + 2_000).run(ANSWERED + 3_100)
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


# -- machines ------------------------------------------------------------------------------


@pytest.mark.parametrize("tone", [tone for tone in Tone if tone.machine])
@pytest.mark.parametrize("at", [ASKED_AT - 200, ASKED_AT + 1_000, SAID_AT + 500])
def test_machine_tones_silence_the_box_for_the_call(tone: Tone, at: int) -> None:
    line = lifted().tone(tone, at).run(at)
    assert line.state == State.MACHINE
    assert not line.call.asking.playing
    line.ask(at + 1_000).key("1", at + 9_000).run(60_000)
    assert line.notes == [("unrecorded", "machine")]
    assert line.played.count(Spoken.QUESTION) == (0 if at < ASKED_AT else 1)


def test_a_machine_tone_while_dialling() -> None:
    assert dialling().tone(Tone.ANSWER, 9_000).run(9_000).state == State.MACHINE


def test_a_machine_tone_ends_a_recording() -> None:
    line = recording().tone(Tone.FAX_CNG, FIRST_AT + 5_000).run(FIRST_AT + 5_000)
    assert [stop.reason for stop in line.all(act.StopRecording)] == [Reason.MACHINE]


@pytest.mark.parametrize("side", list(Side))
def test_machine_paced_digits(side: Side) -> None:
    line = asked().key("5", ASKED_AT + 1_000, side=side, ms=50, paced=True).run(ASKED_AT + 1_050)
    assert line.state == State.MACHINE


def test_machine_paced_far_digits_while_dialling() -> None:
    line = dialling().key("5", 9_000, ms=50, paced=True).run(9_050)
    assert line.state == State.MACHINE


@pytest.mark.parametrize("side", [Side.FAR, Side.UNSURE])
def test_far_speech_without_a_breath_after_the_answer_is_a_machine(side: Side) -> None:
    line = dialling().voice(side, ANSWERED - 500).answered(ANSWERED).run(ANSWERED + 5_999)
    assert line.state == State.SETTLING
    assert line.run(ANSWERED + 6_000).state == State.MACHINE
    assert line.notes == [("unrecorded", "machine")]


def test_speech_that_begins_later_counts_from_its_beginning() -> None:
    line = dialling().answered(ANSWERED).voice(Side.FAR, ANSWERED + 900).run(ANSWERED + 6_899)
    assert line.state == State.SETTLING
    assert line.run(ANSWERED + 6_900).state == State.MACHINE


def test_speech_with_a_breath_is_a_person() -> None:
    line = dialling().voice(Side.FAR, ANSWERED, ANSWERED + 4_000).answered(ANSWERED)
    assert line.run(ANSWERED + 4_300).state == State.ASKING


def test_near_speech_on_an_outgoing_call_is_no_machine() -> None:
    line = dialling().answered(ANSWERED).voice(Side.NEAR, ANSWERED + 500, ANSWERED + 7_000)
    assert line.run(ANSWERED + 7_300).state == State.ASKING


def test_a_machine_that_talks_over_the_question() -> None:
    line = dialling().answered(ANSWERED).voice(Side.FAR, ANSWERED + 1_500).run(ANSWERED + 7_500)
    assert line.state == State.MACHINE
    assert line.run(60_000).played == [Spoken.QUESTION]


def machine_of_the_office(memory: LineMemory, rings: int = 4) -> Line:
    line = idle(CONSENT, memory)
    for number in range(rings):
        line.ring(2_000 + number * 5_000)
    lifted_at = 2_000 + (rings - 1) * 5_000 + 1_500
    return line.off(lifted_at).voice(Side.NEAR, lifted_at + 400).run(lifted_at + 6_400)


def test_the_usual_ring_count_and_long_near_speech_is_a_machine_here() -> None:
    line = machine_of_the_office(LineMemory(usual_rings=4))
    assert line.state == State.MACHINE
    assert line.notes == [("unrecorded", "machine")]


@pytest.mark.parametrize("usual", [None, 3])
def test_after_another_ring_count_it_is_a_person(usual: int | None) -> None:
    assert machine_of_the_office(LineMemory(usual_rings=usual)).state == State.SETTLING


def test_the_usual_ring_count_is_learned_from_three_greetings() -> None:
    memory = LineMemory()
    for _ in range(3):
        assert memory.usual_rings is None
        line = machine_of_the_office(memory)
        at = line.now
        memory = line.on(at + 1_000).run(at + 3_000).call.memory
    assert memory.usual_rings == 4
    assert machine_of_the_office(memory).state == State.MACHINE


def test_what_was_learned_by_chance_fades() -> None:
    memory = LineMemory(greetings=(4, 4, 4), usual_rings=4)
    for _ in range(6):
        memory = after_answer(memory, 4, greeted=False)
    assert memory.usual_rings is None


def test_near_speech_late_in_the_call_is_no_greeting() -> None:
    line = lifted(CONSENT, LineMemory(usual_rings=1)).voice(Side.NEAR, OFF_AT + 4_500)
    assert line.run(OFF_AT + 12_000).state != State.MACHINE


def test_far_speech_on_an_incoming_call_is_no_machine() -> None:
    line = lifted(CONSENT, LineMemory(usual_rings=1)).voice(Side.FAR, OFF_AT + 200)
    line.run(OFF_AT + 8_000)
    assert line.notes == [("unrecorded", "not_heard")]


# -- emergencies ---------------------------------------------------------------------------


def emergency() -> Line:
    """Return a line on which an emergency call ended at 100 s."""
    line = idle().off(OFF_AT).number(Dialled.EMERGENCY, 6_000).answered(9_000)
    return line.on(100_000).run(102_000)


def incoming(line: Line, at: int) -> Line:
    return line.ring(at).off(at + 2_000).run(at + 20_000)


def test_a_call_back_after_an_emergency_is_not_asked_for_30_minutes() -> None:
    line = incoming(emergency(), 100_000 + HALF_HOUR - 3_000)
    assert line.played == []
    assert line.notes[-1] == ("unrecorded", "exempt")


def test_after_30_minutes_it_is() -> None:
    assert incoming(emergency(), 100_000 + HALF_HOUR).played[0] is Spoken.QUESTION


def test_an_ordinary_outgoing_call_after_an_emergency_is_asked() -> None:
    line = emergency().off(200_000).number(Dialled.ORDINARY, 204_000).answered(210_000)
    assert line.run(212_000).played == [Spoken.QUESTION]


def test_an_emergency_on_another_line_exempts_this_one() -> None:
    line = lifted()
    line.call = dialogue.emergency_elsewhere(line.call, smp(line.now))
    assert line.run(60_000).played == []
    assert line.notes == [("unrecorded", "exempt")]


def test_an_emergency_never_shortens_an_exemption() -> None:
    memory = after_emergency(after_emergency(LineMemory(), 80_000), 8_000)
    assert memory.emergency_until == 80_000 + HALF_HOUR * 8


def test_an_emergency_told_after_the_call_is_remembered() -> None:
    line = dialling().on(9_000).number(Dialled.EMERGENCY, 9_500).run(11_000)
    assert line.state == State.IDLE
    assert incoming(line, 20_000).played == []
    assert line.notes[-1] == ("unrecorded", "exempt")
    line = idle().number(Dialled.EMERGENCY, 2_000).run(3_000)
    assert line.state == State.IDLE


@pytest.mark.parametrize("kind", [Dialled.EMERGENCY, Dialled.LISTED, Dialled.AMBIGUOUS])
def test_after_a_flash_what_is_dialled_may_exempt(kind: Dialled) -> None:
    line = recording().cue(FIRST_AT + 5_000).number(kind, FIRST_AT + 9_000).ask(FIRST_AT + 10_000)
    line.run(FIRST_AT + 60_000)
    assert line.state == State.EXEMPT
    assert line.played.count(Spoken.QUESTION) == 1


@pytest.mark.parametrize("kind", [Dialled.ORDINARY, Dialled.INCOMPLETE, Dialled.AMBIGUOUS])
def test_other_numbers_in_a_call_mean_nothing(kind: Dialled) -> None:
    line = recording().number(kind, FIRST_AT + 5_000).run(FIRST_AT + 5_000)
    assert line.state == State.RECORDING


@pytest.mark.parametrize("kind", [Dialled.LISTED, Dialled.EMERGENCY])
def test_a_forbidden_number_in_a_call_exempts(kind: Dialled) -> None:
    line = recording().number(kind, FIRST_AT + 5_000).run(FIRST_AT + 5_000)
    assert line.state == State.EXEMPT
