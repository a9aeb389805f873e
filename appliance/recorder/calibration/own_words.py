"""Speak on a line that is calibrated: only to measure it."""

from collections.abc import Callable, Mapping

import numpy as np

from appliance.hearing.stream import LineDetectors
from appliance.lines.base import PromptSink
from appliance.model.audio import AudioFrame
from appliance.model.policy import PromptKind, PromptRef, Saying
from appliance.model.prompts import Prompt, digest
from appliance.recorder.calibration.probe import ToneProbe, probe_prompt


class OwnWords:
    """Says the words of the probe, with its tones or without them."""

    def __init__(
        self,
        prompts: Mapping[Saying, Prompt],
        sink: PromptSink,
        hearing: Callable[[], LineDetectors],
    ) -> None:
        """Take the words from the first of the line's prompts; nothing is said before ``say``."""
        said = next(iter(prompts.values()), None)
        self._probe = probe_prompt(np.zeros(0, np.int16) if said is None else said.sound)
        self._words = _words_of(self._probe)
        self._sink = sink
        self._hearing = hearing
        self._at: int | None = None
        self._tones: ToneProbe | None = None
        self.playing = False

    @property
    def any(self) -> bool:
        """Say whether there are words, and not tones alone."""
        return self._probe.mark > 0

    @property
    def pending(self) -> bool:
        """Say whether the box speaks, or is about to."""
        return self.playing or self._at is not None

    def soon(self, at: int) -> None:
        """Be about to speak, at a sample."""
        self._at = at

    def due(self, now: int) -> bool:
        """Say, once, that it is time to speak."""
        due = self._at is not None and now >= self._at
        self._at = None if due else self._at
        return due

    def say(self, *, tones: bool) -> None:
        """Begin to speak."""
        prompt = self._probe if tones else self._words
        self.playing, self._tones = True, ToneProbe(prompt) if tones else None
        self._sink.play(prompt)
        self._hearing().prompt_started(prompt)

    def apart_db(self, frame: AudioFrame) -> float | None:
        """Take 20 ms of the line; return how far apart the tones read, once both were heard."""
        if self._tones is None:
            return None
        self._tones.measure(frame)
        return self._tones.apart_db()

    def over(self) -> None:
        """Know that all was said that matters."""
        self.playing, self._tones = False, None

    def silence(self) -> None:
        """Break off, and be about to say nothing."""
        if self.playing:
            self._sink.stop()
            self._hearing().prompt_stopped()
        self._at = None
        self.over()


def _words_of(probe: Prompt) -> Prompt:
    """Return a probe without its tones: three seconds that measure the same level."""
    sound = probe.sound[: probe.mark]
    ref = PromptRef("calibration", digest(sound), "")
    return Prompt(ref, PromptKind.QUESTION, sound, sound.size)
