"""Fill the catalogue from the recordings while an operator is logged in."""

import logging
from collections.abc import Sequence

from msgspec import structs

from appliance.errors import Refused, ZgodaError
from appliance.keeper.catalogue.catalogue import Catalogue
from appliance.keeper.catalogue.shown import without_withdrawn
from appliance.keeper.catalogue.unreadable import Unreadable
from appliance.keeper.time.wrong_clock import WrongClock
from appliance.vault.opening.entry import RecordingEntry, shift
from appliance.vault.opening.keyring import Keyring

BATCH = 50
"""Calls listed at once, so that a shelf is synced once for all of them."""

_log = logging.getLogger(__name__)


class CatalogueFiller:
    """Lists the recordings that were taken up but are not in the catalogue."""

    def __init__(
        self,
        catalogue: Catalogue,
        keyring: Keyring,
        wrong_clock: WrongClock,
        unreadable: Unreadable,
    ) -> None:
        self._catalogue = catalogue
        self._keyring = keyring
        self._wrong_clock = wrong_clock
        self._unreadable = unreadable
        self._moved: set[str] = set()

    def try_all_again(self) -> None:
        """Try unreadable recordings again: after a login."""
        self._unreadable.clear()
        self._moved.clear()

    def catch_up(self, most: int) -> bool:
        """List up to ``most`` calls; return whether some still wait.

        While the box is locked this does nothing and returns False.
        """
        try:
            waiting = self._waiting()
            for at in range(0, min(most, len(waiting)), BATCH):
                self._list(waiting[at : min(at + BATCH, most)])
        except Refused as error:
            if error.code != "locked":
                raise
            return False
        return len(waiting) > most

    def _waiting(self) -> list[str]:
        """Return the recordings that are not listed, or listed under a date corrected since."""
        self._moved |= self._wrong_clock.take_moved()
        moved = [rid for rid in self._moved if rid in self._keyring]
        found = dict.fromkeys(self._catalogue.waiting() + moved)
        return [rid for rid in found if rid not in self._unreadable]

    def _list(self, rids: list[str]) -> None:
        """Have calls listed, and settle the due day of each."""
        due_days = {}
        for rid, found in self._catalogue.make(rids).items():
            if isinstance(found, int):
                due_days[rid] = found
            else:
                self._set_aside(rid, found)

        def settled(rid: str, entry: RecordingEntry) -> RecordingEntry:
            day = due_days[rid] + shift(entry)
            if entry.ended_purposes and entry.due_day is not None:
                day = min(day, entry.due_day)  # a purpose that is taken back never lengthens it
            return structs.replace(entry, due_day=day)

        self._keyring.change(due_days, settled)
        for parts in {self._keyring.parts(rid) for rid in due_days if rid in self._keyring}:
            if len(parts) > 1:
                self._settle_together(parts)
        self._moved.difference_update(rids)

    def _settle_together(self, parts: Sequence[str]) -> None:
        """Keep no recording of a call for a purpose that was withdrawn in one that continues it."""
        read = []
        for rid in parts:
            try:
                read.append(self._catalogue.get(rid))
            except Refused as error:
                if error.code == "locked":
                    raise
        days = {one.recording: one.meta.due_days.values() for one in without_withdrawn(read)}
        last = {rid: max(left) for rid, left in days.items() if left}

        def settled(rid: str, entry: RecordingEntry) -> RecordingEntry:
            return structs.replace(entry, due_day=min(entry.due_day or last[rid], last[rid]))

        self._keyring.change(last, settled)

    def _set_aside(self, rid: str, error: ZgodaError) -> None:
        """Show it among the unreadable ones: nothing says whose call it is."""
        _log.warning("The recording %s cannot be catalogued: %s", rid, error)
        self._unreadable.set_aside(rid, str(error))
