"""Offer what is plugged in by its lasting name, and open nothing unless it is wanted."""

from pathlib import Path
from typing import Any

import pytest

from appliance.clock import Clock, SystemClock
from appliance.errors import Refused
from appliance.lines.device import Answer, Options
from appliance.lines.monitor.device import IsMonitor
from appliance.link.requests.devices import (
    MOST,
    AskDevices,
    Card,
    FindDevices,
    IsdnCard,
    PluggedDevices,
)
from appliance.recorder.doctor.search import Search
from appliance.recorder.doctor.tools import DoctorTools
from appliance.recorder.handlers.devices import DevicesDesk
from tests.lines.plugged.machines import STABLE, Bench


def lm1_alone(path: str, options: Options, clock: Clock) -> Answer | None:
    return IsMonitor("lm1") if options["dialect"] == "lm1" else None


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def desk(bench: Bench, *, call: bool = False, cards: int = 0) -> DevicesDesk:
    tools = DoctorTools(
        hardware=bench.hardware,
        probes={"monitor": lm1_alone},
        isdn_cards=lambda: [IsdnCard("te.1", terminal=True, network=False)] * cards,
    )
    return DevicesDesk(Search(tools, SystemClock(), tuple, lambda: call))


def found(bench: Bench, cards: int = 0) -> PluggedDevices:
    answer: Any = desk(bench, cards=cards)._find(FindDevices())
    assert isinstance(answer, PluggedDevices)
    return answer


def test_adapters_that_hear_and_plugged_ports_are_found(bench: Bench) -> None:
    there = found(bench)
    assert there.cards == (Card("LineTap", "USB-Audio - USB Audio Device", 2, speaks=True),)
    (port,) = there.ports
    assert (port.device, port.name, port.can_be_asked) == (STABLE, "Line monitor", True)
    assert there.dialects == ("lm1", "optocouplers", "whozz")  # those that see the hook
    assert there.profiles[:2] == ("conexant", "conexant-no-trv")


def test_an_adapter_that_only_speaks_is_not_offered(bench: Bench) -> None:
    bench.card(directions="p")
    assert found(bench).cards == ()


def test_an_answer_stays_short_whatever_is_plugged_in(bench: Bench) -> None:
    bench.ports = [(f"/dev/ttyUSB{number}", "x") for number in range(200)]
    there = found(bench, cards=MOST + 1)
    assert (len(there.ports), len(there.isdn)) == (MOST, MOST)


def test_what_was_asked_is_proposed_and_still_known_afterwards(bench: Bench) -> None:
    asked = desk(bench)
    assert asked._find(FindDevices()).proposals == ()  # type: ignore[union-attr]
    there: Any = asked._ask(AskDevices((STABLE,)))
    best = there.proposals[0]
    assert best.kind == "monitor_tap"
    assert best.hook == {"driver": "monitor", "dialect": "lm1", "port": STABLE}
    assert best.audio == {"driver": "sound", "card": "LineTap", "sides": "voltage/current"}
    assert best.prompt == {"driver": "sound", "card": "LineTap"}
    assert asked._find(FindDevices()) == there


def test_nothing_is_asked_during_a_call(bench: Bench) -> None:
    with pytest.raises(Refused):
        desk(bench, call=True)._ask(AskDevices((STABLE,)))
