"""Erase what is due: at boot and hourly, locked or not; never early.

Erasure comes at most an hour late. A due day is the last day (UTC) on which a recording may exist,
by the believed time. A sweep that a wrong time could have caused waits for an administrator, and
goes on waiting until one agrees. Whether it waits shows to everybody, so it is judged as if there
were no silent holds: what they keep counts as due, and what they have kept past a sweep as erased.
"""

import threading
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

from msgspec import structs

from appliance.clock import DAY, day_of
from appliance.errors import Refused
from appliance.keeper.audit.log import KEEPER, AuditLog
from appliance.keeper.erasure.erase import RecordingErasure
from appliance.keeper.recordings.brake import Due, counts, must_ask
from appliance.keeper.recordings.concealed import ConcealedRecordings
from appliance.keeper.storage.belief import Belief, Swept
from appliance.keeper.storage.ledger import Ledger
from appliance.keeper.time.believed_clock import BelievedClock
from appliance.keeper.time.judge import Judgement, Question
from appliance.keeper.time.wrong_clock import WrongClock
from appliance.link.requests.calls import ErasureCertificate, Ground
from appliance.vault.opening.entry import shift
from appliance.vault.opening.keyring import Keyring

REMIND = float(DAY)
"""Seconds between two audit entries of something that goes on waiting."""


@dataclass(frozen=True, slots=True)
class PendingSweep:
    """A sweep that waits for an administrator."""

    days: tuple[tuple[int, int, int], ...]
    """Due day, how many recordings, how many of them silent holds keep; the earliest first."""

    @property
    def through(self) -> int:
        """Return the latest due day."""
        return self.days[-1][0]

    @property
    def recordings(self) -> int:
        """Return how many recordings are due, as far as silent holds are not told."""
        return sum(count for _, count, _ in self.days)


class Retention:
    """The sweep for recordings that are due. Threads may share it; one sweep runs at a time."""

    def __init__(
        self,
        keyring: Keyring,
        erasing: RecordingErasure,
        audit: AuditLog,
        ledger: Ledger,
        time: BelievedClock,
        wrong_clock: WrongClock,
        concealed: ConcealedRecordings,
    ) -> None:
        self._keyring = keyring
        self._erasing = erasing
        self._audit = audit
        self._ledger = ledger
        self._time = time
        self._wrong_clock = wrong_clock
        self._concealed = concealed
        self._reminded: dict[str, float] = {}  # audit entry -> monotonic
        self._asks = False  # the last attempt waits for an administrator
        self._one = threading.RLock()

    @property
    def waiting(self) -> PendingSweep | None:
        """Return the sweep that waits for an administrator; None if nothing of it is left.

        It is counted now: what was held or erased since the last attempt is no longer in it.
        """
        belief = self._time.judged.belief
        if not self._asks or belief is None:
            return None
        told, kept = self._told(belief), self._concealed.kept(day_of(belief.at))
        silent = Counter(one.day for one in told if one.rid in kept)
        days = counts(one.day for one in told)
        return PendingSweep(tuple((day, n, silent[day]) for day, n in days)) if days else None

    def sweep(self) -> tuple[ErasureCertificate, ...]:
        """Erase everything due in one batch, after correcting wrong dates.

        Raises:
            VaultError: audit, ledger or keyring could not be written; nothing was erased.
        """
        with self._one:
            judged = self._time.look()
            self._say(judged.question)
            if judged.belief is None:
                self._ledger.begin()
                return ()
            self._date(judged)
            due, told = self._due(judged.belief), self._told(judged.belief)
            if self._must_ask(told, judged.belief):
                self._time.settle(self._asking(judged.belief))
                self._asks = True
                self._remind("retention_asks", f"recordings.{len(told)}")
                gone = self._concealed.all()
                return self._carry_out([one for one in due if one.rid in gone])
            return self._erase(due, judged.belief)

    def _must_ask(self, told: list[Due], belief: Belief) -> bool:
        archive = self._keyring.count_taken_up() - len(self._concealed.all())
        return must_ask(told, archive, belief.counted, self._ledger.swept())

    def _told(self, belief: Belief) -> list[Due]:
        """Return what is due as far as silent holds are not told: nothing of it differs by one."""
        day, gone = day_of(belief.at), self._concealed.all()
        found = self._keyring.due(day) | self._concealed.kept(day)
        return self._listed({rid: last for rid, last in found.items() if rid not in gone})

    def _asking(self, belief: Belief) -> Swept:
        """Return the last sweep, with the mark that another one waits."""
        swept = self._ledger.swept() or Swept(belief.counted, 0)
        return structs.replace(swept, asks=True)

    def allow(self, through: int, recordings: int) -> tuple[ErasureCertificate, ...]:
        """Erase what an administrator has seen and agreed to.

        Args:
            through: the latest due day that was shown.
            recordings: how many were shown.

        Raises:
            Refused: ``list_changed``: these are not the recordings that are due up to that day.
            VaultError: as ``sweep``.
        """
        with self._one:
            judged = self._time.look()
            if judged.belief is None:
                raise Refused("time_unconfirmed")
            told = [one for one in self._told(judged.belief) if one.day <= through]
            if not told or len(told) != recordings:
                raise Refused("list_changed")
            due = [one for one in self._due(judged.belief) if one.day <= through]
            return self._erase(due, judged.belief)

    def date(self, taken_up: Collection[str]) -> None:
        """Correct the dates of recordings just taken up; raises VaultError."""
        self._date(self._time.judged, taken_up)

    def confirm_time(self, at: float) -> tuple[ErasureCertificate, ...]:
        """Believe an administrator, and sweep; raises VaultError."""
        with self._one:
            self._time.confirm(at)
            return self.sweep()

    def _date(self, judged: Judgement, only: Collection[str] | None = None) -> None:
        # While nobody knows how long the power was off, the recorder's dates are the later ones.
        if judged.question not in {Question.WAIT, Question.FIRST}:
            self._wrong_clock.put_right(only)

    def _due(self, belief: Belief) -> list[Due]:
        return self._listed(self._keyring.due(day_of(belief.at)))

    def _listed(self, found: dict[str, int]) -> list[Due]:
        return [Due(rid, day, self._kept(rid, day)) for rid, day in sorted(found.items())]

    def _kept(self, rid: str, due_day: int) -> int | None:
        """Return for how many days a recording was to be kept."""
        entry = self._keyring.get(rid)
        if entry is None or entry.day is None:
            return None
        return due_day - shift(entry) - entry.day

    def _erase(self, due: list[Due], belief: Belief) -> tuple[ErasureCertificate, ...]:
        """Erase; what is believed is on the disk before, and that it was done only afterwards."""
        self._asks = False
        self._reminded.pop("retention_asks", None)
        made = self._carry_out(due)
        if all(one.state != "failed" for one in made):
            self._time.settle(Swept(belief.counted, day_of(belief.at)))
        return made

    def _carry_out(self, due: list[Due]) -> tuple[ErasureCertificate, ...]:
        if not due:
            return ()
        self._time.settle()
        return self._erasing.by_keeper([one.rid for one in due], Ground.NO_LONGER_NEEDED)

    def _say(self, question: Question) -> None:
        """Put on record that the time is in question, and again each day."""
        told = {Question.WAIT: "retention_waits", Question.ASK: "clock_asks"}.get(question)
        for entry in {"retention_waits", "clock_asks"} - {told}:
            self._reminded.pop(entry, None)
        if told is not None:
            self._remind(told, "clock")

    def _remind(self, entry: str, detail: str) -> None:
        now = self._time.monotonic()
        if now >= self._reminded.get(entry, now):
            self._audit.append(entry, KEEPER, detail=detail)
            self._reminded[entry] = now + REMIND
