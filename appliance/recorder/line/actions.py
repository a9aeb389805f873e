"""Carry out what the dialogue wants done on a line."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import assert_never

from appliance.call.call import Call
from appliance.lines.base import PromptSink
from appliance.model import actions as act
from appliance.model import events as ev
from appliance.model.audio import RATE, Sound
from appliance.model.events import Event
from appliance.model.policy import Saying
from appliance.model.prompts import Prompt
from appliance.model.records import SLOW_DISK, RecordingMark
from appliance.model.terms import Timer
from appliance.recorder.calibration.figures import KeptCalibration
from appliance.recorder.recording.notes import Notes
from appliance.recorder.recording.opening import Openings
from appliance.recorder.recording.tape import MARGIN, Tape, TapeStretch
from appliance.recorder.recording.writer import EndFile, WithdrawOrder, Writer

log = logging.getLogger(__name__)

Winding = act.Pause | act.Resume | act.Blank | act.Hold | act.Release


@dataclass(frozen=True, slots=True)
class LineTools:
    """Prompts, devices and files that a line's actions work with."""

    prompts: Mapping[Saying, Prompt]
    sink: PromptSink
    known: KeptCalibration
    """Calibration of the line."""
    openings: Openings
    notes: Notes
    lateness_ms: int
    others: Mapping[str, Mapping[Saying, Prompt]] = field(default_factory=dict)
    """Language -> its prompts, where the line speaks several; its own among them."""

    def prompt(self, saying: Saying, language: str) -> Prompt:
        """Return a prompt in the language that the call has come to."""
        return self.others.get(language, self.prompts)[saying]


class LineActions:
    """Prompts, tape, writer and timers of one line."""

    def __init__(self, tools: LineTools, writer: Writer) -> None:
        self._tools = tools
        self._writer = writer
        self._lateness = tools.lateness_ms * RATE // 1000
        self._tape = Tape(self._lateness + MARGIN, tools.openings.channels)
        self._timers: dict[Timer, int] = {}
        self._empty = False  # a file was ordered, and nothing has gone to it
        self._slow = False  # the disk, since the last note

    def use(self, tools: LineTools) -> None:
        """Work with other prompts and rules from now on, between two calls."""
        self._tools = tools

    def carry_out(self, action: act.Action, call: Call, now: int) -> None:
        """Do one thing; ``call`` is the call after the step that wanted it."""
        match action:
            case act.Play() | act.Stop():
                self._speak(action, call.policy.language)
            case act.SetTimer():
                self._timers[action.timer] = action.at
            case act.Note():
                self._note(action, call.policy.line)
            case act.StartRecording():
                self._writer.order(self._tools.openings.opening(call, action, now))
                self._empty = True
            case act.StopRecording():
                self.stop_tape(action.reason.value, action.sample)
            case act.Withdraw():
                self._withdraw(action, call)
            case _:
                self._wind(action, now)

    def take_due(self, now: int) -> list[tuple[int, Timer]]:
        """Remove and return the timers that have run out, earliest first."""
        due = [(at, timer) for timer, at in self._timers.items() if at <= now]
        due.sort()
        for _, timer in due:
            del self._timers[timer]
        return due

    def tape_sound(self, sample: int, sound: Sound) -> None:
        """Let sound wait on the tape; the tape takes it only while recording."""
        if self._tape.running:
            self._tape.push(sample, sound)

    def follow(self, event: Event) -> None:
        """Wind the tape by an event that the dialogue has not judged yet.

        The tape holds a key's sound until all of it can be blanked. From a sign of another party
        on, as late as the hook source may report it, nothing goes on before it is settled.
        """
        match event:
            case ev.KeyBegan():
                self._tape.key_began(event.sample)
            case ev.PartyDoubted():
                self._tape.doubt(event.sample - self._lateness, event.settled)
            case ev.PartyChanged() | ev.PolarityReversed() | ev.Ring():
                self._tape.doubt(event.sample - self._lateness, event.sample)
            case ev.HookChanged():
                self._tape.forget_keys()
                self._tape.doubt(event.sample - self._lateness, event.sample)

    def judged(self, event: Event) -> None:
        """Let the sound after a key go on, now that the dialogue has dealt with the key."""
        if isinstance(event, ev.DigitPressed):
            self._tape.key_ended(event.sample)

    def pass_on_ripe(self, now: int) -> None:
        """Hand the writer what has waited long enough."""
        self._pass_on(*self._tape.ripe(now))

    def disk_was_slow(self) -> None:
        """Let the call's note say that the disk was too slow."""
        self._slow = True

    def drop_tape(self) -> None:
        """Throw away what waits: the file has failed."""
        self._tape.drop()
        self._empty = False

    def stop_tape(self, reason: str, sample: int) -> None:
        """Seal what was heard before ``sample`` and finish the file."""
        self._pass_on(*self._tape.finish(sample))
        if self._empty:  # all of it was in doubt from the first sample on
            self._take_back()
        else:
            self._writer.order(EndFile(reason))

    def let_go(self, now: int) -> None:
        """Be silent, finish the file with what is settled, forget all timers.

        A file that has not begun is taken back: it says who called, and nothing was recorded.
        """
        self._timers.clear()
        try:
            self._tools.sink.stop()
        finally:  # a device that is gone must not keep the file open
            self.stop_tape("cut", now - self._tape.delay)

    def _note(self, note: act.Note, line: str) -> None:
        slow, self._slow = self._slow and note.outcome == "recorded", False
        try:
            self._tools.notes.write(line, note.outcome, SLOW_DISK if slow else note.reason)
        except OSError as error:  # a count is lost; the call goes on as it would
            log.error("a call was not counted: %s", error.strerror)

    def _speak(self, action: act.Play | act.Stop, language: str) -> None:
        if isinstance(action, act.Play):
            self._tools.sink.play(self._tools.prompt(action.saying, language))
        else:
            self._tools.sink.stop()

    def _wind(self, action: Winding, now: int) -> None:
        match action:
            case act.Pause():
                self._tape.pause(action.sample)
            case act.Resume() if self._tape.running:
                self._tape.resume(action.sample)
            case act.Resume():
                self._tape.begin(max(action.sample, now))  # this frame has gone by already
            case act.Blank():
                self._tape.blank(action.start, action.stop)
            case act.Hold():
                self._tape.hold(action.sample)
            case act.Release():
                self._tape.release()
            case _:
                assert_never(action)

    def _pass_on(self, marks: list[RecordingMark], stretch: TapeStretch | None) -> None:
        for mark in marks:
            self._writer.order(mark)
        if stretch is None:
            return
        self._empty = False
        if not self._writer.sound(stretch):
            log.warning("the storage is too slow; sound was dropped and the gap is marked")

    def _withdraw(self, action: act.Withdraw, call: Call) -> None:
        if call.purposes:  # others go on: the recording says which ended
            self._writer.order(self._tape.mark_withdrawn(action.sample, action.purposes))
            return
        self._take_back()

    def _take_back(self) -> None:
        self._tape.drop()
        self._writer.order(WithdrawOrder())
        self._empty = False
