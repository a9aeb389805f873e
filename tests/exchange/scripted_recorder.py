"""Stand in for the recorder: play prompts by script and keep what the line delivers."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from appliance.exchange.circuit.voices import PartyVoices, active_rms
from appliance.exchange.driver import Exchange
from appliance.exchange.scene import Scene
from appliance.lines.base import HookEvent
from appliance.model.audio import RATE, AudioFrame, Sound
from appliance.model.events import Gap, HookChanged
from appliance.model.policy import PromptKind, PromptRef
from appliance.model.prompts import Prompt
from appliance.model.terms import Hook
from appliance.signals.pcm import rms_of, to_sound
from tests.exchange.murmur import murmur

VOICES = murmur(1)


def make_prompt(spoken: PromptKind, seconds: float, mark: float | None = None) -> Prompt:
    """Return a prompt that is no words, at the level of a real one."""
    wave = murmur(7, seconds).far.astype(np.float64)
    sound = to_sound(wave * (rms_of(-18.0) / active_rms(wave)))
    ref = PromptRef(spoken.value, "", "pl")
    return Prompt(ref, spoken, sound, sound.size if mark is None else round(mark * RATE))


QUESTION = make_prompt(PromptKind.QUESTION, 5.0, 4.5)
CONFIRMATION = make_prompt(PromptKind.CONFIRMATION, 0.8)
NOTICE = make_prompt(PromptKind.NOTICE, 4.0)

Hear = Callable[["Script", AudioFrame], None]


@dataclass
class Script:
    """What a run of the exchange delivered, and what may be done meanwhile."""

    exchange: Exchange
    hear: Hear
    frames: list[AudioFrame] = field(default_factory=list)
    events: list[HookEvent | Gap] = field(default_factory=list)
    off_hook: int | None = None
    done: set[str] = field(default_factory=set)

    def deliver(self, item: AudioFrame | Gap | HookEvent) -> None:
        if not isinstance(item, AudioFrame):
            self.events.append(item)
            if isinstance(item, HookChanged):
                self.off_hook = item.sample if item.hook is Hook.OFF else None
            return
        self.frames.append(item)
        self.hear(self, item)

    def once(self, name: str, when: bool) -> bool:
        """Say yes the first time that ``when`` holds."""
        if not when or name in self.done:
            return False
        self.done.add(name)
        return True

    def off_hook_for(self, seconds: float, frame: AudioFrame) -> bool:
        return self.off_hook is not None and frame.sample - self.off_hook >= seconds * RATE

    @property
    def sound(self) -> Sound:
        """The whole run, ``[2, samples]``."""
        joined: Sound = np.concatenate([frame.sound for frame in self.frames], axis=1)
        return joined

    @property
    def played(self) -> list[AudioFrame]:
        return [frame for frame in self.frames if frame.played is not None]


def silent(script: Script, frame: AudioFrame) -> None:
    """Say nothing on the line."""


def asking(script: Script, frame: AudioFrame) -> None:
    """Put the question 3 s after the answer, and confirm 3 s after its end."""
    if script.once("question", script.off_hook_for(3.0, frame)):
        script.exchange.play(QUESTION)
    if script.once("confirmation", script.off_hook_for(11.0, frame)):
        script.exchange.play(CONFIRMATION)


def run(
    scene: Scene | list[Scene], hear: Hear = silent, *, seed: int = 0, voices: PartyVoices = VOICES
) -> Script:
    """Let calls happen at speed; return what was delivered."""
    exchange = Exchange("Reception", seed, voices, settled=lambda: None)
    script = Script(exchange, hear)
    try:
        for each in scene if isinstance(scene, list) else [scene]:
            exchange.place(each)
        exchange.start(script.deliver)
        assert exchange.wait_over(120), "the call does not end"
    finally:
        exchange.close()
    return script


def of(script: Script, kind: type) -> list[object]:
    return [event for event in script.events if isinstance(event, kind)]
