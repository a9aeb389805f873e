"""A line that cannot tell its parties apart learns to, in a box of real processes.

It takes four minutes of real time, so it runs in ``make faults``. What every run tries is the same
at speed: the command in ``tests/commands/test_calibrate.py``, and calls on such a line in
``tests/recorder/calibration``.
"""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from appliance.link.requests.audit import ListAudit
from appliance.link.requests.trial import PlaceTrialCall
from tests.rig.box import Box, running_box

TRIAL = Path(__file__).parents[2] / "appliance" / "config" / "trial.toml"


CALL_SECONDS = 90.0


def zgoda(*arguments: str, seconds: float = 300.0) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "appliance", *arguments]
    return subprocess.run(command, check=False, capture_output=True, text=True, timeout=seconds)


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """The trial's configuration, without the V/I tap."""
    config = tmp_path / "zgoda.toml"
    tap = 'audio = { driver = "exchange" }'
    text = TRIAL.read_text("utf-8")
    assert tap in text
    config.write_text(text.replace(tap, 'audio = { driver = "exchange", sides = "both" }'), "utf-8")
    return config


def calibrated(box: Box, folder: Path) -> subprocess.CompletedProcess[str]:
    """Calibrate the line as its owner does, whose people do it by themselves."""
    (folder / "password").write_text(box.password, "utf-8")
    return zgoda(
        *("calibrate", "Reception", "--data", str(box.folders.data), "--name", box.owner),
        *("--password-file", str(folder / "password"), "--phone", "desk", "--phone", "kitchen"),
        "--json",
    )


@pytest.mark.faults
@pytest.mark.timeout(600)
def test_a_calibrated_line_records_callers_and_no_key_of_the_office(
    config: Path, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    with running_box(config, data, {}) as box:
        box.wait_ready()
        began = box.news.place()
        done = calibrated(box, tmp_path)
        assert done.returncode == 0, done.stdout + done.stderr
        known = json.loads(done.stdout)
        assert (known["grade"], known["phones"], known["far_calls"]) == (
            "B",
            ["desk", "kitchen"],
            3,
        )
        assert "Two tones 20 dB apart read 20.0 dB." in done.stderr
        assert box.calls() == ()

        box.wait_ready(since=began)  # the last phone has been put down
        box.keeper.call(PlaceTrialCall("Reception", "agrees"), box.token)
        box.news.wait(lambda news: news.kind == "sealed", CALL_SECONDS)
        (call,) = box.calls()
        assert call.receipt is not None
        assert (call.receipt.grade, call.receipt.side) == ("B", "far")
        acts = [entry.type for entry in box.keeper.call(ListAudit(), box.token).entries]
        assert acts.index("calibrating") > acts.index("calibrated")  # the newest stands first

    pressed = ("call", "--config", str(config), "--data", str(data), "--json", "--answer", "1")
    far = json.loads(zgoda(*pressed, "--by", "far").stdout)
    near = json.loads(zgoda(*pressed, "--by", "near").stdout)
    assert (far["outcome"], far["receipt"]["grade"]) == ("recorded", "B")
    assert (near["outcome"], near["receipt"]) == ("unrecorded", None)
