"""One line being calibrated: what its test calls show, step by step, until somebody keeps it.

Everything here happens in the line's own thread. The dialogue goes on beside it and is silent; the
box speaks once in a call that came in, to measure itself, and not while anybody presses a key. A
call that was dialled here does not count: nothing is said on it (P1).
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from msgspec import structs

from appliance.link.board import Board
from appliance.link.requests.calibration import StepNow, TakeStep
from appliance.model import events as ev
from appliance.model.audio import RATE, AudioFrame, samples
from appliance.model.calibration import (
    LOUDEST_DB,
    QUIETEST_DB,
)
from appliance.model.prompts import Prompt
from appliance.model.terms import Hook
from appliance.recorder.enrolment_draft import Draft, drafted
from appliance.recorder.hearing import Hearing
from appliance.recorder.probe import TonesHeard, probe_prompt
from appliance.signals.dtmf import Digit
from appliance.signals.fingerprint import summed_up
from appliance.signals.grading import PAD
from appliance.signals.keyfit import Figures

if TYPE_CHECKING:
    from appliance.recorder.hands import Tools

FAR_KEYS = "159*0#"
"""Every row and every column, of a caller."""

RING_TO_ANSWER = 6 * RATE
_GREETING = samples(2.0)
_FORGOTTEN = samples(900.0)
"""Without a step or a call for so long, somebody has gone away in the middle of it."""


class Enrolment:
    """The calibration of one line."""

    def __init__(
        self, tools: "Tools", hearing: Callable[[], Hearing], exempt: Callable[[], bool]
    ) -> None:
        """Prepare; nothing happens before ``begin``.

        Args:
            tools: the line's, of which its words and where they go are used.
            hearing: returns the line's ears, which give the figures of each key.
            exempt: says whether who calls now may be calling back after a call for help.
        """
        self.known = tools.known
        self.board: Board[StepNow] = Board()
        """Shows how far a step is."""
        self._tools = tools
        self._hearing = hearing
        self._exempt = exempt
        self._probe: Prompt | None = None
        self._step: TakeStep | None = None
        self._now = StepNow(step="level", name="")
        self.going = False
        self.draft = Draft()
        self._sample = 0
        self._until = 0
        self._rang_at = -RING_TO_ANSWER
        self._called = False  # a call that came in goes on
        self._speak_at: int | None = None
        self._tones: TonesHeard | None = None

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
        self.going, self.draft, self._step = True, Draft(), None
        said = next(iter(self._tools.prompts.values()), None)
        self._probe = probe_prompt(np.zeros(0, np.int16) if said is None else said.sound)
        self._hearing().watch_keys(self._key)

    def end(self) -> None:
        """Forget everything and be silent."""
        self._be_silent()
        self.going, self.draft, self._step = False, Draft(), None
        self._hearing().watch_keys(None)
        self._show(stage="ended")

    def learn(self) -> None:
        """Hear by what was kept, from the next call on."""
        self._hearing().calibrate(self.known.learnt)
        self.end()

    def take(self, step: TakeStep) -> None:
        """Begin a step, in place of the one before."""
        self._until = self._sample + _FORGOTTEN
        self._step = step
        self._now = StepNow(step=step.step, name=step.name, lacking=self._wanted())
        self._show(stage="listening" if self._called else "waiting")
        if self._called:
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
            case ev.KeyBegan() if self._speaks:
                self._be_silent()  # and again after a while: a key outranks our own sound
                self._speak_soon()
            case ev.ToneHeard() if event.tone.machine:
                self._say_no_more()
            case ev.PartyChanged():
                self._say_no_more()  # after a flash somebody may dial
            case ev.PromptMarked() if self._tones is not None and self._has_words:
                self._measured(event)

    def hear(self, frame: AudioFrame) -> None:
        """Take 20 ms of the line."""
        self._sample = frame.sample
        if not self.going:
            return
        if self._sample > self._until:
            self.end()
            return
        if self._speak_at is not None and frame.sample >= self._speak_at:
            self._speak()
        elif self._tones is not None:
            self._tones.hear(frame)
            apart = self._tones.apart_db()
            if apart is not None:
                self._tones_done(apart)

    def _lifted(self, sample: int) -> None:
        self._called = sample - self._rang_at <= RING_TO_ANSWER
        if not self.going or self._step is None or self._now.stage == "done":
            return
        self._until = sample + _FORGOTTEN
        self._show(stage="listening" if self._called else "dialled")
        if self._called:
            self._speak_soon()

    def _hung_up(self) -> None:
        self._be_silent()
        self._called = False
        if self._step is not None and self._now.stage not in {"done", "ended"}:
            self._show(stage="waiting")

    # -- the box's own sound ----------------------------------------------------------------------

    @property
    def _speaks(self) -> bool:
        """Say whether the box speaks, or is about to."""
        return self._tones is not None or self._speak_at is not None

    def _speak_soon(self) -> None:
        measures = self._now.step in {"level", "alone"} and self._now.tones_db is None
        self._speak_at = self._sample + _GREETING if measures else None

    def _speak(self) -> None:
        self._speak_at = None
        if self._exempt():
            self._show(trouble="Somebody called for help: nothing is said on this line now.")
        if self._probe is None or self._exempt():
            return
        self._tones = TonesHeard(self._probe)
        self._tools.sink.play(self._probe)
        self._hearing().prompt_started(self._probe)
        self._show(stage="speaking")

    def _say_no_more(self) -> None:
        """Be silent for the rest of the call, whatever step is taken next."""
        self._be_silent()
        self._called = False

    def _be_silent(self) -> None:
        if self._tones is not None:
            self._tools.sink.stop()
            self._hearing().prompt_stopped()
        self._speak_at = self._tones = None

    @property
    def _has_words(self) -> bool:
        return self._probe is not None and self._probe.mark > 0

    def _measured(self, marked: ev.PromptMarked) -> None:
        level = round(self._hearing().calibrated_db + marked.level_db, 2)
        if QUIETEST_DB <= level <= LOUDEST_DB:
            self._show(prompt_db=level)
        else:
            self._show(trouble="The box's own words are not heard on the line: look at its wires.")

    def _tones_done(self, apart: float) -> None:
        self._tones = None
        self._show(tones_db=apart, stage="listening")
        self._finish_if_complete()

    # -- keys -------------------------------------------------------------------------------------

    def _key(self, digit: Digit, pieces: list[Figures]) -> None:
        if self._step is None or self._now.stage != "listening" or self._now.step == "level":
            return
        keys = (*self._now.keys, summed_up(digit.key, pieces))
        self._now = structs.replace(self._now, keys=keys)
        self._show(lacking=self._wanted())
        self._finish_if_complete()

    def _wanted(self) -> str:
        """Return the keys that lack."""
        if self._step is None or self._step.step == "level":
            return ""
        times = 2 if self._step.twice and self._step.step == "alone" else 1
        pressed = [each.key for each in self._now.keys]
        wanted = FAR_KEYS if self._step.step == "far" else PAD
        return "".join(key for key in wanted if pressed.count(key) < times)

    def _finish_if_complete(self) -> None:
        measured = self._now.step not in {"level", "alone"} or self._now.tones_db is not None
        if self._wanted() or not measured or self._now.stage == "done":
            return
        self.draft = drafted(self.draft, self._now)
        self._show(stage="done")

    def _show(self, **changes: object) -> None:
        self._now = structs.replace(self._now, **changes)
        self.board.show(self._now)
