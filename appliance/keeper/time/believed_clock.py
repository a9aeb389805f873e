"""Keep the believed time of a running box, as the clock of the keeper's records.

Retention, holds, the audit and certificates go by it. Passwords and codes go by the wall clock,
since people's telephones do. Before the first confirmation there is no belief: then it shows the
wall clock, and calls it unset.
"""

import threading
from datetime import UTC, datetime

from msgspec import structs

from appliance.clock import Clock, day_of
from appliance.keeper.chores import attempt
from appliance.keeper.storage.belief import Belief, Swept
from appliance.keeper.storage.ledger import Ledger
from appliance.keeper.time.chip import Boot
from appliance.keeper.time.judge import (
    MOST_UNPROVED,
    BootTime,
    Judgement,
    Question,
    judge,
)

CHIP_OFF = 2.0
"""Seconds by which a chip may differ from the believed time before it is set again."""

EARLIEST = 1_760_000_000.0
"""October 2025, when this software was written: nobody can confirm an earlier time."""


class BelievedClock:
    """The believed time. Threads may share it."""

    def __init__(self, wall: Clock, boot: Boot) -> None:
        """Begin without a ledger, and so without a belief."""
        self._wall = wall
        self._boot = boot
        self._ledger: Ledger | None = None
        self._now = Judgement(None, Question.FIRST)
        self._kept: Belief | None = None  # as the ledger has it
        self._lock = threading.RLock()

    @property
    def boot_id(self) -> str:
        """Return this boot's id."""
        return self._boot.id

    # -- a clock, as the records see it ---------------------------------------------------------

    def now(self) -> float:
        """Return the believed time (UTC), counted on from the last judgement."""
        with self._lock:
            belief = self._now.belief
            if belief is None or belief.boot != self._boot.id:
                return self._wall.now()
            return belief.at + max(self._wall.monotonic() - belief.uptime, 0.0)

    def monotonic(self) -> float:
        """Return seconds since the boot."""
        return self._wall.monotonic()

    def trusted(self) -> bool:
        """Say whether there is a belief, and nothing to be asked about it."""
        with self._lock:
            return self._now.question is Question.NONE

    def counted(self) -> float | None:
        """Return the seconds that boot time and chip have counted in all; None: not yet begun.

        No clock that is set and no person who confirms a time moves them on.
        """
        with self._lock:
            belief = self._now.belief
            if belief is None or belief.boot != self._boot.id:
                return None
            return belief.counted + max(self._wall.monotonic() - belief.uptime, 0.0)

    # -- what it is judged from -----------------------------------------------------------------

    def open(self, ledger: Ledger, not_before: float = 0.0) -> None:
        """Judge this boot by the ledger; what is believed is stored by the next ``settle``.

        Args:
            ledger: keeps the belief over restarts.
            not_before: a time (UTC) known to be past, for a ledger that was lost and begun anew; a
                person has to confirm it. 0 if none is known.
        """
        with self._lock:
            self._ledger = ledger
            self._kept = ledger.belief()
            last = self._kept
            if last is None and not_before:
                last = Belief(not_before, "", 0.0, lost=True, unproved=MOST_UNPROVED)
            self._judge(last)

    def look(self) -> Judgement:
        """Judge afresh; call it every minute, so that nobody sets the chip unseen.

        Raises:
            VaultError: something must be kept at once and could not be.
        """
        with self._lock:
            self._judge(self._now.belief)
            if self._must_be_kept():
                self._keep()
            return self._now

    def settle(self, swept: Swept | None = None) -> Judgement:
        """Judge afresh and store it: what is erased by a belief must be on the disk before.

        Args:
            swept: a sweep to be stored with it.

        Raises:
            VaultError: the ledger could not be written.
        """
        with self._lock:
            self._judge(self._now.belief)
            self._keep(swept)
            belief = self._now.belief
            if belief is not None and self._now.question is Question.NONE:
                attempt("clock chip", self._set_chip)
            return self._now

    def confirm(self, at: float) -> Judgement:
        """Believe an administrator; raises VaultError.

        Args:
            at: the time (UTC) at this moment; it may be earlier than what was believed.
        """
        with self._lock:
            self._judge(self._now.belief, operator=at)
            self._keep(self._swept_until(at))
            attempt("clock chip", self._set_chip)
            return self._now

    def clocks(self) -> tuple[float | None, float | None]:
        """Return what the wall clock and the chip say now (UTC), unless unset or missing."""
        wall = self._wall.now() if self._wall.trusted() else None
        return wall, self._boot.chip.look(self._boot.id).now

    @property
    def chip_was_read(self) -> bool:
        """Say whether the chip was read at this boot, before anybody could have set it."""
        return self._boot.chip.look(self._boot.id).at_boot is not None

    @property
    def judged(self) -> Judgement:
        """Return the last judgement."""
        with self._lock:
            return self._now

    def _judge(self, last: Belief | None, operator: float | None = None) -> None:
        wall = self._wall.now() if self._wall.trusted() else None
        count = BootTime(self._boot.id, self._wall.monotonic())
        chip = self._boot.chip.look(self._boot.id)
        self._now = judge(last, wall, count, chip, operator)

    def _must_be_kept(self) -> bool:
        """Say whether a power cut must not forget what was judged now."""
        belief, kept = self._now.belief, self._kept
        if belief is None or kept is None:
            return belief is not None
        same_boot = belief.boot == kept.boot
        return not same_boot or (belief.witness, belief.taken) != (kept.witness, kept.taken)

    def _keep(self, swept: Swept | None = None) -> None:
        belief = self._now.belief
        if belief is not None and self._ledger is not None:
            self._ledger.believe(belief, swept)
            self._kept = belief

    def _swept_until(self, at: float) -> Swept | None:
        """Return the last sweep, as it counts when the time is confirmed, perhaps back."""
        swept = self._ledger.swept() if self._ledger is not None else None
        if swept is None:
            return None
        return structs.replace(swept, day=min(swept.day, day_of(at)))

    def _set_chip(self) -> None:
        """Have the chip set where it differs from the believed time."""
        belief = self._now.belief
        chip = self._boot.chip.look(self._boot.id)
        if (
            belief is not None
            and chip.id
            and (chip.now is None or abs(chip.now - belief.at) > CHIP_OFF)
        ):
            self._boot.chip.pass_on(belief.at, BootTime(belief.boot, belief.uptime))


def believed_day(time: BelievedClock) -> str:
    """Return the day that has surely begun, here and in UTC; empty while no time is believed."""
    if time.judged.belief is None:
        return ""
    now = time.now()
    there = datetime.fromtimestamp(now, UTC)
    return min(there.date(), there.astimezone().date()).isoformat()
