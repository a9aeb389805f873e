"""Say what a restoring person wants back, and what is left away for good."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time

from appliance.clock import day_of
from appliance.errors import Refused
from appliance.keeper.backup.opened import OpenedBackup
from appliance.vault.opening.backup.copied import rebuild
from appliance.vault.opening.entry import RecordingEntry
from appliance.vault.opening.keys import Cost


@dataclass(frozen=True, slots=True)
class RestoreWishes:
    """What the restoring person says."""

    name: str  # of the administrator who gets a password
    password: str = field(repr=False)
    today: int  # the day (UTC), in days since 1970-01-01, as ``day_begun`` makes it
    erased: frozenset[str] = frozenset()  # recordings that were erased since the copy
    erased_all: bool = False  # everything was erased since the copy
    overwrite_chip: bool = False  # a chip that holds the key of another vault
    cost: Cost | None = None

    def names(self, rid: str) -> bool:
        """Say whether the person says that a recording was erased since the copy."""
        return self.erased_all or rid in self.erased


def day_begun(there: date) -> int:
    """Return the day (UTC, since 1970-01-01) at the first moment of a day of this place.

    Of the two days of UTC that one of Warsaw touches this is the earlier: by it nothing is due that
    is not yet due in the last hours before UTC's own midnight.

    Raises:
        ValueError: no clock reaches so far.
    """
    try:
        return day_of(datetime.combine(there, time.min).astimezone().timestamp())
    except (OverflowError, ValueError):
        raise ValueError(f"{there.isoformat()} is out of a clock's reach.") from None


def is_ahead(made_at: float, today: int) -> bool:
    """Say whether a copy was made later than a day that a person says: then a clock was ahead.

    That hinders nothing: by an earlier day only less is due. A day's difference says nothing
    either, since one of the two days may be UTC's, and the other that of the place.
    """
    return day_of(made_at) > today + 1


def kept_by(wanted: RestoreWishes) -> Callable[[str, RecordingEntry, bool], bool]:
    """Return what says whether a recording comes back."""

    def keep(rid: str, entry: RecordingEntry, sure: bool) -> bool:
        return not wanted.names(rid) and not (sure and entry.due(wanted.today))

    return keep


def refuse_due(opened: OpenedBackup, wanted: RestoreWishes, agreed: int) -> None:
    """Refuse a day that leaves more recordings away for good than the person has agreed to.

    Raises:
        Refused: ``due_`` with their number.
        FileFormatError: a shard is altered.
    """
    stays, due = kept_by(wanted), set[str]()

    def keep(rid: str, entry: RecordingEntry, sure: bool) -> bool:
        if not stays(rid, entry, sure) and not wanted.names(rid):
            due.add(rid)
        return False  # no key is copied for a look

    rebuild(opened.content, opened.shards, keep).wipe()
    if len(due) > agreed:
        raise Refused("due_that_day", count=len(due))
