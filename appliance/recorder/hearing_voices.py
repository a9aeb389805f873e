"""The part of hearing that tells who speaks."""

import math

import numpy as np

from appliance.model.audio import Sides
from appliance.model.events import VoiceHeard
from appliance.model.terms import Side
from appliance.signals.goertzel import Floats
from appliance.signals.levels import LOWEST, Floor, SpeechBand, Voice

_DIRECTED = 0.25  # cosine between voltage and current beyond which the direction is clear


class Voices:
    """Voice activity of each side that the line can tell apart."""

    def __init__(self, sides: Sides) -> None:
        """Tell apart what these channels allow."""
        self._kind = sides[0]
        self._voices = {side: Voice() for side in Side}
        self._band = SpeechBand()
        # Noise has no side: on one pair of wires it is that of the channel, whoever speaks.
        self._floors = [Floor() for _ in sides] if sides[0] == "far" else [Floor()]
        self.pointing = Side.UNSURE
        """Where the sound of the last frame came from."""

    def hear(
        self, sample: int, sound: Floats, powers: list[float], rest: float, silent: bool
    ) -> list[VoiceHeard]:
        """Take a frame without the prompt.

        Args:
            sample: line clock of the frame.
            sound: ``[channels, FRAME]``.
            powers: mean square of each channel, with whatever hums on it.
            rest: power up to which it may be what is left of the prompt.
            silent: a key or a tone sounds, which is no voice.
        """
        if max(powers) > LOWEST:
            sound = self._band.of(sound)
            powers = [float(np.dot(channel, channel)) / channel.size for channel in sound]
        shares = self._shares(sound, powers)
        if not silent and rest != float("inf"):  # neither a tone nor our own words are noise
            for floor, power in zip(self._floors, powers, strict=False):
                floor.hear(power)
        out = []
        for side, voice in self._voices.items():
            power = 0.0 if silent else shares.get(side, 0.0)
            limit = self._floors[-1 if side is Side.NEAR else 0].limit
            change = voice.hear(sample, power, max(limit, rest))
            if change is not None:
                out.append(VoiceHeard(change.sample, side, change.active))
        return out

    def _shares(self, sound: Floats, powers: list[float]) -> dict[Side, float]:
        """Return the power that each side has in the frame."""
        if self._kind == "far":
            self.pointing = Side.FAR if powers[0] > powers[1] else Side.NEAR
            return {Side.FAR: powers[0], Side.NEAR: powers[1]}
        if self._kind == "both":
            return {Side.UNSURE: powers[0]}
        whole = math.sqrt(powers[0] * powers[1]) * sound.shape[1]
        cosine = float(np.dot(sound[0], sound[1])) / whole if whole > 0 else 0.0
        if abs(cosine) < _DIRECTED:
            self.pointing = Side.UNSURE
        else:
            self.pointing = Side.FAR if cosine > 0 else Side.NEAR
        return {self.pointing: powers[0]}
