"""Judge the raw hook of a phone's loop: off-hook, on-hook, flashes and dialled pulses.

Theory of operation. A monitor reports each change at once, or is looked at all the time; the
meaning of a change needs time:

    loop  ‾‾‾‾‾‾‾|____|‾‾‾‾‾‾‾‾‾‾   on-hook under 80 ms: a dial pulse, counted by Pulses
    loop  ‾‾‾‾‾‾‾|________|‾‾‾‾‾‾   80 ms to a second: a flash, reported when the loop closes
    loop  ‾‾‾‾‾‾‾|______________    a second: on-hook, reported with the sample of its begin

Every event carries the line clock of its begin. A break that was read late, by a busy machine,
begins at the previous read of the port: it counts for as long as it may have been, so that no flash
passes for a pulse.

While nobody watches, a flash can happen unseen. So an off-hook phone counts only after it was seen
on-hook.
"""

from typing import Protocol

from appliance.lines.base import HookEvent
from appliance.lines.monitor.pulses import Pulses
from appliance.model.audio import samples
from appliance.model.events import DigitPressed, HookChanged, PartyChanged, PartyDoubted
from appliance.model.terms import Hook, PartyCue

_AT_ONCE = samples(0.03)
"""Reads of a port come this close to each other: every 10 or 20 ms, unless the machine is busy."""


class LoopLimits(Protocol):
    """The figures of a profile by which a loop is judged."""

    @property
    def lateness_ms(self) -> int:
        """The greatest delay of a report."""

    @property
    def off_hook_ms(self) -> int:
        """Off-hook is certain after this."""

    @property
    def on_hook_ms(self) -> int:
        """On-hook is certain after this."""

    @property
    def flash_min_ms(self) -> int:
        """A shorter break is a dial pulse."""


class LoopWatch:
    """The hook of one line, on the line clock."""

    def __init__(self, limits: LoopLimits) -> None:
        """Start with the hook unknown."""
        self._limits = limits
        self.pulses = Pulses(limits.flash_min_ms, limits.lateness_ms)
        self.now = 0
        self.begun = 0  # the reports read now happened after this
        self.hook = Hook.UNKNOWN  # as reported to the call
        self.raw = Hook.UNKNOWN  # as last reported
        self._raw_since = 0
        self._looked = 0  # all reports up to here were read
        self._before = 0  # the previous look
        self._missed = False  # bytes that came meanwhile are still unread
        self._unseen = False

    def opened(self, sample: int) -> None:
        """Start again at ``sample``: nothing is known."""
        self.now = self._looked = self.begun = max(self.now, sample)
        self.forget()

    def forget(self) -> None:
        """Forget the hook and the digit being dialled."""
        self.hook = self.raw = Hook.UNKNOWN
        self.pulses.drop_digit()

    def advance(self, sample: int, *, read: bool) -> None:
        """Pass time up to ``sample``; ``read``: reports of this moment are at hand."""
        self._before, self.now = self.now, max(self.now, sample)
        self._missed = not read and self._late(self._before)
        late = self._late(self._looked)
        self._unseen = late if read else self._missed
        self.begun = self._looked if late else self.now

    def look_done(self) -> bool:
        """Take note that everything of this moment was read; say whether that is so."""
        self._looked = self._before if self._missed else self.now
        return not self._missed

    def settled(self) -> list[HookEvent]:
        """Return the change of the hook that is certain by now, if one is."""
        if self.raw is self.hook or self.raw is Hook.UNKNOWN:
            return []
        if self.hook is Hook.UNKNOWN and self.raw is Hook.OFF:
            return []  # nobody has seen since when
        limits = self._limits
        ms = limits.on_hook_ms if self.raw is Hook.ON else limits.off_hook_ms
        if self.now - self._raw_since < samples(ms / 1000):
            return []
        self.hook = self.raw
        self.pulses.drop_digit()
        return [HookChanged(self._raw_since, self.hook)]

    def dialled(self) -> list[DigitPressed]:
        """Return the digit that is over by now, if one is."""
        return [] if self._unseen else self.pulses.pass_time(self.now)

    def report(self, raw: Hook) -> list[HookEvent]:
        """Take a changed report; return the flash that it ends, or the doubt that it begins."""
        was, since = self.raw, self._raw_since
        broke = raw is Hook.ON and self.hook is Hook.OFF
        self.raw, self._raw_since = raw, self.begun if broke else self.now
        if raw is Hook.OFF and was is Hook.ON and self.hook is Hook.OFF:
            flashed = self.pulses.closed(since, self.now)
            return [PartyChanged(since, PartyCue.FLASH)] if flashed else []
        if broke:
            self.pulses.opened(self._looked, self.now)
            return [self.doubt(self._limits.on_hook_ms)]
        return []

    def doubt(self, ms: float) -> PartyDoubted:
        """Return a doubt: the reason is known after ``ms`` and the lateness."""
        settled = self.now + samples((ms + self._limits.lateness_ms) / 1000)
        return PartyDoubted(self.begun, settled)

    def observe_afresh(self) -> None:
        """Take the hook as unknown to the call from now on, whatever is reported."""
        self.hook, self._raw_since = Hook.UNKNOWN, self.now

    def _late(self, looked: int) -> bool:
        return self.now - looked > _AT_ONCE
