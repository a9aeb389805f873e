"""End what is vouched for of those who speak on lines; say what of it is told."""

import hashlib
from collections.abc import Collection, Iterator
from pathlib import Path

import msgspec
from msgspec import structs

from appliance.clock import day_of
from appliance.config.drivers.known import devices, number_at_device
from appliance.config.settings import Line
from appliance.errors import ZgodaError
from appliance.keeper.audit.entries import Act
from appliance.keeper.audit.log import KEEPER, AuditLog
from appliance.keeper.storage.ledger import Ledger
from appliance.keeper.storage.rows import SpeakersRow, SpeakersTable, VouchRow
from appliance.model.rule import RuleSpeakers, SpeakersFile, StatedSpeakers
from appliance.vault.disk import Disk, writing
from appliance.vault.opening.entry import RecordingEntry

ENDED = "speakers_ended"
"""The entry type of a vouch that ended."""


def end_restored(ledger: Ledger, audit: AuditLog, day: int) -> None:
    """End what was vouched for in a backup: who has left or withdrawn since is not known.

    Args:
        ledger: restored.
        audit: of this box.
        day: of the backup, in days since 1970-01-01.
    """
    table = ledger.speakers()
    rows = [row for row in table.lists.values() if row.vouch]
    if rows:
        audit.append_many(ends(table, rows, KEEPER, "restored"))
        ledger.keep_speakers(without(table, rows, day))


def ends(
    table: SpeakersTable, rows: Collection[SpeakersRow], actor: str, why: str | None = None
) -> list[Act]:
    """Return what the audit says of the end of what is vouched for."""
    found = [table.vouches[row.vouch] for row in rows if row.vouch in table.vouches]
    return [
        Act(type=ENDED, actor=actor, case=one.case, sha256=one.digest, detail=why) for one in found
    ]


def without(table: SpeakersTable, rows: Collection[SpeakersRow], day: int) -> SpeakersTable:
    """Return a table of its own in which nobody vouches for these lists since a day."""
    cases = {row.vouch for row in rows if row.vouch}
    lists = {
        line: structs.replace(row, vouch="") if row.vouch in cases else row
        for line, row in table.lists.items()
    }
    vouches = {
        case: structs.replace(row, ended=max(day, row.day)) if case in cases else row
        for case, row in table.vouches.items()
    }
    return SpeakersTable(lists=lists, vouches=vouches)


def line_digest(line: Line) -> str:
    """Return what makes a line another, whatever it is called: its number and its devices."""
    parts = [
        (
            role,
            part.driver,
            number_at_device(role, part),
            sorted((key, name) for key, _, name in devices(role, part)),
        )
        for role, part in sorted(line.parts.items())
    ]
    return hashlib.sha256(msgspec.json.encode((line.number, parts))).hexdigest()


def told_of(table: SpeakersTable) -> bytes:
    """Return what the recorder is to read of those who speak: digests, no names."""
    return msgspec.json.encode(SpeakersFile(lines=dict(stated(table))))


def stated(table: SpeakersTable) -> Iterator[tuple[str, StatedSpeakers]]:
    """Yield what the recorder is told of each line's list."""
    for row in table.lists.values():
        vouch = table.vouches.get(row.vouch)
        if vouch is not None:
            yield row.line, StatedSpeakers(sealed=sealed_of(vouch), last=vouch.last)


def sealed_of(row: VouchRow) -> RuleSpeakers:
    """Return what recordings hold of a list."""
    return RuleSpeakers(count=row.count, day=row.day, digest=row.digest)


def day_of_recording(entry: RecordingEntry) -> int:
    """Return the day on which a recording began, the first of all if nobody knows."""
    if entry.began is not None:
        return day_of(entry.began)
    return entry.day if entry.day is not None and entry.clock_ok else 0


def is_told(path: Path, said: bytes, disk: Disk) -> bool:
    """Say whether the recorder's file holds just that, whoever wrote it last."""
    try:
        return disk.read(path, len(said)) == said
    except (OSError, ZgodaError):
        return False


def tell(path: Path, said: bytes, disk: Disk) -> None:
    """Write what the recorder reads; it is durable when this returns.

    Raises:
        VaultError: it could not be written.
    """
    with writing("The settings"):
        folder = path.parent.stat()
        # Who may look into the folder, the recorder on the appliance, may read its files.
        mode = 0o600 | folder.st_mode & 0o040
        disk.replace(path, said, mode, folder.st_gid)
