"""A calibration whose line is played by hand."""

from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import numpy as np

from appliance.hearing.stream import LineDetectors
from appliance.link.requests.calibration import Step, StepNow, TakeStep
from appliance.model import events as ev
from appliance.model.audio import FRAME, RATE, AudioFrame
from appliance.model.calibration import PhoneFigures
from appliance.model.policy import PromptKind, PromptRef, Saying
from appliance.model.prompts import Prompt
from appliance.model.terms import Hook
from appliance.recorder.calibration.draft import CalibrationDraft
from appliance.recorder.calibration.figures import KeptCalibration
from appliance.recorder.calibration.grading import PAD
from appliance.recorder.calibration.own_words import OwnWords
from appliance.recorder.calibration.session import CalibrationSession
from appliance.signals.dtmf.detector import Digit
from appliance.signals.dtmf.second_look import KeyMeasurement
from appliance.signals.pcm import Wave, to_sound

WORDS = to_sound(3000 * np.sin(np.arange(5 * RATE) / 3))
SAID = Prompt(PromptRef("q", "", "en"), PromptKind.QUESTION, WORDS, WORDS.size)


@dataclass
class Stub:
    """Sink and ears at once: writes down what is asked of them."""

    done: list[str] = field(default_factory=list)
    calibrated_db: float = -3.0
    watcher: Any = None
    said: Prompt = SAID

    def play(self, prompt: Prompt) -> None:
        self.done.append("play")
        self.said = prompt

    def stop(self) -> None:
        self.done.append("stop")

    def close(self) -> None: ...

    def prompt_started(self, prompt: Prompt) -> None: ...

    def prompt_stopped(self) -> None: ...

    def watch_keys(self, watcher: Any) -> None:
        self.watcher = watcher


class Bench:
    """A calibration whose line is played by hand."""

    def __init__(self) -> None:
        self.stub = Stub()
        words = OwnWords({Saying(PromptKind.QUESTION): SAID}, self.stub, self._ears)
        self.called_for_help = False
        self.calibration = CalibrationSession(
            KeptCalibration(Path("nowhere"), "Reception"),
            words,
            self._ears,
            lambda: self.called_for_help,
        )
        self.sample = 0
        self.calibration.begin()
        self.take("alone")

    def _ears(self) -> LineDetectors:
        return cast(LineDetectors, self.stub)

    def take(self, step: Step) -> None:
        self.calibration.take_step(TakeStep("Reception", step, "desk"))

    def take_second(self) -> None:
        """Take the second step of a phone with which the words arrived at -2 dB."""
        phone = PhoneFigures(name="desk", prompt_db=-2.0)
        self.calibration.draft = CalibrationDraft(phones=(phone,))
        self.take("second")

    def answer(self) -> None:
        """A call comes in and is answered."""
        self.ring()
        self.hook(Hook.OFF)

    def measure(self, level_db: float, *, gaps: bool = False) -> None:
        """The words arrive at a level against their own."""
        heard = ev.PromptMarked(self.sample, 3000, level_db - self.stub.calibrated_db, 0.0, gaps)
        self.calibration.follow(heard)

    def measure_tones(self) -> None:
        sound = self.stub.said.sound.astype(np.float64)
        self.pass_(sound.size / RATE, sound)

    def press(self, keys: str = PAD) -> None:
        figures = KeyMeasurement(-5.0, 2.0, 0.0, 0.99, 697.0, 1209.0)
        for key in keys:
            self.stub.watcher(cast(Digit, SimpleNamespace(key=key)), [figures])

    @property
    def now(self) -> StepNow:
        return self.calibration._now

    def stage(self) -> str:
        return self.now.stage

    def pass_(self, seconds: float, sound: Wave | None = None) -> None:
        for n in range(round(seconds * RATE / FRAME)):
            part = np.zeros(FRAME) if sound is None else sound[n * FRAME : (n + 1) * FRAME]
            played = None if sound is None else to_sound(part)
            frame = AudioFrame("l", self.sample, to_sound(part)[None], ("both",), played)
            self.calibration.follow_frame(frame)
            self.sample += FRAME

    def ring(self) -> None:
        self.calibration.follow(ev.Ring(self.sample))

    def hook(self, hook: Hook) -> None:
        self.calibration.follow(ev.HookChanged(self.sample, hook))
