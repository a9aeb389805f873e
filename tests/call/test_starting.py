"""Test the start of calls, and who called whom."""

from dataclasses import replace

import pytest

from appliance.call.dialogue import advance, next_call
from appliance.call.states import State
from appliance.model import events as ev
from appliance.model.policy import PromptKind
from appliance.model.terms import Hook, NumberKind, Side, Timer
from tests.call.driver import ASKED_AT, OFF_AT, RING_AT, Line, idle, lifted


def test_on_hook_must_be_seen_for_a_second() -> None:
    line = Line().on(0).run(999)
    assert line.state == State.UNKNOWN
    assert line.run(1_000).state == State.IDLE


def test_a_lift_within_that_second_starts_it_anew() -> None:
    line = Line().on(0).off(500).on(900).run(1_800)
    assert line.state == State.UNKNOWN
    assert line.run(1_900).state == State.IDLE


def test_a_call_under_way_at_the_start_is_never_asked() -> None:
    line = Line().off(0).ring(100).ask(2_000).key("1", 9_000).run(60_000)
    assert line.state == State.UNKNOWN
    assert line.played == []


def test_after_an_unknown_hook_on_hook_must_be_seen_again() -> None:
    line = idle().hook(Hook.UNKNOWN, 2_000).run(2_000)
    assert line.state == State.FAULT
    line.off(2_500).run(20_000)
    assert line.state == State.FAULT
    assert line.on(21_000).run(22_000).state == State.IDLE


def test_an_unknown_hook_before_the_first_state_changes_nothing() -> None:
    assert Line().hook(Hook.UNKNOWN, 0).on(100).run(1_100).state == State.IDLE


def test_lifted_within_6_s_of_a_ring_is_incoming() -> None:
    line = idle().ring(RING_AT).off(RING_AT + 6_000).run(RING_AT + 6_000)
    assert (line.state, line.call.direction) == (State.SETTLING, "incoming")


def test_lifted_later_is_outgoing() -> None:
    line = idle().ring(RING_AT).off(RING_AT + 6_001).run(RING_AT + 6_001)
    assert (line.state, line.call.direction) == (State.DIALLING, "outgoing")


def test_lifted_without_a_ring_is_outgoing() -> None:
    line = idle().off(OFF_AT).run(OFF_AT)
    assert (line.state, line.call.direction) == (State.DIALLING, "outgoing")
    assert line.call.offhook_sample == OFF_AT * 8


def test_a_ring_forgotten_makes_the_line_idle() -> None:
    line = idle().caller(1_800).ring(RING_AT).run(RING_AT + 6_500)
    assert line.state == State.IDLE
    assert line.call.caller is None
    assert line.notes == []


def test_a_lift_told_late_is_still_incoming() -> None:
    line = idle().ring(RING_AT).off(RING_AT + 5_900, late=500).run(RING_AT + 6_400)
    assert line.call.direction == "incoming"


@pytest.mark.parametrize("after", [0, 299])
def test_ring_and_lift_at_once_is_not_asked(after: int) -> None:
    line = idle().ring(RING_AT).off(RING_AT + after).run(60_000)
    assert line.state == State.EXEMPT
    assert line.played == []


def test_a_ring_told_just_after_the_lift_is_not_asked_either() -> None:
    line = idle().off(OFF_AT).ring(OFF_AT - 100, late=300).run(60_000)
    assert line.state == State.EXEMPT
    assert line.played == []


def test_a_ring_while_dialling_is_not_asked() -> None:
    assert idle().off(OFF_AT).ring(OFF_AT + 2_000).run(60_000).state == State.EXEMPT


def test_a_ring_told_late_makes_the_call_incoming() -> None:
    line = idle().off(OFF_AT).ring(OFF_AT - 1_500, late=1_900).run(OFF_AT + 400)
    assert (line.state, line.call.direction, line.call.rings) == (State.SETTLING, "incoming", 1)
    assert line.run(ASKED_AT).state == State.ASKING


def test_a_ring_of_long_ago_told_late_says_nothing() -> None:
    line = idle().off(20_000).ring(13_000, late=7_100).run(20_200)
    assert line.state == State.DIALLING


def test_a_ring_told_late_in_the_call_is_no_new_party() -> None:
    assert lifted().ring(OFF_AT - 500, late=900).run(ASKED_AT).state == State.ASKING


def test_after_on_hook_for_a_second_the_call_is_over_and_the_next_can_come() -> None:
    line = lifted().on(30_000).run(30_999)
    assert line.state == State.ENDED
    line.run(31_000)
    assert line.state == State.IDLE
    assert line.call.offhook_sample is None
    line.ring(40_000).off(42_000).run(45_900)
    assert line.played == [PromptKind.QUESTION, PromptKind.KEYS, PromptKind.QUESTION]


def test_a_lift_within_a_second_of_the_end_is_not_asked() -> None:
    line = lifted().on(30_000).off(30_500).run(60_000)
    assert line.state == State.UNKNOWN
    assert line.on(61_000).run(62_000).state == State.IDLE


def test_over_tells_the_recorder_to_begin_the_next_call() -> None:
    line = lifted().on(30_000).run(30_500)
    call, _ = advance(line.call, ev.TimerFired(31_000 * 8, Timer.SETTLED))
    assert call.over
    assert call.reason is not None  # for the lamps
    newer = replace(call.policy, version="v2")
    following = next_call(call, newer)
    assert (following.over, following.policy.version) == (False, "v2")
    ringing, _ = advance(call, ev.Ring(32_000 * 8))  # even if the recorder forgets
    assert (ringing.over, ringing.reason) == (False, None)


def test_who_calls_is_known_from_before_the_first_ring() -> None:
    line = idle().caller(1_800).ring(RING_AT).off(OFF_AT).run(OFF_AT)
    assert line.call.caller is not None
    assert line.call.caller.number == "+48221234567"


def test_who_called_without_a_ring_is_forgotten() -> None:
    line = idle().caller(1_600).ring(8_000).run(8_000)
    assert line.call.caller is None


def test_an_outgoing_call_has_no_caller() -> None:
    assert idle().caller(1_600).off(OFF_AT).run(OFF_AT).call.caller is None


def test_events_without_a_meaning_on_hook_change_nothing() -> None:
    line = idle().ask(1_600).pause(1_600).private(1_600).answered(1_600).key("1", 1_600)
    line.near("1", 1_800).voice(Side.FAR, 2_000, 2_100).number(NumberKind.LISTED, 2_200)
    assert line.run(3_000).state == State.IDLE
    assert line.since(1_500) == []
