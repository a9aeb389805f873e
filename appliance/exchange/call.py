"""Hold one simulated call: the stage, the network's switch, three phones and their voices.

Whoever holds the phones decides what happens: a scene's script or people at the demo phone. The
recorder cannot tell the two apart.
"""

from abc import ABC, abstractmethod

import numpy as np

from appliance.exchange.circuit.circuit import Wires
from appliance.exchange.circuit.stage import Stage
from appliance.exchange.circuit.voices import PartyVoices, Talker
from appliance.exchange.network.soundings import Soundings
from appliance.exchange.network.switch import Switch
from appliance.exchange.scene import Act, Scene
from appliance.exchange.schedule import Schedule
from appliance.model.prompts import Prompt
from appliance.signals.pcm import Wave


class Call(ABC):
    """A call on the line clock, from the first ring or lift until the line is quiet again."""

    def __init__(
        self,
        scene: Scene,
        voices: PartyVoices,
        noise: np.random.SeedSequence,
        start: int,
        *,
        dial_tone_after_flash: bool,
    ) -> None:
        """Begin at ``start`` with every phone on-hook; ``noise`` seeds the line's noise."""
        self.stage = Stage(scene.circuit, Wires(scene.circuit, noise))
        self._scene = scene
        self._schedule = Schedule(scene.acts, self._perform)
        self._soundings = Soundings()
        self._switch = Switch(
            self.stage,
            self._schedule,
            self._soundings,
            scene.network,
            start,
            dial_tone_after_flash=dial_tone_after_flash,
        )
        self._far = Talker(voices.far, scene.caller.speech_dbm0)
        self._near = Talker(voices.near, scene.office.speech_dbm0)
        # Another person of the same sound: from its middle, a little higher.
        self._third = Talker(voices.far, scene.caller.speech_dbm0, at=0.5, faster=1.12)

    @abstractmethod
    def frame(self, sample: int, box: Wave | None) -> tuple[Wave, Wave]:
        """Return voltage and current of the 20 ms from ``sample`` on."""

    @abstractmethod
    def prompt_began(self, prompt: Prompt, sample: int) -> None:
        """Let people hear the box begin to speak."""

    @abstractmethod
    def prompt_stopped(self, sample: int) -> None:
        """Let people hear the box fall silent, perhaps in the middle of a word."""

    def over(self, sample: int) -> bool:
        """Return whether every phone is on-hook and the line has been quiet for long enough."""
        return self._switch.idle and sample >= self._switch.quiet_at

    def _perform(self, act: Act, sample: int) -> None:
        """Carry out an act of the scene; without a script there is none."""
        raise NotImplementedError(act)
