"""Hold recordings that nobody has confirmed yet: in memory, few, and not for long."""

import secrets
import threading
from dataclasses import dataclass

import numpy as np

from appliance.clock import Clock
from appliance.errors import Refused
from appliance.keeper.people.sessions import Caller
from appliance.link.requests.words import Draft
from appliance.model.audio import RATE, Sound, samples
from appliance.prompts.words.compose import PromptWords
from appliance.signals.pcm import sine_peak, through_alaw

MOST = 4
"""Recordings that wait at once; a fifth takes the place of the oldest."""

LONGEST_SECONDS = 1800.0
"""That a recording waits for the person who made it."""

_PARTS = 240
_BEEP_HZ, _BEEP_SECONDS, _BEEP_DBM0 = 1000, 0.25, -15.0
_LAST_SECONDS = 3


@dataclass(frozen=True, slots=True)
class HeldDraft:
    """A recording, and what it was made for."""

    shown: Draft
    sound: Sound
    mark: int
    words: PromptWords
    operator: str
    before: str  # digest of the recording that it would replace; empty if there is none
    at: float


class Drafts:
    """The recordings that wait. Threads may share them."""

    def __init__(self, clock: Clock) -> None:
        """Begin with none."""
        self._clock = clock
        self._held: dict[str, HeldDraft] = {}
        self._lock = threading.Lock()

    def put(self, held: HeldDraft) -> None:
        """Hold one more."""
        with self._lock:
            self._forget_old()
            while len(self._held) >= MOST:
                del self._held[min(self._held, key=lambda each: self._held[each].at)]
            self._held[held.shown.draft] = held

    def find(self, name: str, who: Caller) -> HeldDraft:
        """Return a person's own recording.

        Raises:
            Refused: ``take_gone``: there is none, or it is another person's.
        """
        with self._lock:
            self._forget_old()
            held = self._held.get(name)
        if held is None or held.operator != who.operator:
            raise Refused("take_gone")
        return held

    def drop(self, name: str) -> None:
        """Forget one."""
        with self._lock:
            self._held.pop(name, None)

    def _forget_old(self) -> None:
        now = self._clock.monotonic()
        for name in [n for n, held in self._held.items() if now - held.at > LONGEST_SECONDS]:
            del self._held[name]


def new_name() -> str:
    """Return a name that nobody guesses."""
    return secrets.token_urlsafe(12)


def peaks(sound: Sound) -> tuple[int, ...]:
    """Return the loudest sample of equal parts, 0 to 100, on a scale of roots for the eye."""
    if not sound.size:
        return ()
    parts = np.array_split(np.abs(sound.astype(np.float64)), min(_PARTS, sound.size))
    loudest = np.array([part.max() for part in parts])
    scaled = np.sqrt(loudest / max(loudest.max(), 1.0)) * 100
    return tuple(int(each) for each in scaled)


def as_heard(sound: Sound, *, beep: bool, last: bool = False) -> Sound:
    """Return a prompt as a caller hears it, with a beep laid at its end."""
    heard = through_alaw(sound[-samples(_LAST_SECONDS) :] if last else sound)
    if not beep:
        return heard
    turns = 2 * np.pi * _BEEP_HZ / RATE * np.arange(samples(_BEEP_SECONDS))
    tone = np.rint(sine_peak(_BEEP_DBM0) * np.sin(turns)).astype(np.int16)
    both: Sound = np.concatenate([heard, tone])
    return both
