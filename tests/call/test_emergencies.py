"""Test emergency calls, call-backs after them, and numbers dialled in a call."""

import pytest

from appliance.call import dialogue
from appliance.call.memory import after_emergency
from appliance.call.states import State
from appliance.model.policy import LineMemory, PromptKind
from appliance.model.terms import NumberKind
from tests.call.driver import FIRST_AT, OFF_AT, Line, dialling, idle, lifted, recording, smp

HALF_HOUR = 30 * 60_000


def emergency() -> Line:
    """Return a line on which an emergency call ended at 100 s."""
    line = idle().off(OFF_AT).number(NumberKind.EMERGENCY, 6_000).answered(9_000)
    return line.on(100_000).run(102_000)


def incoming(line: Line, at: int) -> Line:
    return line.ring(at).off(at + 2_000).run(at + 20_000)


def test_a_call_back_after_an_emergency_is_not_asked_for_30_minutes() -> None:
    line = incoming(emergency(), 100_000 + HALF_HOUR - 3_000)
    assert line.played == []
    assert line.notes[-1] == ("unrecorded", "exempt")


def test_after_30_minutes_it_is() -> None:
    assert incoming(emergency(), 100_000 + HALF_HOUR).played[0] is PromptKind.QUESTION


def test_an_ordinary_outgoing_call_after_an_emergency_is_asked() -> None:
    line = emergency().off(200_000).number(NumberKind.ORDINARY, 204_000).answered(210_000)
    assert line.run(214_000).played == [PromptKind.QUESTION]


def test_an_emergency_on_another_line_exempts_this_one() -> None:
    line = lifted()
    line.call = dialogue.emergency_elsewhere(line.call, smp(line.now))
    assert line.run(60_000).played == []
    assert line.notes == [("unrecorded", "exempt")]


def test_an_emergency_never_shortens_an_exemption() -> None:
    memory = after_emergency(after_emergency(LineMemory(), 80_000), 8_000)
    assert memory.emergency_until == 80_000 + HALF_HOUR * 8


def test_an_emergency_told_after_the_call_is_remembered() -> None:
    line = dialling().on(9_000).number(NumberKind.EMERGENCY, 9_500).run(11_000)
    assert line.state == State.IDLE
    assert incoming(line, 20_000).played == []
    assert line.notes[-1] == ("unrecorded", "exempt")
    line = idle().number(NumberKind.EMERGENCY, 2_000).run(3_000)
    assert line.state == State.IDLE


@pytest.mark.parametrize("kind", [NumberKind.EMERGENCY, NumberKind.LISTED, NumberKind.AMBIGUOUS])
def test_after_a_flash_what_is_dialled_may_exempt(kind: NumberKind) -> None:
    line = recording().cue(FIRST_AT + 5_000).number(kind, FIRST_AT + 9_000).ask(FIRST_AT + 10_000)
    line.run(FIRST_AT + 60_000)
    assert line.state == State.EXEMPT
    assert line.played.count(PromptKind.QUESTION) == 1


@pytest.mark.parametrize("kind", [NumberKind.ORDINARY, NumberKind.INCOMPLETE, NumberKind.AMBIGUOUS])
def test_other_numbers_in_a_call_mean_nothing(kind: NumberKind) -> None:
    line = recording().number(kind, FIRST_AT + 5_000).run(FIRST_AT + 5_000)
    assert line.state == State.RECORDING


@pytest.mark.parametrize("kind", [NumberKind.LISTED, NumberKind.EMERGENCY])
def test_a_forbidden_number_in_a_call_exempts(kind: NumberKind) -> None:
    line = recording().number(kind, FIRST_AT + 5_000).run(FIRST_AT + 5_000)
    assert line.state == State.EXEMPT
