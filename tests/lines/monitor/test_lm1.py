"""The line monitor's protocol: every fact, every debounce, every split, any garbage."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.errors import LineError
from appliance.lines.base import HookEvent
from appliance.lines.monitor.lm1 import Lm1
from appliance.lines.profiles import monitor_profile
from appliance.model.events import (
    CallerId,
    DigitPressed,
    HookChanged,
    LineFault,
    LineRestored,
    PartyChanged,
    PartyDoubted,
    PolarityReversed,
    Ring,
)
from appliance.model.terms import Hook, PartyCue, Side
from appliance.signals.caller_id.messages import Absent, CallerIdMessage, build_mdmf
from tests.lines.monitor.monitor_script import IS_OFF, OFF, PROFILE, at, hear


def test_on_hook_is_believed_after_a_second_and_dated_back() -> None:
    assert hear({500: "HOOK ON"}, 1490) == []
    assert hear({500: "HOOK ON"}, 1500) == [HookChanged(at(500), Hook.ON)]


def test_off_hook_is_believed_after_150_ms() -> None:
    assert hear(OFF, 2140) == IS_OFF[:1]
    assert hear(OFF, 2150) == IS_OFF
    assert hear({0: "HOOK ON", 2000: "HOOK OFF", 2100: "HOOK ON"}, 4000) == [
        HookChanged(0, Hook.ON)
    ]


@pytest.mark.parametrize("ms", [80, 300, 600, 990])
def test_a_flash_is_told_when_the_loop_closes(ms: int) -> None:
    says = OFF | {5000: "HOOK ON", 5000 + ms: "HOOK OFF"}
    flash = PartyChanged(at(5000), PartyCue.FLASH)
    assert hear(says, 5000 + ms - 10) == IS_OFF
    assert hear(says, 8000) == [*IS_OFF, flash]


def test_an_open_loop_is_told_at_once_and_may_be_a_flash() -> None:
    assert hear(OFF | {5000: "HOOK ON"}, 5000, doubts=True) == [
        *IS_OFF,
        PartyDoubted(at(5000), at(6050)),
    ]


def test_a_line_without_current_is_told_at_once() -> None:
    assert hear(OFF | {5000: "VOLT 0.0|CURR 0.0"}, 5030, doubts=True) == [
        *IS_OFF,
        PartyDoubted(at(5000), at(5300)),
    ]


def test_nothing_is_doubted_on_hook() -> None:
    says = {0: "HOOK ON|VOLT 48.0|CURR 0.0", 3000: "VOLT 0.3", 3100: "VOLT 48.0"}
    assert hear(says, 4000, doubts=True) == [HookChanged(0, Hook.ON)]


def test_hanging_up_is_no_flash() -> None:
    says = OFF | {5000: "HOOK ON|VOLT 48.0|CURR 0.0"}
    assert hear(says, 8000) == [*IS_OFF, HookChanged(at(5000), Hook.ON)]


def test_pulses_are_a_digit_of_the_near_side() -> None:
    says = dict(OFF)
    for pulse in range(3):
        says |= {5000 + pulse * 100: "HOOK ON", 5060 + pulse * 100: "HOOK OFF"}
    says[5600] = "DIGIT 3"
    *before, digit = hear(says, 8000)
    assert before == IS_OFF
    assert isinstance(digit, DigitPressed)
    assert (digit.key, digit.side, digit.sample) == ("3", Side.NEAR, at(5000))
    assert digit.deviation_percent is None


@pytest.mark.parametrize("ms", [250, 400, 800])
def test_no_voltage_is_a_disconnect_pulse(ms: int) -> None:
    says = OFF | {5000: "VOLT 0.0|CURR 0.0", 5000 + ms: "VOLT 11.0|CURR 31.0"}
    assert hear(says, 9000) == [*IS_OFF, PartyChanged(at(5000), PartyCue.DISCONNECT_PULSE)]


@pytest.mark.parametrize(("volts", "ms"), [("0.0", 100), ("0.0", 240), ("30.0", 60), ("30.0", 900)])
def test_a_shorter_break_or_one_with_voltage_is_a_loop_break(volts: str, ms: int) -> None:
    says = OFF | {5000: f"VOLT {volts}|CURR 0.0", 5000 + ms: "VOLT 11.0|CURR 31.0"}
    assert hear(says, 9000) == [*IS_OFF, PartyChanged(at(5000), PartyCue.LOOP_BREAK)]


def test_a_blink_of_the_current_is_nothing() -> None:
    says = OFF | {5000: "CURR 0.0", 5020: "CURR 31.0"}
    assert hear(says, 9000) == IS_OFF


@pytest.mark.parametrize("dead", ["VOLT 0.0|CURR 0.0", "CURR 0.0"])
def test_five_seconds_without_current_are_a_cut_line(dead: str) -> None:
    says = OFF | {5000: dead, 9000: "OK", 12000: "VOLT 11.0|CURR 31.0"}
    *before, fault, restored = hear(says, 13000)
    assert before[:2] == IS_OFF
    assert isinstance(fault, LineFault)
    assert (fault.sample, fault.part) == (at(10000), "hook")
    assert restored == LineRestored(at(12000), "hook")


def test_an_idle_line_without_voltage_is_cut() -> None:
    says = {0: "HOOK ON|VOLT 48.0|CURR 0.0", 3000: "VOLT 0.3", 6000: "OK"}
    *_, fault = hear(says, 8500)
    assert isinstance(fault, LineFault)


def test_a_line_that_was_cut_while_idle_is_ready_again_by_itself() -> None:
    """A router or an exchange that starts anew takes the voltage away for a while."""
    says = {0: "HOOK ON|VOLT 48.0|CURR 0.0", 3000: "VOLT 0.3", 6000: "OK", 12_000: "VOLT 48.0"}
    *_, restored, seen = hear(says, 14_000)
    assert restored == LineRestored(at(12_000), "hook")
    assert seen == HookChanged(at(12_000), Hook.ON)


@pytest.mark.parametrize("idle", ["HOOK ON|VOLT 48.0|CURR 0.0", "HOOK ON|VOLT 48.0"])
def test_a_phone_that_was_hung_up_while_the_line_was_cut_is_seen_on_hook(idle: str) -> None:
    says = OFF | {5000: "VOLT 0.0|CURR 0.0", 9000: "OK", 12_000: idle, 15_000: "CURR 0.1"}
    *_, restored, seen = hear(says, 18_000)
    assert restored == LineRestored(at(12_000), "hook")
    assert seen == HookChanged(at(12_000), Hook.ON)


def test_a_phone_that_is_lifted_as_the_line_comes_back_was_not_seen_to_be() -> None:
    says = {0: "HOOK ON|VOLT 48.0|CURR 0.0", 3000: "VOLT 0.0", 6000: "OK"}
    says |= {12_000: "HOOK OFF|VOLT 11.0|CURR 21.0", 15_000: "HOOK ON|VOLT 48.0|CURR 0.0"}
    *_, restored, seen = hear(says, 17_000)
    assert restored == LineRestored(at(12_000), "hook")
    assert seen == HookChanged(at(15_000), Hook.ON)


def test_a_monitor_that_restarts_while_the_line_is_cut_takes_the_fault_back() -> None:
    says = {0: "HOOK ON|VOLT 48.0|CURR 0.0", 3000: "VOLT 0.0", 6000: "OK", 9000: "LM1"}
    says |= {9100: "HOOK ON|VOLT 48.0|CURR 0.0"}
    *_, restored, seen = hear(says, 11_000)
    assert restored == LineRestored(at(9000), "hook")
    assert seen == HookChanged(at(9100), Hook.ON)


def test_of_a_call_in_which_the_line_was_cut_nothing_is_told_but_its_end() -> None:
    says = OFF | {5000: "CURR 0.0", 9000: "OK", 12_000: "CURR 31.0", 14_000: "CURR 0.0"}
    says |= {14_100: "CURR 31.0", 16_000: "HOOK ON|VOLT 48.0|CURR 0.0"}
    *_, restored, broke, seen = hear(says, 18_000)
    assert restored == LineRestored(at(12_000), "hook")
    assert broke == PartyChanged(at(14_000), PartyCue.LOOP_BREAK)
    assert seen == HookChanged(at(16_000), Hook.ON)


def test_off_hook_is_not_told_before_on_hook_was_seen() -> None:
    """Lifted before anybody looked: nobody knows what happened on that call so far."""
    assert hear({500: "HOOK OFF"}, 9000) == []
    assert hear({500: "HOOK OFF", 9000: "HOOK ON"}, 10_000) == [HookChanged(at(9000), Hook.ON)]


@pytest.mark.parametrize("second", ["VOLT 8.2|CURR 33.5", "VOLT 6.0", "CURR 28.0"])
def test_a_second_phone_lifted_and_put_down_again_is_nothing(second: str) -> None:
    says = OFF | {5000: second, 7000: "VOLT 11.0|CURR 31.0"}
    assert hear(says, 9000, doubts=True) == IS_OFF


@pytest.mark.parametrize(
    ("ms", "cue"), [(100, PartyCue.LOOP_BREAK), (300, PartyCue.DISCONNECT_PULSE)]
)
def test_a_monitor_that_tells_no_current_is_judged_by_its_voltage(ms: int, cue: PartyCue) -> None:
    says = {0: "HOOK ON|VOLT 48.0", 2000: "HOOK OFF|VOLT 11.0", 5000: "VOLT 0.2"}
    assert hear(says | {5000 + ms: "VOLT 11.0"}, 9000) == [*IS_OFF, PartyChanged(at(5000), cue)]


def test_what_is_read_late_is_taken_for_as_long_as_it_may_have_been() -> None:
    """The box did not look for 300 ms: a flash came and went, or began, meanwhile."""
    for said in (b"HOOK ON\r\nHOOK OFF\r\n", b"CURR 0.0\r\nCURR 31.0\r\n"):
        parser = Lm1(PROFILE)
        assert hear(OFF, 5000, parser) == IS_OFF
        *_, changed = parser.receive(said, at(5300))
        assert isinstance(changed, PartyChanged)
        assert changed.sample == at(5000)
    parser = Lm1(PROFILE)
    assert hear(OFF, 5000, parser) == IS_OFF
    parser.receive(b"HOOK ON\r\n", at(5100))
    assert parser.receive(b"HOOK OFF\r\n", at(5120)) == [PartyChanged(at(5000), PartyCue.FLASH)]


@pytest.mark.parametrize("late", [10, 25, 35, 49])
def test_a_flash_that_a_busy_machine_reads_late_is_no_pulse(late: int) -> None:
    parser = Lm1(PROFILE)
    assert hear(OFF, 5000, parser) == IS_OFF
    parser.receive(b"HOOK ON\r\n", at(5000 + late))
    (flash,) = parser.receive(b"HOOK OFF\r\n", at(5105))
    assert isinstance(flash, PartyChanged)
    assert flash.cue is PartyCue.FLASH


@pytest.mark.parametrize("said", [b"HOOK ON\r\nHOOK OFF\r\n", b"HOOK ON\r\n"])
def test_a_flash_is_seen_where_the_time_was_asked_for_late_and_the_port_read_only_then(
    said: bytes,
) -> None:
    """The box fell asleep between an empty read and the look at the clock."""
    parser = Lm1(PROFILE)
    assert hear(OFF, 5000, parser) == IS_OFF
    assert parser.receive(b"", at(5300)) == []
    events = parser.receive(said, at(5301)) + parser.receive(b"HOOK OFF\r\n", at(5302))
    assert PartyChanged(at(5000), PartyCue.FLASH) in events


def test_an_empty_read_tells_that_nothing_came_before_it() -> None:
    parser = Lm1(PROFILE)
    assert hear(OFF, 5000, parser) == IS_OFF
    for ms in (5300, 5600, 5601, 5602):
        assert parser.receive(b"OK\r\n" * bool(parser.request()), at(ms)) == []
    (doubted,) = parser.receive(b"HOOK ON\r\n", at(5603))
    assert isinstance(doubted, PartyDoubted)
    assert doubted.sample == at(5603)


def test_rings_reversals_and_callers() -> None:
    message = build_mdmf(CallerIdMessage(number="+48221234567", name="Zofia Testowa"))
    withheld = build_mdmf(CallerIdMessage(number_absent=Absent.WITHHELD))
    says = {
        0: "HOOK ON",
        100: "RING ON",
        200: "RING ON",
        1100: "RING OFF",
        1500: f"CID {message.hex()}",
        1600: f"CID {withheld.hex()}",
        1700: "CID 80",
        1800: "CID xyz",
        5100: "RING ON",
        6000: "REV",
    }
    assert hear(says, 6000) == [
        Ring(at(100)),
        HookChanged(0, Hook.ON),
        CallerId(at(1500), "+48221234567", "Zofia Testowa"),
        CallerId(at(1600), None, None, withheld=True),
        Ring(at(5100)),
        PolarityReversed(at(6000)),
    ]


STREAM = (
    b"LM1\r\nHOOK ON\r\nVOLT 48.1\r\nCURR 0.0\r\nOK\r\nRING ON\r\nRING OFF\r\nREV\r\nDIGIT 5\r\n"
    + b"CID "
    + build_mdmf(CallerIdMessage(number="+48221234567")).hex().encode()
    + b"\r\n"
)


@given(st.lists(st.integers(0, len(STREAM)), max_size=20))
def test_bytes_may_come_in_any_pieces(cuts: list[int]) -> None:
    parser = Lm1(PROFILE)
    events: list[HookEvent] = []
    places = [0, *sorted(cuts), len(STREAM)]
    for start, stop in itertools.pairwise(places):
        events += parser.receive(STREAM[start:stop], 100)
    assert events == Lm1(PROFILE).receive(STREAM, 100)
    assert len(events) == 4


@given(st.lists(st.binary(max_size=80), max_size=12))
def test_garbage_is_no_event_and_no_end(pieces: list[bytes]) -> None:
    parser = Lm1(PROFILE)
    for piece in pieces:
        parser.receive(piece, 0)
    parser.receive(b"\n" * 2, 0)
    assert Ring(80) in parser.receive(b"RING OFF\r\nRING ON\r\n", 80)


def test_an_endless_line_is_thrown_away() -> None:
    parser = Lm1(PROFILE)
    for _ in range(1000):
        assert parser.receive(b"RING ON ", 0) == []
    assert parser.receive(b"RING ON\r\nRING ON\r\n", 8) == [Ring(8)]


@pytest.mark.parametrize(
    "line",
    ["HOOK", "HOOK UP", "RING", "VOLT x", "VOLT 1e9", "CURR", "DIGIT 12", "DIGIT x", "hook off"],
)
def test_what_is_not_of_the_protocol_is_ignored(line: str) -> None:
    assert hear(OFF | {5000: line, 8000: "OK"}, 9000) == IS_OFF


def test_there_is_no_profile_of_an_unknown_dialect() -> None:
    with pytest.raises(LineError, match="lm1"):
        monitor_profile("morse")
