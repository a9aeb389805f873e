"""Modelled lines for the tests of hearing: what a V/I tap sees, and what is made of it."""

from dataclasses import dataclass, field

import numpy as np

from appliance.exchange.circuit.circuit import Loop, Wires
from appliance.exchange.scene import Circuit
from appliance.hearing.stream import Calibration, LineDetectors
from appliance.model.audio import FRAME, RATE, AudioFrame, Sides, Sound
from appliance.model.events import Event
from appliance.model.policy import PromptKind, PromptRef
from appliance.model.prompts import Prompt
from appliance.signals.pcm import Wave, to_sound

VI: Sides = ("voltage", "current")


def prompt_of(wave: Wave, mark_seconds: float) -> Prompt:
    ref = PromptRef("test", "0" * 64, "en")
    return Prompt(ref, PromptKind.QUESTION, to_sound(wave), round(mark_seconds * RATE))


@dataclass
class Line:
    """A call through the circuit model; ``far`` and ``near`` are filled in before it is heard."""

    seconds: float
    circuit: Circuit = field(default_factory=Circuit)
    seed: int = 1
    country: str = "PL"

    def __post_init__(self) -> None:
        count = round(self.seconds * RATE / FRAME) * FRAME
        self.far, self.near = np.zeros(count), np.zeros(count)

    def put(self, who: Wave, at: float, wave: Wave) -> None:
        start = round(at * RATE)
        who[start : start + wave.size] += wave

    def heard(
        self,
        prompt: Prompt | None = None,
        prompt_at: float = 0.5,
        stop_at: float | None = None,
        missing: tuple[float, float] | None = None,
        dropped: tuple[float, float] | None = None,
    ) -> list[tuple[int, Event]]:
        """Return each event with the line clock at which it became known.

        ``missing`` is when nothing of the prompt is played, ``dropped`` when no frame arrives.
        """
        wires = Wires(self.circuit, np.random.SeedSequence(self.seed))
        hearing = LineDetectors("line", self.country, VI, Calibration())
        hearing.hook_changed(off_hook=True)
        out: list[tuple[int, Event]] = []
        at = 0
        for start in range(0, self.far.size, FRAME):
            now = start / RATE
            if prompt is not None and now == prompt_at:
                hearing.prompt_started(prompt)
            if stop_at is not None and now == stop_at:
                hearing.prompt_stopped()
                prompt = None
            played = None
            lost = missing is not None and missing[0] <= now < missing[1]
            if prompt is not None and prompt_at <= now and at < prompt.sound.size and not lost:
                played = np.zeros(FRAME, np.int16)
                part = prompt.sound[at : at + FRAME]
                played[: part.size] = part
                at += FRAME
            span = slice(start, start + FRAME)
            box = None if played is None else played.astype(np.float64)
            volts, amperes = wires.carry(self.far[span], self.near[span], box, Loop.TALK)
            sound: Sound = np.stack((to_sound(volts), to_sound(amperes)))
            if dropped is not None and dropped[0] <= now < dropped[1]:
                continue
            events = hearing.events_in(AudioFrame("line", start, sound, VI, played))
            out += [(start + FRAME, event) for event in events]
        return out


def heard_on(
    sound: Sound, sides: Sides, hearing: LineDetectors | None = None, first_sample: int = 0
) -> list[Event]:
    """Return what is heard in samples, ``[channels, n]`` or ``[n]``, while off-hook."""
    channels = np.atleast_2d(sound)
    if hearing is None:
        hearing = LineDetectors("line", "PL", sides)
        hearing.hook_changed(off_hook=True)
    return [
        event
        for start in range(0, channels.shape[1], FRAME)
        for event in hearing.events_in(
            AudioFrame("line", first_sample + start, channels[:, start : start + FRAME], sides)
        )
    ]
