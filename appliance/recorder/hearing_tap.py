"""The part of hearing that sees whether a V/I tap is wired the right way round.

Turned round, its current makes the office's key the caller's, with the best grade there is, and
nobody would notice. Our own words tell: they come from the office's end of the wires, where the
box stands, so that voltage and current are in antiphase in them. Where most frames of the question
say otherwise, nobody's key is known.
"""

import logging
from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from appliance.call.times import LEVEL_DB
from appliance.model.audio import FRAME, AudioFrame, Sides, Sound
from appliance.model.events import DigitPressed, Event, KeyBegan, PromptMarked
from appliance.model.terms import Grade, Side
from appliance.signals.pcm import rms_of

log = logging.getLogger(__name__)

_WORDS = rms_of(-45.0) ** 2
_DIRECTED = 0.25  # cosine between voltage and current beyond which the direction is clear
_ENOUGH = 10  # frames of words


class TapWatch:
    """Follows our own words on the tap of one line."""

    def __init__(self, line: str, sides: Sides) -> None:
        """Trust the tap until a question has shown otherwise."""
        self._line = line
        self._directed = sides[0] == "voltage"
        self._from_us = self._from_network = 0  # frames of words
        self._turned = False

    def checked(self, frame: AudioFrame, events: Iterable[Event]) -> list[Event]:
        """Take a frame and what was heard in it; return it as far as the tap can be trusted."""
        if not self._directed:
            return list(events)
        if frame.played is not None:
            self._listen(frame.sound, frame.played)
        return [self._weighed(event) for event in events]

    def _listen(self, sound: Sound, played: Sound) -> None:
        words = played.astype(np.float64)
        if float(np.dot(words, words)) < _WORDS * FRAME:
            return
        volts, amperes = np.diff(sound.astype(np.float64), axis=1)  # hum has another direction
        whole = float(np.sqrt(np.dot(volts, volts) * np.dot(amperes, amperes)))
        cosine = float(np.dot(volts, amperes)) / whole if whole > 0 else 0.0
        self._from_us += cosine < -_DIRECTED
        self._from_network += cosine > _DIRECTED

    def _weighed(self, event: Event) -> Event:
        if isinstance(event, PromptMarked):
            self._judge(event)
        elif self._turned and isinstance(event, KeyBegan):
            return replace(event, side=Side.UNSURE)
        elif self._turned and isinstance(event, DigitPressed):
            return replace(event, side=Side.UNSURE, grade=Grade.NONE)
        return event

    def _judge(self, marked: PromptMarked) -> None:
        """Learn from words that were there; where they were not, somebody else was heard."""
        decided = self._from_us + self._from_network
        if decided >= _ENOUGH and abs(marked.level_db) <= LEVEL_DB:
            self._turned = self._from_network > self._from_us
            if self._turned:
                log.warning(
                    "line %s: the tap's current sensor is wired the wrong way round; no key counts",
                    self._line,
                )
        self._from_us = self._from_network = 0
