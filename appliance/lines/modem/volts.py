r"""Tell on-hook from off-hook by the line's voltage, polled four times a second.

Theory of operation. A phone that is lifted draws the voltage down from what the exchange feeds::

    48 V ‾‾‾‾‾‾‾\                          /‾‾‾‾‾   learnt: the median of the high readings
    36 V ........\......................./.......   more, three times: on-hook
    21 V .........\....................../........   less, twice: off-hook
     9 V           \____________________/
     3 V ........................................   less for 5 s: the line is cut

Router ports idle at half of 48 V and less, so the reference is learnt on the line itself, and kept.
Until it is known, only a voltage that no lifted phone has counts as on-hook, or the one before a
ring. Where a short loop with limited current stays near 40 V with the phone lifted, a rule of 15 %
takes the place of these (``short_loop``).

An event carries the line clock of the reading before the one that showed it: the earliest moment at
which it can have happened. The first reading that is not off-hook any more is a doubt at once, so
that no sound is kept past it before three of them, or one that is low again, settle what it was.
Nothing is told of an off-hook phone before it was seen on-hook.
"""

from collections import deque
from collections.abc import Callable
from statistics import median

from appliance.lines.base import HookEvent
from appliance.lines.modem.profile import HookRule
from appliance.model.audio import samples
from appliance.model.events import (
    HookChanged,
    LineFault,
    LineRestored,
    PartyChanged,
    PartyDoubted,
)
from appliance.model.sentences.faults import device_fault
from appliance.model.terms import Hook, PartyCue

CUT = device_fault("no_voltage")

_REMEMBERED = 41
"""High readings that the median is taken of: ten seconds."""

_UNDECIDED = 8
"""Readings between both limits, two seconds: nobody knows what the phone does."""

_LEARN_STEP = 1.0
"""Volts by which the reference has to move before it is kept again: a flash card wears."""

_BELIEVED = (5.0, 110.0)
"""Volts that a reference may have."""


class LoopVoltage:
    """The hook state of one line by its voltage."""

    def __init__(
        self,
        rule: HookRule,
        lateness_ms: int,
        reference: float | None,
        learnt: Callable[[float], None],
        *,
        short_loop: bool = False,
    ) -> None:
        """Begin with the hook unknown.

        Args:
            rule: the limits.
            lateness_ms: the source's; a doubt is settled by so much later.
            reference: the line's on-hook voltage as it was learnt before, if it was.
            learnt: keeps what is learnt now.
            short_loop: judge by a drop of 15 %.
        """
        self._rule = rule
        self._late = samples(lateness_ms / 1000)
        self._learnt = learnt
        self._short = short_loop
        known = reference is not None and _BELIEVED[0] <= reference <= _BELIEVED[1]
        self.reference = reference if known else None
        self._kept = self.reference
        self._high: deque[float] = deque(maxlen=_REMEMBERED)
        self._before: deque[float] = deque(maxlen=_REMEMBERED)  # while nothing is learnt
        self.hook = Hook.UNKNOWN
        self._rang_until = 0
        self._looked: int | None = None  # line clock of the reading before
        self._count = 0  # readings in a row that say the other state
        self._since = 0  # the reading before the first of them
        self._dead_since: int | None = None
        self._dead_told = False
        self._cut = False
        self._events: list[HookEvent] = []

    @property
    def dead(self) -> bool:
        """Say whether the line has no voltage."""
        return self._dead_since is not None

    def looked_away(self, sample: int) -> None:
        """Take note that nobody read the voltage up to ``sample``: changes are dated from there."""
        self._looked, self._count, self._dead_since = sample, 0, None

    def rang(self, sample: int) -> None:
        """Take note of a ring: the ringing voltage spoils what is read meanwhile.

        A line that rings was on-hook: where nothing is learnt yet, its voltage before is.
        """
        self._rang_until = sample + samples(self._rule.ring_seconds)
        if self.hook is Hook.OFF:
            return
        self._looked, self._count = sample, 0  # before it rang nobody lifted
        steady = [volts for volts in self._before if volts >= self._rule.no_volts]
        if self.hook is Hook.UNKNOWN and len(steady) >= self._rule.on_count:
            self._high.clear()
            self._learn(median(steady[-self._rule.on_count :]))
        self._before.clear()

    def reading(self, volts: float, sample: int) -> list[HookEvent]:
        """Take a reading made at ``sample``; return what it shows."""
        before = sample if self._looked is None else self._looked
        if sample < self._rang_until and self.hook is not Hook.OFF:
            return []
        self._looked = sample
        self._watch_dead(volts, before, sample)
        if volts >= self._rule.no_volts and not self._cut:
            self._judge(volts, before, sample)
        events, self._events = self._events, []
        return events

    # -- high and low ------------------------------------------------------------------------------

    def _judge(self, volts: float, before: int, sample: int) -> None:
        high, low = self._limits()
        if self.hook is Hook.OFF:
            self._while_off(volts, low, high, before, sample)
            return
        if self.hook is Hook.UNKNOWN and volts <= high:
            self._before.append(volts)
        self._while_on(volts, low, high, before)

    def _limits(self) -> tuple[float, float]:
        """Return from which voltage on a phone is on-hook, and below which it is off-hook."""
        if self.reference is None:
            return self._rule.off_volts, 0.0
        if self._short:
            low = self._rule.short_off_share * self.reference
            return self._rule.short_on_share * self.reference, low
        low = min(self._rule.off_share * self.reference, self._rule.off_volts)
        return self._rule.on_share * self.reference, low

    def _while_on(self, volts: float, low: float, high: float, before: int) -> None:
        if volts > high:
            self._high.append(volts)
            self._follow_reference()
        wanted = volts < low if self.hook is Hook.ON else volts > high
        need = self._rule.off_count if self.hook is Hook.ON else self._rule.on_count
        if self._goes_on(wanted, before) >= need:
            self._change(Hook.OFF if self.hook is Hook.ON else Hook.ON)

    def _while_off(self, volts: float, low: float, high: float, before: int, sample: int) -> None:
        if volts < low:
            if self._count:
                self._events.append(PartyChanged(self._since, PartyCue.FLASH))
            self._count = 0
        elif volts <= high:
            self._undecided(before, sample)
        else:
            if not self._count:
                self._doubt(before, sample)
            if self._goes_on(True, before) >= self._rule.on_count:
                self._change(Hook.ON)

    def _undecided(self, before: int, sample: int) -> None:
        """Take a reading between the two limits: doubt anew, and give up after a while."""
        self._doubt(before, sample)
        self._count += 1
        if self._count >= _UNDECIDED:
            self._since = before
            self._change(Hook.UNKNOWN)

    def _doubt(self, before: int, sample: int) -> None:
        wait = samples(self._rule.poll_seconds * self._rule.on_count) + self._late
        if not self._count:
            self._since = before
        self._events.append(PartyDoubted(self._since, sample + wait))

    def _goes_on(self, wanted: bool, before: int) -> int:
        if not wanted:
            self._count = 0
            return 0
        if not self._count:
            self._since = before
        self._count += 1
        return self._count

    def _change(self, hook: Hook) -> None:
        self.hook, self._count = hook, 0
        self._events.append(HookChanged(self._since, hook))

    def _follow_reference(self) -> None:
        """Follow the voltage of the line at rest, which drifts with weather and exchange."""
        if len(self._high) < self._rule.on_count:
            return
        now = median(self._high)
        if self.reference is None:
            self._learn(now)
        else:
            self.reference = now
            if self._kept is None or abs(now - self._kept) >= _LEARN_STEP:
                self._learn(now)

    def _learn(self, volts: float) -> None:
        self.reference = self._kept = volts
        self._learnt(volts)

    # -- a line without voltage --------------------------------------------------------------------

    def _watch_dead(self, volts: float, before: int, sample: int) -> None:
        if volts >= self._rule.no_volts:
            self._revive(sample)
            return
        if self._dead_since is None:
            self._dead_since, self._dead_told = before, False
            if self.hook is Hook.OFF:
                wait = samples(2 * self._rule.poll_seconds) + self._late
                self._events.append(PartyDoubted(before, sample + wait))
        elif self.hook is Hook.OFF and not self._dead_told:
            self._tell_pulse(self._dead_since)
        if not self._cut and sample - self._dead_since >= samples(self._rule.cut_seconds):
            self._cut = True
            self._events.append(LineFault(sample, "hook", CUT))

    def _revive(self, sample: int) -> None:
        if self._dead_since is None:
            return
        if self.hook is Hook.OFF and not self._dead_told and not self._cut:
            self._tell_pulse(self._dead_since)
        self._dead_since = None
        self._count = 0
        if self._cut:
            self._cut = False
            self.hook = Hook.UNKNOWN  # the fault made it unknown to the call
            self._events.append(LineRestored(sample, "hook"))

    def _tell_pulse(self, since: int) -> None:
        self._dead_told = True
        self._events.append(PartyChanged(since, PartyCue.DISCONNECT_PULSE))
