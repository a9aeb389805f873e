"""What is plugged in is offered by its lasting name, and nothing is opened for it."""

from pathlib import Path

import pytest

from appliance.link.requests.devices import MOST, Card, FindDevices, Port
from appliance.recorder.handlers.devices import DevicesDesk
from tests.lines.plugged.machines import STABLE, Bench


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def test_adapters_that_hear_and_plugged_ports_are_found(bench: Bench) -> None:
    found = DevicesDesk(bench.hardware)._find(FindDevices())
    assert found.cards == (Card("LineTap", "USB-Audio - USB Audio Device", 2, speaks=True),)
    assert found.ports == (Port(STABLE, "Line monitor"),)
    assert found.dialects == ("lm1",)


def test_an_adapter_that_only_speaks_is_not_offered(bench: Bench) -> None:
    bench.card(directions="p")
    assert DevicesDesk(bench.hardware)._find(FindDevices()).cards == ()


def test_an_answer_stays_short_whatever_is_plugged_in(bench: Bench) -> None:
    bench.ports = [(f"/dev/ttyUSB{number}", "x") for number in range(200)]
    assert len(DevicesDesk(bench.hardware)._find(FindDevices()).ports) == MOST
