"""Recognise the box's prompts in its sound, and when they stop.

A person knows the question by its first words. So does the listener: it compares the sound, from
its beginning, with the beginnings of all the box's prompts, until only one fits.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from appliance.model.audio import FRAME, samples
from appliance.model.prompts import Prompt
from appliance.signals.pcm import Wave, rms_of

_SOUND = rms_of(-50.0) ** 2
_KEPT = samples(1.6)
_FIRST_WORDS = samples(0.2)  # so much is needed before anything can be told apart
_LONGEST_GUESS = samples(1.2)  # who has not understood by then waits for the next pause
_MARGIN = samples(0.06)
_SAME, _APART = 0.85, 0.15  # normalised correlation: like this one, unlike any other
_PAUSE = samples(0.3)
_CHECKED = samples(0.1)  # whether a prompt goes on is judged over so much of it
_GOES_ON = 0.5
_SLACK = 8  # samples

DULL = np.array([1.0, 4.0, 6.0, 4.0, 1.0]) / 16
"""Half a sample's delay turns a hiss into another; what lies below 2 kHz stays what it is."""


@dataclass(frozen=True, slots=True, eq=False)
class Overheard:
    """What a frame told: a prompt began back then, or broke off."""

    began: tuple[Prompt, int] | None = None
    stopped: int | None = None


_NOTHING = Overheard()


@dataclass(frozen=True, slots=True, eq=False)
class _Known:
    prompt: Prompt
    dull: Wave
    first: int  # sample of the first frame that is not silent

    @classmethod
    def of(cls, prompt: Prompt) -> "_Known":
        dull = np.convolve(prompt.sound, DULL, "same")
        frames = range(0, dull.size, FRAME)
        first = next((at for at in frames if _loud(dull[at : at + FRAME])), 0)
        return cls(prompt, dull, first)


class Listener:
    """Follows the box's sound on the line clock."""

    def __init__(self, prompts: Iterable[Prompt]) -> None:
        """Know every prompt that the box may say."""
        self._known = [_Known.of(prompt) for prompt in prompts]
        self._kept = np.zeros(_KEPT)
        self._end = 0  # the sample after the last one kept
        self._onset: int | None = None  # of a sound not yet understood
        self._silent_since = -_PAUSE
        self._playing: tuple[_Known, int] | None = None

    def hear(self, box: Wave, sample: int) -> Overheard:
        """Take the 20 ms of the box's sound from ``sample`` on."""
        self._kept = np.concatenate((self._kept[FRAME:], box))
        self._end = sample + FRAME
        if self._playing is not None:
            return self._follow(*self._playing)
        if _loud(box):
            if self._onset is None and sample - self._silent_since >= _PAUSE:
                self._onset = sample
            self._silent_since = self._end
        return _NOTHING if self._onset is None else self._guess(self._onset)

    def _guess(self, onset: int) -> Overheard:
        if self._end - onset < _FIRST_WORDS:
            return _NOTHING
        start = onset - FRAME
        heard = np.convolve(self._kept[start - self._end :], DULL, "same")
        guesses = sorted(
            (_place(known, heard) for known in self._known), key=lambda guess: guess[0]
        )
        likeness, at, known = guesses[-1]
        second = guesses[-2][0] if len(guesses) > 1 else 0.0
        if likeness > _SAME and likeness - second > _APART:
            began = start - at
            self._onset, self._playing = None, (known, began)
            return Overheard(began=(known.prompt, began))
        if self._end - onset > _LONGEST_GUESS:
            self._onset = None
        return _NOTHING

    def _follow(self, known: _Known, began: int) -> Overheard:
        position = self._end - began
        if position >= known.dull.size + _SLACK:
            self._playing, self._silent_since = None, self._end - _PAUSE
            return _NOTHING
        expected = known.dull[max(0, position - _CHECKED) : position]
        if expected.size < _CHECKED or not _loud(expected):
            return _NOTHING
        heard = np.convolve(self._kept[-_CHECKED - 2 * _SLACK :], DULL, "same")
        if _best(heard, expected[_SLACK:-_SLACK])[0] >= _GOES_ON:
            return _NOTHING
        self._playing, self._silent_since = None, self._end - _PAUSE
        return Overheard(stopped=self._end - _CHECKED)


def _place(known: _Known, heard: Wave) -> tuple[float, int, _Known]:
    """Return how like a prompt's beginning a sound is, and where in the prompt it starts."""
    start = known.first - FRAME - _MARGIN
    piece = np.zeros(heard.size + 2 * _MARGIN)
    words = known.dull[max(0, start) : max(0, start + piece.size)]
    piece[max(0, -start) : max(0, -start) + words.size] = words
    likeness, at = _best(piece, heard)
    return likeness, start + at, known


def _best(sound: Wave, piece: Wave) -> tuple[float, int]:
    """Return the largest normalised correlation of a piece with any part of a sound, and where."""
    size = 1 << (sound.size + piece.size).bit_length()
    crossed = np.fft.irfft(np.fft.rfft(sound, size) * np.conj(np.fft.rfft(piece, size)), size)
    places = sound.size - piece.size + 1
    energy = np.concatenate(([0.0], np.cumsum(sound * sound)))
    energy = energy[piece.size :][:places] - energy[:places]
    like = crossed[:places] / np.sqrt((energy + 1.0) * (piece @ piece + 1.0))
    at = int(np.argmax(like))
    return float(like[at]), at


def _loud(wave: Wave) -> bool:
    return bool((wave @ wave) > _SOUND * wave.size)
