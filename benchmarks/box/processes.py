"""Measure the three processes: start, memory, and the time of a page."""

import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.box.resident import resident_mb
from benchmarks.row import Row

PORT = 8479

RECORDER, KEEPER, PANEL = "appliance recorder", "appliance keeper", "-m web"
READING_CHILD = "appliance.keeper.unlocked.prover"
"""Marks in the command lines of the box's processes."""

PAGES = 50


@contextmanager
def running(data: str, *options: str) -> Iterator[tuple[subprocess.Popen[str], float]]:
    """Run all three; yield the process and the seconds until it printed the panel's address.

    Args:
        data: the data folder.
        options: further options of ``zgoda run``.
    """
    began = time.perf_counter()
    own = ["--data", data, "--port", str(PORT), *options]
    command = [sys.executable, "-m", "appliance", "run", *own]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if line.startswith("Panel: "):
                break
        else:
            raise RuntimeError("zgoda run did not start; its own message is above.")
        try:
            yield process, time.perf_counter() - began
        finally:
            process.terminate()


def children(pid: int) -> list[int]:
    """Return a process's descendants; of one that has just ended, none."""
    try:
        listed = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return []
    own = [int(child) for child in listed.split()]
    return own + [grandchild for child in own for grandchild in children(child)]


def words(pid: int) -> str:
    """Return a process's command line."""
    return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")


def fetch(path: str) -> tuple[float, int]:
    """Return the milliseconds that a page takes, and its bytes."""
    began = time.perf_counter()
    with urllib.request.urlopen(f"http://127.0.0.1:{PORT}{path}") as answer:
        size = len(answer.read())
    return (time.perf_counter() - began) * 1000, size


def rows() -> Iterator[Row]:
    """Start a fresh box and measure it."""
    with TemporaryDirectory() as data, running(data) as (process, seconds):
        yield Row(
            "zgoda run to the panel's address", f"{seconds:.1f} s", "≤ 10 s", met=seconds <= 10
        )
        page = statistics.median(fetch("/first-run")[0] for _ in range(PAGES))
        yield Row("first page, server and loopback", f"{page:.0f} ms", "≤ 50 ms", met=page <= 50)
        pids = children(process.pid)
        for name, mark, target in (
            ("recorder, one line", RECORDER, 80),
            ("keeper before anybody logs in", KEEPER, 160),
            ("panel", PANEL, 80),
        ):
            taken = sum(resident_mb(pid) for pid in pids if mark in words(pid))
            figure, met = f"{taken:.0f} MB", taken <= target
            yield Row(f"memory: {name}", figure, f"≤ {target} MB", met=met)
