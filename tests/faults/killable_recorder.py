"""Kill a recorder some frames after a call entered a state."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

from appliance.call.call import Call
from appliance.clock import SystemClock
from appliance.config.folders import Folders
from appliance.config.read import trial
from appliance.exchange.scene import Scene
from appliance.exchange.script.files import named_scene
from appliance.model import actions as act
from appliance.model import events as ev
from appliance.model.audio import FRAME
from appliance.recorder.line.devices import Simulation
from appliance.recorder.line.inbox import Press
from appliance.recorder.serve import make_places
from appliance.recorder.service import Recorder
from tests.scenes.ways import RULES, WAYS

PRESSED_AFTER = 250
"""Frames of a recording after which the button is pressed."""


class Watch:
    """Counts what was recorded, presses the button, and says when it is time to die."""

    def __init__(
        self, recorder: Recorder, state: str, frames: int, out: Path, die: Callable[[], NoReturn]
    ) -> None:
        self._die = die
        self._thread = recorder.line("Reception").thread
        self._state = state
        self._left = frames
        self._out = out
        self._running = False
        self._recorded = 0
        self._frames = 0

    def saw(self, event: ev.Event, call: Call, wanted: tuple[act.Action, ...]) -> None:
        """Look at a step of the dialogue, before what follows from it is done."""
        for action in wanted:
            if isinstance(action, act.Resume):
                self._running = True
            elif isinstance(action, act.Pause | act.StopRecording | act.Withdraw):
                self._running = False
                self._recorded -= max(self._thread._now - action.sample, 0)  # never to be kept
        if self._left == 0 and call.state == self._state:
            self._end(call.state)

    def heard(self) -> None:
        """Look at a frame."""
        state = self._thread.status.state
        self._recorded += FRAME if self._running else 0
        self._frames += state == "recording"
        button = {"paused": "pause", "private": "private"}.get(self._state)
        if button and self._frames == PRESSED_AFTER and state == "recording":
            self._thread.press(Press(button))  # type: ignore[arg-type]  # one of the two
        if state == self._state:
            self._left -= 1
            if self._left == 0:
                self._end(state)

    def _end(self, state: str) -> None:
        self._out.write_text(json.dumps({"recorded": self._recorded, "state": state}))
        self._die()


def whole_call(data: Path, arm: Callable[[], None]) -> None:
    """Let a short call happen at speed, counting what it does to the disk."""
    folders = Folders(data)
    make_places(folders)
    recorder = Recorder(
        trial(), folders, SystemClock(), simulation=Simulation(at_speed=True, seed=1)
    )
    arm()
    recorder.start()
    exchange = recorder.simulated()
    exchange.place(Scene.ordinary("+48221234567", "1", talk=2.0))
    exchange.wait_over()
    recorder.close()


def die_in_state(
    data: Path, state: str, frames: int, scene: str, die: Callable[[], NoReturn]
) -> None:
    """Let a call happen at speed, and die in it; with no frames at once, at the step into it."""
    folders = Folders(data)
    make_places(folders)
    watches: list[Watch] = []
    simulation = Simulation(
        at_speed=True, seed=1, observe=lambda *step: watches[0].saw(*step) if watches else None
    )
    config, happens = trial(), WAYS[scene].scene if scene in WAYS else named_scene(scene)
    if scene in WAYS:
        config = RULES[WAYS[scene].rules].config(config, data.with_name(f"{data.name}-words"))
    recorder = Recorder(config, folders, SystemClock(), simulation=simulation)
    watches.append(Watch(recorder, state, frames, data / "died", die))
    thread = recorder.line("Reception").thread
    hear = thread._hear

    def hearing(frame: object) -> None:
        hear(frame)  # type: ignore[arg-type]  # what the line was given
        watches[0].heard()

    thread._hear = hearing  # type: ignore[method-assign]  # the recorder knows nothing of it
    recorder.start()
    exchange = recorder.simulated()
    exchange.place(happens)
    exchange.wait_over()
    recorder.close()
