"""Dial pulses that the box counts from the hook reports of a monitor that counts none."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.lines.base import HookEvent
from appliance.lines.monitor.lm1 import Lm1
from appliance.lines.monitor.pulses import UNKNOWN
from appliance.model.events import DigitPressed, HookChanged, PartyChanged
from appliance.model.terms import Grade, Hook, PartyCue, Side
from tests.lines.monitor.monitor_script import OFF, PROFILE, at
from tests.lines.monitor.pulse_script import BEGIN, FLASH, Dial, cues, dialled, heard, keys

LOOP_BREAK, CUT = PartyCue.LOOP_BREAK, PartyCue.DISCONNECT_PULSE


def test_breaks_alone_are_a_digit_of_the_near_side_dated_at_the_first() -> None:
    *_, digit = heard(Dial().pulse(3).says)
    assert isinstance(digit, DigitPressed)
    assert (digit.key, digit.side, digit.grade) == ("3", Side.NEAR, Grade.NONE)
    assert (digit.sample, digit.ms) == (at(BEGIN), 2 * 100 + 60 + 300)
    assert digit.deviation_percent is None


@pytest.mark.parametrize("count", range(1, 11))
def test_one_to_ten_breaks_are_the_ten_digits(count: int) -> None:
    assert keys(heard(Dial().pulse(count).says)) == str(count % 10)


@pytest.mark.parametrize("count", [11, 12, 20, 25])
def test_more_than_ten_are_unknown(count: int) -> None:
    assert keys(heard(Dial().pulse(count).pulse(2).says)) == f"{UNKNOWN}2"


@pytest.mark.parametrize("ms", [5, 20, 60, 76, 79])
def test_each_break_shorter_than_a_flash_is_a_pulse(ms: int) -> None:
    events = heard(Dial().pulse(2, ms).says)
    assert (keys(events), cues(events)) == ("2", [])


@pytest.mark.parametrize("ms", [80, 81, 300, 990])
def test_from_there_on_it_is_a_flash_and_alone_no_digit(ms: int) -> None:
    events = heard(Dial().open(ms).says)
    assert (keys(events), cues(events)) == ("", [FLASH])


@pytest.mark.parametrize("ms", [1, 4])
def test_a_bounce_is_nothing_alone_or_around_a_pulse(ms: int) -> None:
    assert keys(heard(Dial().open(ms).says)) == ""
    bouncing = Dial().open(ms, 1).open(50, 1).open(ms, 40).open(60, 2).open(ms)
    events = heard(bouncing.says)
    assert (keys(events), cues(events)) == ("2", [])


@pytest.mark.parametrize(("make", "expected"), [(15, "2"), (200, "2"), (299, "2"), (300, "11")])
def test_what_is_closed_for_300_ms_is_over(make: int, expected: str) -> None:
    assert keys(heard(Dial().open(60, make).open(60).says)) == expected


@pytest.mark.parametrize("place", range(4))
@pytest.mark.parametrize("ms", [80, 400])
def test_a_flash_among_pulses_makes_the_digit_unknown(place: int, ms: int) -> None:
    dial = Dial()
    for pulse in range(4):
        dial.open(ms if pulse == place else 60)
    dial.now += 600
    events = heard(dial.pulse(5).says)
    assert (keys(events), cues(events)) == (f"{UNKNOWN}5", [FLASH])
    *_, flash, unknown, _ = [e for e in events if isinstance(e, PartyChanged | DigitPressed)]
    assert isinstance(flash, PartyChanged)  # dialling begins anew with it: what follows is unknown
    assert isinstance(unknown, DigitPressed)


@pytest.mark.parametrize(
    ("lost", "ms", "cue"), [("CURR 0.0", 50, LOOP_BREAK), ("VOLT 0.0|CURR 0.0", 255, CUT)]
)
def test_a_lost_loop_among_pulses_makes_the_digit_unknown(
    lost: str, ms: int, cue: PartyCue
) -> None:
    dial = Dial().pulse(2).say(lost, 10).say("VOLT 11.0|CURR 31.0", ms)
    dial.now = dial.says[-1][0] + 10
    events = heard(dial.pulse(1).pulse(5).says)
    assert (keys(events), cues(events)) == (f"{UNKNOWN}5", [cue])


def test_a_dip_of_the_current_as_the_loop_opens_is_none() -> None:
    """The current falls below the limit some ms before the voltage is high enough for a break."""
    dial = Dial()
    for _ in range(4):
        dial.says.append((dial.now - 8, "CURR 0.0"))
        dial.open(52, 48)
    events = heard(dial.says)
    assert (keys(events), cues(events)) == ("4", [])


def test_hanging_up_ends_the_digit_with_the_call() -> None:
    says = [*Dial().pulse(2, rest=40).says, (BEGIN + 200, "HOOK ON"), (9000, "HOOK OFF")]
    events = heard([*says, *Dial(now=11_000).pulse(4).says])
    assert keys(events) == "4"
    assert [e.hook for e in events if isinstance(e, HookChanged)][-2:] == [Hook.ON, Hook.OFF]


def test_a_monitor_that_restarts_while_somebody_dials_leaves_no_digit_half_counted() -> None:
    dial = Dial().pulse(2, rest=40).say("LM1", 10).say("HOOK OFF", 5)
    dial.now = dial.says[-1][0] + 25
    assert keys(heard(dial.pulse(3).says)) == ""


def test_nothing_is_counted_before_the_phone_was_seen_on_hook() -> None:
    parser = Lm1(PROFILE)
    events: list[HookEvent] = []
    for ms, text in [(0, "HOOK OFF"), *Dial().pulse(3).says, (6000, "OK"), (6400, "OK")]:
        events += parser.receive(f"{text}\r\n".encode(), at(round(ms)))
    assert events == []


# -- any dial --------------------------------------------------------------------------------------

RATES = st.floats(8, 20)
RATIOS = st.floats(0.5, 0.7)
NUMBERS = st.text("0123456789", min_size=1, max_size=3)
LATENESS = st.lists(st.integers(0, 15), min_size=1, max_size=40)


def told_breaks(dial: Dial, late: list[int]) -> list[float]:
    lates = itertools.cycle(late)
    times = [ms + next(lates) for ms, _ in dial.says]
    return [end - begin + 1 for begin, end in itertools.pairwise(times)][::2]


@given(NUMBERS, RATES, RATIOS)
def test_any_dial_counts_right_or_its_breaks_are_as_long_as_a_flash(
    number: str, rate: float, ratio: float
) -> None:
    dial = dialled(number, rate, ratio)
    events = heard(dial.says)
    if 1000 / rate * ratio < 79:
        assert (keys(events), cues(events)) == (number, [])
        begins = [e.sample for e in events if isinstance(e, DigitPressed)]
        assert begins == [at(round(ms)) for ms in dial.begins]
    elif 1000 / rate * ratio > 81:
        assert set(cues(events)) == {FLASH}
        assert keys(events) == ""


@given(NUMBERS, RATES, RATIOS, LATENESS)
def test_no_jitter_makes_another_digit(
    number: str, rate: float, ratio: float, late: list[int]
) -> None:
    dial = dialled(number, rate, ratio)
    events = heard(dial.says, late=late)
    if max(told_breaks(dial, late)) < 80:
        assert (keys(events), cues(events)) == (number, [])
    else:  # flashes: a digit may be unknown or none at all, but never another one
        left = iter(number)
        assert all(key in left for key in keys(events).replace(UNKNOWN, ""))


# -- the box was busy ------------------------------------------------------------------------------


def looked_at(looks: dict[int, str]) -> list[HookEvent]:
    """Return what is made of what is read at some milliseconds, each 10 ms outside of a pause."""
    parser, events = Lm1(PROFILE), []
    quiet = range(BEGIN + 10, max(looks))
    for ms in sorted({*range(0, BEGIN + 1, 10), *looks, *range(max(looks), max(looks) + 900, 10)}):
        lines = [*(["OK"] * bool(parser.request())), *OFF.get(ms, "").split("|")]
        lines += looks.get(ms, "").split("|")
        assert ms not in quiet or ms in looks
        events += parser.receive("".join(f"{x}\r\n" for x in lines if x).encode(), at(ms))
    return events


def test_a_break_that_was_not_seen_to_last_may_be_a_pulse_or_a_bounce() -> None:
    events = looked_at({BEGIN + 30: "HOOK ON|HOOK OFF"})
    assert (keys(events), cues(events)) == (UNKNOWN, [])


def test_a_digit_that_may_have_been_two_is_unknown() -> None:
    looks = {5010: "HOOK ON", 5060: "HOOK OFF", 5100: "", 5420: "HOOK ON", 5430: "HOOK OFF"}
    assert UNKNOWN in keys(looked_at(looks))
    assert keys(looked_at(looks)).strip(UNKNOWN) == ""


def test_a_digit_is_not_over_before_what_came_meanwhile_is_read() -> None:
    looks = {5010: "HOOK ON", 5060: "HOOK OFF", 5400: "", 5401: "HOOK ON", 5440: "HOOK OFF"}
    assert keys(looked_at(looks)) == UNKNOWN
