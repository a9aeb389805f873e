"""The hook by the line's voltage: learnt, judged, doubted, cut."""

import pytest

from appliance.lines.base import HookEvent
from appliance.lines.modem.profile import HookRule
from appliance.lines.modem.volts import CUT, LoopVoltage
from appliance.model.audio import RATE
from appliance.model.events import (
    HookChanged,
    LineFault,
    LineRestored,
    PartyChanged,
    PartyDoubted,
)
from appliance.model.terms import Hook, PartyCue

POLL = RATE // 4
LATE_MS = 600


class Watched:
    """A line that is read four times a second."""

    def __init__(self, reference: float | None = 48.0, *, short_loop: bool = False) -> None:
        self.learnt: list[float] = []
        self.judge = LoopVoltage(
            HookRule(), LATE_MS, reference, self.learnt.append, short_loop=short_loop
        )
        self.now = 0

    def read(self, *volts: float) -> list[HookEvent]:
        events: list[HookEvent] = []
        for each in volts:
            self.now += POLL
            events += self.judge.reading(each, self.now)
        return events

    def at_rest(self) -> "Watched":
        assert self.read(48.0, 48.0, 48.0) == [HookChanged(POLL, Hook.ON)]
        return self

    def talking(self) -> "Watched":
        self.at_rest()
        assert self.read(9.0, 9.0) == [HookChanged(3 * POLL, Hook.OFF)]
        return self

    def rang(self) -> None:
        self.judge.rang(self.now)


def doubts(events: list[HookEvent]) -> list[int]:
    return [event.sample for event in events if isinstance(event, PartyDoubted)]


def decided(events: list[HookEvent]) -> list[HookEvent]:
    return [event for event in events if not isinstance(event, PartyDoubted)]


def test_two_low_readings_are_a_lifted_phone_since_the_last_high_one() -> None:
    line = Watched().at_rest()
    assert line.read(9.0) == []
    assert line.read(9.0) == [HookChanged(3 * POLL, Hook.OFF)]
    assert line.read(9.0, 9.0, 9.0) == []


def test_one_low_reading_is_nothing() -> None:
    line = Watched().at_rest()
    assert line.read(9.0, 48.0, 9.0, 48.0) == []


def test_hanging_up_is_doubted_at_once_and_told_after_three_readings() -> None:
    line = Watched().talking()
    first = line.read(47.0)
    assert first == [PartyDoubted(5 * POLL, 6 * POLL + 3 * POLL + RATE * LATE_MS // 1000)]
    assert line.read(47.0) == []
    assert line.read(47.0) == [HookChanged(5 * POLL, Hook.ON)]


@pytest.mark.parametrize("high", [1, 2])
def test_a_break_that_ends_is_another_party(high: int) -> None:
    line = Watched().talking()
    events = line.read(*[47.0] * high, 9.0)
    assert doubts(events) == [5 * POLL]
    assert decided(events) == [PartyChanged(5 * POLL, PartyCue.FLASH)]
    assert line.read(9.0, 9.0) == []


def test_readings_between_the_limits_are_doubted_and_then_nobody_knows() -> None:
    line = Watched().talking()
    events = line.read(*[28.0] * 8)
    assert len(doubts(events)) == 8
    assert [event.hook for event in events if isinstance(event, HookChanged)] == [Hook.UNKNOWN]
    assert decided(line.read(9.0, 9.0, 9.0)) == []  # not before it was seen on-hook
    assert [type(event) for event in line.read(48.0, 48.0, 48.0)] == [HookChanged]


def test_a_phone_that_is_off_hook_at_the_start_is_not_told_of() -> None:
    line = Watched()
    assert line.read(*[9.0] * 20) == []
    assert decided(line.read(48.0, 48.0, 48.0)) == [HookChanged(20 * POLL, Hook.ON)]


def test_the_reference_is_learnt_and_kept_and_followed() -> None:
    line = Watched(reference=None)
    assert line.read(50.0, 50.5, 50.0) == [HookChanged(POLL, Hook.ON)]
    assert line.learnt == [50.0]
    line.read(*[50.4] * 60)
    assert line.learnt == [50.0]  # half a volt is no news
    line.read(*[44.0] * 60)
    assert line.judge.reference == 44.0
    assert abs(line.learnt[-1] - 44.0) < 1.0


def test_a_router_port_below_every_limit_is_learnt_at_its_first_ring() -> None:
    line = Watched(reference=None)
    assert line.read(*[18.0] * 8) == []
    line.rang()
    assert line.learnt == [18.0]
    rang = line.now
    line.now += RATE
    assert line.read(18.0, 18.0, 18.0) == [HookChanged(rang, Hook.ON)]
    assert line.read(7.0, 7.0) == [HookChanged(line.now - 2 * POLL, Hook.OFF)]


def test_a_line_moved_from_an_exchange_to_a_router_is_learnt_anew_at_a_ring() -> None:
    line = Watched(reference=48.0)
    assert line.read(*[24.0] * 8) == []
    line.rang()
    line.now += RATE
    line.read(24.0, 24.0, 24.0)
    assert line.judge.hook is Hook.ON


@pytest.mark.parametrize("kept", [0.0, -3.0, 900.0, float("nan")])
def test_a_kept_figure_that_no_line_has_is_none(kept: float) -> None:
    assert Watched(reference=kept).judge.reference is None


def test_ringing_spoils_no_reading() -> None:
    line = Watched().at_rest()
    line.rang()
    assert line.read(3.5) == []  # within half a second
    line.now += RATE
    assert line.read(48.0, 48.0) == []
    assert line.judge.hook is Hook.ON


def test_a_phone_lifted_in_a_ring_was_not_lifted_before_it() -> None:
    line = Watched().at_rest()
    line.now += RATE
    line.rang()
    rang = line.now
    line.now += POLL
    assert line.read(9.0, 9.0, 9.0)[0] == HookChanged(rang, Hook.OFF)


def test_a_short_loop_is_judged_by_a_drop_of_15_percent() -> None:
    usual, short = Watched().at_rest(), Watched(short_loop=True).at_rest()
    assert usual.read(40.0, 40.0, 40.0) == []
    assert short.read(40.0, 40.0) == [HookChanged(3 * POLL, Hook.OFF)]
    assert decided(short.read(47.5, 47.5, 47.5)) == [HookChanged(5 * POLL, Hook.ON)]


def test_a_line_without_voltage_is_cut_after_five_seconds_and_back_with_it() -> None:
    line = Watched().at_rest()
    events = line.read(*[1.4] * 20)
    assert events == [LineFault(line.now, "hook", CUT)]
    assert line.read(*[1.4] * 40) == []
    back = line.read(48.0, 48.0, 48.0)
    assert [type(event) for event in back] == [LineRestored, HookChanged]


def test_the_networks_disconnect_pulse_is_another_party() -> None:
    line = Watched().talking()
    events = line.read(0.2, 9.0)
    assert doubts(events) == [5 * POLL]
    assert decided(events) == [PartyChanged(5 * POLL, PartyCue.DISCONNECT_PULSE)]
    assert decided(line.read(0.2, 0.2, 9.0)) == [
        PartyChanged(line.now - 3 * POLL, PartyCue.DISCONNECT_PULSE)
    ]
