"""Examine the backups: is one set up, how old is the last copy, what hinders the next."""

from collections.abc import Collection, Iterator
from pathlib import Path

from appliance.card.sticks import GOING_ON
from appliance.clock import DAY
from appliance.config.outside import Backup
from appliance.keeper.storage.mounts import foreign_kind
from appliance.link.requests.outside.backup import BackupState
from appliance.model.findings import Finding, find
from appliance.vault.opening.content import KeyringContent

OLD = {"day": 3, "week": 15, "hand": 31}
"""Setting -> days after which the last copy is too old."""

OWED = "owed.backup"
"""The finding that mail tells although nothing is wrong yet: only a person can do it."""

WAITS = "waits"
"""The code of a medium that a person has to ask a copy onto: the one there may hold more."""

UNSAID = "unsaid"
"""The code of a medium that gets no backup before the office says how long another lies apart."""

FOR_A_PERSON = frozenset({WAITS, UNSAID})
"""Codes of media that a person has to decide about; meanwhile nothing has failed."""

HINDERED = frozenset(
    {
        *("full", "other_box", "newer", "unmarked", "damaged", "failed", "own", "own_disk"),
        *("many", "version", *FOR_A_PERSON),
    }
)
"""Codes of failures that have a finding of their own."""


DRILL_AFTER = 183.0 * DAY
"""Seconds after which the sheet is to be proved again: twice a year."""


def drill_due(content: KeyringContent, counted: float | None) -> bool:
    """Say whether somebody should prove the sheet on a backup; it needs a recording in one.

    Args:
        content: of the keyring.
        counted: the seconds that the box has counted; None: it does not count yet.
    """
    possible = any(one.number and one.recordings for one in content.media.values())
    if counted is None or not possible:
        return False
    last = (content.drill.counted if content.drill is not None else None) or 0.0
    return counted < last or counted - last >= DRILL_AFTER


def examine_backup(seen: BackupState, *, elsewhere: bool = False) -> Iterator[Finding]:
    """Yield the findings about backups onto a medium.

    Args:
        seen: what the keeper knows.
        elsewhere: they go to a server, so a medium need not be set up.
    """
    if not seen.folder:
        if not elsewhere:
            yield find("backup.none")
    else:
        yield _last(seen)
        if seen.code in HINDERED:
            yield hindered(seen.code, seen.folder)
    yield from examine_owed(seen)
    if seen.older:
        yield find("backup.older")
    if seen.mended:
        yield find("backup.mended", count=seen.mended)
    if seen.drill_due:
        yield find("backup.drill")


def examine_folder(backup: Backup) -> Iterator[Finding]:
    """Yield the finding about a folder of which nobody has said whose computer it is on."""
    if backup.folder and not backup.whose and (kind := foreign_kind(Path(backup.folder))):
        yield find("backup.whose", path=backup.folder, kind=kind)


def examine_owed(seen: BackupState) -> Iterator[Finding]:
    """Yield the finding about erased calls that are still in a backup: nobody has renewed it."""
    if seen.owes:
        yield find(OWED, path=seen.folder)


def examine_sticks(words: Collection[str]) -> Iterator[Finding]:
    """Yield the finding about media that root has left as they were.

    Args:
        words: of ``card.sticks.WORDS``, one for each that is plugged in.
    """
    if not GOING_ON.union({"ready"}).issuperset(words):
        yield find("backup.stick")


def hindered(code: str, folder: str) -> Finding:
    """Return the finding of a failure."""
    if code in {"unmarked", "own_disk"}:
        return find(f"backup.{code}", path=folder)
    return find(f"backup.{code}")


def _last(seen: BackupState) -> Finding:
    if not seen.finished:
        return find("backup.first", path=seen.folder)
    if seen.age is None:
        return find("backup.unknown_age", count=seen.recordings)
    days = int(seen.age // DAY)
    if days >= OLD.get(seen.every, OLD["day"]):
        return find("backup.old", days=days, path=seen.folder)
    return find("backup.fine", count=seen.recordings)
