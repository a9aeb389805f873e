"""Hear one line: take frames, return events.

```
   frame ──► canceller ──► history of each channel ──► keys ─────► KeyBegan, DigitPressed
     │      (our prompt)                         ├───► progress ─► ToneHeard
     │                                           ├───► voices ───► VoiceHeard
     └────► prompt measured, before cancelling   └───► caller ID ► CallerId (on-hook, or a
                                                                    call waits)
```
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from appliance.hearing.caller_id import Callers
from appliance.hearing.keys import KeyWatcher, LineKeys
from appliance.hearing.mono import Mono, grades_of
from appliance.hearing.prompt import PromptWatch
from appliance.hearing.voices import VoiceActivity
from appliance.model.audio import FRAME, RATE, AudioFrame, Sides, Sound
from appliance.model.events import Event, PartyDoubted, PromptMarked, ToneHeard
from appliance.model.prompts import LEVEL_DB, Prompt
from appliance.model.terms import Tone
from appliance.signals.dtmf.concealment import conceal_gap
from appliance.signals.goertzel import Floats, History
from appliance.signals.pcm import to_sound
from appliance.signals.progress.detector import CarrierFound, ProgressDetector, ToneFound
from appliance.signals.prompt.canceller import Canceller
from appliance.signals.side.direction import LevelRule
from appliance.signals.side.fingerprint import EnrolledPhones

log = logging.getLogger(__name__)

DOUBTFUL = 4 * FRAME
"""A tone of the network's that has sounded for so long may be the beginning of busy or dial."""

LIFT_TOLD = RATE // 2
"""A lift may be told so late; a machine's tone of that time is one in the call."""

LONGEST_SOUND = RATE // 2
"""So much silence ends whatever sounded before sound went missing."""

TOLD_APART = RATE * 5 // 2
"""Within this time a network's tone is recognised, or its second burst has begun."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """Results of test calls on a line."""

    prompt_db: float = 0.0
    """Level of a prompt on the line against the prompt's own."""
    levels: LevelRule | None = None
    """How keys of both sides lie apart on a line with one mixed channel (grade C)."""
    enrolled: EnrolledPhones | None = None
    """Every phone of such a line by its fingerprint (grade B)."""
    prompts_db: tuple[float, ...] = (0.0,)
    """A prompt's level with each of the phones, against ``prompt_db``."""

    @property
    def rule(self) -> EnrolledPhones | LevelRule | None:
        """Return what tells sides on one mixed channel, the better one of both."""
        return self.enrolled or self.levels


class LineDetectors:
    """All detectors of one line; the line's own thread feeds them."""

    _AHEAD = FRAME
    """Samples that are given at once."""

    def __init__(
        self, line: str, country: str, sides: Sides, calibration: Calibration | None = None
    ) -> None:
        """Listen to a line.

        Args:
            line: its name.
            country: ISO 3166, whose network tones are used.
            sides: what the frames' channels carry.
            calibration: what is known of the line; without one nothing is assumed.
        """
        self.line = line
        self._sides = sides
        known = calibration or Calibration()
        channels = len(sides)
        self._histories = [History(ahead=self._AHEAD) for _ in range(channels)]
        # Two parties on two channels meet again in one for what concerns the whole line.
        apart = sides[0] == "far"
        self._whole = History(ahead=self._AHEAD) if apart else self._histories[0]
        self._canceller = Canceller(channels)
        self._learnt: Calibration | None = None  # waits for the next on-hook
        self._prompt = PromptWatch(known.prompt_db)
        self._keys = LineKeys(sides, self._histories, Mono(known.rule, known.prompts_db))
        self._voices = VoiceActivity(sides)
        self._progress = ProgressDetector(country, self._whole)
        self._callers = Callers(self._whole)
        self._off_hook: bool | None = None
        self._early: list[ToneFound | CarrierFound] = []  # tones heard while that may be late
        self._doubted: int | None = None  # the burst that was told of last
        self._next: int | None = None  # line clock of the frame that should come
        self._shift = 0  # line clock minus the histories' count

    def hook_changed(self, off_hook: bool) -> None:
        """Seek caller ID while on-hook, keys, tones, voices and waiting calls while off-hook.

        Before the first call of this everything is sought.
        """
        if off_hook != self._off_hook:
            self._canceller.reset()
            self._keys.mono.new_call()
            if self._keys.far is not None:
                self._keys.far.reset()
            self._learn()
            if off_hook:
                self._callers.lifted()
        self._off_hook = off_hook

    @property
    def mixed(self) -> bool:
        """Say whether both parties are one signal."""
        return self._sides[0] == "both"

    @property
    def grades(self) -> frozenset[str]:
        """Return the grades of evidence that these ears can give (P3)."""
        if self.mixed:
            return grades_of(self._keys.mono.rule)
        return frozenset({"A"})

    @property
    def calibrated_db(self) -> float:
        """Return the level at which a prompt is expected, against its own."""
        return self._prompt.coupling_db

    def watch_keys(self, watcher: KeyWatcher | None) -> None:
        """Tell the figures of every key that is let go, until None is given."""
        self._keys.watcher = watcher

    def calibrate(self, learnt: Calibration) -> None:
        """Hear by another calibration, from the next call on."""
        self._learnt = learnt
        if self._off_hook is False:
            self._learn()

    def _learn(self) -> None:
        if self._learnt is not None:
            self._prompt = PromptWatch(self._learnt.prompt_db)
            self._keys.mono = Mono(self._learnt.rule, self._learnt.prompts_db)
            self._learnt = None

    def prompt_started(self, prompt: Prompt) -> None:
        """Expect the prompt in the frames to come."""
        self._prompt.started(prompt)

    def prompt_stopped(self) -> None:
        """Expect no more of the prompt; ``PromptEnded`` follows with the next frame."""
        self._prompt.stopped()

    def events_in(self, frame: AudioFrame) -> list[Event]:
        """Hear 20 ms and return the events that have become known by them.

        Where sound is missing before them, silence is heard: a key or a tone ends there, and
        words of our own were not said. A key that is there on both sides of one missing frame
        was there within it.
        """
        start = frame.sample if self._next is None else self._next
        events = [] if frame.sample == start else self._hear_missing(start, frame)
        self._next = frame.sample + FRAME
        return events + self._hear(frame)

    def _hear_missing(self, start: int, after: AudioFrame) -> list[Event]:
        silence = np.zeros_like(after.sound)
        events: list[Event] = []
        for missing in range(start, min(after.sample, start + LONGEST_SOUND), FRAME):
            sound = self._bridged(after) if after.sample == start + FRAME else silence
            events += self._hear(AudioFrame(after.line, missing, sound, after.sides))
        return events

    def _bridged(self, after: AudioFrame) -> Sound:
        """Return the sound of the missing frame before this one."""
        held = self._keys.holding
        if held is None or self._prompt.running:
            return np.zeros_like(after.sound)
        before = np.stack([history.last(FRAME) for history in self._histories])
        filled = conceal_gap(before, after.sound.astype(np.float32), *held)
        return np.zeros_like(after.sound) if filled is None else to_sound(filled.astype(np.float64))

    def _hear(self, frame: AudioFrame) -> list[Event]:
        line = frame.sound.astype(np.float32)
        clean = self._canceller.cancel(line, frame.played)
        powers = self._push(frame, clean)
        if self._keys.far is not None:
            self._keys.far.follow_frame(line, clean, frame.played)
        events: list[Event] = []
        if self._prompt.running:
            events.extend(self._prompt.follow_frame(frame, self._uncancelled(frame)))
            if self._prompt.moved:
                self._canceller.reset()  # it has learnt what was not so
            if events:
                self._check_level(events)
        return events + self._judged(frame.sample, clean, powers, self._whole_power(powers))

    def _judged(
        self, sample: int, clean: Floats, powers: list[float], whole_power: float
    ) -> list[Event]:
        """Return what the detectors say of the frame that the histories have just passed."""
        events: list[Event] = []
        keys = self._keys.step(powers)
        found = self._progress.step(whole_power)
        if keys or found or self._callers.listening:
            events.extend(self._callers.callers_in(keys, found, self._off_hook, self._shift))
        if self._off_hook is False:
            self._early = self._lately(found)
        else:
            found, self._early = [*self._early, *found], []
            if self._prompt.speaking:
                ours = self._canceller
                self._keys.spoken_over(cancelled=ours.active, poor=ours.poor)
            if keys:
                events.extend(self._keys.judged(keys, self._shift))
            if found:
                events.extend(self._tones(found))
            events.extend(self._doubts())
            silent = self._keys.held or self._progress.tonal or self._callers.listening
            rest = self._prompt.rest_power(self._canceller.active)
            events.extend(self._voices.voices_in(sample, clean, powers, rest, silent))
        return events

    def _lately(self, found: list[ToneFound | CarrierFound]) -> list[ToneFound | CarrierFound]:
        """Return the machine tones that a person who has just lifted may hear."""
        since = self._whole.end - LIFT_TOLD
        return [
            tone
            for tone in (*self._early, *found)
            if isinstance(tone, ToneFound) and tone.tone.machine and tone.sample >= since
        ]

    def _tones(self, found: list[ToneFound | CarrierFound]) -> Iterator[ToneHeard]:
        for tone in found:
            if isinstance(tone, CarrierFound):
                continue
            if tone.tone is Tone.DATA_CALLING and self._callers.listening:
                continue  # the marks before a waiting call's identity
            yield ToneHeard(tone.sample + self._shift, tone.tone, self._voices.pointing)

    def _doubts(self) -> list[Event]:
        """Tell, once a burst, that a tone of the network's has begun to sound."""
        since = self._progress.sounding_since
        if since is None or since == self._doubted or self._whole.end - since < DOUBTFUL:
            return []
        self._doubted = since
        return [PartyDoubted(since + self._shift, since + self._shift + TOLD_APART)]

    def _check_level(self, events: list[Event]) -> None:
        """See by the question whether the line is still what it was in the test calls.

        Tells who sets the line up what is wrong with it: nobody can agree on it like this.
        """
        for event in events:
            if not isinstance(event, PromptMarked):
                continue
            self._keys.mono.probed(event.level_db)
            gaps = " with gaps" if event.underrun else ""
            if gaps or abs(event.level_db) > LEVEL_DB:
                off = "line %s: its words are %+.1f dB off on the line%s; see docs/calibration.md"
                log.warning(off, self.line, event.level_db, gaps)

    def _push(self, frame: AudioFrame, clean: Floats) -> list[float]:
        powers = []
        for history, channel in zip(self._histories, clean, strict=True):
            kept = history.push(channel)
            powers.append(float(kept.dot(kept)) / FRAME)
        if self._whole is not self._histories[0]:
            self._whole.push(clean.sum(axis=0))
        self._shift = frame.sample + FRAME - self._whole.end
        return powers

    def _uncancelled(self, frame: AudioFrame) -> NDArray[np.int16 | np.int32]:
        """Return what concerns the whole line, before anything was taken out of it."""
        both, sound = self._whole is not self._histories[0], frame.sound
        whole: NDArray[np.int16 | np.int32] = (
            sound.sum(axis=0, dtype=np.int32) if both else sound[0]
        )
        return whole

    def _whole_power(self, powers: list[float]) -> float:
        if self._whole is self._histories[0]:
            return powers[0]
        sound = self._whole.last(FRAME)
        return float(sound.dot(sound)) / FRAME
