"""The recorder removes what a power cut left of its own unfinished writes."""

import threading

from appliance.recorder.line.devices import Simulation
from appliance.recorder.serve import make_places, serve
from appliance.recorder.service import Recorder
from tests.boxes import TrialBox


def test_at_its_start(trial_box: TrialBox) -> None:
    folders = trial_box.folders
    make_places(folders)
    calibration = folders.calibration / "Reception.toml"
    calibration.write_text("")
    left = [
        folders.calibration / ".Reception.toml.0123abcd",
        folders.box_key.with_name(".box-key.0123abcd"),
        folders.emergency.with_name(".emergency.0123abcd"),
    ]
    others = folders.calibration / ".of-somebody-else"
    for path in (*left, others):
        path.write_bytes(b"half")
    stop = threading.Event()
    stop.set()
    recorder = Recorder(
        trial_box.config, folders, trial_box.clock, simulation=Simulation(at_speed=True)
    )
    serve(recorder, folders, stop)
    assert [path.name for path in left if path.exists()] == []
    assert calibration.exists()
    assert others.exists()
