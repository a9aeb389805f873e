"""Tell who speaks."""

import math

import numpy as np

from appliance.model.audio import FRAME, Sides
from appliance.model.events import VoiceHeard
from appliance.model.terms import Side
from appliance.signals.goertzel import Floats, Matrix
from appliance.signals.levels import MIN_VOICE_POWER, NoiseFloor, VoiceDetector, without_hum
from appliance.signals.side.direction import DIRECTED

_Frame = tuple[list[float], float]
"""Power of each channel, and the cosine between voltage and current."""

_TOLD = {
    "both": (Side.UNSURE,),
    "far": (Side.FAR, Side.NEAR),
    "voltage": (Side.FAR, Side.NEAR, Side.UNSURE),
}
"""Voices that each kind of line can tell apart."""

_OURS = float("inf")  # of a prompt that is not cancelled


class VoiceActivity:
    """Voice activity of each side that the line can tell apart."""

    def __init__(self, sides: Sides) -> None:
        """Tell apart what these channels allow."""
        self._kind = sides[0]
        self._powers: Matrix = np.zeros((0, 0))  # of each frame ahead and channel
        self._cosines: Matrix = np.zeros(0)
        self._each: list[Matrix] = []  # power of each voice in them
        self._from = 0  # line clock of the first frame ahead
        # Noise has no side: on one pair of wires it belongs to the channel.
        self._floors = [NoiseFloor() for _ in sides] if sides[0] == "far" else [NoiseFloor()]
        self._voices = [
            (side, VoiceDetector(), self._floors[-1 if side is Side.NEAR else 0])
            for side in _TOLD[sides[0]]
        ]
        self.pointing = Side.UNSURE
        """Where the sound of the last frame came from."""

    def voices_in(
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
        index = (sample - self._from) // FRAME
        if index < len(self._powers):
            frame = self._powers[index].tolist(), float(self._cosines[index])
            return self._told(sample, frame, rest, silent)
        return self._told(sample, self._measured(sound, powers), rest, silent)

    def skip(self, sample: int, count: int) -> list[VoiceHeard]:
        """Hear so many frames that ``foresee`` was given, in which nothing else sounds."""
        first = (sample - self._from) // FRAME
        part = slice(first, first + count)
        limits = [
            floor.follow_many(self._powers[part, channel])
            for channel, floor in enumerate(self._floors)
        ]
        found = []
        for place, (side, voice, _) in enumerate(self._voices):
            limit = limits[-1 if side is Side.NEAR else 0]
            changes = voice.follow_many(sample, self._each[place][part] > limit)
            found += [(at, place, side, one) for at, one in changes]
        last = first + count - 1
        self._shares(self._powers[last].tolist(), float(self._cosines[last]))  # where it came from
        found.sort(key=lambda entry: entry[:2])
        return [VoiceHeard(one.sample, side, one.active) for _, _, side, one in found]

    def _shares_of_each(self, powers: Matrix, cosines: Matrix) -> list[Matrix]:
        """Return what ``_shares`` does, voice by voice, of many frames."""
        if self._kind != "voltage":
            return list(powers.T)
        far, near = cosines >= DIRECTED, cosines <= -DIRECTED
        return [np.where(which, powers[:, 0], 0.0) for which in (far, near, ~(far | near))]

    def _told(self, sample: int, frame: _Frame, rest: float, silent: bool) -> list[VoiceHeard]:
        powers, cosine = frame
        shares = self._shares(powers, cosine)
        if not silent and rest != _OURS:  # neither a tone nor our own words are noise
            for floor, power in zip(self._floors, powers, strict=False):
                floor.follow(power)
        out = []
        for (side, voice, floor), power in zip(self._voices, shares, strict=True):
            change = voice.follow(sample, 0.0 if silent else power, max(floor.limit, rest))
            if change is not None:
                out.append(VoiceHeard(change.sample, side, change.active))
        return out

    def foresee(self, sample: int, frames: Floats, powers: Matrix) -> None:
        """Measure ``[frames, channels, FRAME]`` at once, before ``hear`` is given each of them.

        ``sample`` is the line clock of the first of them; ``powers`` is ``[frames, channels]``,
        the mean square of each channel.
        """
        loud = powers.max(axis=1) > MIN_VOICE_POWER
        speech = np.where(loud[:, None, None], without_hum(frames), frames)
        found = np.einsum("fcs,fcs->fc", speech, speech).astype(np.float64) / frames.shape[2]
        cosines = np.zeros(len(found))
        if self._kind == "voltage":
            whole = np.sqrt(found[:, 0] * found[:, 1]) * frames.shape[2]
            dots = np.einsum("fs,fs->f", speech[:, 0], speech[:, 1])
            np.divide(dots, whole, out=cosines, where=whole > 0)
        self._from = sample
        self._powers, self._cosines = found, cosines
        self._each = self._shares_of_each(found, cosines)

    def _measured(self, sound: Floats, powers: list[float]) -> _Frame:
        if max(powers) > MIN_VOICE_POWER:
            sound = without_hum(sound)
            powers = [float(channel.dot(channel)) / channel.size for channel in sound]
        if self._kind != "voltage":
            return powers, 0.0
        whole = math.sqrt(powers[0] * powers[1]) * sound.shape[1]
        return powers, float(sound[0].dot(sound[1])) / whole if whole > 0 else 0.0

    def _shares(self, powers: list[float], cosine: float) -> tuple[float, ...]:
        """Return the power that each voice has in the frame."""
        if self._kind == "both":
            return (powers[0],)
        if self._kind == "far":
            self.pointing = Side.FAR if powers[0] > powers[1] else Side.NEAR
            return (powers[0], powers[1])
        if abs(cosine) < DIRECTED:
            self.pointing = Side.UNSURE
            return (0.0, 0.0, powers[0])
        self.pointing = Side.FAR if cosine > 0 else Side.NEAR
        return (powers[0], 0.0, 0.0) if cosine > 0 else (0.0, powers[0], 0.0)
