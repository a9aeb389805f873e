"""Watch one line for an administrator: what happens on it, and the condition of its sound.

The line's own thread feeds the watch; it measures and remembers only while somebody looks, and
forgets everything a few seconds after. Sound stays here, at most one second of it; what goes out
are figures, and events without a number.
"""

from collections import deque
from dataclasses import dataclass, replace

from appliance.clock import Clock
from appliance.link.latest import Latest
from appliance.link.requests.doctor import Happened, LineEvent
from appliance.model import events as ev
from appliance.model.audio import AudioFrame
from appliance.model.terms import Hook, PartyCue
from appliance.signals.condition import ChannelCondition, LineCondition

LOOKED_AT_SECONDS = 30.0
"""A line is measured for so long after the last look: a page without scripts is loaded again
within this."""

STALE_SECONDS = 1.5
"""Figures older than this are none: no sound comes."""

MOST_EVENTS = 40

_CUES: dict[PartyCue, Happened] = {
    PartyCue.FLASH: "flash",
    PartyCue.LOOP_BREAK: "loop_break",
    PartyCue.DISCONNECT_PULSE: "disconnect",
}

_HOOKS: dict[Hook, Happened] = {Hook.OFF: "off_hook", Hook.ON: "on_hook"}

_TOLD: dict[type[ev.Event], Happened] = {
    ev.Ring: "ring",
    ev.CallerId: "caller_id",
    ev.PolarityReversed: "reversal",
    ev.LineFault: "fault",
    ev.LineRestored: "restored",
    ev.Gap: "gap",
}


@dataclass(frozen=True, slots=True)
class LineReport:
    """What was seen of a line."""

    hook: Hook
    hook_since: float  # UTC; 0: not known
    happened: tuple[LineEvent, ...]  # the newest first
    channels: tuple[ChannelCondition, ...]  # empty: not measured
    alike: bool
    private: bool


class LineWatch:
    """The watch of one line."""

    def __init__(self, clock: Clock) -> None:
        """See nothing yet; nobody looks."""
        self._clock = clock
        self._since = 0.0  # monotonic: when the present watchers began
        self._condition: LineCondition | None = None  # while somebody looks
        self._measured_at = 0.0  # monotonic
        self._private = False
        self._hook, self._hook_since = Hook.UNKNOWN, 0.0
        self._happened: deque[tuple[float, LineEvent]] = deque(maxlen=MOST_EVENTS)  # monotonic
        self._faulty: set[str] = set()  # parts of the line
        self._looked_at = -LOOKED_AT_SECONDS
        self._seen = LineReport(Hook.UNKNOWN, 0.0, (), (), False, False)
        self.latest: Latest[bool] = Latest()
        """Wakes who watches, at each event and with new figures."""
        self.latest.show(True)

    # -- the line's own thread ----------------------------------------------------------------

    def follow(self, event: ev.Event) -> None:
        """Remember what happened, if somebody looks; the hook in any case."""
        if isinstance(event, ev.HookChanged):
            if event.hook is self._hook:
                return
            self._hook, self._hook_since = event.hook, self._clock.now()
        elif isinstance(event, ev.LineFault):
            self._lose(event)
        what = None if self._goes_on(event) else happened(event)
        at = self._clock.monotonic()
        if what is not None and self._looked(at):
            self._happened.appendleft((at, LineEvent(round(self._clock.now(), 3), what)))
            self._show()

    def _goes_on(self, event: ev.Event) -> bool:
        """Say whether a fault is told again, for another reason."""
        if isinstance(event, ev.LineRestored):
            self._faulty.discard(event.part)
        if not isinstance(event, ev.LineFault):
            return False
        known = event.part in self._faulty
        self._faulty.add(event.part)
        return known

    def _lose(self, fault: ev.LineFault) -> None:
        """Keep no sound, for perhaps no frame follows, and know nothing of a hook unseen."""
        if fault.part == "hook":
            self._hook, self._hook_since = Hook.UNKNOWN, 0.0
        if self._condition is not None:
            self._stop(private=self._private)

    def follow_frame(self, frame: AudioFrame, at: float, *, private: bool) -> None:
        """Take 20 ms of the line; ``private``: nothing may be measured now."""
        if not self._looked(at):
            if self._condition is not None or self._happened:
                self._happened.clear()
                self._stop(private=False)
        elif private:
            if self._condition is not None or not self._private:
                self._stop(private=True)
        else:
            self._measure(frame, at)

    def _measure(self, frame: AudioFrame, at: float) -> None:
        if self._condition is None:
            self._condition, self._private = LineCondition(len(frame.sides)), False
        if self._condition.push(frame.sound):
            self._measured_at = at
            self._show()

    def _looked(self, at: float) -> bool:
        return at - self._looked_at < LOOKED_AT_SECONDS

    def _stop(self, *, private: bool) -> None:
        """Measure no more, and keep no sound."""
        if self._condition is not None:
            self._condition.wipe()
        self._condition, self._private = None, private
        self._show()

    def _show(self) -> None:
        measured = self._condition
        self._seen = LineReport(
            self._hook,
            self._hook_since,
            tuple(event for at, event in self._happened if at >= self._since),
            measured.channels if measured is not None else (),
            measured is not None and measured.alike,
            self._private,
        )
        self.latest.show(True)

    # -- other threads ------------------------------------------------------------------------

    def look(self) -> LineReport:
        """Look at the line, which keeps it measured. Any thread."""
        now = self._clock.monotonic()
        if not self._looked(now):  # what is left from the last watcher is not this one's
            self._since = now
            self._seen = replace(self._seen, happened=(), channels=(), alike=False)
        self._looked_at = now
        seen = replace(self._seen, hook=self._hook, hook_since=self._hook_since)
        if now - self._measured_at > STALE_SECONDS:
            return replace(seen, channels=(), alike=False)
        return seen


def happened(event: ev.Event) -> Happened | None:
    """Return what a watcher is told of an event; None for nothing."""
    if isinstance(event, ev.HookChanged):
        return _HOOKS.get(event.hook)
    if isinstance(event, ev.PartyChanged):
        return _CUES[event.cue]
    return _TOLD.get(type(event))
