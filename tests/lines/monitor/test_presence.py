"""The presence of the line monitor: asked in time, missed in time, trusted again in time."""

import pytest

from appliance.lines.monitor.lm1 import Lm1
from appliance.model.events import HookChanged, LineFault, LineRestored, Ring
from appliance.model.terms import Hook
from tests.lines.monitor.monitor_script import IS_OFF, OFF, PROFILE, at, hear

SILENT = "The line monitor is silent"
WRONG = "Nothing that speaks lm1 answers; is this the right port?"


def test_a_monitor_is_asked_at_once_and_then_only_in_a_call() -> None:
    asked: list[int] = []
    parser = Lm1(PROFILE)
    for ms in range(0, 10_000, 10):
        said = {0: b"HOOK ON\r\n", 4000: b"OK\r\n", 6000: b"HOOK OFF\r\n"}.get(ms, b"")
        if parser.request():
            asked.append(ms)
            said += b"OK\r\n"
        parser.receive(said, at(ms))
    assert asked == [0, 7010, 8020, 9030]


def test_a_monitor_that_does_not_answer_in_a_call_is_a_fault_before_the_call_is_cut() -> None:
    """Told 1.8 s after its last word and dated there: the call is cut 2 s after that word."""
    parser = Lm1(PROFILE)
    assert hear(OFF | {5000: "VOLT 12.0"}, 5000, parser) == IS_OFF
    for ms in range(5010, 6810, 10):
        assert parser.receive(b"", at(ms)) == []
    assert parser.receive(b"", at(6810)) == [LineFault(at(5000), "hook", SILENT)]


def test_an_idle_monitor_may_be_silent_between_heartbeats() -> None:
    says = {0: "HOOK ON", 5000: "OK"}
    assert hear(says, 12_000, answers=False) == [HookChanged(0, Hook.ON)]
    *_, fault = hear(says, 12_010, answers=False)
    assert fault == LineFault(at(5000), "hook", SILENT)


def test_a_lost_monitor_is_asked_each_second_until_it_speaks_again() -> None:
    parser = Lm1(PROFILE)
    hear(OFF | {5000: "OK"}, 5000, parser)
    asked, told = [], []
    for ms in range(5010, 10_000, 10):
        told += parser.receive(b"", at(ms))
        asked += [ms] if parser.request() else []
    assert told == [LineFault(at(5000), "hook", SILENT)]
    assert asked == [6000, 7000, 8000, 9000]
    assert parser.receive(b"OK\r\n", at(10_000)) == [LineRestored(at(10_000), "hook")]
    assert parser.request() == b"?\r\n"
    assert parser.receive(b"HOOK ON\r\n", at(10_010)) == []
    says = {10_500: "OK", 11_500: "HOOK OFF"}
    assert hear(says, 12_000, parser) == [
        HookChanged(at(10_010), Hook.ON),
        HookChanged(at(11_500), Hook.OFF),
    ]


@pytest.mark.parametrize("away_ms", [100, 1900, 10_000])
def test_a_monitor_that_was_away_in_a_call_tells_nothing_of_it_any_more(away_ms: int) -> None:
    """A flash may have happened meanwhile, and another party be there."""
    parser = Lm1(PROFILE)
    hear(OFF, 5000, parser)
    gone = LineFault(at(5000), "hook", "unplugged")
    assert parser.lost("unplugged", at(5000)) == [gone]
    assert parser.lost("unplugged", at(5100)) == []
    back = 5000 + away_ms
    parser.opened(at(back))
    assert parser.request() == b"?\r\n"
    assert parser.receive(b"HOOK OFF\r\n", at(back)) == [LineRestored(at(back), "hook")]
    later = {back + 100: "OK", back + 2000: "HOOK ON"}
    assert hear(later, back + 3000, parser) == [HookChanged(at(back + 2000), Hook.ON)]


@pytest.mark.parametrize("noise", ["", "$GPGGA,120000.00,,,,,0,00,,,M,,M,,*66", "OK", "ERROR"])
def test_another_device_is_a_fault_that_says_so(noise: str) -> None:
    says = dict.fromkeys(range(500, 6000, 500), noise)
    assert hear(says, 4000, answers=False) == []
    assert hear(says, 9000, answers=False) == [LineFault(0, "hook", WRONG)]


def test_what_is_plugged_in_again_and_is_no_monitor_is_another_reason() -> None:
    parser = Lm1(PROFILE)
    hear({0: "HOOK ON"}, 2000, parser)
    parser.lost("unplugged", at(2000))
    denied = parser.lost("may not be opened", at(2500))
    assert denied == [LineFault(at(2500), "hook", "may not be opened")]
    parser.opened(at(3000))
    said = [event for ms in range(3020, 60_000, 20) for event in parser.receive(b"", at(ms))]
    assert said == [LineFault(at(3000), "hook", WRONG)]


def test_a_board_that_starts_slowly_is_no_fault() -> None:
    says = {3500: "?LM|LM1|HOOK ON", 8000: "OK"}
    assert hear(says, 9000, answers=False) == [HookChanged(at(3500), Hook.ON)]


def test_another_version_is_a_fault_that_says_so() -> None:
    says = {0: "LM2|HOOK ON|RING ON", 3000: "RING OFF|RING ON"}
    speaks = "The line monitor speaks LM2, and this version LM1"
    assert hear(says, 9000) == [LineFault(0, "hook", speaks)]
    known = LineRestored(at(9500), "hook")
    assert hear(says | {9500: "LM1|HOOK ON"}, 9600) == [LineFault(0, "hook", speaks), known]


def test_a_device_of_many_versions_is_one_fault() -> None:
    events = hear({0: "LM2|LM3|LM2|LM3"}, 1000)
    assert [type(each) for each in events] == [LineFault]


def test_half_a_line_from_before_the_port_was_lost_is_not_put_together() -> None:
    parser = Lm1(PROFILE)
    hear({0: "HOOK ON"}, 2000, parser)
    parser.receive(b"RING ", at(2000))
    parser.lost("unplugged", at(2000))
    parser.opened(at(3000))
    assert parser.receive(b"ON\r\nRING ON\r\n", at(3000)) == [Ring(at(3000))]


def test_a_restarted_monitor_has_missed_what_happened() -> None:
    parser = Lm1(PROFILE)
    events = hear(OFF | {5000: "LM1 board 1.2"}, 5000, parser)
    assert events == [*IS_OFF, HookChanged(at(5000), Hook.UNKNOWN)]
    assert parser.request() == b"?\r\n"
    assert parser.receive(b"HOOK OFF\r\n", at(5010)) == []


@pytest.mark.parametrize("answers", [True, False])
def test_a_box_that_did_not_look_for_a_while_asks_before_it_calls_the_monitor_lost(
    answers: bool,
) -> None:
    """A busy machine: the monitor had nothing to say for a second, and nobody had asked."""
    parser = Lm1(PROFILE)
    assert hear(OFF, 2900, parser)[: len(IS_OFF)] == IS_OFF
    assert parser.receive(b"", at(4000)) == []
    assert parser.receive(b"", at(4010)) == []
    assert parser.request()
    events = parser.receive(b"HOOK OFF\r\n" if answers else b"", at(4100))
    for ms in range(4110, 4810, 10):
        events += parser.receive(b"", at(ms))
    assert events == []
    if not answers:
        (fault,) = parser.receive(b"", at(4820))
        assert fault == LineFault(at(2000), "hook", "The line monitor is silent")


def test_an_answer_that_waits_to_be_read_is_none_that_is_missing() -> None:
    """The box asked, was held up after a look that found nothing, and the answer has come."""
    parser = Lm1(PROFILE)
    assert hear(OFF, 3010, parser, answers=False) == IS_OFF
    assert parser.request()
    assert parser.receive(b"", at(5000)) == []
    assert parser.receive(b"HOOK OFF\r\nRING OFF\r\n", at(5000)) == []
    assert parser.receive(b"", at(5010)) == []
