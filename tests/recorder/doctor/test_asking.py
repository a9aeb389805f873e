"""Ask a monitor, an emulated modem and strangers over pseudo-terminals."""

import os
import tty
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.clock import SystemClock
from appliance.exchange.driver import Exchange
from appliance.exchange.modem.plugged import plug_in
from appliance.lines.device import IsSilent
from appliance.lines.modem.device import IsModem
from appliance.lines.monitor.device import IsMonitor
from appliance.recorder.doctor.proposals import propose
from appliance.recorder.doctor.search import Search
from appliance.recorder.doctor.tools import DoctorTools
from tests.exchange.scripted_recorder import VOICES
from tests.lines.monitor.test_probe import Hurried, board
from tests.lines.plugged.machines import Bench
from tests.rig.hook.modem import ModemHook

FOR_EVER = 1e6


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path / "machine")


def search(bench: Bench, path: str, name: str = "FT232R", *, hurried: bool = False) -> Search:
    """Return a search that finds one device at a path of this machine."""
    there = bench.root / path.lstrip("/")
    there.parent.mkdir(parents=True, exist_ok=True)
    there.touch()
    bench.ports = [(path, name)]
    clock = Hurried() if hurried else SystemClock()
    tools = DoctorTools(hardware=bench.hardware, isdn_cards=tuple)
    return Search(tools, clock, seconds=FOR_EVER if hurried else 60.0)


def test_a_monitor_is_known_by_its_answer(bench: Bench) -> None:
    with board(lambda asked: b"LM1 Monitor 1.2\r\n" if asked == b"?\r\n" else b"") as path:
        looked = search(bench, path)
        looked.ask([path])
        assert looked.finds().answers == {path: IsMonitor("lm1")}


SAID = [b"", b"$GPGGA,092750.000,5321.6802,N*76\r\n", b"\xff" * 64]


@pytest.mark.parametrize("said", SAID, ids=["nothing", "GPS", "noise"])
def test_what_answers_something_else_is_nothing(bench: Bench, said: bytes) -> None:
    with board(lambda asked: said) as path:
        looked = search(bench, path, hurried=True)
        looked.ask([path])
        assert looked.finds().answers == {path: IsSilent()}


def test_a_device_that_is_pulled_out_meanwhile_is_told(bench: Bench) -> None:
    ours, theirs = os.openpty()
    tty.setraw(theirs)
    path = os.ttyname(theirs)
    looked = search(bench, path)
    os.close(theirs)
    os.close(ours)
    looked.ask([path])
    (seen,) = looked.ports()
    assert "is not there; plug the line monitor in" in seen.says.text


@pytest.fixture
def modem(tmp_path: Path) -> Iterator[str]:
    """The port of a Conexant modem of the simulation, on a line that is on-hook."""
    plugged = plug_in("conexant", tmp_path)
    exchange = Exchange("Reception", 1, VOICES, clock=SystemClock(), modem=plugged)
    exchange.start(lambda item: None)
    try:
        yield str(plugged.port.name)
    finally:
        exchange.close()


@pytest.mark.timeout(60)
def test_a_modem_is_asked_what_it_can_and_makes_the_line_of_the_whole_calls(
    bench: Bench, modem: str
) -> None:
    """The settings are those with which the rig places whole calls over this modem."""
    bench.usb(Path(modem).name, "0572:1349", "USB Modem")
    looked = search(bench, modem, "USB Modem")
    looked.ask([modem])
    answer = looked.finds().answers[modem]
    assert isinstance(answer, IsModem), answer
    assert answer.can.profile == "conexant"
    assert answer.can.sees_hook
    best = propose(looked.finds())[0]
    assert best.kind == "modem_tap"
    assert best.hook == {**ModemHook("conexant").part, "port": modem}
