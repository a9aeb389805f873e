"""Test asking again: by button alone, and not after a no."""

import pytest

from appliance.call.states import State
from appliance.model import actions as act
from appliance.model import events as ev
from appliance.model.policy import PromptKind
from appliance.model.terms import Hook, NumberKind, Side, Tone
from tests.call.driver import (
    AGREED_AT,
    ASKED_AT,
    FIRST_AT,
    OFF_AT,
    SAID_AT,
    asked,
    awaiting,
    dialling,
    lifted,
    recording,
    smp,
)
from tests.call.policies import MIXED

T = FIRST_AT + 10_000


def test_the_button_asks_the_new_party() -> None:
    line = recording().cue(T).ask(T + 5_000).run(T + 5_300)
    assert line.played.count(PromptKind.QUESTION) == 2
    line.key("1", T + 5_300 + 6_500).run(T + 5_300 + 8_000)
    assert line.state == State.RECORDING
    assert len(line.all(act.StartRecording)) == 2


def test_the_new_party_is_not_the_caller_that_rang() -> None:
    line = lifted().caller(OFF_AT - 1_000, late=1_100).run(ASKED_AT)
    assert line.call.caller is not None
    line.cue(ASKED_AT + 100).ask(ASKED_AT + 1_000).run(ASKED_AT + 2_000)
    assert line.call.caller is None


def test_the_new_party_of_an_outgoing_call_has_no_number() -> None:
    line = dialling().answered(12_000).run(16_000)
    dialled = line.call.dialled
    line.cue(16_500).ask(17_000).run(17_300)
    assert (dialled, line.call.dialled) == ("+48221234567", None)
    assert line.played == [PromptKind.QUESTION, PromptKind.QUESTION]


@pytest.mark.parametrize("reason", ["no_answer", "wrong_key", "interrupted", "not_heard", "unsure"])
def test_the_button_asks_again_in_retryable(reason: str) -> None:
    line = asked()
    match reason:
        case "wrong_key":
            line.key("5", AGREED_AT)
        case "interrupted":
            line.pause(AGREED_AT)
        case "not_heard":
            line.tell(ev.LineFault(smp(AGREED_AT), "prompt", "x"))
            line.tell(ev.LineFault(smp(ASKED_AT + 10), "prompt", "x"))
            line.tell(ev.LineRestored(smp(AGREED_AT + 10), "prompt"))
        case "unsure":
            line.key("1", AGREED_AT, side=Side.UNSURE).key("1", AGREED_AT + 900, side=Side.UNSURE)
    line.run(40_000)
    assert line.notes == [("unrecorded", reason)]
    said = len(line.played)
    line.ask(41_000).run(41_300)
    assert line.played[said:] == [PromptKind.QUESTION]
    assert line.state == State.ASKING


def test_each_dialogue_is_counted_once() -> None:
    line = awaiting().key("5", AGREED_AT).ask(20_000).on(23_000).run(60_000)
    assert line.notes == [("unrecorded", "wrong_key"), ("unrecorded", "hung_up")]


def test_a_call_is_not_counted_again_when_it_ends() -> None:
    line = awaiting().key("5", AGREED_AT).on(23_000).run(60_000)
    assert line.notes == [("unrecorded", "wrong_key")]


def test_asking_again_is_gated_again() -> None:
    line = awaiting().key("5", AGREED_AT).run(20_000)
    line.number(NumberKind.LISTED, 20_500).ask(21_000).run(60_000)
    assert line.state == State.EXEMPT
    assert line.played == [PromptKind.QUESTION]


@pytest.mark.parametrize("state", ["refused", "private", "machine", "exempt"])
def test_the_button_never_asks_again_elsewhere(state: str) -> None:
    line = asked()
    match state:
        case "refused":
            line.key("2", AGREED_AT)
        case "private":
            line.private(AGREED_AT)
        case "machine":
            line.tone(Tone.FAX_CNG, AGREED_AT)
        case _:
            line.number(NumberKind.EMERGENCY, AGREED_AT)
    line.ask(20_000).cue(21_000).ask(22_000).near("*", 23_000).near("*", 23_500).run(60_000)
    assert line.state == State(state)
    assert line.played == [PromptKind.QUESTION]


def test_the_button_does_not_ask_while_touch_is_lost() -> None:
    line = awaiting().key("5", AGREED_AT).hook(Hook.UNKNOWN, 20_000).ask(20_500).run(60_000)
    assert line.state == State.FAULT
    assert line.played == [PromptKind.QUESTION]


def test_the_button_means_nothing_while_asking() -> None:
    line = asked().ask(ASKED_AT + 1_000).run(SAID_AT)
    assert line.played == [PromptKind.QUESTION]


def test_after_a_partial_refusal_not_even_a_new_party_is_asked() -> None:
    line = awaiting(MIXED).key("2", AGREED_AT).cue(T).ask(T + 1_000).run(T + 60_000)
    assert line.played.count(PromptKind.QUESTION) == 1


def test_in_retryable_another_party_is_a_new_one() -> None:
    assert awaiting().key("5", AGREED_AT).cue(20_500).run(20_500).state == State.FAR_CHANGED
    line = awaiting().key("5", AGREED_AT).tone(Tone.BUSY, 20_500)
    assert line.run(20_500).state == State.FAR_CHANGED


@pytest.mark.parametrize(
    ("happens", "state"),
    [
        ("private", State.PRIVATE),
        ("stars", State.PRIVATE),
        ("machine", State.MACHINE),
        ("listed", State.EXEMPT),
    ],
)
@pytest.mark.parametrize("where", ["retryable", "far_changed"])
def test_what_forbids_asking_again(where: str, happens: str, state: State) -> None:
    line = asked()
    line = line.cue(AGREED_AT) if where == "far_changed" else line.pause(AGREED_AT)
    match happens:
        case "private":
            line.private(20_000)
        case "stars":
            line.near("*", 19_000).near("*", 19_900)
        case "machine":
            line.tone(Tone.ANSWER, 20_000)
        case _:
            line.caller(20_000, listed=True)
    line.run(20_000).ask(21_000).run(60_000)
    assert line.state == state
    assert line.played == [PromptKind.QUESTION]
    assert len(line.notes) == 1
