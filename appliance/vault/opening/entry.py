"""Describe a recording in the keyring; what works locked needs no private key."""

from msgspec import Struct, structs

from appliance.clock import day_of
from appliance.errors import FileFormatError
from appliance.model.records import CallMeta
from appliance.model.sentences.faults import noted


class RecordingEntry(Struct, frozen=True):
    """What the keyring knows of a recording beside its key."""

    due_day: int | None = None  # days since 1970-01-01; None: unused, in the pool
    call: str = ""  # 16 hex digits
    held: bool = False
    review_day: int | None = None
    restricted: bool = False
    clock_ok: bool = True
    boot_id: str = ""
    uptime: int = 0
    day: int | None = None  # on which it began, by the recorder's clock
    began: float | None = None  # UTC, where that clock was wrong
    verdict: str = ""  # where it is worse than its frames alone show
    ended_purposes: int = 0  # purposes taken back after the call: bit n is the n-th of META's
    ended_day: int | None = None  # of the newest taking back
    has_note: bool = False  # a note lies beside the sound

    @property
    def kept(self) -> bool:
        """Say whether it must outlive its day."""
        return self.held or self.restricted

    def due(self, day: int) -> bool:
        """Say whether it has to be erased on a day: its last one is over, its date is known."""
        if self.due_day is None or self.kept or (not self.clock_ok and self.began is None):
            return False
        return self.due_day < day


def shift(entry: RecordingEntry) -> int:
    """Return how many days the recorder's clock was behind at a recording."""
    if entry.began is None or entry.day is None:
        return 0
    return day_of(entry.began) - entry.day


def dated(meta: CallMeta, entry: RecordingEntry) -> CallMeta:
    """Return a recording's META with its true dates."""
    if entry.began is None:
        return meta
    days = shift(entry)
    return structs.replace(
        meta,
        started_at=started_at(meta, entry.began),
        due_days={purpose: day + days for purpose, day in meta.due_days.items()},
    )


def taken_back(meta: CallMeta, entry: RecordingEntry) -> frozenset[str]:
    """Return the purposes of a recording that were taken back after the call.

    Args:
        meta: as the recording seals it, with all its purposes.
        entry: the keyring's.

    Raises:
        FileFormatError: the keyring names one that the recording does not have.
    """
    if entry.ended_purposes >> len(meta.purposes):
        raise FileFormatError(
            noted("archive_file_damaged", "The keyring ends a purpose that the recording lacks.")
        )
    return frozenset(p for bit, p in enumerate(meta.purposes) if entry.ended_purposes >> bit & 1)


def started_at(meta: CallMeta, began: float) -> float:
    """Return the time of the off-hook, to the millisecond, from the recording's start."""
    return max(round(began - meta.recording_at_ms / 1000, 3), 0.0)
