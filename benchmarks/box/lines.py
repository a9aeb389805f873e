"""Measure eight lines in one recorder, in real time, while all are in the same phase.

The configuration has eight simulated lines. On each, one after the other, a caller agrees; people
are logged in, as on a working day. Processor time counts only while every line is in the same
phase, and then all of the three processes and the reading child counts.

The simulated network, callers and phones also run in the recorder and take most of its time: a real
line has a sound adapter in their place. They have their own threads, whose time does not count.
Their memory is measured by eight simulated lines without listeners and without calls.

Target: a recorder's Python runs on one core at a time. A core of a Raspberry Pi 4 does about a
fifth of the work of a core of the machine on which the targets were set (``pace``), and half of it
must stay free, or lines would wait for each other. So the recorder without the simulation may take
a tenth of a core there.
"""

import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from appliance.commands.processes.run import RECORDER_MEMORY
from appliance.config.folders import Folders
from appliance.config.read import trial_text
from appliance.link.client import Client
from appliance.link.requests.lines import GetLines
from appliance.link.requests.trial import PlaceTrialCall
from benchmarks.box import processes
from benchmarks.box.live import cpu_seconds, seconds_of, set_up
from benchmarks.box.pace import pace
from benchmarks.box.processes import children, running, words
from benchmarks.box.resident import resident_mb
from benchmarks.row import Row

LINES = 8
STAGGER = 0.4
"""Seconds from one call to the next; being asked lasts longer than eight of these."""

ROUNDS = 2
IDLE_SECONDS = 10.0
LOOK_SECONDS = 0.25
"""Seconds between two samples: each costs the recorder an answer, which counts."""

MEASURED = 2.0
"""Seconds in which all lines must be in a phase for its figure to count."""

PHASES = {
    "idle": {"idle"},
    "asking": {"asking", "awaiting"},
    "recording": {"recording"},
}
MARKS = {
    "recorder": (processes.RECORDER,),
    "keeper": (processes.KEEPER, processes.READING_CHILD),
    "panel": (processes.PANEL,),
}
MEMORY = {
    "recorder": ("recorder", 80),
    "keeper": ("keeper and reading child", 160),
    "panel": ("panel", 80),
}
NETWORK = "exchange "
"""Prefix of the simulated network's threads."""

ON_A_PI_4 = 5
"""A core of a Raspberry Pi 4 takes this many times longer than one of the reference machine: an
estimate, not measured here."""

RECORDER_TARGET = 50 / ON_A_PI_4
"""Per cent of a core of the reference machine."""


@dataclass
class Course:
    """Time and memory taken while all lines were in the same phase."""

    seconds: dict[str, float] = field(default_factory=lambda: dict.fromkeys(PHASES, 0.0))
    cpu: dict[tuple[str, str], float] = field(default_factory=dict)
    mb: dict[tuple[str, str], float] = field(default_factory=dict)

    def most_mb(self, process: str, *phases: str) -> float:
        """Return the most megabytes of a process in some phases; "" is between two of them."""
        return max(self.mb.get((phase, process), 0.0) for phase in phases)

    def percent(self, phase: str, *processes: str) -> float:
        """Return the share of a core that processes took in a phase."""
        if self.seconds[phase] < MEASURED:
            raise RuntimeError(f"Eight lines were never {phase} at once; the machine is too busy.")
        taken = sum(self.cpu.get((phase, process), 0.0) for process in processes)
        return 100 * taken / self.seconds[phase]


class Box:
    """A trial of eight lines under observation."""

    def __init__(self, keeper: Client, token: str, pid: int) -> None:
        """Observe the processes that ``pid`` has started."""
        self._keeper = keeper
        self._token = token
        pids = children(pid)
        self._pids = {
            name: [pid for pid in pids if any(mark in words(pid) for mark in marks)]
            for name, marks in MARKS.items()
        }
        self.course = Course()
        self._cpu: dict[str, float] = {}
        self._looked = 0.0
        self._phase = ""

    def call_all(self) -> None:
        """Place a call on every line, one after the other."""
        for number in range(1, LINES + 1):
            self._keeper.call(PlaceTrialCall(f"Line {number}", "agrees"), self._token)
            self.look(STAGGER)

    def look(self, seconds: float) -> None:
        """Sample for some seconds."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            threading.Event().wait(LOOK_SECONDS)
            self._look()

    def look_until(self, phase: str) -> None:
        """Sample until all lines are in a phase."""
        while self._phase != phase:
            self.look(LOOK_SECONDS)

    def _look(self) -> None:
        """Count the time since the last sample, if one phase lasted all along."""
        phase = _phase({line.state for line in self._keeper.call(GetLines(), self._token).lines})
        now = time.monotonic()
        cpu = {name: cpu_seconds(pids) for name, pids in self._pids.items()}
        cpu["network"] = sum(map(network_seconds, self._pids["recorder"]))
        if phase and phase == self._phase:
            self.course.seconds[phase] += now - self._looked
            for name, taken in cpu.items():
                before = self.course.cpu.get((phase, name), 0.0)
                self.course.cpu[phase, name] = before + taken - self._cpu[name]
        self._phase, self._looked, self._cpu = phase, now, cpu
        for name, pids in self._pids.items():
            taken = sum(resident_mb(pid) for pid in pids)
            self.course.mb[phase, name] = max(self.course.mb.get((phase, name), 0.0), taken)


def network_seconds(pid: int) -> float:
    """Return the processor time of the simulated network in a recorder."""
    seconds = 0.0
    for thread in Path(f"/proc/{pid}/task").iterdir():
        with suppress(OSError):  # one that ends meanwhile was none of the network's
            if (thread / "comm").read_text().startswith(NETWORK):
                seconds += seconds_of(thread)
    return seconds


def _phase(states: Collection[str]) -> str:
    """Return the phase that all lines are in, or an empty text."""
    return next((phase for phase, wanted in PHASES.items() if set(states) <= wanted), "")


def configuration() -> str:
    """Return the trial's configuration with its line eight times over."""
    parts = re.split(
        r"(?=^\[\[line)|(?=^\[\[purpose)", trial_text(), maxsplit=2, flags=re.MULTILINE
    )
    before, line, after = parts
    lines = [line.replace("Reception", f"Line {number}") for number in range(1, LINES + 1)]
    return before + "".join(lines) + after


def observed() -> Course:
    """Call, ask and record on every line; return what that took."""
    with TemporaryDirectory() as data:
        config = Path(data) / "office.toml"
        config.write_text(configuration(), "utf-8")
        with running(data, "--config", str(config)) as (process, _):
            keeper = Client(Folders(Path(data).resolve()).keeper_socket)
            token = set_up(Folders(Path(data).resolve()), keeper)
            box = Box(keeper, token, process.pid)
            box.look_until("idle")
            box.look(IDLE_SECONDS)
            for _ in range(ROUNDS):
                box.call_all()
                box.look_until("recording")
                box.look_until("idle")
    return box.course


def network_mb() -> float:
    """Return the megabytes of eight simulated lines without a listener, in a separate process.

    Calls are credited with no more than that: both peaks do not coincide.
    """
    command = [sys.executable, "-m", "benchmarks.box.simulation", str(LINES)]
    environment = {**RECORDER_MEMORY, **os.environ}
    return float(subprocess.run(command, env=environment, capture_output=True, check=True).stdout)


def _memory(course: Course, network: float) -> Iterator[Row]:
    """Yield the memory of each process, the recorder also without the simulation."""
    for name, (what, target) in MEMORY.items():
        idle, most = course.most_mb(name, "idle"), course.most_mb(name, "", *PHASES)
        figure, counted = f"{idle:.0f} MB, most in calls {most:.0f} MB", most
        if name == "recorder":
            counted = most - network
            own = f"{idle - network:.0f} MB, most in calls {counted:.0f} MB"
            figure = f"{own}, with the simulated network {idle:.0f} and {most:.0f} MB"
        yield Row(f"memory: {what}, eight lines", figure, f"≤ {target} MB", met=counted <= target)


def rows() -> Iterator[Row]:
    """Measure eight lines at once."""
    course = observed()
    yield from _memory(course, network_mb())
    for phase in PHASES:
        whole = course.percent(phase, "recorder")
        own = whole - course.percent(phase, "network")
        figure = f"{own:.1f} %, with the simulated network {whole:.1f} %"
        here = RECORDER_TARGET / pace()
        at_most = f"≤ {RECORDER_TARGET:.0f} % of a core, {here:.1f} % at today's pace"
        what = f"processor: recorder, eight lines {phase}"
        yield Row(what, figure, at_most, met=own <= here)
    others = max(course.percent(phase, "keeper", "panel") for phase in PHASES)
    yield Row(
        "processor: keeper and panel meanwhile",
        f"{others:.1f} %",
        "≤ 5 % of a core",
        met=others <= 5,
    )
