"""Prove P1 over a restart: a call-back after an emergency call is not asked."""

import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from appliance.call.call import Call
from appliance.exchange.scene import Scene
from appliance.exchange.script.files import named_scene
from appliance.model.actions import Action, Note
from appliance.model.events import Event
from appliance.recorder.line.devices import Simulation
from appliance.recorder.serve import make_places
from appliance.recorder.service import Recorder
from tests.boxes import TrialBox, make_box
from tests.clocks import ManualClock

HALF_AN_HOUR = 1800.0
CALL_BACK = Scene.ordinary("+48221234567", "1", talk=1.0)

KILLED = """
import os, signal, sys
from pathlib import Path
from appliance.clock import SystemClock
from appliance.config.folders import Folders
from appliance.config.read import trial
from appliance.exchange.script.files import named_scene
from appliance.recorder.line.devices import Simulation
from appliance.recorder.serve import make_places
from appliance.recorder.service import Recorder

folders = Folders(Path(sys.argv[1]))
make_places(folders)

def observe(event, call, actions):
    if folders.emergency.exists():
        os.kill(os.getpid(), signal.SIGKILL)

simulation = Simulation(at_speed=True, own_time=False, seed=1, observe=observe)
recorder = Recorder(trial(), folders, SystemClock(), simulation=simulation)
recorder.start()
recorder.simulated().place(named_scene("outgoing-emergency"))
recorder.simulated().wait_over()
print("the call ended, and nothing was written down")
"""


@pytest.fixture
def box(tmp_path: Path) -> TrialBox:
    made = make_box(tmp_path / "data")
    return replace(made, clock=ManualClock())


def notes(box: TrialBox, scene: Scene) -> list[tuple[str, str | None]]:
    """Start the recorder, run a call, and return its outcome."""
    make_places(box.folders)
    told: list[tuple[str, str | None]] = []

    def observe(event: Event, call: Call, actions: tuple[Action, ...]) -> None:
        told.extend((done.outcome, done.reason) for done in actions if isinstance(done, Note))

    simulation = Simulation(at_speed=True, own_time=False, seed=1, observe=observe)
    recorder = Recorder(box.config, box.folders, box.clock, simulation=simulation)
    try:
        recorder.start()
        recorder.simulated().place(scene)
        recorder.simulated().wait_over()
    finally:
        recorder.close()
    return told


def test_a_call_back_after_a_restart_is_not_asked(box: TrialBox) -> None:
    assert notes(box, named_scene("outgoing-emergency")) == [("unrecorded", "exempt")]
    assert isinstance(box.clock, ManualClock)
    box.clock.advance(HALF_AN_HOUR - 60)
    assert notes(box, CALL_BACK) == [("unrecorded", "exempt")]


def test_after_half_an_hour_the_next_caller_is_asked(box: TrialBox) -> None:
    notes(box, named_scene("outgoing-emergency"))
    assert isinstance(box.clock, ManualClock)
    box.clock.advance(HALF_AN_HOUR + 60)
    assert notes(box, CALL_BACK)[0][0] == "recorded"
    assert not box.folders.emergency.exists()


def test_a_killed_recorder_has_written_it_down_in_time(tmp_path: Path) -> None:
    box = make_box(tmp_path / "data")
    command = [sys.executable, "-c", KILLED, str(box.folders.data)]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout) == (-signal.SIGKILL, ""), done.stderr
    assert notes(box, CALL_BACK) == [("unrecorded", "exempt")]


def test_a_call_at_speed_keeps_its_emergency_to_itself(box: TrialBox) -> None:
    assert box.call(named_scene("outgoing-emergency")).result()["reason"] == "exempt"
    assert not box.folders.emergency.exists()
    assert box.call(CALL_BACK).result()["outcome"] == "recorded"
