"""Test machines, at the far end and in the office."""

import pytest

from appliance.call.memory import after_answer
from appliance.call.states import State
from appliance.model import actions as act
from appliance.model.policy import LineMemory, PromptKind
from appliance.model.records import Reason
from appliance.model.terms import Side, Tone
from tests.call.driver import (
    ASKED_AT,
    FIRST_AT,
    OFF_AT,
    SAID_AT,
    Line,
    asked,
    dialling,
    idle,
    lifted,
    recording,
)
from tests.call.policies import CONSENT

ANSWERED = 12_000


@pytest.mark.parametrize("tone", [tone for tone in Tone if tone.machine])
@pytest.mark.parametrize("at", [ASKED_AT - 200, ASKED_AT + 1_000, SAID_AT + 500])
def test_machine_tones_silence_the_box_for_the_call(tone: Tone, at: int) -> None:
    line = lifted().tone(tone, at).run(at)
    assert line.state == State.MACHINE
    assert not line.call.asking.playing
    line.ask(at + 1_000).key("1", at + 9_000).run(60_000)
    assert line.notes == [("unrecorded", "machine")]
    assert line.played.count(PromptKind.QUESTION) == (0 if at < ASKED_AT else 1)


def test_a_machine_tone_while_dialling() -> None:
    assert dialling().tone(Tone.ANSWER, 9_000).run(9_000).state == State.MACHINE


def test_a_machine_tone_ends_a_recording() -> None:
    line = recording().tone(Tone.FAX_CNG, FIRST_AT + 5_000).run(FIRST_AT + 5_000)
    assert [stop.reason for stop in line.all(act.StopRecording)] == [Reason.MACHINE]


@pytest.mark.parametrize("side", list(Side))
def test_machine_paced_digits(side: Side) -> None:
    line = asked().key("5", ASKED_AT + 1_000, side=side, ms=50, paced=True).run(ASKED_AT + 1_050)
    assert line.state == State.MACHINE


@pytest.mark.parametrize("side", [Side.NEAR, Side.UNSURE])
def test_machine_paced_digits_after_the_whole_number_are_a_report(side: Side) -> None:
    line = dialling().key("4", 12_900, side=side, ms=50).key("1", 13_000, side=side, ms=50)
    line.key("5", 13_100, side=side, ms=50, paced=True).run(13_150)
    assert line.state == State.MACHINE
    assert line.notes == [("unrecorded", "machine")]


def test_the_office_may_dial_like_a_machine() -> None:
    line = idle().off(OFF_AT).key("5", 6_000, side=Side.NEAR, ms=50, paced=True).run(6_050)
    assert line.state == State.DIALLING


def test_after_a_flash_the_office_may_dial_like_a_machine_again() -> None:
    line = dialling().cue(9_000).key("5", 12_000, side=Side.NEAR, ms=50, paced=True).run(12_050)
    assert line.state == State.DIALLING


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


def test_a_few_words_and_a_pause_are_a_person() -> None:
    line = dialling().voice(Side.FAR, ANSWERED, ANSWERED + 2_500).answered(ANSWERED)
    assert line.run(ANSWERED + 2_799).state == State.SETTLING
    assert line.run(ANSWERED + 2_800).state == State.ASKING


def test_many_words_and_more_than_a_breath_are_a_person() -> None:
    line = dialling().voice(Side.FAR, ANSWERED, ANSWERED + 4_000).answered(ANSWERED)
    assert line.run(ANSWERED + 4_799).state == State.SETTLING
    assert line.run(ANSWERED + 4_800).state == State.ASKING


@pytest.mark.parametrize("breath", [250, 500, 800])
def test_far_speech_with_breaths_after_the_answer_is_a_machine(breath: int) -> None:
    line = dialling().answered(ANSWERED).voice(Side.FAR, ANSWERED, ANSWERED + 3_500)
    line.voice(Side.FAR, ANSWERED + 3_500 + breath).run(ANSWERED + 5_999)
    assert line.state == State.SETTLING
    assert line.run(ANSWERED + 6_000).state == State.MACHINE
    assert line.played == []


def test_a_machine_that_breathes_early_hears_a_part_of_the_question() -> None:
    line = dialling().answered(ANSWERED).voice(Side.FAR, ANSWERED, ANSWERED + 1_000)
    line.voice(Side.FAR, ANSWERED + 1_600).run(ANSWERED + 6_000)
    assert line.state == State.MACHINE
    assert line.all(act.Stop)


def test_people_who_take_turns_are_no_machine() -> None:
    line = dialling().answered(ANSWERED).voice(Side.FAR, ANSWERED, ANSWERED + 3_200)
    line.voice(Side.NEAR, ANSWERED + 3_400, ANSWERED + 3_800)
    line.voice(Side.FAR, ANSWERED + 3_900, ANSWERED + 7_000).run(ANSWERED + 7_300)
    assert line.state == State.ASKING


def test_a_greeting_is_none_while_the_other_party_speaks_too() -> None:
    line = dialling().answered(ANSWERED).voice(Side.FAR, ANSWERED, ANSWERED + 3_200)
    line.voice(Side.FAR, ANSWERED + 3_500).voice(Side.NEAR, ANSWERED + 5_000)
    assert line.run(ANSWERED + 7_900).state == State.SETTLING


def test_an_echo_of_the_greeting_is_no_turn() -> None:
    line = dialling().answered(ANSWERED).voice(Side.FAR, ANSWERED, ANSWERED + 3_200)
    line.voice(Side.NEAR, ANSWERED + 3_200, ANSWERED + 3_400)
    line.voice(Side.FAR, ANSWERED + 3_600).run(ANSWERED + 6_000)
    assert line.state == State.MACHINE


def test_breaths_count_as_pauses_where_nobody_can_tell_who_speaks() -> None:
    line = dialling().answered(ANSWERED).voice(Side.UNSURE, ANSWERED, ANSWERED + 3_500)
    line.voice(Side.UNSURE, ANSWERED + 4_000).run(ANSWERED + 6_200)
    assert line.state == State.ASKING


def test_near_speech_on_an_outgoing_call_is_no_machine() -> None:
    line = dialling().answered(ANSWERED).voice(Side.NEAR, ANSWERED + 500, ANSWERED + 7_000)
    assert line.run(ANSWERED + 7_300).state == State.ASKING


def test_a_machine_that_talks_over_the_question() -> None:
    line = dialling().answered(ANSWERED).voice(Side.FAR, ANSWERED + 4_000).run(ANSWERED + 10_000)
    assert line.state == State.MACHINE
    assert line.run(60_000).played == [PromptKind.QUESTION]


def machine_of_the_office(memory: LineMemory, rings: int = 4, side: Side = Side.UNSURE) -> Line:
    line = idle(CONSENT, memory)
    for number in range(rings):
        line.ring(2_000 + number * 5_000)
    lifted_at = 2_000 + (rings - 1) * 5_000 + 1_500
    return line.off(lifted_at).voice(side, lifted_at + 400).run(lifted_at + 6_400)


def test_the_usual_ring_count_and_long_near_speech_is_a_machine_here() -> None:
    line = machine_of_the_office(LineMemory(usual_rings=4))
    assert line.state == State.MACHINE
    assert line.notes == [("unrecorded", "machine")]


@pytest.mark.parametrize("usual", [None, 3])
def test_after_another_ring_count_it_is_a_person(usual: int | None) -> None:
    assert machine_of_the_office(LineMemory(usual_rings=usual)).state == State.SETTLING


def test_near_speech_that_gives_nobody_a_turn_is_a_machine_after_any_ring_count() -> None:
    line = machine_of_the_office(LineMemory(), side=Side.NEAR)
    assert line.state == State.MACHINE
    assert line.played == []
    assert line.call.greeted


def test_after_the_usual_ring_count_a_breath_is_no_pause_to_speak_in() -> None:
    line = idle(CONSENT, LineMemory(usual_rings=1)).ring(2_000).off(4_000)
    line.voice(Side.NEAR, 4_400, 5_400).voice(Side.NEAR, 5_900, 6_500).run(10_899)
    assert line.played == []
    assert line.run(10_900).played == [PromptKind.QUESTION]


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
