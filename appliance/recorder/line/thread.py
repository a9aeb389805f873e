"""Run one line's call: hear, step the dialogue, carry out its actions.

Each line has a thread of its own, which owns the call. Everything comes through one inbox that
never drops: frames and hook events from the driver, reports from the writer, presses from button
and panel. Nothing here waits but on that inbox.
"""

import logging
from collections import deque
from collections.abc import Callable
from dataclasses import replace

from appliance.call import dialogue
from appliance.call.docket import in_order
from appliance.call.states import State
from appliance.call.times import LOST
from appliance.clock import Clock
from appliance.errors import fault
from appliance.hearing.tap import TapWatch
from appliance.model import events as ev
from appliance.model.actions import Action, Note, Play, Stop
from appliance.model.audio import FRAME, RATE, AudioFrame
from appliance.model.policy import LineMemory, Policy
from appliance.model.records import LineStatus
from appliance.model.terms import Hook, Obstacle
from appliance.recorder.calibration.own_words import OwnWords
from appliance.recorder.calibration.session import CalibrationSession
from appliance.recorder.line.actions import LineActions
from appliance.recorder.line.inbox import EmergencyDialled, EndLine, Inbox, Item, Press, Task, Told
from appliance.recorder.line.parts import LineParts
from appliance.recorder.line.view import NO_SOUND, LineView
from appliance.recorder.recording.opening import dated
from appliance.recorder.recording.writer import Failed, Opened, Report, SlowSync, Withdrawn, Writer
from appliance.threads import NamedThread
from appliance.vault.seal import SealReport

log = logging.getLogger(__name__)

SILENT_SECONDS = 2.0
"""After so long without a frame the sound is lost (the dialogue's "losing touch")."""

LONGEST_WAIT_SECONDS = 0.1
"""Frames that no others follow, since the sound has stopped, are heard after this time."""

AT_ONCE, AT_EASE = 2, 4
"""Frames that wake the line together: 40 ms while the box speaks, since it has to be silent within
100 ms of a key or a machine's tone, 80 ms otherwise. Hook events, presses and the writer's reports
wake it at once."""

AT_REST = {State.IDLE, State.UNKNOWN, State.FAULT}
"""States between two calls, in which a line can take other rules or leave."""


class LineThread:
    """Owner of one line's call."""

    def __init__(
        self,
        parts: LineParts,
        writer: Callable[[Callable[[Report], None]], Writer],
        clock: Clock,
        tell: Callable[[Told], None],
    ) -> None:
        """Put the line together; ``start`` begins.

        Args:
            parts: the line's rules and devices.
            writer: makes the line's writer, given where it reports to.
            clock: tells when sound has been missing too long.
            tell: takes reports of recordings and changes of status; must not block.
        """
        self._parts = parts
        self._clock = clock
        self._tell = tell
        self._inbox = Inbox()
        self._fresh: LineParts | None = None  # for the next call
        self._leave: Callable[[], None] | None = None
        self._retired = False
        self._writer = writer(self._inbox.put)
        self._hearing = parts.listen()
        self._actions = LineActions(parts.tools, self._writer)
        self.calibration = self._calibrator()
        self.tap = TapWatch(self.name, parts.audio.sides)
        self._view = LineView(parts, clock, dialogue.first_call(parts.policy, LineMemory()))
        self._call = dialogue.first_call(self._policy(), LineMemory())
        self._view.follow(self._call)
        self._now = 0
        self._fault = ""  # of ours: told once in a call
        self._heard_at, self._sound_lost = clock.monotonic(), False
        self._thread = NamedThread(self._run, f"line {self.name}")

    @property
    def name(self) -> str:
        """The line's name."""
        return self._parts.policy.line

    # -- from other threads: only enqueue -------------------------------------------------------

    def start(self) -> None:
        """Begin to listen: first to the sound, whose clock dates the hook source's events."""
        self._thread.start()
        self._parts.audio.start(self._inbox.put)
        if id(self._parts.hook) != id(self._parts.audio):
            self._parts.hook.start(self._inbox.put)

    def press(self, press: Press) -> None:
        """Do what the button does."""
        self.run_task(lambda: self._feed(press.event(self._now)))

    def run_task(self, act: Callable[[], None]) -> None:
        """Run a function in the line's own thread."""
        self._inbox.put(Task(act))

    def follow(self, parts: LineParts) -> None:
        """Take other rules on the same devices from the next call on."""

        def take() -> None:
            self._fresh = parts

        self.run_task(take)

    def retire(self, left: Callable[[], None]) -> None:
        """Ask nobody any more after the call in progress; ``left`` is called at its end."""

        def leave() -> None:
            self._leave = left

        self.run_task(leave)

    def emergency_elsewhere(self, seconds_ago: float = 0.0) -> None:
        """Exempt incoming calls after a call for help on another line, or before a restart."""

        def remember() -> None:
            since = self._now - round(seconds_ago * RATE)
            self._call = dialogue.emergency_elsewhere(self._call, since)

        self.run_task(remember)

    def settle(self) -> None:
        """Wait until everything delivered is dealt with: for a simulated line at speed."""
        self._inbox.settle()
        while not (self._writer.idle and self._inbox.empty):
            self._writer.settle()
            self._inbox.settle()

    @property
    def view(self) -> LineView:
        """The line as it may be shown. Any thread."""
        return self._view

    @property
    def status(self) -> LineStatus:
        """How the line is now."""
        return self._view.shown.status

    @property
    def rounds(self) -> int:
        """How often the line's thread has come round: ten times a second or more while it works."""
        return self._inbox.rounds

    def close(self) -> None:
        """End the call in progress as cut and release everything."""
        for part in (self._parts.hook, self._parts.audio, self._parts.tools.sink):
            try:
                part.close()
            except Exception as error:  # a device that is gone must not keep the file open
                log.error("line %s: not released: %s", self.name, fault(error))
        self._inbox.put(EndLine())
        if self._thread.ident is not None:
            self._thread.join()
        self._writer.close()
        for item in self._inbox.rest():  # what the writer reported while it closed
            if isinstance(item, SealReport):
                self._tell(item)

    # -- the line's own thread --------------------------------------------------------------------

    def _run(self) -> None:
        going = True
        while going:
            for item in self._inbox.wait(LONGEST_WAIT_SECONDS):
                self._deal_with(item)
                if isinstance(item, EndLine):
                    going = False
                    break
            self._deal_with(None)

    def _deal_with(self, item: Item | None) -> None:
        """Take an item, if one came; see where none is a frame that frames still come at all."""
        try:
            if item is not None:
                self._take(item)
            if not isinstance(item, AudioFrame):
                self._watch_sound()
        except Exception as error:
            self._fail(error)

    def _fail(self, error: Exception) -> None:
        """End this call silently, unrecorded, after a fault of ours: not the line (P1)."""
        if (said := fault(error)) != self._fault:
            log.error("line %s: a fault of ours: %s", self.name, said)
        self._fault = said
        try:
            self._recover()
        except Exception as again:
            log.error("line %s: not released: %s", self.name, fault(again))

    def _take(self, item: Item) -> None:
        match item:
            case EndLine():
                self._actions.let_go(self._now)
            case AudioFrame():
                self._hear(item)
            case Task():
                item.act()
                self._renew()
            case Opened() | Failed() | SealReport() | Withdrawn() | SlowSync():
                self._reported(item)
            case ev.Gap():
                self._miss(item)
            case _:
                self._renew()  # a call may begin with this
                if isinstance(item, ev.HookChanged):
                    self._hearing.hook_changed(item.hook is Hook.OFF)
                elif (
                    isinstance(item, ev.LineRestored) and self._parts.tools.openings.heard_otherwise
                ):
                    self._feed(ev.Gap(item.sample, LOST + 1))  # another device, so no more of this
                self._feed(item)

    def _reported(self, report: Report) -> None:
        """Take the writer's word."""
        match report:
            case Opened():
                self._feed(ev.RecordingOpened(self._now, report.rid))
            case Failed():
                self._actions.drop_tape()
                self._feed(ev.StorageFailed(self._now, report.reason))
            case SlowSync():
                self._actions.disk_was_slow()
                self._show()
        self._tell(report)

    def _hear(self, frame: AudioFrame) -> None:
        self._heard_at = self._clock.monotonic()
        if self._sound_lost:
            self._sound_lost = False
            self._feed(ev.LineRestored(frame.sample, "audio"))
        if frame.sample > self._now:
            self._miss(ev.Gap(self._now, frame.sample - self._now))
        self._now = frame.sample + FRAME
        self._actions.tape_sound(frame.sample, frame.sound)
        self.calibration.follow_frame(frame)
        self._view.meter(frame, self._heard_at)
        to_dial = self._parts.dialling.not_begun
        heard = self.tap.checked(frame, self._hearing.events_in(frame), to_dial=to_dial)
        if heard:
            for event in in_order(heard, self._parts.policy):
                self._feed(event)
        self._pass_time(self._now)
        self._actions.pass_on_ripe(self._now)
        if frame.sample % RATE < FRAME:
            self._renew()

    def _renew(self) -> None:
        """Take the rules of this moment for the next call."""
        if self._call.state in AT_REST and not self._measures:
            self._change_over()
        if self._call.state is State.IDLE:
            self._call = dialogue.next_call(self._call, self._policy())
            self._after()

    def _change_over(self) -> None:
        """Between two calls, leave the line or take other rules, if that was ordered."""
        if self._leave is not None:
            left, self._leave = self._leave, None
            self._retired = True
            left()
        elif self._fresh is not None:
            parts, self._fresh = self._fresh, None
            elsewhere = parts.country != self._parts.country
            self._parts = parts
            self._actions.use(parts.tools)
            self._view.use(parts)
            self.calibration = self._calibrator()
            if elsewhere:
                self._hearing = parts.listen()
            # Also where the line is not idle: a call may begin without an idle moment before it.
            self._call = replace(self._call, policy=self._policy())
            self._show()

    def _calibrator(self) -> CalibrationSession:
        tools = self._parts.tools
        words = OwnWords(tools.prompts, tools.sink, lambda: self._hearing)
        return CalibrationSession(tools.known, words, lambda: self._hearing, self._exempt)

    def _pass_time(self, now: int) -> None:
        """Let everything happen that is due by the line clock ``now``."""
        for judged in self._parts.dialling.due(now):
            self._feed(judged)
        for at, timer in self._actions.take_due(now):
            self._feed(ev.TimerFired(at, timer))

    def _watch_sound(self) -> None:
        """Report the loss when frames stop; time passes all the same."""
        silent = self._clock.monotonic() - self._heard_at
        if not self._parts.paced or silent <= SILENT_SECONDS:
            return
        if not self._sound_lost:
            self._sound_lost = True
            self._feed(ev.LineFault(self._now, "audio", NO_SOUND))
        self._pass_time(self._now + round(silent * RATE))

    def _miss(self, gap: ev.Gap) -> None:
        """Note missing sound, reported by the driver or seen by the next frame's clock."""
        self._now = max(self._now, gap.sample + gap.count)
        self._feed(gap)

    def _feed(self, event: ev.Event) -> None:
        """Step the dialogue with one event, and with what follows from it."""
        self._actions.follow(event)
        self.calibration.follow(event)
        self._view.follow_event(event)
        waiting = deque([self._parts.known(event)])
        while waiting:
            happened = waiting.popleft()
            was = self._call
            self._call, wished = dialogue.advance(was, happened)
            wanted = tuple(dated(action, self._clock) for action in wished)
            if self._parts.observe is not None:
                self._parts.observe(happened, self._call, wanted)
            for action in wanted:
                self._actions.carry_out(action, self._call, self._now)
                self._follow_action(action)
            if self._call.memory.emergency_until != was.memory.emergency_until:
                self._tell(EmergencyDialled(self.name))
            waiting.extend(self._parts.dialling.judge(happened))
            self._after()
        self._actions.judged(event)

    def _follow_action(self, action: Action) -> None:
        """Let the ears expect our words, and tell of a call's outcome."""
        match action:
            case Play():
                language = self._call.policy.language
                self._hearing.prompt_started(self._parts.tools.prompt(action.saying, language))
            case Stop():
                self._hearing.prompt_stopped()
            case Note():
                self._view.outcome = action.outcome
                self._tell(action)

    def _after(self) -> None:
        if self._call.over:
            self._call = dialogue.next_call(self._call, self._policy())
            self._parts.tools.openings.forget_call()
            self._fault = ""
        if self._parts.paced:
            speaks = self._call.asking.playing or self._measures
            self._inbox.together = AT_ONCE if speaks else AT_EASE
        self._show()

    def _show(self) -> None:
        if self._view.follow(self._call):
            self._tell(self.status)

    def _policy(self) -> Policy:
        """Return the rules for the next call, as far as they depend on the moment."""
        return self._parts.rules(self._held_back(), self._hearing.grades)

    def _held_back(self) -> Obstacle | None:
        if self._retired or not self._parts.speaks:
            return Obstacle.LEAVING if self._retired else Obstacle.MUTE
        if self._measures:
            return Obstacle.CALIBRATING
        if not self._parts.exempt.known:
            return Obstacle.LIST
        return self._parts.too_soon()

    @property
    def _measures(self) -> bool:
        return self.calibration.going or self._view.check.going

    def forget_emergency(self) -> None:
        """Ask callers again after a call for help on the simulated network: a task."""
        self._call = dialogue.forget_emergency(self._call)

    def _exempt(self) -> bool:
        return self._call.memory.exempts(self._now)

    def _recover(self) -> None:
        """Be silent, stop, and wait for the next on-hook."""
        self._call = dialogue.first_call(self._policy(), self._call.memory)
        try:
            self._actions.let_go(self._now)
        finally:
            self._hearing = self._parts.listen()  # the old ears may fail at every frame
            self._view.renew(self._call)
            self._tell(self.status)
