"""Kill -9 one part of ``zgoda run``, itself, and the reading child under a listener.

A trial stops as a whole when a part of it dies, and names the part: nobody shall try a box that is
half alive. On the appliance systemd restarts the part, and nothing else stops.
"""

import os
import signal
import threading
import time
from pathlib import Path

import pytest

from appliance.errors import LinkError, Refused
from appliance.link.requests.calls import ExportCall, ListCalls
from appliance.link.requests.first_run import GetBoxState
from appliance.link.requests.trial import PlaceTrialCall
from appliance.model.records import Verdict
from tests.boxes import make_box
from tests.faults.fault_box import FaultBox, Row, alive, children, until
from tests.faults.test_killed_recorder import line, running
from tests.files import whole_file
from tests.system.processes import started

pytestmark = [pytest.mark.faults, pytest.mark.timeout(900)]

PARTS = {"recorder": " recorder ", "keeper": " keeper ", "panel": " web "}


def in_a_call(fault_box: FaultBox, log: Path) -> str:
    """Come three seconds into a recorded call; return somebody's session."""
    until(lambda: b"Ctrl-C ends it" in log.read_bytes(), 60, "all three run")
    token = fault_box.log_in()
    until(lambda: line(fault_box, token).state == "idle", 60, "the line is seen on-hook")
    fault_box.client.call(PlaceTrialCall("Reception", "agrees"), token)
    until(lambda: line(fault_box, token).recording, 60, "the caller agrees")
    began = line(fault_box, token).since
    until(lambda: time.time() - began > 3, 10, "some of it is recorded")
    return token


@pytest.mark.parametrize("part", PARTS)
def test_a_part_of_a_trial_dies_in_a_call(
    tmp_path: Path, table: dict[str, list[Row]], part: str
) -> None:
    fault_box, log = FaultBox(make_box(tmp_path / "data")), tmp_path / "log"
    with running(fault_box, log) as run:
        in_a_call(fault_box, log)
        parts = children(run.pid)
        (pid,) = [pid for pid, name in parts.items() if PARTS[part] in name]
        killed_at = time.monotonic()
        os.kill(pid, signal.SIGKILL)
        assert run.wait(30) == 2
        took = time.monotonic() - killed_at
        until(lambda: not any(map(alive, parts)), 10, "nothing is left running")
    said = log.read_text()
    assert f"A part of the device ended ({part}); everything is stopped." in said
    assert "Traceback" not in said

    with started("keeper", "--data", fault_box.data) as keeper:
        token = fault_box.log_in()
        ((rid, call),) = fault_box.listed(token).items()
        seconds = fault_box.sound(rid, token).shape[1] / 8000
        assert keeper.stop() == 0
    assert call.verdict is (Verdict.CUT if part == "recorder" else Verdict.COMPLETE)
    assert seconds > 1.5
    fault_box.is_well()
    table["run"].append(
        (part, f"{took:.1f}", "all stopped, in order", f"{seconds:.1f}", call.verdict.value)
    )


def test_the_trial_itself_dies_in_a_call(tmp_path: Path, table: dict[str, list[Row]]) -> None:
    """Its parts need it no more: the call is recorded to its end, and each ends when told to."""
    fault_box, log = FaultBox(make_box(tmp_path / "data")), tmp_path / "log"
    with running(fault_box, log) as run:
        token = in_a_call(fault_box, log)
        parts = children(run.pid)
        run.kill()
        run.wait(10)
        try:
            assert all(map(alive, parts))
            until(lambda: line(fault_box, token).state == "idle", 60, "the call goes on to its end")
            ((rid, call),) = fault_box.listed(token).items()
            seconds = fault_box.sound(rid, token).shape[1] / 8000
        finally:
            for pid in parts:
                os.kill(pid, signal.SIGTERM)
        until(lambda: not any(map(alive, parts)), 20, "each ends in order")
    assert call.verdict is Verdict.COMPLETE
    assert seconds > 10
    assert "Traceback" not in log.read_text()
    fault_box.is_well()
    with started("keeper", "--data", fault_box.data) as keeper:
        assert fault_box.listed(fault_box.log_in()).keys() == {rid}
        assert keeper.stop() == 0
    table["run"].append(
        ("`zgoda run` itself", "–", "its parts go on", f"{seconds:.1f}", call.verdict.value)
    )


def test_the_reading_child_dies_under_a_listener(
    fault_box: FaultBox, table: dict[str, list[Row]]
) -> None:
    rids = [fault_box.seal(5) for _ in range(3)]
    answers: list[str] = []

    def listen(token: str) -> None:
        while not answers:
            try:
                whole_file(fault_box.client.download(ExportCall(rids[0]), token))
            except (Refused, LinkError) as error:
                answers.append(getattr(error, "code", str(error)))

    with started("keeper", "--data", fault_box.data) as keeper:
        token = fault_box.log_in()
        fault_box.listed(token)
        (child,) = children(keeper.process.pid)
        listener = threading.Thread(target=listen, args=(token,))
        listener.start()
        threading.Event().wait(0.2)
        os.kill(child, signal.SIGKILL)
        listener.join(20)
        assert answers
        assert answers[0] in {"locked", "not_logged_in"}
        until(lambda: fault_box.client.call(GetBoxState()).locked, 10, "it is locked")
        with pytest.raises(Refused):
            fault_box.client.call(ListCalls(), token)
        token = fault_box.log_in()
        assert fault_box.listed(token).keys() == set(rids)
        for rid in rids:
            assert (fault_box.sound(rid, token) == fault_box.sounds[rid]).all()
        assert keeper.stop() == 0
        assert "Traceback" not in keeper.said()
    fault_box.is_well()
    table["run"].append(
        (
            "reading child",
            "0.0",
            "locked; a login opens it again",
            "15.0",
            "complete",
        )
    )
