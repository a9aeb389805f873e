"""kill -9 of the recorder of a real ``zgoda run``, in real time, in the middle of a call."""

import contextlib
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from appliance.link.requests.calls import ShowCall
from appliance.link.requests.lines import GetLines
from appliance.link.requests.trial import PlaceTrialCall
from appliance.model.audio import RATE
from appliance.model.records import LineStatus, Verdict
from tests.boxes import make_box
from tests.faults.fault_box import FaultBox, Row, children, until
from tests.rig.ports import free_port
from tests.system.processes import started

pytestmark = [pytest.mark.faults, pytest.mark.timeout(900)]

MOMENTS = 10
AT_ONCE = 5
"""Boxes that run side by side, each a minute of real time."""

PROMISED = 1.0 + 0.05
"""Seconds that may be lost: one, and the lateness that the line's hook source declares."""


@contextlib.contextmanager
def running(fault_box: FaultBox, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Run the trial as an owner does."""
    command = [
        sys.executable,
        "-m",
        "appliance",
        "run",
        "--data",
        fault_box.data,
        "--port",
        str(free_port()),
    ]
    with log.open("wb") as out:
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        process.wait(30)


def line(fault_box: FaultBox, token: str) -> LineStatus:
    (status,) = fault_box.client.call(GetLines(), token).lines
    return status


def killed_at(folder: Path, moment: int) -> Row:
    """Kill one recorder at one moment of a recorded call and look at what is left."""
    fault_box = FaultBox(make_box(folder / "data"))
    live_for = random.Random(moment).uniform(0.3, 11.5)
    with running(fault_box, folder / "log") as run:
        until(lambda: b"Ctrl-C ends it" in (folder / "log").read_bytes(), 60, "all three run")
        token = fault_box.log_in()
        until(lambda: line(fault_box, token).state == "idle", 60, "the line is seen on-hook")
        fault_box.client.call(PlaceTrialCall("Reception", "agrees"), token)
        until(lambda: line(fault_box, token).recording, 60, "the caller agrees")
        began = line(fault_box, token).since
        (recorder,) = [pid for pid, name in children(run.pid).items() if " recorder " in name]
        threading.Event().wait(max(0.0, began + live_for - time.time()))
        lived = time.time() - began
        os.kill(recorder, signal.SIGKILL)
        assert run.wait(30) == 2
    said = (folder / "log").read_text()
    assert "A part of the device ended (recorder); everything is stopped." in said
    assert "Traceback" not in said

    with started("keeper", "--data", fault_box.data) as keeper:
        token = fault_box.log_in()
        ((rid, call),) = fault_box.listed(token).items()
        plays = fault_box.sound(rid, token).shape[1] / RATE
        receipt = fault_box.client.call(ShowCall(rid), token).call.receipt
        assert keeper.stop() == 0
    assert call.verdict is Verdict.CUT
    assert receipt is not None
    assert receipt.key == "1"
    assert lived - plays <= PROMISED, f"{lived:.2f} s were recorded, {plays:.2f} s play"
    fault_box.is_well()
    return (
        str(moment + 1), f"{lived:.2f}", f"{plays:.2f}", f"{lived - plays:.2f}", call.verdict, "yes"
    )  # fmt: skip


def test_killed_recorder(tmp_path: Path, table: dict[str, list[Row]]) -> None:
    folders = [tmp_path / str(moment) for moment in range(MOMENTS)]
    for folder in folders:
        folder.mkdir()
    with ThreadPoolExecutor(AT_ONCE) as boxes:
        table["recorder"] += boxes.map(killed_at, folders, range(MOMENTS))
