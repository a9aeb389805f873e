"""Offer what is plugged in by its lasting name, and open nothing for it."""

from pathlib import Path
from typing import Any

import pytest

from appliance.link.requests.devices import MOST, Card, DevicesFound, FindDevices, Port
from appliance.recorder.handlers.devices import DevicesDesk
from tests.lines.plugged.machines import STABLE, Bench


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def found(bench: Bench) -> DevicesFound:
    answer: Any = DevicesDesk(bench.hardware)._find(FindDevices())
    assert isinstance(answer, DevicesFound)
    return answer


def test_adapters_that_hear_and_plugged_ports_are_found(bench: Bench) -> None:
    there = found(bench)
    assert there.cards == (Card("LineTap", "USB-Audio - USB Audio Device", 2, speaks=True),)
    assert there.ports == (Port(STABLE, "Line monitor"),)
    assert there.dialects == ("lm1", "optocouplers", "whozz")  # those that see the hook


def test_an_adapter_that_only_speaks_is_not_offered(bench: Bench) -> None:
    bench.card(directions="p")
    assert found(bench).cards == ()


def test_an_answer_stays_short_whatever_is_plugged_in(bench: Bench) -> None:
    bench.ports = [(f"/dev/ttyUSB{number}", "x") for number in range(200)]
    assert len(found(bench).ports) == MOST
