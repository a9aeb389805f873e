"""Feed a sound card, and remember sample by sample which part was a prompt's.

Counted in the line's rate from the opening of the card. The writer takes it block by block as the
card asks for more; the reader looks up what stood on the line when a frame was captured.
"""

import threading
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from appliance.model.audio import RATE, Sound
from appliance.model.prompts import Prompt

Places = NDArray[np.int32]

_KEPT = 6 * RATE
_KEPT_BY_CARD = RATE
"""More than a card holds of what is still to sound."""

_NOWHERE = np.iinfo(np.int32).min
"""The place in a prompt of a sample that is none of a prompt's."""


@dataclass(frozen=True, slots=True, eq=False)
class OutputPiece:
    """A stretch of what was put out."""

    sound: Sound
    prompt_at: int
    """Place in its prompt of the first sample; negative where the prompt begins later."""


@dataclass(frozen=True, slots=True)
class OutgoingPrompt:
    """A prompt that has begun to go out."""

    serial: int
    start: int  # count of its first sample
    stop: int | None  # count after its last one, once it is out or stopped


class Output:
    """The prompts of one line on their way to its card. Any thread."""

    def __init__(self) -> None:
        """Begin silent."""
        self._lock = threading.Lock()
        self._prompt: Prompt | None = None
        self._at = 0  # of the prompt, what goes out next
        self._fresh = False
        self._begun: OutgoingPrompt | None = None
        self._serial = 0
        self._broken_off = False
        self.reopened()

    def reopened(self) -> None:
        """Count anew: the card was opened, and nothing of before is on the line."""
        with self._lock:
            self._sound: Sound = np.zeros(_KEPT, np.int16)
            self._places = np.full(_KEPT, _NOWHERE, np.int32)
            self._end = 0
            self._begun = None
            self._prompt = None  # too late for what was to be said meanwhile
            self.holes = 0  # times that the card ran dry, and the counts lost their meaning
            self.hole_at = 0  # count after the latest of them

    def play(self, prompt: Prompt) -> None:
        """Let a prompt follow from the next block on, instead of any other."""
        with self._lock:
            self._break_off()
            self._prompt, self._at, self._fresh = prompt, 0, True

    def stop(self) -> None:
        """Put out silence from the next block on."""
        with self._lock:
            self._break_off()
            self._prompt, self._fresh = None, False

    def next_sound(self, count: int) -> Sound:
        """Return the next ``count`` samples that go out; they are then as good as sounding."""
        with self._lock:
            sound: Sound = np.zeros(count, np.int16)
            places = np.full(count, _NOWHERE, np.int32)
            if self._prompt is not None:
                self._say(self._prompt, sound, places)
            where = np.arange(self._end, self._end + count) % _KEPT
            self._sound[where], self._places[where] = sound, places
            self._end += count
            return sound

    def broken_off(self) -> bool:
        """Say, once, that what was put out so far is to sound no more."""
        with self._lock:
            told, self._broken_off = self._broken_off, False
            return told

    def ran_dry(self) -> None:
        """Know that the card put out an unknown stretch of nothing before what follows."""
        with self._lock:
            self.holes += 1
            self.hole_at = self._end

    @property
    def begun(self) -> OutgoingPrompt | None:
        """Return the prompt that began last since the card was opened."""
        with self._lock:
            return self._begun

    @property
    def speaking(self) -> bool:
        """Say whether a prompt is going out or waits to."""
        with self._lock:
            return self._prompt is not None

    def said(self, start: int, stop: int) -> Sound:
        """Return what was put out from one count to another; silence where nothing was yet."""
        with self._lock:
            sound, _ = self._between(start, stop)
            return sound

    def piece(self, start: int, count: int) -> OutputPiece | None:
        """Return what was put out from ``start`` on; None if no prompt has part in it."""
        with self._lock:
            sound, places = self._between(start, start + count)
        told = np.flatnonzero(places != _NOWHERE)
        if told.size == 0:
            return None
        last = int(told[-1])  # where two prompts meet it is the second one's
        return OutputPiece(sound, int(places[last]) - last)

    # -- with the lock held -----------------------------------------------------------------------

    def _say(self, prompt: Prompt, sound: Sound, places: Places) -> None:
        if self._fresh:
            self._fresh = False
            self._serial += 1
            self._begun = OutgoingPrompt(self._serial, self._end, None)
        part = prompt.sound[self._at : self._at + sound.size]
        sound[: part.size] = part
        places[: part.size] = np.arange(self._at, self._at + part.size)
        self._at += part.size
        if self._at >= prompt.sound.size:
            self._finish(part.size)
            self._prompt = None

    def _break_off(self) -> None:
        """End the prompt that is going out, or whose last words may still be to sound."""
        begun = self._begun
        ending = begun is not None and (
            begun.stop is None or self._end - begun.stop < _KEPT_BY_CARD
        )
        self._broken_off = self._broken_off or ending
        self._finish()

    def _finish(self, more: int = 0) -> None:
        """Know where the prompt that is going out ends."""
        if self._prompt is not None and self._begun is not None and not self._fresh:
            self._begun = OutgoingPrompt(self._begun.serial, self._begun.start, self._end + more)

    def _between(self, start: int, stop: int) -> tuple[Sound, Places]:
        counts = np.arange(start, stop)
        there = (counts >= max(0, self._end - _KEPT)) & (counts < self._end)
        where = counts[there] % _KEPT
        sound: Sound = np.zeros(counts.size, np.int16)
        places = np.full(counts.size, _NOWHERE, np.int32)
        sound[there], places[there] = self._sound[where], self._places[where]
        return sound, places
