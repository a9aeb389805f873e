"""Show how each line is, who is on, and how loud it is.

The line's thread feeds its view; other threads only read it. Nothing of it is logged or written.
A view shows who is on only while the call can still come to a recording, because the live page
serves to steer that. From a refusal on, and in a private or exempt call, it shows no caller.
"""

import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal

from msgspec import structs

from appliance.call.awaited import awaited, can_be_asked_again
from appliance.call.call import Call
from appliance.call.eligibility import lacks_speakers, next_obstacle
from appliance.call.states import State
from appliance.clock import Clock
from appliance.errors import fault
from appliance.link.requests.live import LineLevel, OnLine
from appliance.model.audio import FRAME, RATE, AudioFrame
from appliance.model.events import Event, LineFault, LineRestored
from appliance.model.records import LineStatus
from appliance.model.sentences.faults import DeviceFault, device_fault, fault_of
from appliance.model.terms import Hook, NumberKind, Obstacle
from appliance.recorder.line.parts import LineParts
from appliance.recorder.watch.line import LineWatch
from appliance.recorder.watch.tones import ToneCheckSession
from appliance.signals.levels import LevelMeter
from appliance.signals.pcm import FLOOR_DBM0, level_dbm0
from appliance.signals.tones import dial_tone

log = logging.getLogger(__name__)

NO_SOUND = device_fault("no_sound")
"""Why a line is lost whose driver says nothing."""

LOOKED_AT_SECONDS = 2.0
"""A meter measures for so long after a page last read it."""

BETWEEN_CALLS = {State.UNKNOWN, State.IDLE, State.ENDED, State.FAULT}

MEASURED = {
    State.DIALLING,
    State.SETTLING,
    State.ASKING,
    State.AWAITING,
    State.INFORMING,
    State.CHOOSING,
    State.CONFIRMING,
    State.RECORDING,
}
"""From the lifting on, as long as the call can be recorded or is: a level that moves beside
"private" or "paused" would say that the box listens."""

TOLD = MEASURED | {State.RINGING, State.PAUSED, State.RETRYABLE}
"""States that show who is on. In ``far_changed`` it may be another person."""


@dataclass(frozen=True, slots=True)
class LineState:
    """State of one line at one moment: its status and the person on it."""

    status: LineStatus
    on: OnLine | None


class LineView:
    """One line, as it is shown."""

    def __init__(self, parts: LineParts, clock: Clock, call: Call) -> None:
        """Show a line on which ``call`` is going on."""
        self._parts = parts
        self._clock = clock
        self._call = call
        self._call_since = 0.0
        self._virtual = False  # this call, or the last, was seen or heard by what is no hardware
        self._reworded = False  # what is wrong is another thing, and nobody was told yet
        self._wrong: dict[str, str] = {}  # part of the line -> what its driver says is wrong
        self.outcome: Literal["recorded", "unrecorded"] | None = None
        """Of the last call."""
        self.shown = self._look(call)
        self.watch = LineWatch(clock)
        """What an administrator is shown who watches the line."""
        self.check = ToneCheckSession(
            parts.policy.line,
            parts.tools.sink,
            clock,
            lambda: dial_tone(self._parts.country),
            lambda: self._call.memory.exempts(self._now),
        )
        self.check.changed = lambda: self.watch.latest.show(True)
        self._now = 0
        self._fault_beside = ""  # told once
        self._meter = LevelMeter()
        self._measuring = False
        self._looked_at = -LOOKED_AT_SECONDS

    # -- the line's own thread ----------------------------------------------------------------

    def use(self, parts: LineParts) -> None:
        """Show a line of other rules from now on."""
        self._parts = parts

    def follow(self, call: Call) -> bool:
        """Show the call after a step; return whether anything that is shown has changed."""
        was, self._call = self._call, call
        moved = not self._still(call, was)
        reworded, self._reworded = self._reworded, False
        changed = (
            moved
            or reworded
            or call.caller is not was.caller
            or call.number is not was.number
            or call.private_wanted != was.private_wanted
        )
        if changed:
            self._renew(call, moved=moved)
        return changed

    def _follow_fault(self, event: Event) -> None:
        """Show what is wrong, also where the state stays as it is.

        What a driver says goes before what the line itself notices.
        """
        match event:
            case LineFault(reason=reason) if reason == NO_SOUND:
                self._wrong.setdefault(event.part, reason)
            case LineFault():
                self._wrong[event.part] = event.reason
            case LineRestored():
                self._wrong.pop(event.part, None)
        if self._fault != self.shown.status.fault:
            told = structs.replace(self.shown.status, fault=self._fault)
            self.shown, self._reworded = LineState(told, self.shown.on), True

    @property
    def _fault(self) -> DeviceFault | None:
        return next(map(fault_of, self._wrong.values()), None)

    def follow_event(self, event: Event) -> None:
        """Show a fault; let who watches the line, and a check that goes on, see any event."""
        self._follow_fault(event)
        self._beside(lambda: self.check.follow(event))
        self._beside(lambda: self.watch.follow(event))

    def _beside(self, act: Callable[[], None]) -> None:
        """Do something for whoever watches; a fault in it ends a check, and never the call."""
        try:
            act()
        except Exception as error:
            if (said := fault(error)) != self._fault_beside:
                log.error("line %s: a fault of ours: %s", self._parts.policy.line, said)
            self._fault_beside = said
            with suppress(Exception):  # the sink itself may be at fault
                self.check.end("no_sound")

    @property
    def _private(self) -> bool:
        """Say whether a call goes on that is not to be recorded, as far as is known."""
        known = self._call.state not in {*MEASURED, State.UNKNOWN, State.FAULT}
        return self._call.hook is Hook.OFF and known and not self.check.going

    def renew(self, call: Call) -> None:
        """Show a call that begins anew, after a fault."""
        self._call = call
        self._renew(call, moved=True)

    def meter(self, frame: AudioFrame, at: float) -> None:
        """Measure a frame if a page reads the meter; ``at`` is the monotonic time."""
        call, self._now = self._call, frame.sample + FRAME
        self._beside(lambda: self.check.follow_frame(frame))
        self._beside(lambda: self.watch.follow_frame(frame, at, private=self._private))
        looked_at = at - self._looked_at < LOOKED_AT_SECONDS
        if looked_at and call.hook is Hook.OFF and call.state in MEASURED:
            self._meter.update(level_dbm0(frame.mixed))
            self._measuring = True
        elif self._measuring:
            self._measuring = False
            self._meter.dbm0 = FLOOR_DBM0

    # -- other threads ------------------------------------------------------------------------

    def level(self) -> LineLevel | None:
        """Look at the meter, which keeps it going; None while nothing is measured."""
        self._looked_at = self._clock.monotonic()
        if not self._measuring:
            return None
        return LineLevel(self.shown.status.line, round(self._meter.dbm0, 1))

    def _still(self, call: Call, was: Call) -> bool:
        """Say whether the line's status is what it was."""
        same = call.state is was.state and _told(call) == _told(was)
        return same and self._parts.slow_sync_ms() == self.shown.status.slow_sync_ms

    def _renew(self, call: Call, *, moved: bool) -> None:
        if call.state in BETWEEN_CALLS:
            self._call_since = 0.0
        else:
            self._call_since = self._call_since or self._clock.now()
            self._virtual = self._parts.tools.openings.heard.unreal == "virtual"
        self.shown = self._look(call, None if moved else self.shown.status)

    def _look(self, call: Call, status: LineStatus | None = None) -> LineState:
        return LineState(status or self._status(call), who(call))

    def _status(self, call: Call) -> LineStatus:
        return LineStatus(
            line=self._parts.policy.line,
            state=call.state.value,
            kind=self._parts.policy.kind.value,
            since=self._clock.now(),
            call_since=self._call_since,
            began=self._began(call),
            outcome=self.outcome,
            reason=call.reason,
            fault=self._fault,
            recording=call.recording,
            awaited=awaited(call),
            kept=call.kept,
            again=can_be_asked_again(call),
            obstacle=next_obstacle(call),
            notice=not call.policy.consent_purposes,
            slow_sync_ms=self._parts.slow_sync_ms(),
            exempt_until=self._exempt_until(call),
            complete=call.policy.complete,
            agreed=not lacks_speakers(call.policy),
            records_from=self._parts.records_from if _waits(call) else "",
            trial=self._parts.trial,
            virtual=self._virtual,
        )

    def _began(self, call: Call) -> float:
        """Return when the call began, as its recording says it; 0 before the lift."""
        if call.offhook_sample is None or call.state in BETWEEN_CALLS:
            return 0.0
        return self._parts.tools.openings.began(call.offhook_sample, call.now)

    def _exempt_until(self, call: Call) -> float:
        until = call.memory.emergency_until
        left = 0 if until is None else until - call.now
        return round(self._clock.now() + left / RATE, 3) if left > 0 else 0.0


def _waits(call: Call) -> bool:
    return call.policy.held_back is Obstacle.DAY


def _told(call: Call) -> tuple[object, ...]:
    """Return what is told, beside the state, of the present call and of what the next one meets."""
    return awaited(call), call.kept, can_be_asked_again(call), *_rules(call)


def _rules(call: Call) -> tuple[Obstacle | None, bool, bool, bool, int | None]:
    """Return what decides, beside the state, what the next caller meets."""
    until = call.memory.emergency_until if call.memory.exempts(call.now) else None
    policy = call.policy
    lacks = lacks_speakers(policy)
    return next_obstacle(call), policy.complete, lacks, bool(policy.consent_purposes), until


def who(call: Call) -> OnLine | None:
    """Return who is on, as far as it may be shown; None if nobody is or it may not.

    While the list of numbers never recorded is unknown, any caller could be on it; before the line
    may record, nobody is watched on it.
    """
    incoming = call.state is State.RINGING or call.direction == "incoming"
    listed = call.caller is not None and call.caller.listed
    if incoming and listed and call.state not in BETWEEN_CALLS:
        return OnLine(call.policy.line, "incoming", "listed")
    if call.state not in TOLD or call.private_wanted or call.policy.held_back is not None:
        return None
    return _caller(call) if incoming else _called(call)


def _caller(call: Call) -> OnLine:
    line, caller = call.policy.line, call.caller
    if caller is not None and caller.withheld:
        return OnLine(line, "incoming", "withheld")
    if caller is None or (caller.number is None and caller.name is None):
        return OnLine(line, "incoming", "unknown")
    return OnLine(line, "incoming", "known", caller.number, caller.name)


def _called(call: Call) -> OnLine:
    """Tell the dialled number only when it was heard whole and is an ordinary one."""
    number = call.number
    if number is None or number.kind is not NumberKind.ORDINARY or number.number is None:
        return OnLine(call.policy.line, "outgoing", "unknown")
    return OnLine(call.policy.line, "outgoing", "known", number.number)
