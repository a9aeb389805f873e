"""Let a tracker follow a bus, and keep what it told."""

from appliance.lines.isdn.calls.facts import Fact
from appliance.lines.isdn.calls.tracker import CallTracker
from tests.lines.isdn.bus import SECOND, Bus


class Followed:
    """A tracker that has seen a bus, and what it told."""

    def __init__(self, bus: Bus, tracker: CallTracker | None = None) -> None:
        self.tracker = tracker or CallTracker()
        self.facts: list[Fact] = []
        for frame in bus.frames:
            self.facts += self.tracker.take(frame)
        self._bus = bus

    def later(self, seconds: float) -> list[Fact]:
        return self.tracker.pass_time(self._bus.now_us + round(seconds * SECOND))

    @property
    def said(self) -> list[Fact]:
        """The facts without their times, which other tests look at."""
        return [replaced(fact) for fact in self.facts]


def replaced(fact: Fact) -> Fact:
    return type(fact)(**{name: getattr(fact, name) for name in fact.__match_args__} | {"at_us": 0})


def kinds(facts: list[Fact]) -> list[str]:
    return [type(fact).__name__ for fact in facts]
