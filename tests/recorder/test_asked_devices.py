"""A recorder asks no device during a call on a real line, and never a port that a line has."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from msgspec import structs

from appliance.clock import SystemClock
from appliance.config.folders import Folders
from appliance.config.read import trial
from appliance.config.settings import Part
from appliance.link.requests.devices import AskDevices, FindDevices
from appliance.recorder.line.build import BuiltLine
from appliance.recorder.line.devices import Simulation
from appliance.recorder.line.view import LineState
from appliance.recorder.serve import make_places
from appliance.recorder.service import Recorder
from tests.model.refusals import refuses


@pytest.fixture
def recorder(tmp_path: Path) -> Iterator[Recorder]:
    folders = Folders(tmp_path)
    make_places(folders)
    built = Recorder(trial(), folders, SystemClock(), simulation=Simulation(at_speed=True))
    yield built
    built.close()


def in_call(built: BuiltLine) -> None:
    """Let a line be in a call, as its thread tells it."""
    view = built.thread.view
    view.shown = LineState(structs.replace(built.thread.status, state="recording"), None)


def test_a_call_on_a_real_line_keeps_devices_from_being_asked(
    recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask = AskDevices(("/dev/serial/by-id/usb-None",))
    (simulated,) = recorder._built()
    in_call(simulated)
    recorder.handle(ask, None, b"")  # a simulated one disturbs nobody
    monkeypatch.setattr(recorder, "_built", lambda: [replace(simulated, exchange=None)])
    with refuses("call_on"):
        recorder.handle(ask, None, b"")
    recorder.handle(FindDevices(), None, b"")


def test_the_ports_of_a_line_that_is_leaving_are_its_own_still(
    recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    (built,) = recorder._built()
    hook = Part("monitor", {"dialect": "lm1", "port": "/dev/serial/by-id/old"})
    leaving = replace(built, line=replace(built.line, hook=hook))
    monkeypatch.setattr(recorder, "_built", lambda: [leaving])
    ports = [line.hook.options.get("port") for line in recorder._real_lines()]
    assert ports == [None, "/dev/serial/by-id/old"]
