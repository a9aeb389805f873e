"""Compare the recorder's handlers with the operations that are declared as its own."""

from pathlib import Path

from appliance.clock import SystemClock
from appliance.config.folders import Folders
from appliance.config.read import trial
from appliance.link.registry import operations
from appliance.recorder.line.devices import Simulation
from appliance.recorder.serve import make_places
from appliance.recorder.service import Recorder


def test_the_recorder_answers_what_is_declared_as_its_own_and_nothing_else(tmp_path: Path) -> None:
    folders = Folders(tmp_path)
    make_places(folders)
    recorder = Recorder(trial(), folders, SystemClock(), simulation=Simulation(at_speed=True))
    try:
        own = {operation for operation in operations() if operation.served_by == "recorder"}
        assert set(recorder.offered) == own
    finally:
        recorder.close()
