"""Test the question: its start, its time limits and its one repetition."""

from dataclasses import replace

import pytest

from appliance.call.states import State
from appliance.model import actions as act
from appliance.model import events as ev
from appliance.model.policy import Policy, PromptKind
from appliance.model.terms import Side, Timer
from tests.call.driver import (
    ASKED_AT,
    MARK_AT,
    OFF_AT,
    SAID_AT,
    SILENT_AT,
    Line,
    asked,
    awaiting,
    hurry,
    lifted,
    smp,
)
from tests.call.policies import CONSENT, MIXED, without_prompt


def test_the_question_begins_in_a_pause_of_300_ms_after_800_ms() -> None:
    line = lifted().voice(Side.FAR, OFF_AT + 100, OFF_AT + 500).run(OFF_AT + 1_099)
    assert line.played == []
    assert line.run(OFF_AT + 1_100).played == [PromptKind.QUESTION]


def test_it_does_not_talk_over_hello() -> None:
    line = lifted().voice(Side.FAR, OFF_AT + 500, OFF_AT + 2_000).run(OFF_AT + 2_299)
    assert line.played == []
    assert line.run(OFF_AT + 2_300).played == [PromptKind.QUESTION]


def test_a_pause_too_short_is_none() -> None:
    line = lifted().voice(Side.NEAR, OFF_AT + 500, OFF_AT + 2_000)
    line.voice(Side.FAR, OFF_AT + 2_200, OFF_AT + 3_000).run(OFF_AT + 3_299)
    assert line.played == []
    assert line.run(OFF_AT + 3_300).played == [PromptKind.QUESTION]


def test_both_must_be_silent() -> None:
    line = lifted().voice(Side.NEAR, OFF_AT + 500, OFF_AT + 2_000)
    line.voice(Side.FAR, OFF_AT + 1_900, OFF_AT + 3_000).run(OFF_AT + 3_299)
    assert line.played == []


def test_no_pause_within_8_s_is_retryable() -> None:
    line = lifted()
    for begun in range(OFF_AT, OFF_AT + 9_000, 1_000):
        line.voice(Side.FAR, begun, begun + 900)
    line.run(OFF_AT + 8_000)
    assert line.state == State.RETRYABLE
    assert line.notes == [("unrecorded", "not_heard")]
    assert line.run(60_000).played == []


def test_a_lateness_beyond_800_ms_is_waited_for() -> None:
    line = lifted(replace(CONSENT, lateness_ms=1_500)).voice(Side.FAR, OFF_AT, OFF_AT + 900)
    line.run(OFF_AT + 1_799)
    assert line.played == []
    assert line.run(OFF_AT + 1_800).played == [PromptKind.QUESTION]


def test_nobody_is_asked_while_the_prompt_sink_is_gone() -> None:
    line = lifted().tell(ev.LineFault(smp(OFF_AT + 100), "prompt", "unplugged")).run(60_000)
    assert line.played == []
    assert line.notes == [("unrecorded", "not_heard")]


def test_a_prompt_sink_that_comes_back_in_time_asks() -> None:
    line = lifted().tell(ev.LineFault(smp(OFF_AT + 100), "prompt", "unplugged"))
    line.tell(ev.LineRestored(smp(OFF_AT + 500), "prompt"))
    assert line.run(ASKED_AT).played == [PromptKind.QUESTION]


def test_a_prompt_sink_lost_while_asking_is_not_heard() -> None:
    line = asked().tell(ev.LineFault(smp(ASKED_AT + 500), "prompt", "unplugged")).run(60_000)
    assert line.notes == [("unrecorded", "not_heard")]


def test_a_prompt_that_never_ends_is_not_heard() -> None:
    line = lifted()
    line.run(ASKED_AT)
    line._words += 1  # the sink is stuck: neither mark nor end
    line.run(ASKED_AT + 31_000)
    assert line.notes == [("unrecorded", "not_heard")]
    assert line.since(ASKED_AT + 30_000)[0] == act.Stop()


def test_the_answer_is_awaited_for_4_s_then_the_keys_are_repeated() -> None:
    line = awaiting().run(SILENT_AT - 1)
    assert line.played == [PromptKind.QUESTION]
    assert line.run(SILENT_AT).played == [PromptKind.QUESTION, PromptKind.KEYS]


def test_silence_after_the_repetition_is_no_answer() -> None:
    line = awaiting().run(SILENT_AT + 2_000 + 4_000)
    assert line.state == State.RETRYABLE
    assert line.notes == [("unrecorded", "no_answer")]
    assert line.all(act.StartRecording) == []


def test_the_repetition_can_be_answered_as_the_question_was_heard() -> None:
    line = awaiting().key("1", SILENT_AT + 500).run(SILENT_AT + 3_000)
    assert line.state == State.RECORDING


def test_without_a_prompt_for_the_keys_there_is_no_repetition() -> None:
    line = awaiting(without_prompt(CONSENT, PromptKind.KEYS)).run(SILENT_AT)
    assert line.notes == [("unrecorded", "no_answer")]


def talked_over(line: Line, part: float) -> Line:
    line.talked_over = part
    return line


def test_talk_over_a_fifth_of_the_words_is_heard() -> None:
    line = talked_over(lifted(), 0.2).key("1", SAID_AT + 500).run(SILENT_AT)
    assert line.state == State.RECORDING


def test_more_talk_replays_all_of_it_once() -> None:
    line = talked_over(lifted(), 0.21).run(MARK_AT + 10)
    assert line.state == State.SETTLING
    assert line.since(MARK_AT) == [act.Stop()]
    line.talked_over = 0.0
    line.run(MARK_AT + 300)
    assert line.played == [PromptKind.QUESTION, PromptKind.QUESTION]
    line.key("1", MARK_AT + 300 + 6_500).run(MARK_AT + 300 + 8_000)
    assert line.state == State.RECORDING


def test_talked_over_twice_is_not_heard() -> None:
    line = talked_over(lifted(), 0.5).run(60_000)
    assert line.played == [PromptKind.QUESTION, PromptKind.QUESTION]
    assert line.notes == [("unrecorded", "not_heard")]


def test_one_repetition_in_all() -> None:
    line = talked_over(lifted(), 0.5).run(MARK_AT)
    line.talked_over = 0.0
    line.run(60_000)
    assert line.played == [PromptKind.QUESTION, PromptKind.QUESTION]
    assert line.notes == [("unrecorded", "no_answer")]


@pytest.mark.parametrize("level", [-6.1, 6.1, -20.0])
def test_words_beyond_6_db_of_the_level_are_not_heard(level: float) -> None:
    line = lifted()
    line.level_db = level
    line.key("1", SAID_AT + 500).run(60_000)
    assert line.notes == [("unrecorded", "not_heard")]


def test_an_underrun_is_not_heard() -> None:
    line = lifted()
    line.underrun = True
    assert line.run(60_000).notes == [("unrecorded", "not_heard")]


def test_a_prompt_that_ends_without_its_mark_is_not_heard() -> None:
    line = asked().tell(ev.PromptEnded(smp(ASKED_AT + 2_000), 2_000, 0.0, 0.0)).run(60_000)
    assert line.notes == [("unrecorded", "not_heard")]


@pytest.mark.parametrize("rules", [CONSENT, MIXED])
def test_the_whole_dialogue_ends_within_90_s(rules: Policy) -> None:
    line = talked_over(lifted(rules), 0.5)
    for begun in range(MARK_AT - 500, MARK_AT + 7_500, 1_000):
        line.voice(Side.FAR, begun, begun + 900)
    line.run(MARK_AT)
    line.talked_over = 0.0
    line.run(120_000)
    ended = line.times(act.Note)[0] if line.all(act.Note) else line.times(act.StartRecording)[0]
    assert ended <= OFF_AT + 90_000 + 500
    assert line.played[:2] == [PromptKind.QUESTION, PromptKind.QUESTION]


def test_the_time_is_up_while_a_replay_waits_for_its_pause() -> None:
    line = talked_over(lifted(), 0.5)
    line.voice(Side.FAR, OFF_AT + 200, OFF_AT + 600)
    line.voice(Side.NEAR, OFF_AT + 700, OFF_AT + 5_000)  # the question begins 5.3 s in
    line.run(OFF_AT + 10_900)
    assert line.state == State.SETTLING
    hurry(line, Timer.DIALOGUE)
    assert line.notes == [("unrecorded", "not_heard")]


def test_a_timer_nobody_waits_for_is_ignored() -> None:
    line = awaiting().tell(ev.TimerFired(smp(SAID_AT + 10), Timer.QUIET))
    line.tell(
        ev.TimerFired(smp(SAID_AT + 20), Timer.ANSWER)
    )  # too early: it was set again meanwhile
    line.run(SAID_AT + 100)
    assert line.state == State.AWAITING


def test_marks_of_other_prompts_mean_nothing() -> None:
    line = awaiting().run(SILENT_AT)
    line.tell(ev.PromptMarked(smp(SILENT_AT + 100), 100, -30.0, 1.0)).run(SILENT_AT + 200)
    assert line.state == State.ASKING


def test_the_end_of_a_prompt_in_another_state_means_nothing() -> None:
    line = awaiting().tell(ev.PromptEnded(smp(SAID_AT + 10), 1, 0.0, 0.0)).run(SAID_AT + 20)
    assert line.state == State.AWAITING


def test_the_button_stops_the_question() -> None:
    line = asked().pause(ASKED_AT + 1_000).run(ASKED_AT + 1_050)
    assert line.since(ASKED_AT + 1) == [act.Stop(), act.Note("unrecorded", line.call.reason)]
    assert line.notes == [("unrecorded", "interrupted")]
    assert line.state == State.RETRYABLE


def test_hanging_up_in_the_question_is_hung_up() -> None:
    line = asked().on(ASKED_AT + 2_000).run(60_000)
    assert line.notes == [("unrecorded", "hung_up")]
    assert line.all(act.Stop) == [act.Stop()]
