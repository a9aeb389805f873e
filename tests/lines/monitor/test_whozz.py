"""A Whozz Calling unit's reports: both styles of lines, its settings, its presence."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.lines.base import HookEvent
from appliance.lines.monitor.whozz import Detail, Whozz, WhozzRecord, parse_record
from appliance.lines.monitor.whozz_unit import WhozzUnit
from appliance.lines.profiles import WhozzProfile, monitor_profile
from appliance.model.audio import RATE
from appliance.model.events import (
    CallerId,
    HookChanged,
    LineFault,
    LineRestored,
    PartyChanged,
    Ring,
)
from appliance.model.terms import Hook, PartyCue
from tests.clocks import ManualClock

_profile = monitor_profile("whozz")
assert isinstance(_profile, WhozzProfile)
PROFILE = _profile

GOOD = b"V3.1 EcXUdAsobKT L=01\r\n"
START = b"01 I S 0000 G A1 11/07 07:43 AM 48221234567    Zofia Testowa  \r\n"
END = b"01 I E 0141 G A2 11/07 07:43 AM 48221234567    Zofia Testowa  \r\n"


def detail(code: str, line: int = 1) -> bytes:
    return f"{line:02} {code}             11/07 17:45:04\r\n".encode()


R, F, N, H = map(detail, "RFNH")


def at(ms: int) -> int:
    return ms * RATE // 1000


class Bench:
    """One line of a unit, with the time of both."""

    def __init__(self, settings: bytes = GOOD, number: int = 1) -> None:
        self.clock = ManualClock()
        self.unit = WhozzUnit(PROFILE, self.clock.monotonic)
        self.line = Whozz(PROFILE, self.unit, number)
        self.settings = settings
        self.ms = 0
        self.sent: list[tuple[int, bytes]] = []
        self.events: list[HookEvent] = []
        self.line.opened(0)

    def pass_ms(self, ms: int, said: bytes = b"") -> list[HookEvent]:
        """Let time pass in steps of 20 ms, something being said first; return what is new."""
        told = self.line.receive(said, at(self.ms))
        for _ in range(0, ms, 20):
            answer = b""
            command = self.line.request()
            if command:
                self.sent.append((self.ms, command))
                answer = self.settings if command == b"V" else b""
            self.ms += 20
            self.clock.advance(0.02)
            told += self.line.receive(answer, at(self.ms))
        self.events += told
        return told


def test_both_styles_are_read_with_and_without_the_dollar_sign() -> None:
    assert parse_record(R.strip()) == Detail(1, "R")
    assert parse_record(b"$" + detail("N", 8).strip()) == Detail(8, "N")
    for lead in (b"", b"$"):
        record = parse_record(lead + START.strip())
        assert record == WhozzRecord(1, True, True, True, "48221234567", "Zofia Testowa")
    outbound = b"$02 O E 0012 G 00 11/07 07:43 PM 112"
    assert parse_record(outbound) == WhozzRecord(2, False, False, True, "112", "")
    assert parse_record(b"01 I S 0000 B A1 11/07 07:43 AM") == WhozzRecord(
        1, True, True, False, "", ""
    )


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"OK",
        b"1 R             11/07 07:43:52",
        b"01 X             11/07 07:43:52",
        b"01 R             11/07 07:43",
        b"$$01 R             11/07 07:43:52",
        b"01 I S 0000 X A1 11/07 07:43 AM 123",
        b"01 I S 0000 G A1 11/07 07:43 XM 123",
        b"01 I S 0000 G A1 11/07 07:43 AM \xff",
    ],
)
def test_anything_else_is_noise(line: bytes) -> None:
    assert parse_record(line) is None


def test_a_call_is_told_and_its_state_is_unknown_up_to_the_first_edge() -> None:
    bench = Bench()
    assert bench.pass_ms(5000) == []
    assert bench.pass_ms(2000, R) == [HookChanged(at(5000), Hook.ON), Ring(at(5000))]
    assert bench.pass_ms(400, START) == [CallerId(at(7000), "48221234567", "Zofia Testowa")]
    # The unit reports the first ring alone: it counts as going on.
    assert [type(each) for each in bench.pass_ms(5200)] == 3 * [Ring]
    assert bench.pass_ms(4000, F) == [HookChanged(at(12600), Hook.OFF)]
    assert bench.pass_ms(4000, H) == [PartyChanged(at(16600), PartyCue.FLASH)]
    assert bench.pass_ms(1000, N) == [HookChanged(at(20600), Hook.ON)]
    assert bench.pass_ms(9000, END) == []


def test_rings_come_so_often_that_a_lift_is_an_answer_and_end_by_themselves() -> None:
    bench = Bench()
    bench.pass_ms(100)
    rings = [each.sample for each in bench.pass_ms(400_000, R) if isinstance(each, Ring)]
    assert max(later - sooner for sooner, later in pairwise(rings)) < 6 * RATE
    assert rings[-1] < at(181_000)


def test_an_unanswered_call_has_no_on_hook_and_ends_with_its_record() -> None:
    bench = Bench()
    bench.pass_ms(100)
    bench.pass_ms(3000, R)
    assert bench.pass_ms(20_000, END) == []
    assert bench.line._hook is Hook.ON


def test_a_record_of_the_end_shows_a_phone_on_hook_whose_report_was_lost() -> None:
    bench = Bench()
    bench.pass_ms(100)
    assert bench.pass_ms(1000, F) == [HookChanged(at(100), Hook.OFF)]
    assert bench.pass_ms(1000, END) == [HookChanged(at(1100), Hook.ON)]


def test_two_lifts_without_a_hang_up_are_two_calls() -> None:
    bench = Bench()
    bench.pass_ms(100)
    bench.pass_ms(1000, F)
    assert bench.pass_ms(100, F) == [
        HookChanged(at(1100), Hook.ON),
        HookChanged(at(1100), Hook.OFF),
    ]


def test_a_flash_of_a_phone_that_seemed_on_hook_leaves_the_hook_unknown() -> None:
    bench = Bench()
    bench.pass_ms(100)
    bench.pass_ms(1000, N)
    assert bench.pass_ms(100, H) == [HookChanged(at(1100), Hook.UNKNOWN)]


def test_each_line_hears_of_itself_alone() -> None:
    bench = Bench(number=2)
    bench.pass_ms(100)
    assert bench.pass_ms(100, F + N + H + START + END) == []
    assert bench.pass_ms(100, detail("F", 2)) == [HookChanged(at(200), Hook.OFF)]


@pytest.mark.parametrize(
    ("number", "name", "told"),
    [
        ("770-263-7111  ", "", CallerId(at(1100), "7702637111")),
        ("Private       ", "Private", CallerId(at(1100), None, None, True)),
        ("Out-of-Area   ", "Zofia", CallerId(at(1100), None, "Zofia")),
        ("48221234567   ", "Unavailable", CallerId(at(1100), "48221234567")),
        ("No-CallerID   ", "", None),
        ("              ", "", None),
    ],
)
def test_words_in_place_of_a_number(number: str, name: str, told: CallerId | None) -> None:
    bench = Bench()
    bench.pass_ms(100)
    bench.pass_ms(1000, R)
    record = f"$01 I S 0000 G A1 11/07 07:43 AM {number} {name}\r\n".encode()
    assert bench.pass_ms(20, record) == ([] if told is None else [told])


def test_a_number_with_a_bad_checksum_and_one_of_a_waiting_call_are_not_told() -> None:
    bench = Bench()
    bench.pass_ms(100)
    bench.pass_ms(1000, R)
    assert bench.pass_ms(20, START.replace(b" G ", b" B ")) == []
    bench.pass_ms(1000, F)
    assert bench.pass_ms(20, START) == []


# -- settings ------------------------------------------------------------------------------------


def test_a_unit_that_is_set_as_wanted_is_only_asked() -> None:
    bench = Bench()
    bench.pass_ms(10_000)
    assert {command for _, command in bench.sent} == {b"V"}
    assert bench.unit.confirmed


def test_only_what_differs_is_sent_once_with_pauses_and_read_back() -> None:
    bench = Bench(b"V3.1 eCXUDAsObKT L=01\r\n")
    bench.pass_ms(100)
    bench.settings = GOOD
    bench.pass_ms(1900)
    letters = [command for _, command in bench.sent if command != b"V"]
    assert letters == [b"E", b"c", b"d", b"o"]
    moments = [ms for ms, _ in bench.sent]
    assert all(later - sooner >= 50 for sooner, later in pairwise(moments))
    assert bench.sent[len(letters) + 1][1] == b"V"
    assert bench.unit.confirmed
    assert bench.events == []


def test_a_unit_that_does_not_take_a_letter_is_not_sent_it_again() -> None:
    bench = Bench(b"V3.1 CDASOT L=01\r\n")
    told = bench.pass_ms(3000)
    assert [type(each) for each in told] == [LineFault]
    assert isinstance(told[0], LineFault)
    assert told[0].reason.startswith("The Whozz Calling unit does not report every lift")
    assert bench.pass_ms(30_000, F) == []
    for _ in range(9):
        bench.line.opened(at(bench.ms))
        bench.pass_ms(3000)
    letters = [command for _, command in bench.sent if command != b"V"]
    assert sorted(letters) == [b"c"] * 3 + [b"d"] * 3 + [b"o"] * 3
    bench.settings = b"V3.1 cdAsoT L=01\r\n"  # somebody has set it; it has no other toggles
    assert [type(each) for each in bench.pass_ms(3000)] == [LineRestored]


# -- presence ------------------------------------------------------------------------------------


def test_what_does_not_answer_is_no_such_unit() -> None:
    bench = Bench(b"ERROR\r\n")
    told = bench.pass_ms(6000)
    assert told == [
        LineFault(0, "hook", "Nothing that speaks whozz answers; is this the right port?")
    ]
    bench.settings = GOOD
    assert [type(each) for each in bench.pass_ms(2000)] == [LineRestored]


def test_a_unit_that_falls_silent_in_a_call_is_a_fault_dated_at_its_last_word() -> None:
    bench = Bench()
    bench.pass_ms(100)
    bench.pass_ms(3000, F)
    bench.settings = b""
    before = bench.ms
    told = bench.pass_ms(6000)
    assert [each for each in told if isinstance(each, LineFault)] == told
    assert told[0] == LineFault(told[0].sample, "hook", "The line monitor is silent")
    assert before - 1500 <= told[0].sample * 1000 // RATE <= before + 20
    # A lift that nobody saw since does not count; what it says next is heard again.
    assert bench.pass_ms(20, N) == [
        LineRestored(at(before + 6000), "hook"),
        HookChanged(at(before + 6000), Hook.ON),
    ]


def test_on_hook_it_is_asked_seldom() -> None:
    bench = Bench()
    bench.pass_ms(100)
    bench.pass_ms(100, N)
    before = len(bench.sent)
    bench.pass_ms(60_000)
    assert 2 <= len(bench.sent) - before <= 3


def test_two_lines_share_one_unit() -> None:
    clock = ManualClock()
    unit = WhozzUnit(PROFILE, clock.monotonic)
    lines = [Whozz(PROFILE, unit, number) for number in (1, 2)]
    for line in lines:
        line.opened(0)
    commands = [line.request() for line in lines]
    assert commands == [b"V", b""]
    assert [line.receive(GOOD, 160) for line in lines] == [[], []]
    assert unit.confirmed
    told = [line.receive(F + detail("N", 2), 320) for line in lines]
    assert told == [[HookChanged(320, Hook.OFF)], [HookChanged(320, Hook.ON)]]


def test_a_port_that_is_gone_is_told_once() -> None:
    bench = Bench()
    assert bench.line.lost("gone", 80) == [LineFault(80, "hook", "gone")]
    assert bench.line.lost("gone", 160) == []
    bench.line.opened(240)
    bench.ms = 40
    assert [type(each) for each in bench.pass_ms(200)] == [LineRestored]


# -- any bytes -----------------------------------------------------------------------------------

SAID = st.one_of(
    st.sampled_from([R, F, N, H, START, END, GOOD, b"\n", b"01 ", b"$", b"V3.1 eCx"]),
    st.binary(max_size=80),
)


@given(st.lists(SAID, max_size=20), st.data())
def test_any_split_of_any_bytes_gives_the_same_events(
    said: list[bytes], data: st.DataObject
) -> None:
    whole, cut = Bench(), Bench()
    raw = b"".join(said)
    for bench in (whole, cut):
        bench.pass_ms(100)
    told = whole.line.receive(raw, at(200))
    pieces: list[HookEvent] = []
    at_byte = 0
    while at_byte < len(raw):
        size = data.draw(st.integers(1, len(raw) - at_byte))
        pieces += cut.line.receive(raw[at_byte : at_byte + size], at(200))
        at_byte += size
    assert pieces == told
    assert all(each.sample <= at(200) for each in told)
    assert len(told) <= 2 + 2 * raw.count(b"\n")
