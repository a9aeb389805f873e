"""Hold one simulated call: the stage, the switch with its three phones, their voices.

A scene's script or people at the demo phone decide what happens. The recorder cannot tell the two
apart: same thread, same stage, same schedule.
"""

import numpy as np

from appliance.exchange.circuit.circuit import Wires
from appliance.exchange.circuit.stage import Stage
from appliance.exchange.circuit.voices import PartyVoices, Talker
from appliance.exchange.network.switch import Switch
from appliance.exchange.scene import Act, Scene
from appliance.exchange.schedule import Schedule
from appliance.model.demo_phone import Party


class Call:
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
        self._switch = Switch(
            self.stage,
            self._schedule,
            scene.network,
            start,
            dial_tone_after_flash=dial_tone_after_flash,
        )
        far_dbm0 = scene.caller.speech_dbm0
        self._talkers: dict[Party, Talker] = {
            "caller": Talker(voices.far, far_dbm0),
            "office": Talker(voices.near, scene.office.speech_dbm0),
            # Another person of the same sound: from its middle, a little higher.
            "third": Talker(voices.far, far_dbm0, at=0.5, faster=1.12),
        }

    def over(self, sample: int) -> bool:
        """Return whether every phone is on-hook and the line has been quiet for long enough."""
        return self._switch.idle and sample >= self._switch.quiet_at

    def _perform(self, act: Act, sample: int) -> None:
        """Carry out an act of the scene; without a script there is none."""
        raise NotImplementedError(act)
