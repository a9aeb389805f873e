"""Judge optocouplers on the modem lines of a serial port: looks in, events out, no I/O.

A look is one byte, a bit for each pin that is on. Theory of operation. The loop is judged as
``loop`` describes. The ringing voltage alternates, so its pin is seldom on at every look:

    ring pin  __|‾|_|‾|__|‾|_|‾|______________   on again and again for 100 ms: a burst of ringing
    ring pin  __|‾|___________________________   a single spike: a phone was lifted or put down
    ring pin  ___|‾|_____|‾|_____|‾|__________   spikes of an off-hook phone: it dials by pulses

What happens between two looks leaves no trace. If they are so far apart that a pulse fits between
them, the digit is unknown; if a flash does, the off-hook phone's state is, until it was seen
on-hook.
"""

from dataclasses import dataclass

from appliance.lines.base import HookEvent
from appliance.lines.monitor.loop import LoopWatch
from appliance.lines.profiles import OptocouplerProfile
from appliance.model.audio import samples
from appliance.model.events import HookChanged, LineFault, LineRestored, Ring
from appliance.model.terms import Hook

PINS = {"dcd": 1, "ri": 2, "cts": 4, "dsr": 8}
"""Pin -> its bit in a look."""

_PULSE = samples(0.025)
"""The shortest pulse: 20 a second, open half of the time."""

_BETWEEN = samples(0.06)
"""Half-waves of 16 Hz are so far apart; spikes with longer gaps are not one burst."""


@dataclass(frozen=True, slots=True)
class Pin:
    """A pin of the port, and whether its being on means yes."""

    bit: int
    on: bool = True

    @classmethod
    def named(cls, text: str) -> "Pin":
        """Return the pin of a setting: ``dcd``, or ``not dcd``; raise KeyError for another."""
        name = text.removeprefix("not ")
        return cls(PINS[name], name == text)

    def says(self, look: int) -> bool:
        """Say whether a look means yes."""
        return bool(look & self.bit) is self.on


class Optocouplers:
    """The parser for one line's optocouplers."""

    def __init__(self, profile: OptocouplerProfile, off_hook: Pin, ringing: Pin | None) -> None:
        """Start with the hook unknown.

        Args:
            profile: the limits.
            off_hook: tells that a phone is off-hook.
            ringing: tells that it rings; None: nothing does.
        """
        self._off_hook = off_hook
        self._ringing = ringing
        self._ring_on = samples(profile.ring_on_ms / 1000)
        self._ring_off = samples(profile.ring_off_ms / 1000)
        self._flash = samples(profile.flash_min_ms / 1000)
        self._loop = LoopWatch(profile)
        self._looked = 0
        self._lost = ""  # why
        self._rings = False
        self._burst: int | None = None  # begin of the activity on the ring pin
        self._active = 0  # its last look

    def opened(self, sample: int) -> None:
        """Start again: the port was opened at ``sample`` and nothing is known."""
        self._loop.opened(sample)
        self._looked = self._loop.now
        self._rings, self._burst = False, None

    def lost(self, reason: str, sample: int) -> list[HookEvent]:
        """Take note that the port is gone; return a fault, once for each reason."""
        self._loop.now = max(self._loop.now, sample)
        told, self._lost = self._lost, reason
        return [] if told == reason else [LineFault(self._loop.now, "hook", reason)]

    def request(self) -> bytes:
        """Return nothing: optocouplers are looked at."""
        return b""

    def receive(self, data: bytes, sample: int) -> list[HookEvent]:
        """Take the looks of ``sample``, or none to pass time; return the events."""
        self._loop.advance(sample, read=bool(data))
        events: list[HookEvent] = []
        if data and self._lost:
            self._lost = ""
            self._loop.forget()
            events.append(LineRestored(self._loop.now, "hook"))
        if not self._lost:
            events += self._unseen() if data else []
            events += self._loop.settled()
            events += self._loop.dialled()
        for look in data:
            events += self._look(look)
        self._loop.look_done()
        return events

    def _unseen(self) -> list[HookEvent]:
        """Return the doubt about a phone that nobody looked at for as long as a flash."""
        looked, self._looked = self._looked, self._loop.now
        if self._loop.now - looked >= _PULSE:
            self._loop.pulses.unwatched(self._loop.now)
        if self._loop.hook is not Hook.OFF or self._loop.now - looked < self._flash:
            return []
        self._loop.forget()
        return [HookChanged(looked, Hook.UNKNOWN)]

    def _look(self, look: int) -> list[HookEvent]:
        raw = Hook.OFF if self._off_hook.says(look) else Hook.ON
        events = [] if raw is self._loop.raw else self._loop.report(raw)
        if self._ringing is not None:
            active = self._ringing.says(look) and self._loop.hook is not Hook.OFF
            events += self._ring(active, self._loop.now)
        return events

    def _ring(self, active: bool, now: int) -> list[HookEvent]:
        if self._burst is not None and now - self._active > _BETWEEN and not self._rings:
            self._burst = None
        if self._rings and now - self._active >= self._ring_off:
            self._rings, self._burst = False, None
        if not active:
            return []
        self._burst = now if self._burst is None else self._burst
        self._active = now
        if self._rings or now - self._burst < self._ring_on:
            return []
        self._rings = True
        return [Ring(self._burst)]
