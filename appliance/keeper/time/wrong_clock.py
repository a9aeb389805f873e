"""Correct the due days of recordings made while the clock was wrong.

This works locked. A recording's ticket names the day on which it began by the recorder's clock, the
boot, and the uptime. If the clock was ever believed in that boot, the true time follows from these.
Otherwise the recorder's day counts, unless it had none or names a future day: then the recording
began at the latest when this was noticed.

The keyring holds the difference alone. The recording stays as it was sealed, so the catalogue can
always be rebuilt from recordings and keyring.
"""

import threading
from collections.abc import Collection, Iterator

from msgspec import structs

from appliance.clock import DAY, Clock, day_of
from appliance.keeper.storage.belief import BootStart
from appliance.keeper.storage.ledger import Ledger
from appliance.vault.opening.entry import RecordingEntry, shift
from appliance.vault.opening.keyring import Keyring

SLACK = 300.0
"""Seconds by which two correct clocks may differ."""


class WrongClock:
    """The dates of recordings by the boots with a believed clock. Threads may share it."""

    def __init__(self, keyring: Keyring, ledger: Ledger, clock: Clock, boot_id: str) -> None:
        self._keyring = keyring
        self._ledger = ledger
        self._clock = clock
        self._boot_id = boot_id
        self._moved: set[str] = set()
        self._lock = threading.Lock()

    def put_right(self, only: Collection[str] | None = None) -> None:
        """Correct all dates by what is believed now; do nothing before anything is.

        Args:
            only: these recordings, the others are known to be right; None for all.

        Raises:
            VaultError: the keyring could not be written.
        """
        boots = self._ledger.boots()
        if self._boot_id not in boots:
            return
        now = boots[self._boot_id].at + self._clock.monotonic()
        right = {
            rid: began
            for rid, entry in self._entries(only)
            if (began := _began(entry, boots.get(entry.boot_id), now)) is not None
        }
        if not right:
            return

        def dated_right(rid: str, entry: RecordingEntry) -> RecordingEntry:
            fresh = structs.replace(entry, began=right[rid])
            if entry.due_day is None:
                return entry
            return structs.replace(fresh, due_day=entry.due_day + shift(fresh) - shift(entry))

        self._keyring.change(right, dated_right)
        with self._lock:
            self._moved.update(right)

    def _entries(self, only: Collection[str] | None) -> Iterator[tuple[str, RecordingEntry]]:
        if only is None:
            yield from self._keyring.taken_up()
            return
        for rid in only:
            entry = self._keyring.get(rid)
            if entry is not None:
                yield rid, entry

    def take_moved(self) -> set[str]:
        """Return the recordings whose dates changed since the last call."""
        with self._lock:
            moved, self._moved = self._moved, set()
        return moved


def _began(entry: RecordingEntry, boot: BootStart | None, now: float) -> float | None:
    """Return when a recording truly began; None if the known date is right.

    Args:
        entry: the recording's.
        boot: the start of its boot, if known.
        now: the time.
    """
    if entry.due_day is None or entry.day is None:
        return None
    if boot is not None and boot.at + entry.uptime <= now + SLACK:
        began = _later(entry, boot, now)
        return None if _agrees(entry, began, exact=boot.exact) else began
    said = entry.day * DAY if entry.began is None else entry.began
    sure = entry.clock_ok or entry.began is not None
    return None if sure and said <= now + SLACK else now


def _later(entry: RecordingEntry, boot: BootStart, now: float) -> float:
    """Return the beginning of a recording, from that of its boot.

    A boot without a clock chip may have begun later than was believed in it, by as much as the box
    had to catch up since. Between the two bounds the recorder's own day counts; where it lies
    outside of them, the later bound does, so that nothing is erased early.
    """
    earliest = boot.at + entry.uptime
    latest = max(earliest, min(earliest + boot.late, now))
    if entry.day is None or not entry.clock_ok:
        return latest
    if day_of(earliest - SLACK) <= entry.day <= day_of(earliest + SLACK):
        return earliest
    said = float(entry.day * DAY)
    return said if earliest < said <= latest else latest


def _agrees(entry: RecordingEntry, began: float, *, exact: bool) -> bool:
    """Say whether a recording's known date fits the time that follows from its boot.

    Without a second source the recorder's clock may have been corrected meanwhile: the later of
    two neighbouring days counts, so that nothing is erased early.
    """
    if entry.began is not None:
        return abs(entry.began - began) <= SLACK
    if not entry.clock_ok or entry.day is None:
        return False
    latest = day_of(began + SLACK) + (0 if exact else 1)
    return day_of(began - SLACK) <= entry.day <= latest
