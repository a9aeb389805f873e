"""Kill a recorder some frames after a call entered a state, or at a write of a whole call."""

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
from appliance.model.audio import FRAME, AudioFrame
from appliance.recorder.line.devices import Simulation
from appliance.recorder.line.inbox import Press
from appliance.recorder.line.thread import LineThread
from appliance.recorder.serve import make_places
from appliance.recorder.service import Recorder
from appliance.vault.seal import SealedFile
from tests.scenes.ways import RULES, WAYS

PRESSED_AFTER = 250
"""Frames of a recording after which the button is pressed."""


class Agreed:
    """Counts the samples that an agreed recording is given: what is to be kept, and no more."""

    def __init__(self) -> None:
        self._thread: LineThread | None = None
        self._running = False
        self.samples = 0

    def listen(self, thread: LineThread) -> None:
        """Look at each frame that a line hears; its steps come to ``saw``."""
        self._thread, hear = thread, thread._hear

        def hearing(frame: AudioFrame) -> None:
            hear(frame)
            self.heard(thread)

        thread._hear = hearing  # type: ignore[method-assign]  # the recorder knows nothing of it

    def saw(self, event: ev.Event, call: Call, wanted: tuple[act.Action, ...]) -> None:
        """Look at a step of the dialogue, before what follows from it is done."""
        now = self._thread._now if self._thread is not None else 0
        for action in wanted:
            if isinstance(action, act.Resume):
                self._running = True
            elif isinstance(action, act.Pause | act.StopRecording | act.Withdraw):
                self._running = False
                self.samples -= max(now - action.sample, 0)  # never to be kept

    def heard(self, thread: LineThread) -> None:
        """Look at a frame."""
        self.samples += FRAME if self._running else 0


class Watch(Agreed):
    """Also presses the button, and says when it is time to die."""

    def __init__(self, state: str, frames: int, out: Path, die: Callable[[], NoReturn]) -> None:
        super().__init__()
        self._die = die
        self._state = state
        self._left = frames
        self._out = out
        self._frames = 0

    def saw(self, event: ev.Event, call: Call, wanted: tuple[act.Action, ...]) -> None:
        """Look at a step of the dialogue, before what follows from it is done."""
        super().saw(event, call, wanted)
        if self._left == 0 and call.state == self._state:
            self._end(call.state)

    def heard(self, thread: LineThread) -> None:
        """Look at a frame."""
        super().heard(thread)
        state = thread.status.state
        self._frames += state == "recording"
        button = {"paused": "pause", "private": "private"}.get(self._state)
        if button and self._frames == PRESSED_AFTER and state == "recording":
            thread.press(Press(button))  # type: ignore[arg-type]  # one of the two
        if state == self._state:
            self._left -= 1
            if self._left == 0:
                self._end(state)

    def _end(self, state: str) -> None:
        self._out.write_text(json.dumps({"recorded": self.samples, "state": state}))
        self._die()


class WholeCall:
    """A short call at speed that counts what it is given, and what the box says is on the disk."""

    def __init__(self, data: Path, die: Callable[[], NoReturn]) -> None:
        self._data, self._die = data, die
        self._agreed = Agreed()
        self._durable = 0

    def happen(self, arm: Callable[[], None]) -> None:
        """Let it happen; ``arm`` is called before its first sample."""
        folders = Folders(self._data)
        make_places(folders)
        simulation = Simulation(at_speed=True, seed=1, observe=self._agreed.saw)
        recorder = Recorder(trial(), folders, SystemClock(), simulation=simulation)
        self._agreed.listen(recorder.line("Reception").thread)
        self._follow_disk()
        arm()
        _let_happen(recorder, Scene.ordinary("+48221234567", "1", talk=2.0))

    def end(self) -> NoReturn:
        """Write down what there is to be kept now, and die."""
        kept = {"agreed": self._agreed.samples, "durable": self._durable}
        (self._data / "died").write_text(json.dumps(kept))
        self._die()

    def _follow_disk(self) -> None:
        """Count the samples of each block that the box has said is on the medium."""
        seal = SealedFile.audio

        def sealing(file: SealedFile, sample: int, codes: bytes) -> None:
            seal(file, sample, codes)
            self._durable = sample + len(codes) // file.channels

        SealedFile.audio = sealing  # type: ignore[method-assign, assignment]  # here alone


def die_in_state(
    data: Path, state: str, frames: int, scene: str, die: Callable[[], NoReturn]
) -> None:
    """Let a call happen at speed, and die in it; with no frames at once, at the step into it."""
    folders = Folders(data)
    make_places(folders)
    watch = Watch(state, frames, data / "died", die)
    simulation = Simulation(at_speed=True, seed=1, observe=watch.saw)
    config, happens = trial(), WAYS[scene].scene if scene in WAYS else named_scene(scene)
    if scene in WAYS:
        config = RULES[WAYS[scene].rules].config(config, data.with_name(f"{data.name}-words"))
    recorder = Recorder(config, folders, SystemClock(), simulation=simulation)
    watch.listen(recorder.line("Reception").thread)
    _let_happen(recorder, happens)


def _let_happen(recorder: Recorder, scene: Scene) -> None:
    recorder.start()
    exchange = recorder.simulated()
    exchange.place(scene)
    exchange.wait_over()
    recorder.close()
