"""Script a rotary dial: the monitor's hook reports, and the digits of the parser."""

import itertools
from dataclasses import dataclass, field

from appliance.lines.base import HookEvent
from appliance.lines.monitor.lm1 import Lm1
from appliance.model.events import DigitPressed, PartyChanged
from appliance.model.terms import PartyCue
from tests.lines.monitor.monitor_script import OFF, PROFILE, at

BEGIN = 5000
FLASH, LOOP_BREAK, CUT = PartyCue.FLASH, PartyCue.LOOP_BREAK, PartyCue.DISCONNECT_PULSE


@dataclass
class Dial:
    """Writes down what a monitor says of an off-hook phone: milliseconds and lines."""

    says: list[tuple[float, str]] = field(default_factory=list)
    now: float = BEGIN
    begins: list[float] = field(default_factory=list)

    def open(self, ms: float, make: float = 40) -> "Dial":
        """Open the loop for so long, and keep it closed for so long."""
        self.says += [(self.now, "HOOK ON"), (self.now + ms, "HOOK OFF")]
        self.now += ms + make
        return self

    def pulse(self, count: int, ms: float = 60, make: float = 40, rest: float = 600) -> "Dial":
        """Open the loop so often, and rest after the last time."""
        self.begins.append(self.now)
        for _ in range(count):
            self.open(ms, make)
        self.now += rest - make
        return self

    def say(self, text: str, after: float) -> "Dial":
        """Say something so long after the loop was closed for the last time."""
        self.says.append((self.says[-1][0] + after, text))
        return self


def heard(says: list[tuple[float, str]], *, late: list[int] | None = None) -> list[HookEvent]:
    """Return what is made of lines, each late by so much.

    The port is looked at each 10 ms and whenever something comes.
    """
    lates = itertools.cycle(late or [0])
    whole: list[tuple[float, str]] = [(ms, text) for ms, text in OFF.items()]
    before = 0.0
    for ms, text in sorted(says, key=lambda said: said[0]):
        before = max(before, ms + next(lates))  # no line overtakes another
        whole.append((before, text))
    parser, events = Lm1(PROFILE), []
    waiting: dict[int, str] = {}
    for ms, text in sorted(whole, key=lambda said: said[0]):
        waiting[round(ms)] = waiting.get(round(ms), "") + text.replace("|", "\r\n") + "\r\n"
    for when in sorted({*waiting, *range(0, max(waiting) + 1500, 10)}):
        told = "OK\r\n" * bool(parser.request()) + waiting.get(when, "")
        events += parser.receive(told.encode(), at(when))
    return events


def keys(events: list[HookEvent]) -> str:
    return "".join(event.key for event in events if isinstance(event, DigitPressed))


def cues(events: list[HookEvent]) -> list[PartyCue]:
    return [event.cue for event in events if isinstance(event, PartyChanged)]


def dialled(number: str, rate: float = 10, ratio: float = 0.6, rest: float = 600) -> Dial:
    dial = Dial()
    for digit in number:
        dial.pulse(int(digit) or 10, 1000 / rate * ratio, 1000 / rate * (1 - ratio), rest)
    return dial
