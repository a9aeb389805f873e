"""Test that a far machine has its turn before the question, unless a person speaks first."""

import pytest

from appliance.call.states import State
from appliance.model import events as ev
from appliance.model.policy import PromptKind
from appliance.model.terms import Side, Tone
from tests.call.driver import OFF_AT, Line, dialling, lifted, smp

ANSWERED = 12_000
SILENT = 3_450
"""Greatest pause between two tones of a calling fax, in ms (T.30)."""


def nothing_is_said(line: Line, tone_at: int) -> None:
    """Check that a fax tone at that time ends the call without a word before or after."""
    line.tell(ev.ToneHeard(smp(tone_at), Tone.FAX_CNG), arrives=tone_at + 100)
    assert line.run(60_000).played == []
    assert line.notes == [("unrecorded", "machine")]


@pytest.mark.parametrize("hello", [Side.NEAR, Side.UNSURE])
def test_nothing_is_said_to_a_fax_that_calls(hello: Side) -> None:
    line = lifted().voice(hello, OFF_AT + 200, OFF_AT + 1_500)
    nothing_is_said(line, OFF_AT + SILENT)


@pytest.mark.parametrize("side", [Side.NEAR, Side.UNSURE])
def test_a_tone_under_the_offices_hello_comes_once_more(side: Side) -> None:
    line = lifted().voice(side, OFF_AT + 700, OFF_AT + 1_400)
    nothing_is_said(line, OFF_AT + 1_400 + SILENT)


def test_a_hello_with_a_breath_in_it_is_one_where_nobody_knows_whose_it_is() -> None:
    line = lifted().voice(Side.UNSURE, OFF_AT + 700, OFF_AT + 1_400)
    line.voice(Side.UNSURE, OFF_AT + 1_600, OFF_AT + 2_300)
    nothing_is_said(line, OFF_AT + 2_300 + SILENT)


def test_a_far_voice_under_the_offices_hello_may_be_a_tone() -> None:
    """The near voice is reported meanwhile only if it is the louder one."""
    line = lifted().tell(ev.VoiceHeard(smp(OFF_AT + 500), Side.NEAR, active=True))
    line.voice(Side.FAR, OFF_AT + 800, OFF_AT + 1_300)
    line.tell(ev.VoiceHeard(smp(OFF_AT + 1_500), Side.NEAR, active=False))
    nothing_is_said(line, OFF_AT + 1_300 + SILENT)


def test_a_far_voice_at_the_end_of_the_offices_hello_may_be_a_tone() -> None:
    line = lifted().voice(Side.NEAR, OFF_AT + 300, OFF_AT + 900)
    line.voice(Side.FAR, OFF_AT + 1_100, OFF_AT + 1_500).run(OFF_AT + 4_000)
    assert line.played == []


def test_a_caller_who_answers_the_hello_is_asked_at_once() -> None:
    line = lifted().voice(Side.NEAR, OFF_AT + 300, OFF_AT + 900)
    line.voice(Side.FAR, OFF_AT + 1_250, OFF_AT + 1_700).run(OFF_AT + 2_000)
    assert line.played == [PromptKind.QUESTION]


def test_the_office_says_hello_twice_to_nobody() -> None:
    line = lifted().voice(Side.NEAR, OFF_AT + 500, OFF_AT + 1_000)
    line.voice(Side.NEAR, OFF_AT + 2_500, OFF_AT + 3_000).run(OFF_AT + 6_899)
    assert line.played == []
    assert line.run(OFF_AT + 6_900).played == [PromptKind.QUESTION]


def test_a_long_first_voice_on_one_mixed_signal_is_two_peoples() -> None:
    line = lifted().voice(Side.UNSURE, OFF_AT + 300, OFF_AT + 4_000)
    assert line.run(OFF_AT + 4_300).played == [PromptKind.QUESTION]


def test_people_who_take_turns_on_one_mixed_signal_are_asked() -> None:
    line = lifted()
    for at in range(300, 7_000, 1_500):
        line.voice(Side.UNSURE, OFF_AT + at, OFF_AT + at + 1_000)
    assert line.run(OFF_AT + 6_100).played == [PromptKind.QUESTION]


def test_nothing_is_said_to_a_modem_that_answers() -> None:
    line = dialling().tell(ev.PolarityReversed(smp(ANSWERED)))
    line.tone(Tone.ANSWER, ANSWERED + 2_500)
    assert line.run(60_000).played == []
    assert line.notes == [("unrecorded", "machine")]


def test_who_says_nothing_is_asked_after_a_machines_turn() -> None:
    line = lifted().run(OFF_AT + 3_899)
    assert line.played == []
    assert line.run(OFF_AT + 3_900).played == [PromptKind.QUESTION]


def test_a_caller_who_has_had_a_word_is_asked_at_once() -> None:
    line = lifted().voice(Side.FAR, OFF_AT + 700, OFF_AT + 1_000)
    assert line.run(OFF_AT + 1_300).played == [PromptKind.QUESTION]


def test_somebody_who_answers_with_a_word_is_asked_at_once() -> None:
    line = dialling().tone(Tone.RINGBACK, 9_000).voice(Side.FAR, ANSWERED, ANSWERED + 400)
    assert line.run(ANSWERED + 1_100).played == [PromptKind.QUESTION]


def test_a_sound_that_is_no_word_opens_nothing() -> None:
    line = lifted().voice(Side.FAR, OFF_AT + 700, OFF_AT + 980).run(OFF_AT + 3_899)
    assert line.played == []


def test_an_announcement_before_the_answer_is_nobodys_word() -> None:
    line = dialling().voice(Side.FAR, 9_000, 11_000).answered(ANSWERED).run(ANSWERED + 3_899)
    assert line.played == []


def test_an_answer_told_by_the_button_is_a_persons() -> None:
    assert dialling().ask(ANSWERED).run(ANSWERED + 1_100).played == [PromptKind.QUESTION]


def test_a_word_in_the_call_before_opens_nothing() -> None:
    line = lifted().voice(Side.FAR, OFF_AT + 700, OFF_AT + 1_000).on(20_000).run(30_000)
    line.ring(40_000).off(42_000).run(45_899)
    assert line.state == State.SETTLING
