"""See whether a tap is wired the right way round.

Turned round, it makes the office's key the caller's, with the best grade there is, and nobody
would notice. Where something whose side is known by itself says otherwise, nobody's key is known.

- **Voltage and current:** our own words tell. They come from the office's end of the wires, where
  the box stands, so that voltage and current are in antiphase in them.
- **A channel for each party:** our words tell nothing, since they are with either party. A tap
  that takes both directions off the wires finds them with the office, one at a handset in the
  receiver, with the caller. But the dial tone that the office gets when it has lifted to dial comes
  from the network, whatever the tap. At any other time a tone may be of the office's own making.
"""

import logging
import math
from collections import deque
from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

import numpy as np

from appliance.model.audio import FRAME, AudioFrame, Sides
from appliance.model.events import DigitPressed, Event, KeyBegan, PromptMarked, ToneHeard
from appliance.model.prompts import LEVEL_DB
from appliance.model.terms import Grade, Side, Tone
from appliance.signals.goertzel import Matrix
from appliance.signals.pcm import rms_of
from appliance.signals.side.direction import DIRECTED

log = logging.getLogger(__name__)

_WORDS = rms_of(-45.0) ** 2
_ENOUGH = 10  # frames of words
_LATEST = 25  # frames: the last half of the 0.7 s or more after which a dial tone is known
_LOUDER = 4.0  # 6 dB
_MOST = 0.8  # of those frames; a party may speak into the others


class _Evidence(Protocol):
    def listen(self, frame: AudioFrame) -> None:
        """Take the next frame."""

    def judge(self, event: Event, *, to_dial: bool) -> bool | None:
        """Return whether the tap is turned round, None if the event has not shown it."""


class TapWatch:
    """Evidence for the wiring of one line's tap."""

    def __init__(self, line: str, sides: Sides) -> None:
        """Trust the tap until something has shown otherwise."""
        self._line = line
        self._evidence, self._what = _evidence_of(sides)
        self.turned = False
        """The tap was seen to be wired the wrong way round."""

    def checked(
        self, frame: AudioFrame, events: Sequence[Event], *, to_dial: bool = False
    ) -> list[Event]:
        """Take a frame and what was heard in it; return it as far as the tap can be trusted.

        ``to_dial``: the office has lifted by itself and not dialled yet.
        """
        if self._evidence is None:
            return list(events)
        self._evidence.listen(frame)
        if not events:
            return []
        return [self._weighed(event, self._evidence, to_dial=to_dial) for event in events]

    def _weighed(self, event: Event, evidence: _Evidence, *, to_dial: bool) -> Event:
        turned = evidence.judge(event, to_dial=to_dial)
        if turned is not None:
            if turned and not self.turned:
                wrong = "line %s: the tap's %s wired the wrong way round; no key counts"
                log.warning(wrong, self._line, self._what)
            self.turned = turned
        elif self.turned and isinstance(event, KeyBegan):
            return replace(event, side=Side.UNSURE)
        elif self.turned and isinstance(event, DigitPressed):
            return replace(event, side=Side.UNSURE, grade=Grade.NONE)
        return event


def _evidence_of(sides: Sides) -> tuple[_Evidence | None, str]:
    """Return the evidence for such a tap's wiring, and the part that may be turned round."""
    if sides[0] == "voltage":
        return _Words(), "current sensor is"
    return (_DialTone(), "channels are") if sides[0] == "far" else (None, "")


def _steps(frame: AudioFrame) -> Matrix:
    """Return the steps from sample to sample of either channel; hum is weak in them."""
    sound = frame.sound.astype(np.float64)
    steps: Matrix = sound[:, 1:] - sound[:, :-1]
    return steps


class _Words:
    """The direction in which most frames of the question pass a V/I tap."""

    def __init__(self) -> None:
        self._from_us = self._from_network = 0  # frames of words

    def listen(self, frame: AudioFrame) -> None:
        if frame.played is None:
            return
        words = frame.played.astype(np.float64)
        if float(words.dot(words)) < _WORDS * FRAME:
            return
        steps = _steps(frame)
        (volts, both), (_, amperes) = (steps @ steps.T).tolist()
        whole = math.sqrt(volts * amperes)
        cosine = both / whole if whole > 0 else 0.0
        self._from_us += cosine < -DIRECTED
        self._from_network += cosine > DIRECTED

    def judge(self, event: Event, *, to_dial: bool) -> bool | None:
        """Learn from words that were there; where they were not, a person was heard."""
        if not isinstance(event, PromptMarked):
            return None
        us, network = self._from_us, self._from_network
        self._from_us = self._from_network = 0
        if us + network < _ENOUGH or abs(event.level_db) > LEVEL_DB:
            return None
        return network > us


class _DialTone:
    """The channel on which a dial tone is: of a tap that is right, the far one."""

    def __init__(self) -> None:
        self._louder: deque[Side] = deque(maxlen=_LATEST)

    def listen(self, frame: AudioFrame) -> None:
        steps = _steps(frame)
        far, near = np.einsum("cs,cs->c", steps, steps).tolist()
        louder = Side.NEAR if near > _LOUDER * far else Side.UNSURE
        self._louder.append(Side.FAR if far > _LOUDER * near else louder)

    def judge(self, event: Event, *, to_dial: bool) -> bool | None:
        """Learn from a tone that has just been known and still sounds."""
        if not (to_dial and isinstance(event, ToneHeard) and event.tone is Tone.DIAL):
            return None
        for side in (Side.NEAR, Side.FAR):
            if self._louder.count(side) >= _MOST * _LATEST:
                return side is Side.NEAR
        return None
