"""The simulated monitors on the circuit's loop, and what the box makes of what they say."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from appliance.exchange.circuit.circuit import Direct, direct
from appliance.exchange.monitor import SimulatedMonitor
from appliance.exchange.scene import Circuit, SceneCaller
from appliance.lines.base import HookEvent
from appliance.lines.monitor.dialects import speak
from appliance.model.audio import FRAME, RATE
from appliance.model.events import CallerId, HookChanged, PartyChanged, Ring
from appliance.model.terms import Hook
from tests.clocks import ManualClock
from tests.rig.monitors.netcallerid import SimulatedNetCallerId
from tests.rig.monitors.optocouplers import pins
from tests.rig.monitors.whozz import SimulatedWhozz

ON, OFF = (direct(Circuit(), off_hook=each) for each in (False, True))
CALLER = SceneCaller(number="+48221234567", name="Zofia Testowa")

CALL = (
    (3.0, ON, False),
    (1.0, ON, True),
    (4.0, ON, False),
    (1.0, ON, True),
    (0.5, ON, False),
    (3.0, OFF, False),
    (0.2, ON, False),  # a flash
    (3.0, OFF, False),
    (12.0, ON, False),
)
"""Seconds, the loop, and whether it rings."""


def moments() -> Iterator[tuple[Direct, bool, int]]:
    """Yield the loop, the ringing and the sample, each 20 ms."""
    sample = 0
    for seconds, loop, ringing in CALL:
        for _ in range(round(seconds * RATE / FRAME)):
            yield loop, ringing, sample
            sample += FRAME


Says = Callable[[Direct, bool, int, bytes], bytes]


def lm1() -> Says:
    monitor = SimulatedMonitor()

    def say(loop: Direct, ringing: bool, sample: int, asked: bytes) -> bytes:
        told = monitor.observe(loop, ringing, sample)
        return told + (monitor.ask(loop, sample) if asked else b"")

    return say


def whozz() -> Says:
    unit = SimulatedWhozz(2)

    def say(loop: Direct, ringing: bool, sample: int, asked: bytes) -> bytes:
        return unit.take(asked, sample) + unit.observe(loop, ringing, sample, CALLER)

    return say


def optocouplers() -> Says:
    return lambda loop, ringing, sample, asked: bytes((pins(loop, ringing),))


MONITORS: dict[str, tuple[Callable[[], Says], dict[str, Any]]] = {
    "lm1": (lm1, {}),
    "whozz": (whozz, {"line": 2}),
    "optocouplers": (optocouplers, {"off_hook": "not dcd", "ringing": "ri"}),
}


def heard(dialect: str) -> list[HookEvent]:
    """Return what the box makes of a call that a monitor watches."""
    make, options = MONITORS[dialect]
    clock, say = ManualClock(), make()
    spoken = speak({"dialect": dialect, "port": "/dev/null", **options}, clock)
    parser = spoken.parser(int(options.get("line", 1)))
    parser.opened(0)
    events: list[HookEvent] = []
    for loop, ringing, sample in moments():
        events += parser.receive(say(loop, ringing, sample, parser.request()), sample)
        clock.advance(FRAME / RATE)
    return events


@pytest.mark.parametrize("dialect", MONITORS)
def test_each_monitor_tells_of_the_same_call(dialect: str) -> None:
    events = heard(dialect)
    rings = [each.sample for each in events if isinstance(each, Ring)]
    hooks = [each for each in events if isinstance(each, HookChanged)]
    flashes = [each.sample for each in events if isinstance(each, PartyChanged)]
    late = RATE * speak_lateness(dialect) // 1000
    assert rings
    assert abs(rings[0] - 3 * RATE) <= late
    lifted, flashed, over = (round(at * RATE) for at in (9.5, 12.5, 15.7))
    assert [each.hook for each in hooks] == [Hook.ON, Hook.OFF, Hook.ON]
    assert 0 <= hooks[1].sample - lifted <= late
    assert rings[-1] <= hooks[1].sample
    assert hooks[1].sample - rings[-1] < 6 * RATE  # the lift is an answer
    assert [0 <= at - flashed <= late for at in flashes] == [True]
    assert 0 <= hooks[2].sample - over <= late


def speak_lateness(dialect: str) -> int:
    _, options = MONITORS[dialect]
    spoken = speak({"dialect": dialect, "port": "/dev/null", **options}, ManualClock())
    return spoken.profile.lateness_ms


def test_a_whozz_unit_tells_who_calls_and_is_set_up_without_needless_writes() -> None:
    callers = [each for each in heard("whozz") if isinstance(each, CallerId)]
    assert [(each.number, each.name) for each in callers] == [("48221234567", "Zofia Testowa")]
    unit = SimulatedWhozz()
    assert unit.take(b"Ed", 0) == b""
    assert unit.writes == []  # E was set already, and d came too soon
    unit.take(b"d", RATE)
    assert unit.writes == ["d"]
    assert b" EcX" not in unit.take(b"V", 2 * RATE)


@pytest.mark.parametrize(
    ("caller", "told"),
    [
        (CALLER, (("48221234567", "Zofia Testowa", False),)),
        (SceneCaller(withheld=True), ((None, None, True),)),
        (None, ()),
    ],
)
def test_a_netcallerid_tells_who_calls(
    caller: SceneCaller | None, told: tuple[object, ...]
) -> None:
    box = SimulatedNetCallerId()
    parser = speak({"dialect": "netcallerid", "port": "/dev/null"}, ManualClock()).parser(1)
    events: list[HookEvent] = []
    for _, ringing, sample in moments():
        events += parser.receive(box.observe(ringing, sample, caller), sample)
    callers = [each for each in events if isinstance(each, CallerId)]
    assert callers == events
    assert tuple((each.number, each.name, each.withheld) for each in callers) == told
