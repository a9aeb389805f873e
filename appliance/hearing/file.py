"""Hear a file with the same detectors, asking numpy once for eight seconds of sound.

What the detectors say of a frame depends on those before it, so that they go through the frames
one by one; where none of them has anything to say they pass all of them in one step.
"""

import numpy as np

from appliance.hearing.stream import LineDetectors
from appliance.model.audio import FRAME, Sound
from appliance.model.events import Event
from appliance.signals.goertzel import Bools, Floats, History


class FileDetectors(LineDetectors):
    """Hears a recorded line, on which nothing is played meanwhile."""

    _AHEAD = History.AHEAD

    def hear_at_once(self, sound: Sound) -> list[Event]:
        """Take the next frames and return what has become known through them.

        The same is heard as frame by frame, several times as fast.

        Args:
            sound: ``[channels, samples]``, whole frames, at most ``History.AHEAD`` samples.
        """
        line = sound.astype(np.float32)
        frames = line.reshape(line.shape[0], -1, FRAME).swapaxes(0, 1)
        powers, whole = self._load(line, frames)
        stirs = self._keys.stirs | self._progress.stirs
        first = self._next or 0
        events: list[Event] = []
        index = 0
        while index < len(frames):
            sample = first + index * FRAME
            calm = 0 if self._busy else _run(stirs, index)
            if calm:
                events += self._skip(sample, powers[index : index + calm], whole[index + calm - 1])
            else:
                self._advance(sample, 1)
                events += self._judged(sample, frames[index], powers[index], whole[index])
            index += calm or 1
        self._next = first + len(frames) * FRAME
        return events

    @property
    def _busy(self) -> bool:
        """Say whether something goes on that any frame may end."""
        return self._keys.held or self._progress.busy or self._callers.listening

    def _skip(self, sample: int, powers: list[list[float]], whole: float) -> list[Event]:
        """Pass frames in which nothing but voices can be; ``whole`` is the last one's power."""
        self._advance(sample, len(powers))
        self._keys.skip(powers)
        self._progress.skip(whole)
        return [] if self._off_hook is False else [*self._voices.skip(sample, len(powers))]

    def _load(self, line: Floats, frames: Floats) -> tuple[list[list[float]], list[float]]:
        """Let every detector look ahead; return each frame's powers, and that of the whole."""
        powers = np.einsum("fcs,fcs->fc", frames, frames) / FRAME
        for history, channel in zip(self._histories, line, strict=True):
            history.load(channel)
        whole = powers[:, 0]
        if self._whole is not self._histories[0]:
            mixed = self._whole.load(line.sum(axis=0)).reshape(-1, FRAME)
            whole = np.einsum("fs,fs->f", mixed, mixed) / FRAME
        self._keys.foresee()
        self._progress.foresee(whole.tolist())
        self._voices.foresee(self._next or 0, frames, powers)
        return powers.tolist(), whole.tolist()

    def _advance(self, sample: int, count: int) -> None:
        for history in self._histories:
            history.advance(count * FRAME)
        if self._whole is not self._histories[0]:
            self._whole.advance(count * FRAME)
        self._shift = sample + count * FRAME - self._whole.end


def _run(stirs: Bools, start: int) -> int:
    """Return how many frames from ``start`` on do not stir."""
    ahead = stirs[start:]
    stop = int(ahead.argmax())
    return stop if ahead[stop] else ahead.size
