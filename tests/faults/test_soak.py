"""Live a day of an office with eight lines, at speed: memory, threads and files stay.

The calls of the day keep their true length and mix all that callers do; of the idle time between
them a minute an hour and line remains. A keeper takes the recordings in, while a person is logged
in, listens, exports, holds and erases.
"""

import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from appliance.commands.processes.run import RECORDER_MEMORY
from appliance.keeper.unlocked.child import READERS
from appliance.link.client import Client
from appliance.link.requests.audit import GetCounts
from appliance.link.requests.calls import (
    EraseCall,
    ExportCall,
    Ground,
    HoldCall,
    HoldGround,
    ListCalls,
)
from appliance.link.requests.processes.news import TakeUp
from appliance.model.records import Verdict
from tests.boxes import make_box
from tests.faults.fault_box import FaultBox, Row, children, until
from tests.files import whole_file
from tests.system.processes import started

LINES = 8
IDLE = 60.0
CALLS_OF_THE_HOUR = [*[0] * 6, 1, 2, 4, 5, 5, 5, 4, 4, 5, 5, 4, 3, 2, 1, 1, *[0] * 3]
"""Of one line, from midnight on: 51 in a day, 408 on all lines."""
MORNING = 9
MORE_MB = (6.0, 12.0, 12.0)
"""By which an hour after the tenth may be above it: keeper and child have five times the list."""


@contextlib.contextmanager
def recorder(data: str, lines: int = LINES) -> Iterator["Soaking"]:
    """Start a recorder with so many lines."""
    command = [sys.executable, "-m", "tests.faults.soak_recorder", data, str(lines)]
    environment = {**RECORDER_MEMORY, **os.environ}
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment
    ) as process:
        try:
            yield Soaking(process, lines)
        finally:
            assert process.stdin is not None
            process.stdin.close()
            process.wait(60)


class Soaking:
    """A recorder that passes hours."""

    def __init__(self, process: subprocess.Popen[bytes], lines: int) -> None:
        self._process = process
        self._lines = lines

    def hour(self, seed: int, calls: int, idle: float) -> dict[str, Any]:
        """Let an hour pass on all lines; return what the recorder takes then."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        order = {"calls": [calls] * self._lines, "idle": idle, "seed": seed}
        self._process.stdin.write(json.dumps(order).encode() + b"\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        return answer


class Taken(NamedTuple):
    """What a process takes."""

    mb: float
    threads: int
    files: int


def taken(pid: int) -> Taken:
    """Return what a process takes."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    status = dict(line.split(":", 1) for line in lines)
    files = len(list(Path(f"/proc/{pid}/fd").iterdir()))
    return Taken(int(status["VmRSS"].split()[0]) / 1024, int(status["Threads"]), files)


def office_work(client: Client, token: str, held: list[str], erased: list[str]) -> int:
    """Do what people do with calls; return how many are listed."""
    client.call(TakeUp())
    found = client.call(ListCalls(per_page=200), token)
    fresh = [call.recording for call in found.calls if call.recording not in held]
    if fresh:
        whole_file(client.download(ExportCall(fresh[0], "flac"), token))
        whole_file(client.download(ExportCall(fresh[-1], "wav"), token))
    if len(fresh) > 2:
        client.call(HoldCall(fresh[0], HoldGround.CLAIMS, "Lawsuit", "2099-06-30"), token)
        client.call(EraseCall(fresh[-1], Ground.OBJECTION, "Asked for it"), token)
        held.append(fresh[0])
        erased.append(fresh[-1])
    return client.call(ListCalls(), token).total


@pytest.mark.faults
@pytest.mark.timeout(3600)
def test_a_day_of_eight_lines(tmp_path: Path, table: dict[str, list[Row]]) -> None:
    fault_box = FaultBox(make_box(tmp_path / "data", pool_ahead=200))
    held: list[str] = []
    erased: list[str] = []
    hours: list[tuple[Taken, Taken, Taken]] = []
    line_seconds, began = 0.0, time.monotonic()
    with started("keeper", "--data", fault_box.data) as keeper, recorder(fault_box.data) as soaking:
        token = fault_box.log_in()
        (child,) = children(keeper.process.pid)
        for clock, calls in enumerate(CALLS_OF_THE_HOUR):
            told = soaking.hour(clock, calls, IDLE)
            listed = office_work(fault_box.client, token, held, erased)
            line_seconds += told["line_seconds"]
            own = Taken(told["mb"], told["threads"], told["files"])
            hours.append((own, taken(keeper.process.pid), taken(child)))
            table["soak"].append(row(clock, calls, listed, *hours[-1]))
        recorded = told["outcomes"]["recorded"]
        until(lambda: listed_now(fault_box, token) == recorded - len(erased), 60, "all is listed")
        counts = fault_box.client.call(GetCounts(days=2), token).rows
        assert sum(row[-1] for row in counts) == sum(told["outcomes"].values())
        verdicts = {call.verdict for call in fault_box.listed_all(token)}
        assert verdicts == {Verdict.COMPLETE}
        assert keeper.stop() == 0
        assert "Traceback" not in keeper.said()
    flat(hours)
    fault_box.is_well()
    table["soaked"].append(
        (
            str(sum(told["outcomes"].values())),
            str(recorded),
            f"{line_seconds / 3600:.1f}",
            f"{time.monotonic() - began:.0f}",
        )
    )


def listed_now(fault_box: FaultBox, token: str) -> int:
    fault_box.client.call(TakeUp())
    return fault_box.client.call(ListCalls(), token).total


def row(clock: int, calls: int, listed: int, recorder: Taken, keeper: Taken, child: Taken) -> Row:
    figures = [
        figure
        for own in (recorder, keeper)
        for figure in (f"{own.mb:.1f}", str(own.threads), str(own.files))
    ]
    return (str(clock + 1), str(calls * LINES), str(listed), *figures, f"{child.mb:.1f}")


MORE_FILES = (2, 2, READERS)
"""The reading child holds the last recordings open that somebody listened to, and no more."""


def flat(hours: list[tuple[Taken, Taken, Taken]]) -> None:
    """Hold every later hour against the tenth, by which everything had happened once.

    Of what every call left behind there would be two hundred by the evening; two threads or
    files more may be those of a call that is just being put away.
    """
    names, columns = ("recorder", "keeper", "reading child"), zip(*hours, strict=True)
    for name, own, more_mb, more_files in zip(names, columns, MORE_MB, MORE_FILES, strict=True):
        morning, later = own[MORNING], own[MORNING:]
        assert max(hour.mb for hour in later) - morning.mb <= more_mb, name
        assert max(hour.threads for hour in later) <= morning.threads + 2, name
        assert max(hour.files for hour in later) <= morning.files + more_files, name


@pytest.mark.faults
@pytest.mark.timeout(3600)
def test_minutes_of_eight_lines(tmp_path: Path) -> None:
    fault_box = FaultBox(make_box(tmp_path / "data"))
    with recorder(fault_box.data) as soaking:
        first, second = (soaking.hour(seed, 1, 1.0) for seed in (5, 6))
    assert sum(second["outcomes"].values()) == 2 * LINES
    assert second["threads"] <= first["threads"] + 2
    assert second["files"] <= first["files"] + 2
    assert second["mb"] - first["mb"] <= 6
