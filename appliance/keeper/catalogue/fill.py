"""Fill the catalogue from the recordings while an operator is logged in."""

import logging

from msgspec import structs

from appliance.errors import FileFormatError, KeyLost, Refused, ZgodaError
from appliance.keeper.catalogue.catalogue import Catalogue
from appliance.keeper.catalogue.unreadable import Unreadable
from appliance.keeper.reading.protocol import Summary
from appliance.keeper.reading.reading import Reading
from appliance.keeper.time.wrong_clock import WrongClock, dated, shift
from appliance.model.audio import RATE
from appliance.model.records import CallRecord
from appliance.vault.decoding import decoding
from appliance.vault.opening.entry import RecordingEntry
from appliance.vault.opening.keyring import Keyring

BATCH = 50
"""Calls listed at once, so that a shelf is written once for all of them."""

_log = logging.getLogger(__name__)


class Cataloguing:
    """Lists the recordings that were taken up but are not in the catalogue."""

    def __init__(
        self,
        catalogue: Catalogue,
        reading: Reading,
        keyring: Keyring,
        wrong_clock: WrongClock,
        unreadable: Unreadable,
    ) -> None:
        self._catalogue = catalogue
        self._reading = reading
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
                rids = waiting[at : min(at + BATCH, most)]
                self._put_in([(rid, self._summary(rid)) for rid in rids])
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

    def _summary(self, rid: str) -> Summary | None:
        try:
            return self._reading.summary(rid)
        except Refused:
            raise
        except KeyLost:
            return None  # Erased since we looked.
        except ZgodaError as error:
            self._set_aside(rid, error)
            return None

    def _set_aside(self, rid: str, error: ZgodaError) -> None:
        """Show it among the unreadable ones: nothing says whose call it is."""
        _log.warning("The recording %s cannot be catalogued: %s", rid, error)
        self._unreadable.set_aside(rid, str(error))

    def _put_in(self, found: list[tuple[str, Summary | None]]) -> None:
        """Settle each recording's due day, then list it on that day's shelf."""
        calls, due_days = [], {}
        for rid, summary in found:
            entry = self._keyring.get(rid)
            if summary is None or entry is None or entry.due_day is None:
                continue
            try:
                with decoding("The recording"):
                    due_days[rid] = _due_day(summary) + shift(entry)
                    calls.append(_record(rid, summary, entry))
            except FileFormatError as error:
                self._set_aside(rid, error)
                due_days.pop(rid, None)

        def settled(rid: str, entry: RecordingEntry) -> RecordingEntry:
            return structs.replace(entry, due_day=due_days[rid])

        self._keyring.change(due_days, settled)
        self._put(calls)
        self._moved.difference_update(rid for rid, _ in found)

    def _put(self, calls: list[CallRecord]) -> None:
        """Put calls on their shelves; one that cannot be put there costs no other its place."""
        try:
            with decoding("A recording"):
                self._catalogue.put(calls)
        except FileFormatError as error:
            if len(calls) < 2:
                for call in calls:
                    self._set_aside(call.recording, error)
                return
            for call in calls:
                self._put([call])


def _due_day(summary: Summary) -> int:
    """Return the last day of the purposes not withdrawn during the call."""
    days = summary.meta.due_days
    left = [day for purpose, day in days.items() if purpose not in summary.withdrawn]
    return max(left or days.values())


def _record(rid: str, summary: Summary, entry: RecordingEntry) -> CallRecord:
    meta = dated(summary.meta, entry)
    if summary.withdrawn:
        left = tuple(p for p in meta.purposes if p not in summary.withdrawn)
        days = {p: day for p, day in meta.due_days.items() if p not in summary.withdrawn}
        meta = structs.replace(meta, purposes=left, due_days=days)
    return CallRecord(
        recording=rid,
        meta=meta,
        receipt=summary.receipt,
        seconds=round(summary.samples / RATE, 3),
        verdict=summary.verdict,
        ended=summary.ended,
        frames=summary.frames,
    )
