"""Test the short sentences about the outcome: when they are said, and what stops them."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from appliance.call.states import State
from appliance.model import actions as act
from appliance.model import events as ev
from appliance.model.policy import Policy, PromptKind, Saying
from appliance.model.terms import Hook, NumberKind, PartyCue, Side, Tone
from tests.call.driver import (
    AGREED_AT,
    ASKED_AT,
    FIRST_AT,
    OFF_AT,
    SILENT_AT,
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
    OBJECTABLE,
    with_afterwords,
)

SPOKEN = with_afterwords(CONSENT)
REFUSED_AT = AGREED_AT + 100
T = FIRST_AT + 10_000
WITHDRAWN_AT = T + 100 + 2_000


def after(line: Line) -> list[Saying]:
    """Return what was said about the outcome."""
    kinds = {PromptKind.REFUSED, PromptKind.UNANSWERED, PromptKind.WITHDRAWN, PromptKind.OBJECTED}
    return [play.saying for play in line.all(act.Play) if play.saying.spoken in kinds]


def refused() -> Line:
    """Return a line on which the sentence after a refusal has just begun."""
    return awaiting(SPOKEN).key("2", AGREED_AT).run(REFUSED_AT + 300)


def unanswered() -> Line:
    """Return a line on which the sentence after no answer has just begun."""
    return awaiting(SPOKEN).run(SILENT_AT + 6_300)


def withdrawn() -> Line:
    """Return a line on which the sentence after a withdrawal has just begun."""
    return recording(SPOKEN).key("2", T).run(WITHDRAWN_AT + 300)


def part_withdrawn() -> Line:
    """Return a line on which the sentence after a withdrawal in part has just begun."""
    return recording(with_afterwords(MIXED)).key("2", T).run(WITHDRAWN_AT + 300)


# -- when ----------------------------------------------------------------------------------------


def test_a_refusal_is_answered_within_half_a_second() -> None:
    line = awaiting(SPOKEN).key("2", AGREED_AT).run(REFUSED_AT + 299)
    assert after(line) == []
    assert after(line.run(REFUSED_AT + 300)) == [Saying(PromptKind.REFUSED)]
    assert line.run(REFUSED_AT + 5_000).state == State.REFUSED


def test_no_answer_is_followed_by_a_sentence() -> None:
    line = unanswered()
    assert after(line) == [Saying(PromptKind.UNANSWERED)]
    assert line.notes == [("unrecorded", "no_answer")]


@pytest.mark.parametrize("early", [True, False])
def test_so_is_a_key_that_does_not_count(early: bool) -> None:
    line = asked(SPOKEN)
    line.key("1", ASKED_AT + 1_000) if early else line.key("5", AGREED_AT)
    assert after(line.run(60_000)) == [Saying(PromptKind.UNANSWERED)]


def test_a_withdrawal_is_answered_once_it_stands_alone() -> None:
    line = recording(SPOKEN).key("2", T).run(WITHDRAWN_AT + 299)
    assert after(line) == []
    assert after(line.run(WITHDRAWN_AT + 300)) == [Saying(PromptKind.WITHDRAWN)]


def test_a_refuse_key_in_a_keyed_number_is_not_answered() -> None:
    assert after(recording(SPOKEN).key("2", T).key("4", T + 500).run(T + 20_000)) == []


def test_a_withdrawal_in_part_says_what_goes_on_and_it_does() -> None:
    line = part_withdrawn()
    assert after(line) == [Saying(PromptKind.WITHDRAWN, frozenset({"contract"}))]
    assert line.state == State.PAUSED
    assert line.run(T + 10_000).state == State.RECORDING
    assert line.all(act.Stop) == []


def test_an_objection_to_all_is_answered() -> None:
    rules = with_afterwords(OBJECTABLE)
    line = asked(rules).key("2", ASKED_AT + 1_000).run(ASKED_AT + 5_000)
    assert after(line) == [Saying(PromptKind.OBJECTED)]
    later = recording(rules).key("2", T).run(T + 5_000)
    assert after(later) == [Saying(PromptKind.OBJECTED)]


def test_an_objection_to_a_part_is_followed_by_what_is_recorded_for() -> None:
    line = asked(with_afterwords(BOTH_NOTICES)).key("2", ASKED_AT + 1_000).run(60_000)
    said = [play.saying for play in line.all(act.Play)]
    assert said[-1] == Saying(PromptKind.CONFIRMATION, frozenset({"contract"}))
    later = recording(with_afterwords(BOTH_NOTICES)).key("2", T).run(T + 5_000)
    assert after(later) == [Saying(PromptKind.WITHDRAWN, frozenset({"contract"}))]


def test_on_a_mixed_line_the_confirmation_answers_a_refusal() -> None:
    line = awaiting(with_afterwords(MIXED)).key("2", AGREED_AT).run(60_000)
    assert after(line) == []
    last = line.all(act.Play)[-1].saying
    assert last == Saying(PromptKind.CONFIRMATION, frozenset({"contract"}))


def test_where_a_refusal_leaves_nothing_it_is_answered_as_one() -> None:
    line = awaiting(with_afterwords(MIXED_INTEREST)).key("2", AGREED_AT).run(60_000)
    assert after(line) == [Saying(PromptKind.REFUSED)]


def test_a_refusal_while_confirming_is_answered() -> None:
    line = awaiting(SPOKEN).key("1", AGREED_AT).key("2", AGREED_AT + 800).run(60_000)
    assert after(line) == [Saying(PromptKind.REFUSED)]
    assert line.all(act.Resume) == []


# -- never ---------------------------------------------------------------------------------------


OTHER_ENDS: dict[str, Callable[[Line], Line]] = {
    "machine": lambda line: line.tone(Tone.FAX_CNG, AGREED_AT),
    "private": lambda line: line.private(AGREED_AT),
    "listed": lambda line: line.tell(
        ev.CallerId(smp(OFF_AT + 500), None, listed=True), arrives=AGREED_AT
    ),
    "office refuses": lambda line: line.near("2", AGREED_AT),
    "office": lambda line: line.near("7", AGREED_AT),
    "flash": lambda line: line.cue(AGREED_AT),
    "hang-up": lambda line: line.on(AGREED_AT),
    "help": lambda line: line.number(NumberKind.EMERGENCY, AGREED_AT),
}


@pytest.mark.parametrize("end", OTHER_ENDS.values(), ids=OTHER_ENDS)
def test_nothing_is_said_after_any_other_end(end: Callable[[Line], Line]) -> None:
    assert after(end(awaiting(SPOKEN)).run(60_000)) == []


@pytest.mark.parametrize("disturb", ["near refuse key", "private", "flash", "on-hook"])
def test_nothing_is_said_after_any_other_end_of_a_recording(disturb: str) -> None:
    assert after(DISTURBANCES[disturb](recording(SPOKEN), T).run(T + 60_000)) == []


def test_a_line_without_the_words_leaves_them_out() -> None:
    line = awaiting(CONSENT).key("2", AGREED_AT).run(60_000)
    assert after(line) == []
    assert line.notes == [("unrecorded", "refused")]


def test_a_line_that_cannot_speak_leaves_them_out() -> None:
    fault = ev.LineFault(smp(AGREED_AT - 200), "prompt", "unplugged")
    line = awaiting(SPOKEN).tell(fault).key("2", AGREED_AT).run(60_000)
    assert after(line) == []
    lost = awaiting(SPOKEN).key("2", AGREED_AT)
    lost.tell(ev.LineFault(smp(REFUSED_AT + 100), "prompt", "unplugged"))
    assert after(lost.run(60_000)) == []


def test_once_said_a_later_key_is_no_refusal_to_answer() -> None:
    line = unanswered().run(SILENT_AT + 8_000)
    line.key("2", line.now + 10_000).run(line.now + 20_000)
    assert line.state == State.REFUSED
    assert after(line) == [Saying(PromptKind.UNANSWERED)]


def test_a_refusal_during_the_sentence_is_answered_in_its_place() -> None:
    line = unanswered()
    line.key("2", line.now + 200).run(line.now + 5_000)
    assert after(line) == [Saying(PromptKind.UNANSWERED), Saying(PromptKind.REFUSED)]
    assert line.times(act.Stop)[-1] < line.times(act.Play)[-1]


# -- it never disturbs ---------------------------------------------------------------------------

BEGUN = {"refused": refused, "unanswered": unanswered, "withdrawn": withdrawn}
ALL = BEGUN | {"withdrawn in part": part_withdrawn}

BEFORE: dict[Callable[[], Line], Callable[[], Line]] = {
    refused: lambda: awaiting(SPOKEN).key("2", AGREED_AT),
    unanswered: lambda: awaiting(SPOKEN),
    withdrawn: lambda: recording(SPOKEN).key("2", T),
    part_withdrawn: lambda: recording(with_afterwords(MIXED)).key("2", T),
}

DISTURBANCES: dict[str, Callable[[Line, int], Line]] = {
    "near key": lambda line, at: line.near("7", at),
    "near star": lambda line, at: line.near("*", at),
    "near refuse key": lambda line, at: line.near("2", at),
    "held near key": lambda line, at: line.tell(ev.KeyBegan(smp(at), "7", Side.NEAR)),
    "flash": lambda line, at: line.cue(at, PartyCue.FLASH),
    "loop break": lambda line, at: line.cue(at, PartyCue.LOOP_BREAK),
    "dial tone": lambda line, at: line.tone(Tone.DIAL, at),
    "busy tone": lambda line, at: line.tone(Tone.BUSY, at),
    "machine tone": lambda line, at: line.tone(Tone.ANSWER, at),
    "machine's digits": lambda line, at: line.key("7", at, paced=True, ms=50),
    "dialled help": lambda line, at: line.number(NumberKind.EMERGENCY, at),
    "private": lambda line, at: line.private(at),
    "on-hook": lambda line, at: line.on(at),
    "hook unknown": lambda line, at: line.hook(Hook.UNKNOWN, at),
}


@pytest.mark.parametrize("disturb", DISTURBANCES.values(), ids=DISTURBANCES)
@pytest.mark.parametrize("begun", ALL.values(), ids=ALL)
def test_it_stops_within_100_ms_of_any_other_use_of_the_phone(
    begun: Callable[[], Line], disturb: Callable[[Line, int], Line]
) -> None:
    line = begun()
    now = line.now
    assert line.call.asking.playing
    disturb(line, now + 100).run(now + 200)
    assert act.Stop() in line.since(now + 100)
    assert not line.call.asking.playing


@pytest.mark.parametrize("begun", BEGUN.values(), ids=BEGUN)
def test_the_button_stops_it(begun: Callable[[], Line]) -> None:
    line = begun()
    now = line.now
    line.pause(now + 100).run(now + 100)
    assert act.Stop() in line.since(now + 100)


@pytest.mark.parametrize("disturb", DISTURBANCES.values(), ids=DISTURBANCES)
@pytest.mark.parametrize("begun", ALL.values(), ids=ALL)
def test_it_does_not_begin_after_any_other_use_of_the_phone(
    begun: Callable[[], Line], disturb: Callable[[Line, int], Line]
) -> None:
    """The same a moment before: 300 ms lie between the outcome and the words."""
    whole = begun()
    starts = whole.times(act.Play)[-1]
    line = BEFORE[begun]()
    line.run(starts - 250)
    assert line.call.afterword is not None
    disturb(line, starts - 200).run(starts + 5_000)
    assert after(line) == []


def test_asking_again_stops_it() -> None:
    line = unanswered()
    now = line.now
    line.ask(now + 100).run(now + 100)
    assert line.since(now + 100) == [act.Stop()]
    assert line.run(now + 5_000).played[-1] is PromptKind.QUESTION


def test_the_next_call_hears_nothing_of_it() -> None:
    line = awaiting(SPOKEN).key("2", AGREED_AT).on(REFUSED_AT + 100).run(REFUSED_AT + 5_000)
    assert after(line) == []
    assert line.state == State.IDLE
    assert line.call.afterword is None


@pytest.mark.parametrize("rules", [SPOKEN, with_afterwords(MIXED)])
def test_nothing_else_of_the_call_changes(rules: Policy) -> None:
    """The same events, with and without the words, record and count the same."""
    plain = replace(rules, prompts=(CONSENT if rules is SPOKEN else MIXED).prompts)
    ends = []
    for one in (rules, plain):
        line = recording(one).key("2", T).on(T + 30_000).run(T + 40_000)
        ends.append((line.notes, line.all(act.Withdraw), line.all(act.StopRecording)))
    assert ends[0] == ends[1]


def test_a_talking_caller_does_not_delay_it() -> None:
    line = lifted(SPOKEN).run(ASKED_AT)
    line.voice(Side.FAR, AGREED_AT).run(AGREED_AT)
    line.key("2", AGREED_AT).run(REFUSED_AT + 300)
    assert after(line) == [Saying(PromptKind.REFUSED)]
