"""Simulate a Whozz Calling unit: it judges the loops itself and reports edges and calls.

It keeps its settings, takes commands no faster than a real one, and loses what comes too soon.
"""

from dataclasses import dataclass, field

from appliance.exchange.circuit.circuit import Direct
from appliance.exchange.monitor import sees_off_hook
from appliance.exchange.scene import SceneCaller
from appliance.model.audio import RATE

_OFF_HOOK = RATE * 100 // 1000
_ON_HOOK = RATE * 700 // 1000
"""Samples after which it calls a phone lifted, or hung up; a shorter break is a flash."""

_FLASH_MIN = RATE * 80 // 1000
_RINGS_OVER = RATE * 8
"""Without a ring for so long, nobody answers."""

_CALLER_AFTER = RATE * 25 // 10
"""The caller's number has come so long after the first ring began."""

_BETWEEN_COMMANDS = RATE * 50 // 1000
_FACTORY = "ECXUDASObKT"


@dataclass(slots=True)
class SimulatedWhozz:
    """One line of a unit; ``number`` is the line's number in its reports."""

    number: int = 1
    settings: str = _FACTORY
    writes: list[str] = field(default_factory=list)
    """Settings that were written to its memory, which wears out."""
    _out: list[str] = field(default_factory=list)
    _commanded: int = -RATE
    _closed: bool = False  # the loop, as it is now
    _closed_since: int = 0
    _off_hook: bool = False  # as reported
    _inbound: bool = False
    _ring_began: int | None = None  # of the call that rings
    _ringing: bool = False
    _rang: int = 0
    _rings: int = 0
    _lifted: int = 0
    _named: bool = False
    _who: SceneCaller | None = None

    def take(self, commands: bytes, sample: int) -> bytes:
        """Take commands from the box; return what is answered to them."""
        for command in commands.decode("ascii", "replace"):
            if sample - self._commanded < _BETWEEN_COMMANDS:
                continue
            self._commanded = sample
            if command == "V":
                self._say(f"V3.1 {self.settings} L={self.number:02}")
            elif command.swapcase() in self.settings:
                self.settings = self.settings.replace(command.swapcase(), command)
                self.writes.append(command)
        return self._take()

    def observe(
        self, loop: Direct, ringing: bool, sample: int, caller: SceneCaller | None = None
    ) -> bytes:
        """Observe the loop, each 20 ms; return the bytes that report it.

        Args:
            loop: direct voltage and current.
            ringing: the ringing voltage is on the line.
            sample: the line clock.
            caller: who calls, as the network tells it.
        """
        self._watch_rings(ringing, sample, caller)
        self._watch_hook(loop, sample)
        return self._take()

    def _watch_rings(self, ringing: bool, sample: int, caller: SceneCaller | None) -> None:
        if ringing and not self._ringing:
            self._rings += 1
            if self._ring_began is None:
                self._ring_began, self._named, self._who = sample, False, caller
                self._rings = 1
                self._detail("R", sample)
        self._ringing = ringing
        self._rang = sample if ringing else self._rang
        if self._ring_began is None:
            return
        if not self._named and sample - self._ring_began >= _CALLER_AFTER:
            self._named = True
            self._call("I", "S", 0, sample)
        if not self._off_hook and sample - self._rang >= _RINGS_OVER:
            self._call("I", "E", 0, sample)
            self._ring_began = None

    def _watch_hook(self, loop: Direct, sample: int) -> None:
        closed = sees_off_hook(loop, self._closed)
        since = sample - self._closed_since
        if closed is not self._closed:
            if closed and self._off_hook and since >= _FLASH_MIN:
                self._detail("H", sample)
            self._closed, self._closed_since = closed, sample
        elif closed and not self._off_hook and since >= _OFF_HOOK:
            self._off_hook, self._lifted = True, sample
            self._inbound = self._ring_began is not None
            if self._inbound and not self._named:
                self._named = True
                self._call("I", "S", 0, sample)
            self._detail("F", sample)
        elif not closed and self._off_hook and since >= _ON_HOOK:
            self._off_hook = False
            self._detail("N", sample)
            self._call("I" if self._inbound else "O", "E", (sample - self._lifted) // RATE, sample)
            self._ring_began = None

    def _detail(self, code: str, sample: int) -> None:
        if "d" in self.settings:
            at = sample // RATE
            clock = f"11/07 {at // 3600 % 24:02}:{at // 60 % 60:02}:{at % 60:02}"
            self._say(f"{self.number:02} {code}{' ' * 13}{clock}")

    def _call(self, way: str, end: str, seconds: int, sample: int) -> None:
        if way not in ("IO" if "o" in self.settings else "I"):
            return
        number, name = "No-CallerID", ""
        if way == "I" and self._who is not None and (self._who.number or self._who.withheld):
            number = "Private" if self._who.withheld else self._who.number.lstrip("+")
            name = self._who.name
        lead = "$" if "c" in self.settings else ""
        at = sample // 60 // RATE
        hour = at // 60 % 12 or 12
        half = "AM" if at // 60 % 24 < 12 else "PM"
        self._say(
            f"{lead}{self.number:02} {way} {end} {seconds:04} G A{min(self._rings, 9)} "
            f"11/07 {hour:02}:{at % 60:02} {half} {number[:14]:14} {name[:15]:15}"
        )

    def _say(self, line: str) -> None:
        self._out.append(f"{line}\r\n")

    def _take(self) -> bytes:
        out, self._out = "".join(self._out).encode("ascii", "replace"), []
        return out
