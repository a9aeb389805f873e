"""The line monitor's protocol ``lm1``: bytes in, events out, no I/O.

Theory of operation. The monitor tells raw facts at once; what they mean needs time:

    loop  ‾‾‾‾‾‾‾|____|‾‾‾‾‾‾‾‾‾‾   on-hook shorter than 80 ms: a dial pulse, told by DIGIT
    loop  ‾‾‾‾‾‾‾|________|‾‾‾‾‾‾   80 ms up to a second: a flash, told when the loop closes
    loop  ‾‾‾‾‾‾‾|______________    a second: on-hook, told with the sample at which it began
    volts ‾‾‾‾‾‾‾|____|‾‾‾‾‾‾‾‾‾‾   0 V with the phone off-hook: 250 ms are a disconnect pulse,
                                    less is a break of the loop, 5 s are a cut line

Every event carries the line clock of the moment at which it began.
"""

import binascii
import re
from collections.abc import Callable

from appliance.lines.base import HookEvent
from appliance.lines.profiles import MonitorProfile
from appliance.model.audio import RATE
from appliance.model.events import (
    CallerId,
    DigitPressed,
    HookChanged,
    LineFault,
    LineRestored,
    PartyChanged,
    PartyDoubted,
    PolarityReversed,
    Ring,
)
from appliance.model.terms import Grade, Hook, PartyCue, Side
from appliance.signals import callerid

LONGEST_LINE = 600
"""Bytes: a caller ID message of 255 bytes in hex, and room."""

_FIGURE = re.compile(rb"-?\d{1,4}(\.\d{1,3})?")


class Lm1:
    """What one line monitor says, understood."""

    def __init__(self, profile: MonitorProfile) -> None:
        """Start without knowing the hook: the first thing to send is ``request``."""
        self._profile = profile
        self._text = b""
        self._skipping = False  # an endless line is thrown away up to its end
        self._now = 0
        self._heard = 0
        self._silent = False
        self._hook = Hook.UNKNOWN  # as told to the call
        self._raw = Hook.UNKNOWN  # as the monitor said last
        self._raw_since = 0
        self._ringing = False
        self._pulsed: int | None = None  # where the digit now being dialled began
        self._volts: float | None = None
        self._milliamps: float | None = None
        self._dead_since: int | None = None
        self._dead_told = False
        self._cut = False
        self._ask = True
        self._events: list[HookEvent] = []
        self._say: dict[bytes, Callable[[bytes], None]] = {
            b"HOOK": self._say_hook,
            b"RING": self._say_ring,
            b"VOLT": self._say_volts,
            b"CURR": self._say_current,
            b"REV": self._say_reversal,
            b"DIGIT": self._say_digit,
            b"CID": self._say_caller,
            profile.banner.encode(): self._say_banner,
        }

    def request(self) -> bytes:
        """Return what to send to the monitor now: the query for its state, or nothing."""
        asked, self._ask = self._ask, False
        return self._profile.query.encode() if asked else b""

    def receive(self, data: bytes, sample: int) -> list[HookEvent]:
        """Take bytes that arrived at ``sample``, or none to let time pass; return the events."""
        self._now = max(self._now, sample)
        self._pass_time()
        self._text += data
        *lines, self._text = self._text.split(b"\n")
        for line in lines:
            if self._skipping:
                self._skipping = False
            else:
                self._take(line.strip())
        if len(self._text) > LONGEST_LINE:
            self._text, self._skipping = b"", True
        events, self._events = self._events, []
        return events

    # -- what the monitor says --------------------------------------------------------------------

    def _take(self, line: bytes) -> None:
        word, _, value = line.partition(b" ")
        say = self._say.get(word)
        if say is None and line != b"OK":
            return  # noise on the wire, or a newer monitor's word
        self._heard = self._now
        if self._silent:
            self._silent = False
            self._tell(LineRestored(self._now, "hook"))
            self._forget()
        if say is not None:
            say(value)

    def _say_banner(self, value: bytes) -> None:
        """The monitor (re)started: what happened meanwhile is unknown."""
        if self._hook is not Hook.UNKNOWN:
            self._tell(HookChanged(self._now, Hook.UNKNOWN))
        self._forget()

    def _say_hook(self, value: bytes) -> None:
        raw = {b"OFF": Hook.OFF, b"ON": Hook.ON}.get(value)
        if raw is None or raw is self._raw:
            return
        was, since = self._raw, self._raw_since
        self._raw, self._raw_since = raw, self._now
        self._dead_since, self._dead_told = None, False
        self._volts = self._milliamps = None  # they were of the other state
        if raw is Hook.OFF and was is Hook.ON and self._hook is Hook.OFF:
            self._loop_closed_again(since)
        elif raw is Hook.ON and self._hook is Hook.OFF:
            self._doubt(self._profile.on_hook_ms)

    def _doubt(self, ms: float) -> None:
        """Tell that the loop opened; what of is known after ``ms`` and the lateness."""
        settled = self._now + self._samples(ms + self._profile.lateness_ms)
        self._tell(PartyDoubted(self._now, settled))

    def _loop_closed_again(self, since: int) -> None:
        if self._now - since >= self._samples(self._profile.flash_min_ms):
            self._tell(PartyChanged(since, PartyCue.FLASH))
        elif self._pulsed is None:
            self._pulsed = since

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
        if len(value) != 1 or not value.isdigit():
            return
        began = self._now if self._pulsed is None else self._pulsed
        self._pulsed = None
        # A dialling disc can only be the office's: the network passes no pulses this way.
        self._tell(
            DigitPressed(
                sample=began,
                key=value.decode(),
                side=Side.NEAR,
                grade=Grade.NONE,
                ms=(self._now - began) * 1000 // RATE,
                dbm0=0.0,
                twist_db=0.0,
                confidence=1.0,
            )
        )

    def _say_caller(self, value: bytes) -> None:
        try:
            message = binascii.unhexlify(value)
        except binascii.Error:
            return
        caller = callerid.parse(message)
        if caller is not None:
            self._tell(CallerId(self._now, caller.number, caller.name, caller.withheld))

    # -- what time tells --------------------------------------------------------------------------

    def _pass_time(self) -> None:
        if self._now - self._heard > self._samples(self._profile.lost_seconds * 1000):
            self._fall_silent()
        self._settle_hook()
        self._watch_dead()

    def _fall_silent(self) -> None:
        self._ask = True
        self._heard = self._now  # ask again only after another such time
        if not self._silent:
            self._silent = True
            self._tell(LineFault(self._now, "hook", "the line monitor is silent"))

    def _settle_hook(self) -> None:
        if self._raw is self._hook or self._silent:
            return
        ms = self._profile.on_hook_ms if self._raw is Hook.ON else self._profile.off_hook_ms
        if self._raw is not Hook.UNKNOWN and self._now - self._raw_since >= self._samples(ms):
            self._hook = self._raw
            self._pulsed = None
            self._tell(HookChanged(self._raw_since, self._hook))

    def _judge_life(self) -> None:
        """See whether the line is dead: no loop current off-hook, no voltage on-hook."""
        off = self._raw is Hook.OFF
        dead = self._without_current() if off else self._without_volts()
        if dead and self._dead_since is None:
            self._dead_since, self._dead_told = self._now, False
            if off and self._hook is Hook.OFF:
                self._doubt(self._profile.disconnect_ms)
        elif not dead and self._dead_since is not None:
            broken = self._now - self._dead_since >= self._samples(self._profile.loop_break_ms)
            if off and broken and not self._dead_told:
                self._tell(PartyChanged(self._dead_since, PartyCue.LOOP_BREAK))
            self._revive()

    def _revive(self) -> None:
        self._dead_since = None
        if self._cut:
            self._cut = False
            self._tell(LineRestored(self._now, "hook"))

    def _watch_dead(self) -> None:
        if self._dead_since is None:
            return
        dead = self._now - self._dead_since
        if not self._cut and dead >= self._samples(self._profile.cut_seconds * 1000):
            self._cut = True
            self._tell(LineFault(self._now, "hook", "no current in the loop: the line is cut"))
        if self._hook is not Hook.OFF or self._raw is not Hook.OFF or self._dead_told:
            return
        if self._without_volts():
            cue, ms = PartyCue.DISCONNECT_PULSE, self._profile.disconnect_ms
        else:
            cue, ms = PartyCue.LOOP_BREAK, self._profile.loop_break_ms
        if dead >= self._samples(ms):
            self._dead_told = True
            self._tell(PartyChanged(self._dead_since, cue))

    def _without_volts(self) -> bool:
        return self._volts is not None and self._volts < self._profile.no_volts

    def _without_current(self) -> bool:
        return self._milliamps is not None and self._milliamps < self._profile.no_milliamps

    def _forget(self) -> None:
        """Know nothing of the line any more, and ask."""
        self._hook = self._raw = Hook.UNKNOWN
        self._ringing, self._pulsed = False, None
        self._volts = self._milliamps = self._dead_since = None
        self._cut, self._ask = False, True

    def _tell(self, event: HookEvent) -> None:
        self._events.append(event)

    @staticmethod
    def _samples(ms: float) -> int:
        return round(ms * RATE / 1000)
