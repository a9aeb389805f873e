"""The reference monitor's program under MicroPython, held against the simulated monitor."""

import re
from pathlib import Path

import pytest

from appliance.exchange.circuit.circuit import Direct, direct
from appliance.exchange.monitor import SimulatedMonitor
from appliance.exchange.scene import Circuit
from appliance.lines.base import HookEvent
from appliance.lines.monitor.lm1 import Lm1
from appliance.lines.profiles import lm1_profile
from appliance.model.audio import FRAME, RATE
from appliance.model.events import (
    DigitPressed,
    HookChanged,
    PartyChanged,
    PartyDoubted,
    PolarityReversed,
    Ring,
)
from tests.deep import deep, spread
from tests.firmware_config.lm1.board import ASKED, Line, Stretch, readings, run

CIRCUIT = Circuit()
ON = direct(CIRCUIT, off_hook=False)
OFF = direct(CIRCUIT, off_hook=True)
DEAD = direct(CIRCUIT, off_hook=True, powered=False)
BROKEN = direct(CIRCUIT, off_hook=True, broken=True)
TURNED = direct(CIRCUIT, off_hook=True, swapped=True)
TURNED_ON = direct(CIRCUIT, off_hook=False, swapped=True)
SECOND = Direct(OFF.volts - 2.6, OFF.milliamps + 2.0)

IDLE = Stretch(2000, ON)
RINGING = Stretch(1000, ON, ring_volts=75.0)
TALK = Stretch(2000, OFF, speech_volts=1.0)
FLASH = Stretch(240, ON)
PULSES = [each for _ in range(7) for each in (Stretch(60, ON), Stretch(40, OFF))]

CALLS: dict[str, list[Stretch]] = {
    "incoming": [IDLE, RINGING, Stretch(4000, ON), RINGING, TALK, FLASH, TALK, IDLE],
    "dialled": [IDLE, TALK, *PULSES, TALK, *PULSES[:2], TALK, IDLE],
    "reversed": [IDLE, TALK, Stretch(3000, TURNED, speech_volts=1.0), TALK, IDLE],
    "reversed_idle": [
        IDLE,
        Stretch(3000, TURNED_ON),
        Stretch(2000, TURNED),
        Stretch(2000, TURNED_ON),
    ],
    "disconnected": [IDLE, TALK, Stretch(400, DEAD), TALK, IDLE],
    "broken": [IDLE, TALK, Stretch(60, BROKEN), TALK, IDLE],
    "second phone": [IDLE, TALK, Stretch(2000, SECOND), TALK, IDLE],
}

LATE_MS = 50
RING_LATE_MS = 200
RING_OVER_MS = 300


def simulated(stretches: list[Stretch]) -> list[Line]:
    """Return what the simulated monitor says of the same line, which it looks at every 20 ms."""
    monitor, told, now = SimulatedMonitor(), list[Line](), 0
    ends = [sum(each.ms for each in stretches[: at + 1]) for at in range(len(stretches))]
    for end, stretch in zip(ends, stretches, strict=True):
        while now < end:
            said = monitor.observe(stretch.loop, bool(stretch.ring_volts), now * RATE // 1000)
            for row in said.decode().splitlines():
                word, _, value = row.partition(" ")
                told.append(Line(now, word, value))
            now += 1000 * FRAME // RATE
    return told


def turns(
    told: list[Line], words: tuple[str, ...] = ("HOOK", "RING", "REV", "DIGIT")
) -> list[Line]:
    """Return the lines that report a change."""
    return [each for each in told if each.word in words]


@pytest.mark.parametrize("words", [("HOOK", "REV", "DIGIT"), ("RING",)])
@pytest.mark.parametrize("call", spread(list(CALLS), 4))
def test_it_says_what_the_simulated_monitor_says_and_in_time(
    call: str, words: tuple[str, ...]
) -> None:
    stretches = CALLS[call]
    board, peer = turns(run(readings(stretches)), words), turns(simulated(stretches), words)
    assert [(each.word, each.value) for each in board] == [(each.word, each.value) for each in peer]
    for ours, theirs in zip(board, peer, strict=True):
        most = {"RING ON": RING_LATE_MS, "RING OFF": RING_OVER_MS}.get(
            f"{ours.word} {ours.value}", LATE_MS
        )
        assert -20 <= ours.ms - theirs.ms <= most, (ours, theirs)


@pytest.mark.parametrize("call", spread(list(CALLS), 4))
def test_its_figures_are_those_of_the_line_soon_after_each_change(call: str) -> None:
    stretches = CALLS[call]
    told, now = run(readings(stretches)), 0
    for stretch in stretches:
        now += stretch.ms
        if stretch.ms < 300 or stretch.ring_volts:
            continue
        for word, right in (("VOLT", stretch.loop.volts), ("CURR", stretch.loop.milliamps)):
            last = [each for each in told if each.word == word and each.ms <= now]
            assert float(last[-1].value) == pytest.approx(abs(right), abs=0.7), (stretch, word)


@pytest.mark.parametrize(("volts", "hz"), [(35, 25), (75, 25), (90, 50), (60, 20), (75, 17)])
@pytest.mark.parametrize("ringers", [1, 4])
def test_ringing_on_top_of_the_battery_is_one_burst_and_no_lift(
    volts: float, hz: float, ringers: int
) -> None:
    burst = Stretch(1000, ON, ring_volts=volts, ring_hz=hz, ringers=ringers)
    told = turns(run(readings([IDLE, burst, Stretch(3000, ON)])))
    assert [(each.word, each.value) for each in told] == [("RING", "ON"), ("RING", "OFF")]
    assert told[0].ms - 2000 <= RING_LATE_MS
    assert 60 <= told[1].ms - 3000 <= RING_OVER_MS


@pytest.mark.parametrize("at", range(0, 40, 7))
def test_a_phone_lifted_in_the_middle_of_ringing_is_off_hook_within_100_ms(at: int) -> None:
    ringing = Stretch(500 + at, ON, ring_volts=75.0)
    # The exchange ends the ringing within 100 ms (ring trip); until then both flow.
    tripping = Stretch(100, OFF, ring_volts=20.0)
    told = turns(run(readings([IDLE, ringing, tripping, TALK])))
    lifted = [each.ms for each in told if (each.word, each.value) == ("HOOK", "OFF")]
    assert len(lifted) == 1
    assert 0 <= lifted[0] - (2500 + at) <= 100
    assert ("RING", "OFF") in {(each.word, each.value) for each in told}


@pytest.mark.parametrize("ms", [8, deep(20), deep(40), 60, 79, deep(100), 300, deep(900)])
@pytest.mark.parametrize("circuit", [Circuit(), Circuit(loop_ohms=1000.0), Circuit(idle_volts=60)])
def test_a_break_is_as_long_as_on_the_wires(ms: int, circuit: Circuit) -> None:
    on, off = (direct(circuit, off_hook=each) for each in (False, True))
    talk = Stretch(2000, off, speech_volts=0.5)
    told = turns(run(readings([Stretch(2000, on), talk, Stretch(ms, on), talk])))
    _, began, ended, *_ = (each for each in told if each.word == "HOOK")
    assert (began.value, ended.value) == ("ON", "OFF")
    assert abs((ended.ms - began.ms) - ms) <= 5


def test_it_answers_with_its_full_state_in_order() -> None:
    raw = readings([IDLE, TALK])
    told = run(raw + ASKED + readings([Stretch(5, OFF)]))
    answer = [(each.word, each.value) for each in told if each.ms == 4000]
    assert [word for word, _ in answer] == ["HOOK", "RING", "VOLT", "CURR"]
    assert answer[:2] == [("HOOK", "OFF"), ("RING", "OFF")]


def test_just_started_it_answers_when_it_has_seen_the_line() -> None:
    told = run(ASKED + readings([Stretch(200, OFF)]))
    assert told[0] == Line(0, "LM1", "Zgoda-LM1 1.0")
    answer = [each for each in told if each.word != "LM1"]
    assert [(each.word, each.value) for each in answer[:2]] == [("HOOK", "OFF"), ("RING", "OFF")]
    assert 0 < answer[0].ms <= 130


def test_its_heart_beats() -> None:
    beats = [each.ms for each in run(readings([Stretch(21_000, ON)])) if each.word == "OK"]
    assert [round(ms / 1000) for ms in beats] == [5, 10, 15, 20]


def test_each_line_has_its_pattern_in_the_specification() -> None:
    page = (Path(__file__).parents[3] / "docs" / "lm1.md").read_text("utf-8")
    block = re.search(r"^```patterns\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    assert block
    patterns = [re.compile(pattern) for pattern in block[1].splitlines()]
    for call in CALLS.values():
        for each in run(readings(call)):
            row = f"{each.word} {each.value}".strip()
            assert any(pattern.fullmatch(row) for pattern in patterns), row


KINDS = (Ring, HookChanged, PartyChanged, PolarityReversed, DigitPressed)


def box_hears(told: list[Line], until: int) -> list[HookEvent]:
    """Return what the box makes of the lines, which take a moment on the wire."""
    parser, events = Lm1(lm1_profile()), list[HookEvent]()
    parser.opened(0)
    for now in range(0, until, 10):
        rows = [f"{each.word} {each.value}" for each in told if now - 10 < each.ms <= now]
        raw = "".join(f"{row.strip()}\r\n" for row in [*rows, "OK"])
        parser.request()
        events += parser.receive(raw.encode(), now * RATE // 1000)
    return [each for each in events if isinstance(each, KINDS)]


@pytest.mark.parametrize("call", spread(list(CALLS), 4))
def test_the_box_hears_the_same_call_from_both(call: str) -> None:
    stretches = CALLS[call]
    until = sum(each.ms for each in stretches)
    board, peer = run(ASKED + readings(stretches)), simulated(stretches)
    peer.insert(0, Line(0, "HOOK", "ON"))  # the answer that the box gets
    ours, theirs = box_hears(board, until), box_hears(peer, until)
    assert [type(each) for each in ours] == [type(each) for each in theirs]
    for one, other in zip(ours, theirs, strict=True):
        assert abs(one.sample - other.sample) <= RATE * RING_LATE_MS // 1000
        assert getattr(one, "cue", None) == getattr(other, "cue", None)
        assert getattr(one, "key", None) == getattr(other, "key", None)
    assert not any(isinstance(each, PartyDoubted) for each in ours)
