"""Read dial pulses that the monitor reports as ``DIGIT``; and all over a serial line."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.lines.base import HookEvent
from appliance.lines.monitor.pulses import UNKNOWN
from appliance.model.events import DigitPressed, HookChanged, PartyChanged, PolarityReversed
from tests.lines.monitor.monitor_script import at
from tests.lines.monitor.monitored import Line, plugged
from tests.lines.monitor.pulse_script import BEGIN, FLASH, Dial, cues, dialled, heard, keys


@pytest.mark.parametrize("after", [40, 295, 300, 310, 400])
def test_the_monitors_digit_confirms_the_boxs(after: int) -> None:
    dial = Dial().pulse(3).say("DIGIT 3", after)
    dial.now += 600
    assert keys(heard(dial.pulse(2).says)) == "32"


@pytest.mark.parametrize("after", [295, 300, 310, 400])
def test_another_digit_of_the_monitor_makes_it_unknown(after: int) -> None:
    dial = Dial().pulse(3).say("DIGIT 4", after)
    told = keys(heard(dial.says))
    assert told == (UNKNOWN if after < 300 else f"3{UNKNOWN}")


def test_what_the_box_could_not_count_the_monitor_does_not_make_known() -> None:
    for after in (295, 310):
        assert keys(heard(Dial().pulse(11).say("DIGIT 1", after).says)) == UNKNOWN


@pytest.mark.parametrize("after", [290, 310, 345])
def test_a_flash_that_the_monitor_took_for_a_pulse_is_an_unknown_digit(after: int) -> None:
    events = heard(Dial().open(82).say("DIGIT 1", after).says)
    assert (keys(events), cues(events)) == (UNKNOWN, [FLASH])


def test_a_monitor_whose_hook_shows_no_pulses_works_by_digits_alone() -> None:
    says: list[tuple[float, str]] = [(5000, "DIGIT 1"), (6000, "DIGIT 1"), (7000, "DIGIT 2")]
    events = heard(says)
    assert keys(events) == "112"
    assert [e.sample for e in events if isinstance(e, DigitPressed)] == [at(5000), at(6000), 56_000]
    flashed = heard([(4000, "HOOK ON"), (4300, "HOOK OFF"), *says])
    assert keys(flashed) == "112"


def test_a_digit_told_while_the_loop_is_open_spoils_the_one_being_dialled() -> None:
    says = [*Dial().pulse(3).says, (BEGIN + 130, "DIGIT 1")]
    assert keys(heard(says)) == UNKNOWN


def test_a_digit_told_late_belongs_to_the_one_before() -> None:
    says = [*Dial().pulse(3, rest=400).pulse(2).says, (BEGIN + 260 + 450, "DIGIT 3")]
    assert keys(heard([*says, (7000, "DIGIT 2")])) == "32"


@given(
    st.text("0123456789", min_size=1, max_size=3),
    st.floats(8, 20),
    st.floats(0.5, 0.7),
    st.lists(st.integers(0, 15), min_size=1, max_size=40),
)
def test_a_monitor_that_counts_too_changes_nothing(
    number: str, rate: float, ratio: float, late: list[int]
) -> None:
    silent = dialled(number, rate, min(ratio, 0.06 * rate))
    counting = Dial()
    for digit in number:
        period = 1000 / rate
        broken = period * min(ratio, 0.06 * rate)
        counting.pulse(int(digit) or 10, broken, period - broken).say(f"DIGIT {digit}", 300)
    assert keys(heard(counting.says, late=late)) == keys(heard(silent.says, late=late)) == number


# -- over a real serial line -----------------------------------------------------------------------


@pytest.fixture(name="line")
def _line(tmp_path: Path) -> Iterator[Line]:
    with contextlib.ExitStack() as held:
        yield held.enter_context(plugged(tmp_path))


def pulses(line: Line, count: int, ms: int = 60) -> None:
    for _ in range(count):
        line.say("HOOK ON")
        line.clock.pass_ms(ms)
        line.say("HOOK OFF")
        line.clock.pass_ms(40)
    line.clock.pass_ms(260)


def told(line: Line) -> list[HookEvent]:
    """Return what has been told except doubts, up to a reversal that is said now."""
    line.wire.say("REV")
    events: list[HookEvent] = []
    while not (events and isinstance(events[-1], PolarityReversed)):
        events.append(line.inbox.next())
    return [e for e in events[:-1] if isinstance(e, DigitPressed | PartyChanged | HookChanged)]


def test_a_number_is_dialled_over_the_wire(line: Line) -> None:
    line.talking()
    began = []
    for count in (1, 1, 2):
        began.append(line.clock.position())
        pulses(line, count)
    digits = told(line)
    assert keys(digits) == "112"
    assert [digit.sample for digit in digits] == began


def test_a_monitor_that_counts_tells_each_digit_once_over_the_wire(line: Line) -> None:
    line.talking()
    for count, said in ((3, "DIGIT 3"), (10, "DIGIT 0"), (2, "DIGIT 5")):
        pulses(line, count)
        line.say(said)
    assert keys(told(line)) == f"302{UNKNOWN}"


def test_a_digit_broken_by_a_flash_is_unknown_over_the_wire(line: Line) -> None:
    line.talking()
    line.say("HOOK ON")
    line.clock.pass_ms(60)
    line.say("HOOK OFF")
    line.clock.pass_ms(40)
    pulses(line, 1, ms=100)
    flash, digit = told(line)
    assert isinstance(flash, PartyChanged)
    assert (flash.cue, keys([digit])) == (FLASH, UNKNOWN)
