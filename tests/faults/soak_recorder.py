"""Run a recorder with many simulated lines at speed, behind its socket, hour by hour.

``python -m tests.faults.soak_recorder DATA LINES`` reads orders, a JSON object a line. An hour is
its calls, each in its true length, and some seconds of idle line; the time between passes at once.
"""

import json
import os
import random
import sys
import threading
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

from appliance.call.call import Call
from appliance.clock import SystemClock
from appliance.config.folders import Folders
from appliance.config.read import trial
from appliance.config.settings import Config
from appliance.exchange.driver import Exchange
from appliance.exchange.scene import Scene
from appliance.exchange.script.files import named_scene
from appliance.lines.base import HookEvent
from appliance.model import actions as act
from appliance.model import events as ev
from appliance.model.audio import FRAME, RATE, AudioFrame
from appliance.recorder.line.devices import Simulation
from appliance.recorder.serve import make_places, serve
from appliance.recorder.service import Recorder

OTHERS = (
    *("hands_over", "changes-mind", "early-refusal", "near-key", "call-waiting", "machine-tone"),
    *("flash-new-party", "caller-hangs-up", "hang-up-in-prompt", "outgoing-agrees"),
)
"""One call in five is one of these."""


def lines_of(count: int) -> Config:
    """Return the trial's configuration with so many lines."""
    config = trial()
    (line,) = config.lines
    lines = [replace(line, name=f"Line {number + 1}") for number in range(count)]
    return replace(config, lines=tuple(lines))


def office_call(chance: random.Random) -> Scene:
    """Return a call as an office gets them: most agree, and most are short."""
    number = f"+4860055501{chance.randrange(10)}"
    dice = chance.random()
    if dice < 0.55:
        return Scene.ordinary(number, "1", talk=min(5 + chance.expovariate(1 / 20), 90))
    if dice < 0.70:
        return Scene.ordinary(number, "2", talk=chance.uniform(3, 20))
    if dice < 0.80:
        return Scene.ordinary(number, None, talk=chance.uniform(3, 20))
    return named_scene(chance.choice(OTHERS))


class Idling(Exchange):
    """An exchange whose lines also pass idle time at speed, where it otherwise stands still."""

    idle_frames = 0

    @property
    def _calls_to_come(self) -> bool:
        return self.idle_frames > 0 or super()._calls_to_come

    def step(self) -> list[AudioFrame | ev.Gap | HookEvent]:
        """Let 20 ms pass."""
        with self._state:
            if self._call is None and self.idle_frames:
                self.idle_frames -= 1
                self._state.notify_all()
        return super().step()

    def idle(self, seconds: float) -> None:
        """Let so much idle time pass."""
        with self._state:
            self.idle_frames = round(seconds * RATE / FRAME)
            self._state.notify_all()
        self.wait_over()


def measured() -> dict[str, float]:
    """Return what this process takes."""
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return {
        "mb": int(status["VmRSS"].split()[0]) / 1024,
        "threads": int(status["Threads"]),
        "files": len(os.listdir("/proc/self/fd")),
    }


def hour(lines: list[Idling], calls: list[int], idle: float, seed: int) -> float:
    """Let an hour pass on all lines at once; return the seconds of line time in it."""
    before = [line._sample for line in lines]

    def pass_hour(number: int, line: Idling) -> None:
        chance = random.Random(seed * 100 + number)
        for _ in range(calls[number]):
            line.place(office_call(chance))
        line.wait_over()
        line.idle(idle)

    threads = [
        threading.Thread(target=pass_hour, args=(number, line)) for number, line in enumerate(lines)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    after = [line._sample for line in lines]
    return sum(b - a for a, b in zip(before, after, strict=True)) / RATE


def main() -> None:
    """Pass hours as ordered, until there are no more."""
    folders, config = Folders(Path(sys.argv[1])), lines_of(int(sys.argv[2]))
    make_places(folders)
    outcomes: Counter[str] = Counter()

    def observe(event: ev.Event, call: Call, wanted: tuple[act.Action, ...]) -> None:
        for action in wanted:
            if isinstance(action, act.Note):
                outcomes[action.outcome] += 1

    simulation = Simulation(at_speed=True, seed=1, observe=observe)
    recorder = Recorder(config, folders, SystemClock(), simulation=simulation)
    lines = []
    for line in config.lines:
        exchange = recorder.line(line.name).exchange
        assert exchange is not None
        exchange.__class__ = Idling
        assert isinstance(exchange, Idling)
        lines.append(exchange)
    stop = threading.Event()
    serving = threading.Thread(target=serve, args=(recorder, folders, stop))
    serving.start()
    for text in sys.stdin:
        order: dict[str, Any] = json.loads(text)
        seconds = hour(lines, order["calls"], order["idle"], order["seed"])
        answer = {"line_seconds": seconds, "outcomes": dict(outcomes), **measured()}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()
    stop.set()
    serving.join()


if __name__ == "__main__":
    main()
