"""Simulate a line monitor that speaks LM1: send what its microcontroller would."""

from dataclasses import dataclass, field

from appliance.exchange.circuit.circuit import Direct
from appliance.model.audio import RATE

_OFF_HOOK_MILLIAMPS = 5.0
_ON_HOOK_VOLTS = 20.0
_HEARTBEAT = 5 * RATE
_REPORT = RATE  # a slowly changing figure is reported at most once a second
_FLASH_MIN = RATE * 80 // 1000  # a shorter break is a dialling disc's, nominally 60 ms
_BETWEEN_DIGITS = RATE * 300 // 1000  # the loop closed for so long ends a digit


def sees_off_hook(loop: Direct, before: bool) -> bool:
    """Say whether a phone draws current; ``before`` where the loop does not tell."""
    if abs(loop.milliamps) > _OFF_HOOK_MILLIAMPS:
        return True
    # A dead line, without voltage, says nothing about the phone.
    return before and abs(loop.volts) <= _ON_HOOK_VOLTS


@dataclass(slots=True)
class SimulatedMonitor:
    """A line monitor that speaks ``lm1`` and sees the loop alone.

    Without ``counts`` it leaves ``DIGIT`` out, as the protocol allows.
    """

    counts: bool = True
    _told: Direct | None = None
    _told_at: int = 0
    _beat: int = 0
    _off_hook: bool = False
    _changed_at: int = 0
    _swapped: bool = False
    _ringing: bool = False
    _pulses: int = 0
    _out: list[bytes] = field(default_factory=list)

    def ask(self, loop: Direct, sample: int) -> bytes:
        """Return the answer to the query ``?``: the full state, as last observed."""
        self._say("HOOK OFF" if self._off_hook else "HOOK ON")
        self._say("RING ON" if self._ringing else "RING OFF")
        self._say_figures(loop, sample)
        return self._take()

    def observe(self, loop: Direct, ringing: bool, sample: int) -> bytes:
        """Observe the loop, each 20 ms; return the bytes that report it."""
        if sample - self._beat >= _HEARTBEAT:
            self._beat = sample
            self._say("OK")
        if ringing is not self._ringing:
            self._ringing = ringing
            self._say("RING ON" if ringing else "RING OFF")
        self._watch_hook(loop, sample)
        if loop.volts and (loop.volts < 0) is not self._swapped:
            self._swapped = loop.volts < 0
            self._say("REV")
        self._watch_figures(loop, sample)
        return self._take()

    def _watch_hook(self, loop: Direct, sample: int) -> None:
        off_hook = sees_off_hook(loop, self._off_hook)
        since = sample - self._changed_at
        if off_hook is not self._off_hook:
            self._off_hook, self._changed_at = off_hook, sample
            if off_hook and since < _FLASH_MIN:
                self._pulses += 1
            self._say("HOOK OFF" if off_hook else "HOOK ON")
        elif self._pulses and since >= _BETWEEN_DIGITS:
            if self.counts and off_hook and self._pulses <= 10:
                self._say(f"DIGIT {self._pulses % 10}")
            self._pulses = 0

    def _watch_figures(self, loop: Direct, sample: int) -> None:
        told = self._told
        if told is None or (
            abs(loop.volts - told.volts) > 2 or abs(loop.milliamps - told.milliamps) > 1
        ):
            self._say_figures(loop, sample)
        elif sample - self._told_at >= _REPORT and loop != told:
            self._say_figures(loop, sample)

    def _say_figures(self, loop: Direct, sample: int) -> None:
        self._told, self._told_at = loop, sample
        self._say(f"VOLT {abs(loop.volts):.1f}")
        self._say(f"CURR {abs(loop.milliamps):.1f}")

    def _say(self, line: str) -> None:
        self._out.append(line.encode() + b"\r\n")

    def _take(self) -> bytes:
        out, self._out = b"".join(self._out), []
        return out
