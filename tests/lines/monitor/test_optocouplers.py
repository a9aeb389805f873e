"""Optocouplers on modem lines: looks at the pins become hook, ringing, flash and digits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.lines.base import HookEvent
from appliance.lines.monitor.optocouplers import PINS, Optocouplers, Pin
from appliance.lines.monitor.pulses import UNKNOWN
from appliance.lines.profiles import OptocouplerProfile, monitor_profile
from appliance.model.audio import RATE
from appliance.model.events import (
    DigitPressed,
    HookChanged,
    LineFault,
    LineRestored,
    PartyChanged,
    PartyDoubted,
    Ring,
)
from appliance.model.terms import Hook, PartyCue

_profile = monitor_profile("optocouplers")
assert isinstance(_profile, OptocouplerProfile)
PROFILE = _profile
DCD, RI = PINS["dcd"], PINS["ri"]
IDLE, LIFTED, RINGS = DCD, 0, DCD | RI
"""The voltage's coupler is on while the phone is on-hook: ``off_hook = "not dcd"``."""


def at(ms: int) -> int:
    return ms * RATE // 1000


class Bench:
    """One line's pins, looked at every 10 ms."""

    def __init__(self, off_hook: str = "not dcd", ringing: str | None = "ri") -> None:
        rings = None if ringing is None else Pin.named(ringing)
        self.parser = Optocouplers(PROFILE, Pin.named(off_hook), rings)
        self.parser.opened(0)
        self.ms = 0

    def look(self, pins: int, ms: int, every: int = 10) -> list[HookEvent]:
        """Let the pins be so for a while; leave doubts out."""
        told: list[HookEvent] = []
        for _ in range(0, ms, every):
            self.ms += every
            told += self.parser.receive(bytes((pins,)), at(self.ms))
        return [each for each in told if not isinstance(each, PartyDoubted)]

    def talking(self) -> "Bench":
        assert self.look(IDLE, 1100) == [HookChanged(at(10), Hook.ON)]
        assert self.look(LIFTED, 1000) == [HookChanged(at(1110), Hook.OFF)]
        return self

    def pulses(self, count: int, ms: int = 60, gap: int = 40) -> list[HookEvent]:
        told: list[HookEvent] = []
        for _ in range(count):
            told += self.look(IDLE, ms) + self.look(LIFTED, gap)
        return told + self.look(LIFTED, 500)


@pytest.mark.parametrize(
    ("off_hook", "idle", "lifted"),
    [("not dcd", DCD, 0), ("dcd", 0, DCD), ("cts", 0, PINS["cts"]), ("not dsr", PINS["dsr"], 0)],
)
def test_any_pin_of_either_polarity_tells_the_hook(off_hook: str, idle: int, lifted: int) -> None:
    bench = Bench(off_hook)
    assert bench.look(idle, 1100) == [HookChanged(at(10), Hook.ON)]
    assert bench.look(lifted, 200) == [HookChanged(at(1110), Hook.OFF)]
    assert bench.look(idle, 1100) == [HookChanged(at(1310), Hook.ON)]


def test_a_phone_that_is_off_hook_from_the_start_was_not_seen_on_hook() -> None:
    bench = Bench()
    assert bench.look(LIFTED, 5000) == []
    assert bench.look(IDLE, 1100) == [HookChanged(at(5010), Hook.ON)]


def test_a_flash_and_a_hang_up_are_told_apart() -> None:
    bench = Bench().talking()
    began = bench.ms + 10
    assert bench.look(IDLE, 120) + bench.look(LIFTED, 1000) == [
        PartyChanged(at(began), PartyCue.FLASH)
    ]
    began = bench.ms + 10
    assert bench.look(IDLE, 1100) == [HookChanged(at(began), Hook.ON)]


@pytest.mark.parametrize("count", [1, 5, 10])
@pytest.mark.parametrize(("ms", "gap"), [(60, 40), (70, 30), (40, 30)])
def test_digits_dialled_by_pulses_are_counted(count: int, ms: int, gap: int) -> None:
    told = Bench().talking().pulses(count, ms, gap)
    assert [each.key for each in told if isinstance(each, DigitPressed)] == [str(count % 10)]
    assert len(told) == 1


@pytest.mark.parametrize("gap", [10, 20, 30, 40, 50, 60, 70])
def test_a_flash_seen_late_is_no_pulse(gap: int) -> None:
    """A machine that was busy as the loop opened must not take a flash for a dialled 1."""
    bench = Bench().talking()
    began = bench.ms
    told = bench.look(IDLE, gap, every=gap) + bench.look(IDLE, 100 - gap)
    told += bench.look(LIFTED, 1000)
    (flash,) = told
    assert isinstance(flash, PartyChanged)
    assert at(began) <= flash.sample <= at(began + 30)


@pytest.mark.parametrize("gap", [30, 50, 70])
def test_a_digit_that_may_have_lost_a_pulse_is_unknown(gap: int) -> None:
    """What happens between two looks leaves no trace: 112 must not be counted as 111."""
    bench = Bench().talking()
    bench.look(IDLE, 60)
    bench.look(LIFTED, 40)
    bench.look(LIFTED, gap, every=gap)  # a pulse may lie in between
    (digit,) = bench.look(LIFTED, 500)
    assert isinstance(digit, DigitPressed)
    assert digit.key == UNKNOWN


def test_a_digit_behind_one_that_nobody_may_have_seen_is_unknown() -> None:
    bench = Bench().talking()
    bench.look(LIFTED, 70, every=70)
    bench.look(LIFTED, 700)
    (digit,) = bench.pulses(2)
    assert isinstance(digit, DigitPressed)
    assert digit.key == UNKNOWN
    (digit,) = bench.pulses(2)
    assert isinstance(digit, DigitPressed)
    assert digit.key == "2"


def test_eleven_pulses_are_an_unknown_digit_and_no_flash() -> None:
    (digit,) = Bench().talking().pulses(11)
    assert isinstance(digit, DigitPressed)
    assert digit.key == UNKNOWN


def test_it_rings_once_a_burst_from_its_first_half_wave_on() -> None:
    bench = Bench()
    bench.look(IDLE, 1100)
    told: list[HookEvent] = []
    for _ in range(2):
        for _ in range(25):
            told += bench.look(RINGS, 20) + bench.look(IDLE, 20)
        told += bench.look(IDLE, 4000)
    assert told == [Ring(at(1110)), Ring(at(6110))]


def test_spikes_of_lifting_of_dialling_and_of_a_hang_up_are_no_ringing() -> None:
    bench = Bench()
    assert bench.look(IDLE, 1100) == [HookChanged(at(10), Hook.ON)]
    assert bench.look(RINGS, 30) == []
    assert [type(each) for each in bench.look(RI, 60) + bench.look(LIFTED, 400)] == [HookChanged]
    told = []
    for _ in range(9):
        told += bench.look(RINGS, 60) + bench.look(RI, 40)
    told += bench.look(LIFTED, 500) + bench.look(RINGS, 50) + bench.look(IDLE, 2000)
    assert [type(each) for each in told] == [DigitPressed, HookChanged]


def test_without_a_ring_pin_nothing_rings() -> None:
    bench = Bench(ringing=None)
    assert bench.look(RINGS, 2000) == [HookChanged(at(10), Hook.ON)]


def test_nobody_looked_for_as_long_as_a_flash_so_the_hook_is_unknown() -> None:
    bench = Bench().talking()
    seen = bench.ms
    assert bench.look(LIFTED, 70, every=70) == []
    seen = bench.ms
    assert bench.look(LIFTED, 80, every=80) == [HookChanged(at(seen), Hook.UNKNOWN)]
    assert bench.look(LIFTED, 5000) == []
    assert [type(each) for each in bench.look(IDLE, 1100)] == [HookChanged]


def test_a_port_that_was_away_says_nothing_of_that_call() -> None:
    bench = Bench().talking()
    assert bench.parser.lost("gone", at(2200)) == [LineFault(at(2200), "hook", "gone")]
    assert bench.parser.lost("gone", at(2200)) == []
    assert bench.parser.receive(b"", at(2300)) == []
    bench.parser.opened(at(3000))
    bench.ms = 3000
    assert bench.look(LIFTED, 1000) == [LineRestored(at(3010), "hook")]
    assert [type(each) for each in bench.look(IDLE, 1100)] == [HookChanged]


@pytest.mark.parametrize("text", ["", "dtr", "not", "not  dcd", "DCD", "not not dcd"])
def test_another_pin_is_an_error(text: str) -> None:
    with pytest.raises(KeyError):
        Pin.named(text)


@given(st.lists(st.tuples(st.binary(max_size=6), st.integers(0, 300)), max_size=60))
def test_any_looks_split_in_any_way_give_the_same_events(said: list[tuple[bytes, int]]) -> None:
    whole, cut = Bench().parser, Bench().parser
    now = 0
    for looks, ms in said:
        now += at(ms)
        told = whole.receive(looks, now)
        pieces = [each for look in looks for each in cut.receive(bytes((look,)), now)]
        assert (pieces if looks else cut.receive(b"", now)) == told
        assert all(each.sample <= now for each in told)
        assert len(told) <= 3 + 3 * len(looks)
