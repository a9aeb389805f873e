"""Calibrate one line: follow its test calls step by step, until the result is kept.

Everything here happens in the line's own thread. The dialogue goes on beside it and is silent; the
box speaks in a call that came in, to measure itself, and not while anybody presses a key. A call
that was dialled here does not count: nothing is said on it (P1).

A phone's keys stand between two measurements in one call::

    opening ── the words' level fits the step ──▸ keys ── all pressed ──▸ closing ──▸ done
       ▴                                            │                        │
       └─────────── hung up, or a level that shows another phone ────────────┘
"""

from collections.abc import Callable
from enum import Enum

from msgspec import structs

from appliance.errors import Refused
from appliance.hearing.stream import LineDetectors
from appliance.link.latest import Latest
from appliance.link.requests.calibration import Stage, StepNow, TakeStep
from appliance.model import events as ev
from appliance.model.audio import AudioFrame, samples
from appliance.model.sentences.faults import DeviceFault, in_words
from appliance.model.terms import Hook
from appliance.recorder.calibration.draft import CalibrationDraft, alone_db, drafted, lacking
from appliance.recorder.calibration.figures import KeptCalibration
from appliance.recorder.calibration.own_words import OwnWords
from appliance.recorder.calibration.second_phone import SILENT, UNHEARD, Problem, unlike, unmeasured
from appliance.signals.dtmf.detector import Digit
from appliance.signals.dtmf.second_look import KeyMeasurement
from appliance.signals.side.fingerprint import summarise_press

_GREETING, _TO_LIFT, _AFTER_KEYS = samples(2.0), samples(5.0), samples(1.0)
"""Before the box speaks: so long people greet, lift a second phone, or may press one key more."""

_TRIES = 3
"""Times in a row that the box speaks in vain in one call, which may be a real caller's."""

_FORGOTTEN = samples(900.0)
"""Without a step or a call for so long, the person has gone away in the middle of it."""

_BROKEN_OFF = in_words("calibration_broken_off").faults
_EARLY = in_words("calibration_early").faults
_EMERGENCY = in_words("calibration_emergency").faults


class _Phase(Enum):
    """What a step waits for."""

    OPENING = "opening"
    KEYS = "keys"
    CLOSING = "closing"


class CalibrationSession:
    """The calibration of one line."""

    def __init__(
        self,
        known: KeptCalibration,
        words: OwnWords,
        hearing: Callable[[], LineDetectors],
        exempt: Callable[[], bool],
    ) -> None:
        """Prepare; nothing happens before ``begin``.

        Args:
            known: what earlier test calls have shown of the line.
            words: says the box's own words on the line.
            hearing: returns the line's ears, which give the figures of each key.
            exempt: says whether who calls now may be calling back after a call for help.
        """
        self.known = known
        self.latest: Latest[StepNow] = Latest()
        """Shows how far a step is."""
        self._hearing = hearing
        self._exempt = exempt
        self._words = words
        self._step: TakeStep | None = None
        self._now = StepNow(step="level", name="")
        self._phase = _Phase.OPENING
        self.going = False
        self.draft = CalibrationDraft()
        self._sample = 0
        self._until = 0
        self._rang_at = -ev.RING_TO_ANSWER
        self._called = False  # a call that came in goes on, and the box may speak in it
        self._in_vain = 0

    @property
    def mixed(self) -> bool:
        """Say whether both parties are one signal on this line."""
        return self._hearing().mixed

    @property
    def grade(self) -> str:
        """Return the best grade of evidence that the line can give, or none."""
        return min(self._hearing().grades, default="none")

    def begin(self) -> None:
        """Begin anew."""
        self._until = self._sample + _FORGOTTEN
        self.going, self.draft, self._step = True, CalibrationDraft(), None
        self._hearing().watch_keys(self._key)

    def end(self) -> None:
        """Forget everything and be silent."""
        self._words.silence()
        self.going, self.draft, self._step = False, CalibrationDraft(), None
        self._hearing().watch_keys(None)
        self._show(stage="ended")

    def learn(self) -> None:
        """Hear by what was kept, from the next call on."""
        self._hearing().calibrate(self.known.learnt)
        self.end()

    def take_step(self, step: TakeStep) -> None:
        """Begin a step, in place of the one before.

        Raises:
            Refused: a second phone cannot be told, since the first was not measured alone.
        """
        if step.step == "second" and alone_db(self.draft, step.name) is None:
            raise Refused("not_measured")
        self._until = self._sample + _FORGOTTEN
        self._step, self._in_vain = step, 0
        self._words.silence()
        self._from_the_start("listening" if self._called else "waiting")
        self._speak_soon()

    # -- what the line tells ----------------------------------------------------------------------

    def follow(self, event: ev.Event) -> None:
        """Take an event of the line."""
        match event:
            case ev.Ring():
                self._rang_at = event.sample
            case ev.HookChanged(hook=Hook.OFF):
                self._lifted(event.sample)
            case ev.HookChanged():
                self._hung_up()
            case ev.KeyBegan() if self._words.pending:
                self._give_way()
            case ev.ToneHeard() if event.tone.machine:
                self._say_no_more()
            case ev.PartyChanged():
                self._say_no_more()  # after a flash the office may dial
            case ev.PromptMarked() | ev.PromptEnded() if self._words.playing:
                self._spoke(event)

    def follow_frame(self, frame: AudioFrame) -> None:
        """Take 20 ms of the line."""
        self._sample = frame.sample
        if not self.going:
            return
        if self._sample > self._until:
            self.end()
        elif self._words.due(frame.sample):
            self._speak()
        elif (apart := self._words.apart_db(frame)) is not None:
            self._tones_done(apart)

    def _lifted(self, sample: int) -> None:
        self._called = sample - self._rang_at <= ev.RING_TO_ANSWER
        if not self._under_way:
            return
        self._until, self._in_vain = sample + _FORGOTTEN, 0
        self._show(stage="listening" if self._called else "dialled")
        self._speak_soon()

    def _hung_up(self) -> None:
        self._words.silence()
        self._called = False
        if not self._under_way:
            return
        if self._now.step == "far":
            self._show(stage="waiting")
        else:
            self._from_the_start("waiting", _BROKEN_OFF if self._now.keys else self._now.faults)

    @property
    def _under_way(self) -> bool:
        return self._step is not None and self._now.stage not in {"done", "ended"}

    # -- the box's own sound ----------------------------------------------------------------------

    def _speak_soon(self) -> None:
        if not self._called or self._phase is _Phase.KEYS:
            return
        opening = _TO_LIFT if self._now.step == "second" else _GREETING
        self._words.soon(self._sample + (opening if self._phase is _Phase.OPENING else _AFTER_KEYS))

    def _speak(self) -> None:
        if self._exempt():
            self._show(faults=_EMERGENCY)
            return
        self._words.say(tones=self._phase is _Phase.OPENING and self._now.step != "second")
        self._show(stage="speaking")

    def _give_way(self) -> None:
        """Be silent, and speak after a while: a key outranks our own sound."""
        self._words.silence()
        if self._phase is _Phase.OPENING:
            self._from_the_start("listening", self._now.faults)
        else:
            self._show(stage="listening")
        self._speak_soon()

    def _say_no_more(self) -> None:
        """Be silent for the rest of the call, whatever step is taken next."""
        self._words.silence()
        if self._called and self._under_way and self._now.step != "far":
            self._show(stage="listening", faults=SILENT)
        self._called = False

    def _spoke(self, event: ev.PromptMarked | ev.PromptEnded) -> None:
        """Take the words' level; at their end it, or the tones', is known already or never."""
        if isinstance(event, ev.PromptEnded):
            self._again(UNHEARD)
        elif self._words.any:
            self._measured(event)

    def _measured(self, marked: ev.PromptMarked) -> None:
        level = round(self._hearing().calibrated_db + marked.level_db, 2)
        alone = alone_db(self.draft, self._now.name)
        problem = unmeasured(level, gaps=marked.underrun) or unlike(self._now, level, alone)
        if problem is not None:
            self._again(problem)
        elif self._phase is _Phase.CLOSING:
            self._words.over()
            self._done()
        else:
            self._show(prompt_db=level)
            if self._now.step == "second":
                self._opened()

    def _again(self, problem: Problem) -> None:
        """Take nothing of what was heard, and measure once more if that can help."""
        self._words.silence()
        self._in_vain += 1
        left = self._in_vain < _TRIES
        self._from_the_start("listening", problem.told(tries_left=left))
        if left and problem.again:
            self._speak_soon()

    def _tones_done(self, apart: float) -> None:
        self._show(tones_db=apart)
        self._opened()

    # -- the course of a step ---------------------------------------------------------------------

    def _from_the_start(self, stage: Stage, faults: tuple[DeviceFault, ...] = ()) -> None:
        """Forget what the step has shown."""
        if self._step is None:
            return
        step, name = self._step.step, self._step.name
        self._phase = _Phase.KEYS if step == "far" else _Phase.OPENING
        self._now = StepNow(step=step, name=name, lacking=lacking(self._step, ()))
        self._show(stage=stage, faults=faults)

    def _opened(self) -> None:
        self._words.over()
        self._phase, self._in_vain = _Phase.KEYS, 0
        if self._now.step == "level":
            self._done()
        else:
            self._show(stage="listening", faults=())

    def _key(self, digit: Digit, pieces: list[KeyMeasurement]) -> None:
        if self._step is None or self._now.stage != "listening" or self._now.step == "level":
            return
        if self._phase is _Phase.OPENING:
            self._show(faults=self._now.faults or _EARLY)
        if self._phase is not _Phase.KEYS:
            return
        keys = (*self._now.keys, summarise_press(digit.key, pieces))
        self._show(keys=keys, lacking=lacking(self._step, keys))
        if not self._now.lacking:
            self._all_pressed()

    def _all_pressed(self) -> None:
        """See whether the same phones are off-hook still, where words can show it."""
        if self._now.step == "far" or not self._words.any:
            self._done()
            return
        self._phase = _Phase.CLOSING
        self._speak_soon()

    def _done(self) -> None:
        self.draft = drafted(self.draft, self._now)
        self._show(stage="done", faults=())

    def _show(self, **changes: object) -> None:
        self._now = structs.replace(self._now, **changes)
        self.latest.show(self._now)
