"""Simulate years of a box: power cuts, nights switched off, honest and lying time servers."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field

from appliance.clock import DAY, HOUR
from appliance.keeper.storage.belief import Belief
from appliance.keeper.time.judge import BootTime, ChipReading, ChipState, Judgement, Question, judge

BEGAN = 1_790_000_000.0
LOOK = HOUR
"""Seconds between two looks of the simulated keeper; the ledger keeps each."""

Server = Callable[["Year"], float | None]
"""What a time server makes of the wall clock."""


def honest(year: "Year") -> float:
    """Tell the true time."""
    return year.now


def silent(year: "Year") -> None:
    """Do not answer: the clock goes on from where it was when the power went."""
    return


@dataclass
class Year:
    """A box whose true time is known."""

    server: Server = honest
    has_chip: bool = True
    now: float = BEGAN
    booted: float = BEGAN
    boots: int = 0
    judged: Judgement = field(default_factory=lambda: Judgement(None, Question.FIRST))
    kept: Belief | None = None
    questions: list[tuple[float, Question]] = field(default_factory=list)  # when each began
    ahead: float = 0.0  # the furthest that was ever believed beyond the true time

    def __post_init__(self) -> None:
        self.boot()
        self.judged = judge(None, self.now, self.count, self.chip, self.now)
        self.keep()

    @property
    def count(self) -> BootTime:
        return BootTime(f"{self.boots:06x}", self.now - self.booted)

    @property
    def chip(self) -> ChipState:
        if not self.has_chip:
            return ChipState()
        return ChipState("chip", ChipReading(self.booted + 5.0, 5.0), self.now)

    @property
    def believed(self) -> Belief:
        assert self.judged.belief is not None
        return self.judged.belief

    def boot(self) -> None:
        """Start, a while before anybody asks for the time."""
        self.boots += 1
        self.booted = self.now
        self.now += 60.0

    def look(self) -> None:
        """Do what the keeper does every minute."""
        before = self.judged.question
        self.judged = judge(self.judged.belief, self.server(self), self.count, self.chip)
        if self.judged.question not in {Question.NONE, before}:
            self.questions.append((self.now, self.judged.question))
        self.ahead = max(self.ahead, self.believed.at - self.now)

    def keep(self) -> None:
        """Write the belief into the ledger."""
        self.kept = self.judged.belief

    def run(self, seconds: float) -> None:
        """Let the box work."""
        until = self.now + seconds
        while self.now < until:
            self.look()
            self.keep()
            self.now = min(self.now + LOOK, until) if until - self.now > 1 else until

    def off(self, seconds: float) -> None:
        """Cut the power: what is not in the ledger is forgotten."""
        self.now += seconds
        self.judged = Judgement(self.kept, self.judged.question)
        self.boot()

    def late(self) -> float:
        """Return by how many seconds the belief is behind the true time."""
        return self.now - (self.believed.at + self.now - self.booted - self.believed.uptime)

    def confirm(self) -> None:
        """Let an administrator look at it."""
        self.judged = judge(self.judged.belief, self.server(self), self.count, self.chip, self.now)
        self.keep()


def a_year_of_cuts(year: Year, seed: int, days: int = 365, between: int = 10) -> Year:
    """Cut the power every ten days, for five seconds to twenty hours."""
    chance = random.Random(seed)
    for _ in range(days // between):
        year.run(between * DAY)
        year.off(5 * (20 * HOUR / 5) ** chance.random())
    year.run(float(DAY))
    return year


def nights_off(year: Year, nights: int) -> Year:
    """Switch the box off for thirteen hours every night."""
    for _ in range(nights):
        year.run(11 * HOUR)
        year.look()
        year.keep()  # it is switched off in order
        year.off(13 * HOUR)
    year.run(HOUR)
    return year
