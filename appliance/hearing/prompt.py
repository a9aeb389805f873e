"""Follow our own prompt on the line."""

import numpy as np
from numpy.typing import NDArray

from appliance.model.audio import FRAME, RATE, AudioFrame, milliseconds
from appliance.model.events import Event, PromptEnded, PromptMarked
from appliance.model.prompts import TALK_OVER, Prompt
from appliance.signals.pcm import rms_of
from appliance.signals.prompt.audibility import AudibilityMeter, PromptAudibility

_PATIENCE = RATE
"""A prompt that has not begun, or does not go on, within this is over."""

_WORDS = rms_of(-45.0) ** 2
_WHOLE = 0.9
"""Words of which less than this came out had gaps, whatever the sink says of itself."""

_GAP_MS = 100
"""So long a run of words that did not reach the line is a gap: a syllable is about as long."""

_REST = 0.03
"""Of the prompt's power, that the canceller may leave over (15 dB)."""

_RING_FRAMES = 2  # the line rings on a little after a word


class PromptWatch:
    """Measures one prompt after the other."""

    def __init__(self, coupling_db: float) -> None:
        """Expect prompts on the line at their own level plus ``coupling_db``."""
        self.coupling_db = coupling_db
        self._prompt: Prompt | None = None
        self._stopping = False
        self._power = 0.0
        self._ringing = 0
        self._restart()

    def _restart(self) -> None:
        nothing = np.zeros(0, np.int16)
        sound = nothing if self._prompt is None else self._prompt.sound
        self._meter = AudibilityMeter(sound, self.coupling_db)
        self._position = 0  # samples of the prompt played so far
        self._begins: int | None = None  # line clock of its first sample, if the driver says it
        self._moved = self._corrected = False
        self._missing = 0  # samples waited for the prompt to begin or to go on
        self._underrun = False
        self._marked = False

    @property
    def running(self) -> bool:
        """Say whether a prompt is expected or under way."""
        return self._prompt is not None or self._ringing > 0

    @property
    def speaking(self) -> bool:
        """Say whether a word of the prompt is on the line now."""
        return self._ringing > 0

    @property
    def moved(self) -> bool:
        """Say whether the latest frame showed that the prompt was elsewhere in all before it."""
        return self._moved

    def started(self, prompt: Prompt) -> None:
        """Expect the prompt in the frames to come, instead of any other."""
        self._prompt = prompt
        self._stopping = False
        self._restart()

    def stopped(self) -> None:
        """Report the prompt as ended with the next frame."""
        self._stopping = self._prompt is not None

    def rest_power(self, cancelled: bool) -> float:
        """Return the power that the prompt alone may have now in what is listened to."""
        if not self.speaking:
            return 0.0
        return self._power * _REST if cancelled else float("inf")

    def follow_frame(self, frame: AudioFrame, line: NDArray[np.int16 | np.int32]) -> list[Event]:
        """Take a frame and what the line held in it before anything was cancelled."""
        self._listen(frame)
        self._moved = False
        prompt = self._prompt
        if prompt is None:
            return []
        events: list[Event] = []
        if frame.played is None or self._of_another(frame):
            self._missing += FRAME
            self._underrun = self._underrun or 0 < self._position < prompt.sound.size
        else:
            self._missing = 0
            place = self._position if frame.prompt_at is None else frame.prompt_at
            self._meter.add_frame(line, frame.played, place)
            self._advance(frame, place)
        if not self._marked and self._position >= prompt.mark and self._position:
            self._marked = True
            at = frame.sample + FRAME + prompt.mark - self._position
            heard = self._meter.audibility(prompt.mark)
            gaps = self._gaps(heard, prompt.mark)
            events.append(PromptMarked(at, heard.heard_ms, heard.level_db, heard.talked_over, gaps))
        if self._stopping or self._position >= prompt.sound.size or self._missing >= _PATIENCE:
            events.append(self._ended(prompt, frame.sample + FRAME))
        return events

    def _of_another(self, frame: AudioFrame) -> bool:
        """Say whether the end of the prompt before is still on its way through a sound card."""
        return self._position == 0 and frame.prompt_at is not None and frame.prompt_at > 0

    def _advance(self, frame: AudioFrame, at: int) -> None:
        begins = None if frame.prompt_at is None else frame.sample - at
        self._moved = self._begins is not None and begins != self._begins
        if self._moved:
            self._correct(at + FRAME)
        elif self._position > 0 and at != self._position:
            self._underrun = True  # not said in one piece
        self._begins = begins
        self._position = at + FRAME

    def _correct(self, position: int) -> None:
        """Take it that the frames so far held the prompt up to a position, and nothing else."""
        self._meter.correct(position)
        unheard = position - self._meter.frames * FRAME
        self._underrun = self._underrun or milliseconds(unheard) >= _GAP_MS
        self._corrected = True

    def _gaps(self, heard: PromptAudibility, length: int) -> bool:
        """Say whether words up to ``length`` samples are missing, or may be.

        After a correction what the words do not explain may be the words themselves, before the
        card slipped: nobody's talk, though it looks like it.
        """
        doubtful = self._corrected and heard.talked_over > TALK_OVER
        return self._underrun or doubtful or _broken(heard, length)

    def _ended(self, prompt: Prompt, now: int) -> PromptEnded:
        self._prompt, self._stopping = None, False
        length = min(self._position, prompt.sound.size)
        heard = self._meter.audibility(length)
        gaps = self._missing >= _PATIENCE or self._gaps(heard, length)
        at = now + length - self._position
        self._meter = AudibilityMeter(prompt.sound, self.coupling_db)  # the old one is of no use
        return PromptEnded(at, heard.heard_ms, heard.level_db, heard.talked_over, gaps)

    def _listen(self, frame: AudioFrame) -> None:
        if frame.played is None:
            self._ringing = max(0, self._ringing - 1)
            return
        played = frame.played.astype(np.float32)
        power = float(played.dot(played)) / FRAME
        self._power = max(power, self._power / 2)
        self._ringing = _RING_FRAMES if power > _WORDS else max(0, self._ringing - 1)


def _broken(heard: PromptAudibility, length: int) -> bool:
    """Say whether words up to ``length`` samples are missing on the line."""
    return heard.gap_ms >= _GAP_MS or heard.heard_ms < _WHOLE * milliseconds(length)
