"""Say what a restoring person wants back, and what is left away for good."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time

from appliance.clock import day_of
from appliance.errors import FileFormatError, Refused
from appliance.keeper.audit.known import known_recordings
from appliance.keeper.backup.opened import OpenedBackup
from appliance.vault.audit.entries import AuditEntry, decode
from appliance.vault.opening.backup.copied import rebuild
from appliance.vault.opening.entry import RecordingEntry
from appliance.vault.opening.keys import Cost

_MOST_NAMES = 3
"""So many of the names that a backup does not hold are told."""


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


def refuse_unsure(opened: OpenedBackup, wanted: RestoreWishes, *, due: int, unknown: int) -> None:
    """Refuse a day or a list that may be wrong, unless the person has agreed to what it does.

    Args:
        opened: the copy.
        wanted: what the person says.
        due: so many recordings may stay away for good, as due on that day.
        unknown: so many of the named recordings need not be in the copy.

    Raises:
        Refused: ``names_unknown``, or ``due_that_day``; each with the number.
        FileFormatError: a shard is altered.
        BackupFailed: the activity log is damaged.
        OSError: the activity log cannot be read.
    """
    there, over = set(opened.manifest.recordings), set[str]()
    stays = kept_by(wanted)

    def keep(rid: str, entry: RecordingEntry, sure: bool) -> bool:
        there.add(rid)
        if not stays(rid, entry, sure) and not wanted.names(rid):
            over.add(rid)
        return False  # no key is copied for a look

    rebuild(opened.content, opened.shards, keep).wipe()
    strange = set() if wanted.erased_all else wanted.erased - there
    if strange:  # a wrong digit, or erased before the copy: its log knows
        strange -= known_recordings(_log(opened)).keys()
    if len(strange) > unknown:
        raise Refused("names_unknown", count=len(strange), names=_few(sorted(strange)))
    if len(over) > due:
        raise Refused("due_that_day", count=len(over))


def _log(opened: OpenedBackup) -> Iterator[AuditEntry]:
    """Yield the readable entries of a copy's activity log, oldest first."""
    for part in sorted(opened.index, key=lambda part: part.path):
        if not part.path.endswith(".log"):
            continue
        for line in opened.part(part).splitlines(keepends=True):
            try:
                yield decode(line).entry
            except FileFormatError:
                continue


def _few(names: list[str]) -> str:
    return ", ".join(names[:_MOST_NAMES]) + (" …" if len(names) > _MOST_NAMES else "")
