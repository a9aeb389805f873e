"""Puts right what was written while the box's clock was wrong.

A recording's ticket says whether the clock was believed, in which boot it was made and how long
after its start. Once the clock is believed in that boot, the true time follows; where that boot is
over and was never believed, the time of putting right is the latest that it can have been.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from msgspec import structs

from appliance.clock import Clock
from appliance.keeper.ledger import Ledger
from appliance.model.records import CallMeta
from appliance.vault.keyring import RecordingKey

DAY = 86_400


@dataclass(frozen=True, slots=True)
class Righted:
    """A recording's true dates."""

    meta: CallMeta
    due_day: int


class WrongClock:
    """Knows when boots began, as far as their clocks were ever believed."""

    def __init__(self, clock: Clock, ledger: Ledger, boot_id: str) -> None:
        self._clock = clock
        self._ledger = ledger
        self._boot_id = boot_id

    def unsettled(self, entries: Mapping[str, RecordingKey]) -> list[str]:
        """Return the recordings of a wrong clock whose true dates can be told by now."""
        wrong = {
            rid: entry
            for rid, entry in entries.items()
            if entry.due_day is not None and not entry.clock_ok
        }
        boots = self._ledger.boot_times() if wrong else {}
        return [rid for rid, entry in wrong.items() if self._began(boots, entry) is not None]

    def righted(self, meta: CallMeta, due_day: int, entry: RecordingKey) -> Righted | None:
        """Return the true dates of a recording; None while they cannot be told yet.

        Args:
            meta: as sealed.
            due_day: as the wrong clock had it.
            entry: the keyring's, with boot and uptime of the ticket.
        """
        if entry.clock_ok:
            return Righted(meta, due_day)
        began = self._began(self._ledger.boot_times(), entry)
        if began is None:
            return None
        days = int((began + entry.uptime) // DAY) - int(meta.started_at // DAY)
        shift = began + entry.uptime - meta.recording_at_ms / 1000 - meta.started_at
        right = structs.replace(
            meta,
            started_at=meta.started_at + shift,
            due_days={purpose: day + days for purpose, day in meta.due_days.items()},
        )
        return Righted(right, due_day + days)

    def _began(self, boots: Mapping[str, float], entry: RecordingKey) -> float | None:
        if entry.boot_id in boots:
            return boots[entry.boot_id]
        if not self._clock.trusted():
            return None
        if entry.boot_id == self._boot_id:
            return self._clock.now() - self._clock.monotonic()
        return self._clock.now() - entry.uptime
