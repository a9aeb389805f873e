"""Simulate a world that knows the true time, and a box that sees its own clock.

The keeper's part is the real one: what is believed, how recordings are dated, what is due.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, cast

from appliance.clock import DAY, HOUR
from appliance.keeper.recordings.intake import plausible
from appliance.keeper.recordings.retention import Retention
from appliance.keeper.storage.belief import Belief, BootStart, Swept, starts_after
from appliance.keeper.time.believed_clock import BelievedClock
from appliance.keeper.time.chip import Boot
from appliance.keeper.time.judge import ChipReading, ChipState, Question
from appliance.keeper.time.wrong_clock import WrongClock
from appliance.vault.format import Ticket
from appliance.vault.opening.entry import RecordingEntry
from appliance.vault.opening.keyring import Update

BIRTH = 1_790_000_000.0
"""The true time at which every world begins: 2026-09-21."""

NEVER_SET = -BIRTH
"""What a clock without a battery is off by: it begins in 1970."""


@dataclass
class Made:
    """A recording as it truly is."""

    began: float
    kept: int
    datable: bool = True  # False: nobody can tell when it was made, only at the latest when

    @property
    def due(self) -> float:
        """Return from when on it must be gone."""
        return (int(self.began // DAY) + self.kept + 1) * DAY


class Book:
    """The ledger's part that knows about time."""

    def __init__(self) -> None:
        self.last: Belief | None = None
        self.starts: dict[str, BootStart] = {}
        self.sweep: Swept | None = None

    def begin(self) -> None:
        """It is there."""

    def belief(self) -> Belief | None:
        return self.last

    def swept(self) -> Swept | None:
        return self.sweep

    def boots(self) -> dict[str, BootStart]:
        return dict(self.starts)

    def believe(self, belief: Belief, swept: Swept | None = None) -> None:
        self.starts = starts_after(self.starts, self.last, belief)
        self.last = belief
        self.sweep = swept or self.sweep


@dataclass
class World:
    """The true time, a box with a clock of its own, and what was recorded."""

    now: float = BIRTH
    booted: float = BIRTH
    off_by: float = 0.0
    right: bool = True  # the clock is right, and somebody has looked
    has_chip: bool = False
    boot: int = 0
    keeper: Retention | None = None
    book: Book = field(default_factory=Book)
    keys: dict[str, RecordingEntry] = field(default_factory=dict)
    made: dict[str, Made] = field(default_factory=dict)
    left: list[tuple[str, Ticket]] = field(default_factory=list)  # nobody took them up yet
    told: list[str] = field(default_factory=list)  # the audit's entries
    time: BelievedClock = field(init=False)

    # -- what the keeper sees ---------------------------------------------------------------

    @property
    def clock(self) -> Any:
        return SimpleNamespace(
            now=lambda: self.now + self.off_by,
            monotonic=lambda: self.now - self.booted,
            trusted=lambda: self.now + self.off_by > 1_760_000_000,
        )

    def look(self, boot_id: str) -> ChipState:
        """Read the clock chip, if there is one."""
        if not self.has_chip:
            return ChipState()
        return ChipState("chip", ChipReading(self.booted, 0.0), self.now)

    def pass_on(self, *told: object) -> None:
        """Set the chip; this one is right by itself."""

    def count_taken_up(self) -> int:
        return len(self.keys)

    def taken_up(self) -> Iterator[tuple[str, RecordingEntry]]:
        yield from self.keys.items()

    def get(self, rid: str) -> RecordingEntry | None:
        return self.keys.get(rid)

    def all(self) -> frozenset[str]:
        """Return what silent holds have kept past a sweep: there are none."""
        return frozenset()

    def kept(self, day: int) -> dict[str, int]:
        """Return what they keep."""
        return {}

    def due(self, day: int) -> dict[str, int]:
        return {rid: entry.due_day or 0 for rid, entry in self.keys.items() if entry.due(day)}

    def change(self, rids: Iterable[str], how: Update) -> None:
        for rid in rids:
            self.keys[rid] = how(rid, self.keys[rid])

    def append(self, entry: str, *said: object, **more: object) -> None:
        self.told.append(entry)

    def by_keeper(self, recordings: Sequence[str], ground: object) -> tuple[()]:
        for rid in recordings:
            made = self.made[rid]
            # Whose clock may be late cannot know when a day ends: the days are counted.
            due = made.due if self.right else made.began + made.kept * DAY
            early = due - self.now
            assert early <= 0, f"erased {early / HOUR:.1f} h early"
            del self.keys[rid], self.made[rid]
        return ()

    # -- what happens -------------------------------------------------------------------------

    def start(self, *, keeper: bool = True, not_before: float = 0.0) -> "World":
        """Boot, with or without a keeper."""
        self.boot += 1
        self.booted = self.now
        self.keeper = None
        if keeper:
            me, book, clock = cast(Any, self), cast(Any, self.book), self.clock
            boot = f"{self.boot:06x}"
            time = BelievedClock(clock, Boot(boot, me))
            time.open(book, not_before)
            right = WrongClock(me, book, time, boot)
            self.keeper = Retention(me, me, me, book, time, right, me)
            self.time = time
            self.take_up()
            self.keeper.sweep()
            if self.book.last is None and self.right:
                self.answer()
        return self

    def answer(self) -> None:
        """Let an administrator who knows the time answer whatever is asked."""
        assert self.keeper is not None
        if self.time.judged.question is not Question.NONE:
            self.keeper.confirm_time(self.now)
        waiting = self.keeper.waiting
        if waiting is not None:
            self.keeper.allow(waiting.through, waiting.recordings)

    def record(self, kept: int) -> None:
        """Record a call; with a keeper it is taken up."""
        rid = f"{len(self.made) + self.boot * 10_000 + int(self.now) % 7919:032x}"
        while rid in self.made:
            rid = f"{int(rid, 16) + 1:032x}"
        clock = self.clock
        day = max(int(clock.now() // DAY), 0)
        uptime = int(clock.monotonic())
        ticket = Ticket(day + kept, "", clock.trusted(), f"{self.boot:06x}", uptime, kept)
        self.made[rid] = Made(self.now, kept, self.keeper is not None or self.off_by == 0)
        self.left.append((rid, ticket))
        self.take_up()

    def take_up(self) -> None:
        """Do what the intake does."""
        if self.keeper is None:
            return
        for rid, ticket in self.left:
            self.keys[rid] = RecordingEntry(
                ticket.due_day,
                clock_ok=plausible(ticket, self.book.belief()),
                boot_id=ticket.boot_id,
                uptime=ticket.uptime,
                day=ticket.day,
            )
        taken_up = [rid for rid, _ in self.left]
        self.left = []
        self.keeper.date(taken_up)

    def hours(self, count: int) -> None:
        """Let time pass; the keeper sweeps every hour."""
        for _ in range(count):
            self.now += HOUR
            if self.keeper is not None:
                self.keeper.sweep()
                if self.right:
                    self.answer()
                    self.nothing_is_late()

    def nothing_is_late(self) -> None:
        """Hold what is there against the true time."""
        for rid, made in self.made.items():
            if made.datable and rid in self.keys:
                assert self.now < made.due, f"{(self.now - made.due) / HOUR:.1f} h late"

    def power_off(self, hours: float) -> None:
        """Be without power."""
        self.now += hours * HOUR

    def network(self) -> None:
        """Let a time server set the clock, and an administrator look at it."""
        self.off_by, self.right = 0.0, True
        if self.keeper is not None:
            self.keeper.sweep()
            self.answer()

    def moved(self, days: float) -> None:
        """Let the clock be set wrong, without a time server."""
        self.off_by, self.right = days * DAY, False
