"""Prove P1 for the dialogue: it is silent where a word could do harm."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from appliance.call.states import State
from appliance.call.table.whole import RULES
from appliance.config.settings import LineKind
from appliance.model import actions as act
from appliance.model.policy import Policy
from appliance.model.terms import NumberKind, Obstacle, Tone
from tests.call.driver import ASKED_AT, OFF_AT, SAID_AT, Line, dialling, idle, lifted, recording
from tests.call.policies import CONSENT, MIXED, NOTICE

WAYS_TO_SPEAK = ("say ", "ask ", "open the file")
"""How a rule that plays something is described, at its beginning."""

LANGUAGE = "ask in the next language"


def test_no_rule_speaks_where_somebody_dials_or_nobody_may_be_asked() -> None:
    speaking: dict[State, set[str]] = {}
    for state, cells in RULES.items():
        for rule in cells.values():
            if rule.does.startswith(WAYS_TO_SPEAK):
                speaking.setdefault(state, set()).add(rule.does)
    assert speaking == {
        State.SETTLING: {"say question or notice", "ask for that purpose again"},
        State.ASKING: {"say the second layer", "ask for the first purpose", LANGUAGE},
        State.AWAITING: {
            *("say the keys again", "say the second layer", "ask for the first purpose"),
            *("open the file", LANGUAGE),
        },
        State.INFORMING: {
            *("say the keys, or all of it", "say the second layer", "ask for the first purpose"),
            LANGUAGE,
        },
        State.CHOOSING: {
            *("ask for the next purpose", "say the second layer", "open the file"),
            LANGUAGE,
        },
        State.CONFIRMING: {"say what is left"},
        State.RECORDING: {"say what goes on"},
        State.PAUSED: {"say what goes on"},
        State.REFUSED: {"say that it is not recorded"},
        State.RETRYABLE: {"say that it is not recorded"},
    }


@pytest.mark.parametrize("rules", [CONSENT, NOTICE, MIXED])
@pytest.mark.parametrize("answered", [6_500, 9_000, 12_000])
def test_no_word_on_an_emergency_call(rules: Policy, answered: int) -> None:
    line = idle(rules).off(OFF_AT).number(NumberKind.EMERGENCY, 6_000).answered(answered)
    line.ask(20_000).key("1", 25_000).ask(30_000).run(120_000)
    assert line.all(act.Play) == []
    assert line.all(act.StartRecording) == []


def test_no_word_on_a_call_back_after_an_emergency() -> None:
    line = idle().off(OFF_AT).number(NumberKind.EMERGENCY, 6_000).on(60_000).run(62_000)
    for back_at in range(70_000, 30 * 60_000, 200_000):
        line.ring(back_at).off(back_at + 3_000).ask(back_at + 9_000).on(back_at + 60_000)
    line.run(30 * 60_000)
    assert line.all(act.Play) == []
    assert line.notes.count(("unrecorded", "exempt")) == 10


def test_no_word_while_somebody_dials_or_it_rings_out() -> None:
    line = dialling().tone(Tone.RINGBACK, 9_000).tone(Tone.RINGBACK, 14_000).near("1", 16_000)
    line.pause(20_000).run(300_000)
    assert line.all(act.Play) == []


@pytest.mark.parametrize("kind", [kind for kind in LineKind if kind is not LineKind.PHONE])
def test_no_word_on_lines_of_machines(kind: LineKind) -> None:
    for line in (lifted(replace(CONSENT, kind=kind)), dialling(replace(CONSENT, kind=kind))):
        line.answered(12_000).ask(20_000).run(120_000)
        assert line.all(act.Play) == []


@pytest.mark.parametrize("tone", [tone for tone in Tone if tone.machine])
def test_a_machine_is_never_spoken_to_again(tone: Tone) -> None:
    line = lifted().tone(tone, ASKED_AT + 2_000).ask(30_000).run(120_000)
    assert len(line.all(act.Play)) == 1
    assert line.times(act.Stop) == [ASKED_AT + 2_000]


STOPPERS: dict[str, Callable[[Line, int], Line]] = {
    "flash": lambda line, at: line.cue(at),
    "near key": lambda line, at: line.near("7", at, ms=500),
    "near star": lambda line, at: line.near("*", at, ms=500),
    "button": lambda line, at: line.pause(at),
    "machine": lambda line, at: line.tone(Tone.ANSWER, at),
    "busy": lambda line, at: line.tone(Tone.BUSY, at),
    "emergency": lambda line, at: line.number(NumberKind.EMERGENCY, at),
    "hang-up": lambda line, at: line.on(at),
}


@pytest.mark.parametrize("stopper", STOPPERS)
def test_the_words_stop_within_100_ms(stopper: str) -> None:
    line = lifted()
    STOPPERS[stopper](line, ASKED_AT + 2_000)
    line.run(ASKED_AT + 2_100)
    assert line.all(act.Stop) == [act.Stop()]
    assert line.run(120_000).all(act.Stop) == [act.Stop()]


def test_a_call_that_cannot_be_asked_is_left_alone() -> None:
    line = lifted(replace(CONSENT, held_back=Obstacle.LIST)).run(SAID_AT).on(60_000).run(70_000)
    assert [a for a in line.since(0) if not isinstance(a, act.Note)] == []


def test_a_fault_while_recording_says_nothing() -> None:
    line = recording()
    before = len(line.all(act.Play))
    line.cue(30_000).run(120_000)
    assert len(line.all(act.Play)) == before
