"""Eight lines at once in one recorder, in real time: what they take while all do the same.

A configuration of eight simulated lines, a caller on each who agrees, one after the other; people
are logged in, as on a working day. The processor's time counts only while every line is in the
same phase, and everything that three processes and the reading child do counts.

The simulated network, callers and phones run in the recorder, too, and take most of it: a real
line has a sound adapter in their place. They have threads of their own, whose time is not
counted. Their memory is measured by running eight of them with nobody who listens and nobody
who calls.

Target: a recorder's Python runs on one core at a time. A core of a Raspberry Pi 4 does about a
fifth of what one of these does, and half of it must stay free, or lines would wait for each
other: so the recorder without the simulation may take a tenth of a core here.
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

from appliance.commands.run import RECORDER_MEMORY
from appliance.config.folders import Folders
from appliance.config.read import trial_text
from appliance.link.client import Client
from appliance.link.requests.lines import GetLines, PlaceTrialCall
from benchmarks.box.live import cpu_seconds, seconds_of, set_up
from benchmarks.box.processes import children, resident_mb, running, words
from benchmarks.row import Row

LINES = 8
STAGGER = 0.4
"""Seconds from one call to the next: all eight are asked at once for longer than that takes."""

ROUNDS = 2
IDLE_SECONDS = 10.0
LOOK_SECONDS = 0.25
"""Between two looks: each costs the recorder an answer, which counts."""

MEASURED = 2.0
"""Least seconds in which all lines were in a phase, for its figure to be one."""

PHASES = {
    "idle": {"idle"},
    "asking": {"asking", "awaiting"},
    "recording": {"recording"},
}
MARKS = {
    "recorder": ("appliance recorder",),
    "keeper": ("appliance keeper", "reading_child"),
    "panel": ("-m web",),
}
MEMORY = {
    "recorder": ("recorder", 80),
    "keeper": ("keeper and reading child", 160),
    "panel": ("panel", 80),
}
NETWORK = "exchange "
"""What the names of the simulated network's threads begin with."""

ON_A_PI_4 = 5
"""So many times longer a core of a Raspberry Pi 4 takes: an estimate, not measured here."""

RECORDER_TARGET = 50 / ON_A_PI_4
"""Per cent of a core here."""


@dataclass
class Course:
    """What was taken while all lines were in the same phase."""

    seconds: dict[str, float] = field(default_factory=lambda: dict.fromkeys(PHASES, 0.0))
    cpu: dict[tuple[str, str], float] = field(default_factory=dict)
    mb: dict[tuple[str, str], float] = field(default_factory=dict)

    def most_mb(self, process: str, *phases: str) -> float:
        """Return the most that a process took in phases; "" is between two of them."""
        return max(self.mb.get((phase, process), 0.0) for phase in phases)

    def percent(self, phase: str, *processes: str) -> float:
        """Return how much of a core processes took in a phase."""
        if self.seconds[phase] < MEASURED:
            raise RuntimeError(f"Eight lines were never {phase} at once; the machine is too busy.")
        taken = sum(self.cpu.get((phase, process), 0.0) for process in processes)
        return 100 * taken / self.seconds[phase]


class Box:
    """A trial of eight lines that is looked at."""

    def __init__(self, keeper: Client, token: str, pid: int) -> None:
        """Look at the processes that ``pid`` has started."""
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
        """Let somebody call on every line, one after the other."""
        for number in range(1, LINES + 1):
            self._keeper.call(PlaceTrialCall(f"Line {number}", "agrees"), self._token)
            self.look(STAGGER)

    def look(self, seconds: float) -> None:
        """Look for so long."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            threading.Event().wait(LOOK_SECONDS)
            self._look()

    def look_until(self, phase: str) -> None:
        """Look until all lines are in a phase."""
        while self._phase != phase:
            self.look(LOOK_SECONDS)

    def _look(self) -> None:
        """Count what was taken since the last look, if a phase lasted all that time."""
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
    """Return the processor's time that the simulated network in a recorder has used."""
    seconds = 0.0
    for thread in Path(f"/proc/{pid}/task").iterdir():
        with suppress(FileNotFoundError):  # one that has just ended was none of the network's
            if (thread / "comm").read_text().startswith(NETWORK):
                seconds += seconds_of(thread)
    return seconds


def _phase(states: Collection[str]) -> str:
    """Return the phase that all lines are in, or nothing."""
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
    """Let every line be called, asked and recorded; return what that took."""
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
    """Return what eight simulated lines hold that nobody listens to, by a process of their own.

    In calls no more is taken off than that: both are not at their most at once.
    """
    command = [sys.executable, "-m", "benchmarks.box.simulation", str(LINES)]
    environment = {**RECORDER_MEMORY, **os.environ}
    return float(subprocess.run(command, env=environment, capture_output=True, check=True).stdout)


def _memory(course: Course, network: float) -> Iterator[Row]:
    """Say what each process holds, the recorder also without the simulation."""
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
        at_most = f"≤ {RECORDER_TARGET:.0f} % of a core"
        what = f"processor: recorder, eight lines {phase}"
        yield Row(what, figure, at_most, met=own <= RECORDER_TARGET)
    others = max(course.percent(phase, "keeper", "panel") for phase in PHASES)
    yield Row(
        "processor: keeper and panel meanwhile",
        f"{others:.1f} %",
        "≤ 5 % of a core",
        met=others <= 5,
    )
