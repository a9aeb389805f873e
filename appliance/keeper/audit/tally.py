"""Record what anybody can repeat: twenty entries an hour, then one with the count.

Wrong passwords and codes wait for ``flush``, which the keeper calls every second: if an entry were
synced before the answer, its time would tell a stranger which names exist. Names that nobody has
are only counted, an entry an hour, so that they bury nothing.
"""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from appliance.clock import HOUR, Clock
from appliance.keeper.audit.entries import Act
from appliance.keeper.audit.subjects import about

MOST = 20
"""Entries of a kind in an hour, for each person."""

Append = Callable[[Sequence[Act]], range]
"""The audit's ``append_many``."""

_Key = tuple[str, str, str | None]


@dataclass(slots=True)
class _Hour:
    since: float  # monotonic
    entries: int = 0
    more: int = 0  # beyond the entries


class Tally:
    """What happened in the last hour, by kind and person. Threads may share it."""

    def __init__(self, clock: Clock, most: int = MOST) -> None:
        """Begin with nothing.

        Args:
            clock: its ``monotonic`` tells the hours.
            most: entries of a kind in an hour, for each person; more are counted.
        """
        self._clock = clock
        self._most = most
        self._hours: dict[_Key, _Hour] = {}
        self._waiting: list[Act] = []
        self._lock = threading.Lock()

    def wrong_password(self, operator: str | None) -> None:
        """Note a wrong password for a person; None for a name that nobody has."""
        if operator is None:
            self._count(Act(type="unknown_names", actor="nobody"), most=0)
        else:
            self._count(Act(type="login_failed", actor="nobody", detail=about(operator)))

    def wrong_sheet(self) -> None:
        """Note a recovery sheet that is not the one in force."""
        self._count(Act(type="sheet_failed", actor="nobody"))

    def wrong_code(self, operator: str) -> None:
        """Note a wrong code of a person whose password was right."""
        self._count(Act(type="code_failed", actor=operator))

    def backup_code(self, operator: str) -> None:
        """Note that a backup code took the place of the authenticator's."""
        self._count(Act(type="backup_code_used", actor=operator))

    def wrong_again(self, operator: str) -> None:
        """Note a wrong password of a person logged in."""
        self._count(Act(type="proof_failed", actor=operator))

    def denied(self, act: Act, append: Append) -> None:
        """Record at once that a visitor was turned away, or count it; raises VaultError."""
        if self._counts(act, self._most):
            append([act])

    def flush(self, append: Append) -> None:
        """Record what waits, and the counts of hours that have passed; raises VaultError."""
        self._flush(append, self._clock.monotonic() - HOUR)

    def close(self, append: Append) -> None:
        """Record everything, also of the hour that has not passed; raises VaultError."""
        self._flush(append, self._clock.monotonic())

    def _count(self, act: Act, most: int | None = None) -> None:
        if self._counts(act, self._most if most is None else most):
            with self._lock:
                self._waiting.append(act)

    def _counts(self, act: Act, most: int) -> bool:
        """Count an act; return whether it gets an entry of its own."""
        with self._lock:
            fresh = _Hour(self._clock.monotonic())
            hour = self._hours.setdefault((act.type, act.actor, act.detail), fresh)
            if hour.entries < most:
                hour.entries += 1
                return True
            hour.more += 1
            return False

    def _flush(self, append: Append, before: float) -> None:
        with self._lock:
            past = {key: hour for key, hour in self._hours.items() if hour.since <= before}
            counted = [
                Act(type=kind, actor=actor, detail=detail, count=hour.more)
                for (kind, actor, detail), hour in past.items()
                if hour.more
            ]
            acts = [*self._waiting, *counted]
            if acts:
                append(acts)  # if it fails, everything is noted still
            self._waiting.clear()
            for key in past:
                del self._hours[key]
