"""Hand errands to the courier one by one, and take its word for how they ended.

Mail, updates and backups on a server each have errands of a kind of their own, and the courier has
one of each kind at a time. One that nobody tells of counts as failed after a while, and after
failures in a row the next waits the longer. Whoever has errands holds a lock around them.
"""

import math
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Generic, TypeVar

from appliance.clock import HOUR
from appliance.errors import Refused
from appliance.keeper.audit.log import AuditLog

PAUSES = (60.0, 300.0, 900.0, float(HOUR), 4.0 * HOUR)
"""Seconds after each failure in a row until what goes outward is tried again; the last holds on."""

UNHEARD = 600.0
"""Seconds after which an errand that nobody told of counts as failed."""

AWAY = 600.0
"""Seconds without a word of the courier's after which it counts as away."""

ACTOR = "courier"
"""The audit's name of who carries errands out."""

ErrandT = TypeVar("ErrandT")


@dataclass(frozen=True, slots=True)
class TakenErrand(Generic[ErrandT]):
    """An errand that the courier has."""

    number: int
    errand: ErrandT
    since: float  # monotonic


class Errands(Generic[ErrandT]):
    """The errands of one kind."""

    def __init__(
        self,
        now: Callable[[], float],
        *,
        number: int = 0,
        unheard: float = UNHEARD,
        away: float = AWAY,
    ) -> None:
        """Begin; the courier has none.

        Args:
            now: monotonic.
            number: of the last one before.
            unheard: as ``UNHEARD``.
            away: as ``AWAY``.
        """
        self._now, self._unheard = now, unheard
        self.patience = away
        """Seconds for which the courier may say nothing."""
        self._number = number
        self.heard: float | None = None
        """When the courier last asked or told, monotonic; None: it is not waited for."""
        self.out: TakenErrand[ErrandT] | None = None
        """The errand that the courier has."""

    # -- the courier ----------------------------------------------------------------------------

    def hear(self) -> None:
        """Note that the courier asks or tells, or that it is waited for from now on."""
        self.heard = self._now()

    @property
    def away(self) -> bool:
        """Say whether the courier has not been heard for a while."""
        return self.heard is not None and self._now() - self.heard >= self.patience

    # -- one errand -----------------------------------------------------------------------------

    def next_number(self) -> int:
        """Draw the number of another errand."""
        self._number += 1
        return self._number

    def take(self, errand: ErrandT, number: int | None = None) -> int:
        """Let the courier have an errand; return its number.

        Args:
            errand: what the courier is to do.
            number: as it was drawn before; another one is drawn if None.
        """
        number = self.next_number() if number is None else number
        self.out = TakenErrand(number, errand, self._now())
        return number

    def told(self, number: int) -> ErrandT:
        """Return the errand of which the courier tells something.

        Raises:
            Refused: ``no_errand``: it has none of that number.
        """
        if self.out is None or self.out.number != number:
            raise Refused("no_errand")
        return self.out.errand

    @property
    def unheard(self) -> ErrandT | None:
        """Return an errand of which nobody has told for too long."""
        out = self.out
        return out.errand if out is not None and self._now() - out.since >= self._unheard else None

    def drop(self) -> None:
        """Take no word of the errand that is out any more."""
        self.out = None


class RecordedErrands(Errands[ErrandT]):
    """Errands of which each is on record before it begins, and how it ended."""

    def __init__(self, now: Callable[[], float], audit: AuditLog, *, number: int = 0) -> None:
        """Begin; the courier has none, and is waited for.

        Args:
            now: monotonic.
            audit: gets the entries.
            number: of the last one before.
        """
        super().__init__(now, number=number)
        self._audit = audit
        self.hear()

    def note(self, act: str, detail: str | None = None) -> None:
        """Put an act of the courier's on record; raises VaultError."""
        self._audit.append(act, ACTOR, detail=detail)

    def note_failure(self, act: str, code: str) -> None:
        """Put a failure on record, and why; raises VaultError."""
        self.note(act, f"why.{code}")


class Retries:
    """When the next attempt may begin, after failures in a row."""

    def __init__(self, now: Callable[[], float], pauses: tuple[float, ...] = PAUSES) -> None:
        """Begin: the first may begin at once.

        Args:
            now: monotonic.
            pauses: as ``PAUSES``.
        """
        self._now, self._pauses = now, pauses
        self._failures, self._not_before = 0, now()

    @property
    def due(self) -> bool:
        """Say whether an attempt may begin."""
        return self._now() >= self._not_before

    def fail(self, *, halts: bool = False) -> None:
        """Wait the longer, the more attempts failed in a row.

        Args:
            halts: none begins before ``begin_anew``.
        """
        pause = self._pauses[min(self._failures, len(self._pauses) - 1)]
        self._failures += 1
        self._not_before = math.inf if halts else self._now() + pause

    def begin_anew(self, pause: float = 0.0) -> None:
        """Forget failures; wait for so many seconds."""
        self._failures, self._not_before = 0, self._now() + pause


def known_end(code: str, troubles: Collection[str]) -> str:
    """Return how an errand ended in a word of ours: empty if well, ``odd`` for any other word."""
    return code if not code or code in troubles else "odd"
