"""Play prompts on the simulated line: ordered by the call's thread, put out frame by frame."""

import threading
from dataclasses import dataclass

import numpy as np

from appliance.model.audio import FRAME, Sound
from appliance.model.prompts import Prompt


@dataclass(frozen=True, slots=True, eq=False)
class SpeakerFrame:
    """One frame of the speaker: its sound, and whether a prompt began or was stopped."""

    sound: Sound | None = None
    began: Prompt | None = None
    stopped: bool = False


class Speaker:
    """The box's prompt output; orders take effect with the next frame."""

    def __init__(self) -> None:
        """Start silent."""
        self._lock = threading.Lock()
        self._order: Prompt | None = None
        self._ordered = False
        self._playing: Prompt | None = None
        self._at = 0

    def play(self, prompt: Prompt) -> None:
        """Play this from the next frame on, instead of the current prompt."""
        with self._lock:
            self._order, self._ordered = prompt, True

    def stop(self) -> None:
        """Be silent from the next frame on."""
        with self._lock:
            self._order, self._ordered = None, True

    def put(self) -> SpeakerFrame:
        """Return the next frame."""
        with self._lock:
            order, ordered = self._order, self._ordered
            self._order, self._ordered = None, False
        stopped = ordered and self._playing is not None
        if ordered:
            self._playing, self._at = order, 0
        if self._playing is None:
            return SpeakerFrame(stopped=stopped)
        sound = np.zeros(FRAME, np.int16)
        part = self._playing.sound[self._at : self._at + FRAME]
        sound[: part.size] = part
        self._at += FRAME
        if self._at >= self._playing.sound.size:
            self._playing = None
        return SpeakerFrame(sound, order, stopped)
