"""Parse the line monitor's protocol LM1: bytes in, events out, no I/O.

``docs/lm1.md`` specifies it. Theory of operation. The monitor reports raw facts at once. The hook
is judged in ``loop``; here the line's life:

    volts ‾‾‾‾‾‾‾|____|‾‾‾‾‾‾‾‾‾‾   0 V with the phone off-hook: 250 ms are a disconnect pulse,
                                    less is a break of the loop, 5 s are a cut line

While the monitor is away, a flash can happen unseen. So its reports of an off-hook phone count only
after it has shown that phone on-hook.
"""

import binascii
import re
from collections.abc import Callable

from appliance.lines.base import HookEvent
from appliance.lines.monitor.loop import LoopWatch
from appliance.lines.monitor.presence import Presence
from appliance.lines.monitor.text import LineReader
from appliance.lines.profiles import Lm1Profile
from appliance.model.audio import samples
from appliance.model.events import (
    CallerId,
    HookChanged,
    LineFault,
    LineRestored,
    PartyChanged,
    PolarityReversed,
    Ring,
)
from appliance.model.sentences.faults import device_fault
from appliance.model.terms import Hook, PartyCue
from appliance.signals.caller_id import messages as callerid

_FIGURE = re.compile(rb"-?\d{1,4}(\.\d{1,3})?")
_BANNER = re.compile(rb"LM\d+")


class Lm1:
    """The parser for one line monitor."""

    def __init__(self, profile: Lm1Profile) -> None:
        """Start with the hook unknown; send ``request`` first."""
        self._profile = profile
        self._banner = profile.banner.encode()
        self._lines = LineReader()
        self._presence = Presence(profile)
        self._loop = LoopWatch(profile)
        self._reason = ""  # of the fault that was told last
        self._foreign = False  # the monitor speaks another version
        self._ringing = False
        self._volts: float | None = None
        self._milliamps: float | None = None
        self._dead_since: int | None = None
        self._dead_told = False
        self._cut = False
        self._events: list[HookEvent] = []
        self._say: dict[bytes, Callable[[bytes], None]] = {
            b"HOOK": self._say_hook,
            b"RING": self._say_ring,
            b"VOLT": self._say_volts,
            b"CURR": self._say_current,
            b"REV": self._say_reversal,
            b"DIGIT": self._say_digit,
            b"CID": self._say_caller,
            b"OK": lambda value: None,
            self._banner: self._say_banner,
        }

    def opened(self, sample: int) -> None:
        """Start again: the port was opened at ``sample`` and nothing is known."""
        self._loop.opened(sample)
        self._lines.drop_begun_line()
        self._presence.opened(self._now)
        self._foreign = False
        self._forget()

    def lost(self, reason: str, sample: int) -> list[HookEvent]:
        """Take note that the port is gone; return a fault, once for each reason."""
        self._loop.now = max(self._now, sample)
        return self._fault(reason, self._now)

    def _fault(self, reason: str, since: int) -> list[HookEvent]:
        told = self._presence.lost and reason == self._reason
        self._presence.lost, self._reason = True, reason
        return [] if told else [LineFault(since, "hook", reason)]

    def request(self) -> bytes:
        """Return the bytes to send to the monitor now: the query for its state, or nothing."""
        return self._profile.query.encode() if self._presence.wanted() else b""

    def receive(self, data: bytes, sample: int) -> list[HookEvent]:
        """Take the bytes that arrived at ``sample``, or none to pass time; return the events."""
        self._loop.advance(sample, read=bool(data))
        if not self._presence.lost:
            self._events += self._loop.settled()
        self._watch_dead()
        self._events += self._loop.dialled()
        for line in self._lines.ended_lines(data):
            self._take(line)
        seen = self._loop.look_done()
        silent = seen and self._presence.pass_time(self._now, on_hook=self._at_rest)
        if silent and not self._foreign:
            self._events += self._fault(self._why_lost(), self._presence.since)
        events, self._events = self._events, []
        return events

    @property
    def _now(self) -> int:
        return self._loop.now

    @property
    def _at_rest(self) -> bool:
        return self._loop.hook is Hook.ON and self._loop.raw is Hook.ON

    def _why_lost(self) -> str:
        if self._presence.met:
            return device_fault("monitor_silent")
        return device_fault("monitor_nobody", dialect=self._profile.dialect)

    # -- the monitor's reports ---------------------------------------------------------------------

    def _take(self, line: bytes) -> None:
        word, _, value = line.partition(b" ")
        if _BANNER.fullmatch(word):
            self._check_version(word)
        say = self._say.get(word)
        if say is None or self._foreign:
            return  # noise on the wire, or a word of a newer monitor
        if self._presence.heard(self._now, sure=word in {b"HOOK", self._banner}):
            self._tell(LineRestored(self._now, "hook"))
            self._forget()
        say(value)

    def _check_version(self, word: bytes) -> None:
        known, self._foreign = self._foreign, word != self._banner
        if self._foreign and not known:
            banner = self._profile.banner
            speaks = device_fault("monitor_version", spoken=word.decode(), known=banner)
            self._events += self.lost(speaks, self._now)

    def _say_banner(self, value: bytes) -> None:
        """The monitor (re)started: events meanwhile are unknown."""
        self._revive()
        if self._loop.hook is not Hook.UNKNOWN:
            self._tell(HookChanged(self._now, Hook.UNKNOWN))
        self._forget()

    def _say_hook(self, value: bytes) -> None:
        raw = {b"OFF": Hook.OFF, b"ON": Hook.ON}.get(value)
        if raw is None or raw is self._loop.raw:
            return
        self._revive()  # a dead line reports neither
        self._volts = self._milliamps = None  # they belonged to the other state
        self._events += self._loop.report(raw)

    def _say_ring(self, value: bytes) -> None:
        if value not in {b"ON", b"OFF"}:
            return
        if value == b"ON" and not self._ringing:
            self._tell(Ring(self._now))
        self._ringing = value == b"ON"

    def _say_volts(self, value: bytes) -> None:
        if _FIGURE.fullmatch(value):
            self._volts = abs(float(value))
            self._judge_life()

    def _say_current(self, value: bytes) -> None:
        if _FIGURE.fullmatch(value):
            self._milliamps = abs(float(value))
            self._judge_life()

    def _say_reversal(self, value: bytes) -> None:
        self._tell(PolarityReversed(self._now))

    def _say_digit(self, value: bytes) -> None:
        if len(value) == 1 and value.isdigit():
            self._events += self._loop.pulses.told(value.decode(), self._now)

    def _say_caller(self, value: bytes) -> None:
        try:
            message = binascii.unhexlify(value)
        except binascii.Error:
            return
        caller = callerid.parse_message(message)
        if caller is not None:
            self._tell(CallerId(self._now, caller.number, caller.name, caller.withheld))

    # -- the passing of time -----------------------------------------------------------------------

    def _judge_life(self) -> None:
        """Judge whether the line is dead.

        An off-hook line is dead without loop current, an on-hook line without voltage. A monitor
        that reports no current is judged by the voltage alone. A second phone going off-hook
        changes both figures and means nothing.
        """
        off = self._loop.raw is Hook.OFF
        by_current = off and self._milliamps is not None
        dead = self._without_current() if by_current else self._without_volts()
        if dead and self._dead_since is None:
            self._dead_since, self._dead_told = self._loop.begun, False
            if off and self._loop.hook is Hook.OFF:
                self._tell(self._loop.doubt(self._profile.disconnect_ms))
        elif not dead and self._dead_since is not None:
            broken = self._now - self._dead_since >= samples(self._profile.loop_break_ms / 1000)
            if off and broken and not self._dead_told:
                self._tell_broken(PartyCue.LOOP_BREAK, self._dead_since)
            self._revive()

    def _revive(self) -> None:
        self._dead_since, self._dead_told = None, False
        if self._cut:
            self._cut = False
            self._tell(LineRestored(self._now, "hook"))
            # The fault made the hook unknown to the call: it is observed afresh from here on.
            self._loop.observe_afresh()

    def _watch_dead(self) -> None:
        if self._dead_since is None:
            return
        dead = self._now - self._dead_since
        if not self._cut and dead >= samples(self._profile.cut_seconds):
            self._cut = True
            self._tell(LineFault(self._now, "hook", device_fault("no_current")))
        off = self._loop.hook is Hook.OFF and self._loop.raw is Hook.OFF
        if not off or self._dead_told:
            return
        if self._without_volts():
            cue, ms = PartyCue.DISCONNECT_PULSE, self._profile.disconnect_ms
        else:
            cue, ms = PartyCue.LOOP_BREAK, self._profile.loop_break_ms
        if dead >= samples(ms / 1000):
            self._dead_told = True
            self._tell_broken(cue, self._dead_since)

    def _tell_broken(self, cue: PartyCue, since: int) -> None:
        self._loop.pulses.spoil()
        self._tell(PartyChanged(since, cue))

    def _without_volts(self) -> bool:
        return self._volts is not None and self._volts < self._profile.no_volts

    def _without_current(self) -> bool:
        return self._milliamps is not None and self._milliamps < self._profile.no_milliamps

    def _forget(self) -> None:
        """Forget the state of the line, and ask for it."""
        self._loop.forget()
        self._ringing = False
        self._volts = self._milliamps = self._dead_since = None
        self._cut = False
        self._presence.ask()

    def _tell(self, event: HookEvent) -> None:
        self._events.append(event)
