"""Erase what is due: at boot and hourly, locked or not; never early.

Erasure comes at most an hour late. A due day is the last day (UTC) on which a recording may exist.
"""

from collections.abc import Collection

from appliance.clock import day_of
from appliance.keeper.audit.log import KEEPER, AuditLog
from appliance.keeper.erasure.erase import Erasing
from appliance.keeper.time.sure_clock import SureClock
from appliance.keeper.time.wrong_clock import WrongClock
from appliance.link.requests.calls import Certificate, Ground
from appliance.vault.opening.keyring import Keyring


class Retention:
    """The sweep for recordings that are due."""

    def __init__(
        self,
        keyring: Keyring,
        erasing: Erasing,
        audit: AuditLog,
        sure_clock: SureClock,
        wrong_clock: WrongClock,
    ) -> None:
        self._keyring = keyring
        self._erasing = erasing
        self._audit = audit
        self._clock = sure_clock
        self._wrong_clock = wrong_clock
        self._waits = False

    def sweep(self) -> tuple[Certificate, ...]:
        """Erase everything due in one batch, after correcting wrong dates.

        Raises:
            VaultError: audit, ledger or keyring could not be written; nothing was erased.
        """
        now = self._clock.now()
        if now is None:
            if not self._waits:
                self._audit.append("retention_waits", KEEPER, detail="clock")
            self._waits = True
            return ()
        self._waits = False
        self._wrong_clock.put_right()
        due = self._keyring.due(day_of(now))
        return self._erasing.by_keeper(sorted(due), Ground.NO_LONGER_NEEDED)

    def date(self, taken_up: Collection[str]) -> None:
        """Correct the dates of recordings just taken up; raises VaultError."""
        self._wrong_clock.put_right(taken_up)

    def confirm_clock(self) -> tuple[Certificate, ...]:
        """Believe the clock on an operator's word, and sweep."""
        self._clock.confirm()
        return self.sweep()
