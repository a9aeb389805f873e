"""Make no line of another kind than its data folder, whatever the settings say."""

from dataclasses import replace

import pytest

from appliance.config.folders import word_bytes
from appliance.config.settings import Part
from appliance.link.requests.live import GetLive
from appliance.recorder.line.devices import Simulation
from appliance.recorder.serve import make_places
from appliance.recorder.service import Recorder
from tests.boxes import TrialBox

HOOK = Part("monitor", {"dialect": "lm1", "port": "/dev/ttyACM0"})
SOUND = Part("modem", {})


def started(box: TrialBox, *, real: bool) -> tuple[str, str]:
    """Start a recorder of one line; return its state and the fault that is shown of it."""
    make_places(box.folders)
    (line,) = box.config.lines
    wired = replace(line, hook=HOOK, audio=SOUND, prompt=SOUND)
    config = replace(box.config, lines=(wired if real else line,))
    recorder = Recorder(config, box.folders, box.clock, simulation=Simulation(at_speed=True))
    recorder.start()
    try:
        (shown,) = recorder.handle(GetLive(), None, b"").lines
    finally:
        recorder.close()
    return shown.state, shown.fault.sentence() if shown.fault is not None else ""


def test_the_recorder_makes_no_real_line_in_a_trials_folder(trial_box: TrialBox) -> None:
    assert trial_box.folders.kind.read_bytes() == b"trial\n"
    state, why = started(trial_box, real=True)
    assert state == "fault"
    assert why.startswith("This is a trial, and a trial never records real calls.")


def test_nor_a_simulated_one_in_a_folder_of_real_lines(trial_box: TrialBox) -> None:
    trial_box.folders.kind.write_bytes(word_bytes("real"))
    state, why = started(trial_box, real=False)
    assert state == "fault"
    assert why.startswith("This device is set up for real lines")


@pytest.mark.parametrize("kind", [b"trial\n", b"", b"other\n", b"\xff\0" * 40, None])
def test_a_simulated_line_is_made_in_any_other(trial_box: TrialBox, kind: bytes | None) -> None:
    if kind is None:
        trial_box.folders.kind.unlink()
    else:
        trial_box.folders.kind.write_bytes(kind)
    assert started(trial_box, real=False)[1] == ""
