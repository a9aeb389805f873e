"""Begin a box anew from a backup and the recovery sheet.

The keyring is written last but for the audit's entries, and a mark lies in the data folder until
everything is done: no keeper opens it before, and an attempt that was cut begins again.
"""

import os
from collections.abc import Callable, Collection
from contextlib import suppress
from pathlib import Path

from msgspec import structs

from appliance.clock import Clock, day_of
from appliance.config.folders import Folders
from appliance.config.settings import Config
from appliance.errors import Refused
from appliance.keeper.audit.entries import Act
from appliance.keeper.audit.log import KEEPER, AuditLog
from appliance.keeper.backup import parts
from appliance.keeper.backup.medium import BackupFailed
from appliance.keeper.backup.opened import OpenedBackup, checked
from appliance.keeper.backup.parts import BackupPart
from appliance.keeper.backup.place import is_as
from appliance.keeper.backup.wanted import RestoreWishes, kept_by
from appliance.keeper.first_run.create import make_eraser, make_folders, open_audit
from appliance.keeper.people.operators import named, new_operator, roles_of
from appliance.keeper.people.passwords import check_password
from appliance.keeper.recordings.speakers.vouches import end_restored
from appliance.keeper.storage.ledger import Ledger
from appliance.keeper.time.believed_clock import BelievedClock
from appliance.keeper.time.chip import Boot
from appliance.link.operations import Role
from appliance.link.requests.calls import Ground
from appliance.link.requests.recovery.restore import RestoredBox
from appliance.vault.disk import Disk, open_ordinary, writing
from appliance.vault.opening.backup.copied import ON_A_MEDIUM, Rebuilt, rebuild, write_shards
from appliance.vault.opening.content import DeviceState, KeyringContent, OperatorEntry, SheetEntry
from appliance.vault.opening.eraser import Eraser
from appliance.vault.opening.keyring import Keyring
from appliance.vault.opening.keys import Cost, Wrap

SEED_COPY = "restored-zgoda.toml"
"""The configuration of the box that is gone, beside the vault: for a person to put in place."""

_BODY_MODE = 0o400

Settle = Callable[[Ledger, AuditLog], None]
"""Makes what was restored this box's own, on the record, before it counts as whole."""


def refuse_unless_empty(folders: Folders) -> None:
    """Refuse a data folder that holds a vault, or anything of one.

    A folder with the mark of an attempt that was cut is taken as empty.

    Raises:
        Refused: ``folder_not_empty``.
    """
    if folders.restoring.exists():
        return
    files = (*folders.keyring, folders.ledger, folders.root, folders.pool)
    places = (folders.recordings, folders.keys, folders.audit, folders.said, folders.new)
    full = [path for path in files if path.exists()]
    full += [place for place in places if place.is_dir() and _holds_files(place)]
    if full:
        raise Refused("folder_not_empty", folder=str(folders.data), found=full[0].name)


def restore(
    opened: OpenedBackup,
    folders: Folders,
    config: Config,
    wanted: RestoreWishes,
    clock: Clock,
    told: Callable[[int, int], None] = lambda done, total: None,
    settle: Settle = lambda ledger, audit: None,
) -> RestoredBox:
    """Restore a vault into an empty data folder; the caller owns it.

    Args:
        opened: the copy.
        folders: of the new box.
        config: names the eraser.
        wanted: what the person says.
        clock: this machine's.
        told: called with the recordings that are done, and all.
        settle: called when ledger and audit are there.

    Raises:
        Refused: the folder is not empty, or name or password cannot be used.
        BackupFailed: papers without which nothing goes are damaged.
        ZgodaError: something could not be written; a new attempt begins again.
    """
    refuse_unless_empty(folders)
    people = _people(opened, wanted)
    eraser = make_eraser(folders, config)
    _refuse_chip(eraser, folders, wanted)
    disk = Disk()
    rebuilt = rebuild(opened.content, opened.shards, kept_by(wanted))
    try:
        bad, bad_papers, seed = _write_files(opened, folders, disk, rebuilt, told)
        content = _content(opened.content, rebuilt, people, wanted, clock.now())
        keyring = Keyring.create(folders.keyring, eraser, content)
        with keyring.changing() as draft:
            draft.lowest_level = ON_A_MEDIUM
        eraser.wipe_others(keyring.generation)
        ledger, audit = _put_on_record(folders, keyring, clock, opened, rebuilt)
        settle(ledger, audit)
        audit.sign_head()
        disk.unlink(folders.restoring)
    finally:
        rebuilt.wipe()
    erased = sum(map(wanted.names, rebuilt.dropped))
    return RestoredBox(
        known=True,
        recordings=len(rebuilt.kept) - len(bad),
        due=len(rebuilt.dropped) - erased,
        erased=erased,
        bad=bad,
        bad_papers=bad_papers,
        lost_keys=rebuilt.lost,
        order_ended=_waits(opened.content),
        without_password=tuple(
            sorted(one.name for one in people.values() if one.name != wanted.name)
        ),
        seed=seed,
    )


def _holds_files(place: Path) -> bool:
    return any(not path.is_dir() for path in place.rglob("*"))


def _refuse_chip(eraser: Eraser, folders: Folders, wanted: RestoreWishes) -> None:
    if eraser.generations() and not (folders.restoring.exists() or wanted.overwrite_chip):
        raise Refused("chip_taken")


def check_person(opened: OpenedBackup, wanted: RestoreWishes) -> tuple[OperatorEntry, str]:
    """Return who restores, and the password as it is taken.

    Raises:
        Refused: ``no_administrator_there``, or the password is poor.
    """
    owner = named(opened.content, wanted.name)
    if owner is None or Role.ADMINISTRATOR not in roles_of(owner):
        everybody = opened.content.operators.values()
        may = sorted(one.name for one in everybody if Role.ADMINISTRATOR in roles_of(one))
        raise Refused("no_administrator_there", names=", ".join(may))
    return owner, check_password(wanted.password, avoid=(owner.name,))


def _people(opened: OpenedBackup, wanted: RestoreWishes) -> dict[str, OperatorEntry]:
    """Return the operators: one with the new password, the others with one that opens nothing."""
    owner, chosen = check_person(opened, wanted)
    people = {}
    for entry in opened.content.operators.values():
        wrap = Wrap(os.urandom(16), Cost(), os.urandom(48))  # random: no password fits
        if entry.id == owner.id:
            made = new_operator(
                entry.name, chosen, roles_of(entry), opened.reading, wanted.cost, entry.id
            )
            wrap = made.wrap
        # Backup codes go: one that was used since would be good again.
        people[entry.id] = OperatorEntry(
            entry.id,
            entry.name,
            entry.roles,
            wrap,
            totp=entry.totp,
            totp_last=entry.totp_last,
            totp_secret=entry.totp_secret,
        )
    return people


def _content(
    old: KeyringContent,
    rebuilt: Rebuilt,
    people: dict[str, OperatorEntry],
    wanted: RestoreWishes,
    now: float,
) -> KeyringContent:
    content = old.copy()
    content.shards, content.seen = rebuilt.keys, {}
    content.operators, content.devices = people, DeviceState()
    content.root_made = now
    # A day that was wrong is mended by the medium alone, so nothing is removed there by itself.
    due = not all(wanted.names(rid) for rid in rebuilt.dropped)
    content.media = {
        name: structs.replace(one, unknown=True, waits=one.waits or due)
        for name, one in content.media.items()
    }
    if _waits(old):  # it may have been cancelled since, and the day would go on by itself
        content.erase_all = None
    owner = named(content, wanted.name)
    entered = SheetEntry(now, owner.id if owner else "", content.sheet.number, None)
    content.sheet_entries = (*content.sheet_entries, entered)
    return content


def _waits(old: KeyringContent) -> bool:
    return old.erase_all is not None and old.erase_all.stage == "asked"


def _clear(folders: Folders) -> None:
    """Remove what an attempt that was cut has left; recordings stay, and are compared."""
    for path in (*folders.keyring, folders.ledger, *folders.keys.glob("*")):
        path.unlink(missing_ok=True)
    for place in (folders.audit, folders.settings, folders.said, folders.prompts):
        for path in place.rglob("*"):
            if not path.is_dir():
                path.unlink()


def _write_files(
    opened: OpenedBackup,
    folders: Folders,
    disk: Disk,
    rebuilt: Rebuilt,
    told: Callable[[int, int], None],
) -> tuple[tuple[str, ...], tuple[str, ...], bool]:
    """Write all but the keyring, behind a mark that it is not whole.

    Returns:
        What ``_write_recordings`` and ``_write_parts`` return.
    """
    folders.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    with writing("The data folder"):
        disk.replace(folders.restoring, b"")
        make_folders(folders)
        _clear(folders)
        bad_papers, seed = _write_parts(opened, folders, disk)
        bad = _write_recordings(opened, folders, disk, rebuilt, told)
        if opened.ledger:
            disk.replace(folders.ledger, opened.ledger)
        write_shards(folders.keyring, rebuilt.births, disk)
    return bad, bad_papers, seed


def _write_parts(
    opened: OpenedBackup, folders: Folders, disk: Disk
) -> tuple[tuple[str, ...], bool]:
    """Write the papers; without the audit nothing goes.

    Returns:
        The paths of those that are missing or altered, and whether the former configuration lies in
        the data folder now.
    """
    bad, seed = [], False
    settings = any(part.path.startswith("settings/versions/") for part in opened.index)
    for part in opened.index:
        try:
            clear = opened.part(part)
        except (BackupFailed, OSError):
            if part.path.startswith("audit/"):
                raise
            bad.append(part.path)
            continue
        if part.path != parts.SEED:
            _write_part(folders, disk, part, clear)
        elif not settings:
            disk.replace(folders.data / SEED_COPY, clear)
            seed = True
    return tuple(bad), seed


def _write_part(folders: Folders, disk: Disk, part: BackupPart, clear: bytes) -> None:
    """Write a file to its place, for those who may read that place."""
    path, top = folders.data / part.path, folders.data / part.path.split("/", 1)[0]
    about = top.stat()
    readers = about.st_mode & 0o050
    path.parent.mkdir(mode=0o700 | readers, parents=True, exist_ok=True)
    disk.replace(path, clear, 0o600 | (readers & 0o040), about.st_gid if readers else None)


def _write_recordings(
    opened: OpenedBackup,
    folders: Folders,
    disk: Disk,
    rebuilt: Rebuilt,
    told: Callable[[int, int], None],
) -> tuple[str, ...]:
    """Copy the recordings that stay, each compared with its digest; remove all others.

    Returns:
        Those that are missing or altered.
    """
    kept, bad = set(rebuilt.kept), []
    for path in folders.recordings.iterdir():
        if path.name not in kept:
            path.unlink()
    for done, rid in enumerate(rebuilt.kept):
        told(done, len(rebuilt.kept))
        wanted = opened.manifest.recordings.get(rid)
        if wanted is None or not _copied(opened, folders, disk, rid, wanted):
            bad.append(rid)
    disk.sync_folder(folders.recordings)
    return tuple(bad)


def _copied(
    opened: OpenedBackup, folders: Folders, disk: Disk, rid: str, wanted: tuple[int, str]
) -> bool:
    """Copy a recording; say whether it is the one that the manifest names."""
    path = folders.recordings / rid
    if path.exists():
        with open_ordinary(path) as there:
            if is_as(there, wanted):
                return True
        path.unlink()
    with suppress(FileNotFoundError, BackupFailed), opened.recording(rid) as file:
        fresh = path.with_name(f".{rid}")
        fresh.unlink(missing_ok=True)
        fd = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        try:
            at = 0
            for piece in checked(file, wanted):
                disk.write(fd, piece, at)
                at += len(piece)
            os.fchmod(fd, _BODY_MODE)
            disk.sync_all(fd)
        except BaseException:
            fresh.unlink()
            raise
        finally:
            disk.close(fd)
        disk.rename(fresh, path)
        return True
    return False


def _put_on_record(
    folders: Folders, keyring: Keyring, clock: Clock, opened: OpenedBackup, rebuilt: Rebuilt
) -> tuple[Ledger, AuditLog]:
    """Say in audit and ledger what has happened; the time has to be confirmed by a person."""
    ledger = Ledger(folders.ledger, keyring.content.ledger_key)
    belief = ledger.belief()
    if belief is not None:
        ledger.believe(structs.replace(belief, lost=True))
    time = BelievedClock(clock, Boot.of_this_machine())
    time.open(ledger, opened.manifest.made_at)
    audit = open_audit(folders, keyring, time)
    audit.append("restored", KEEPER, detail=f"copy_{opened.manifest.number}")
    order = opened.content.erase_all
    if order is not None and _waits(opened.content):
        audit.append("erase_all_ended", KEEPER, case=order.id, detail="restored")
    end_restored(ledger, audit, day_of(opened.manifest.made_at))
    _drop(audit, rebuilt.dropped, keyring)
    return ledger, audit


def _drop(audit: AuditLog, dropped: Collection[str], keyring: Keyring) -> None:
    """Put on record what was not restored: no key of this vault opens it."""
    ground, done = Ground.NO_LONGER_NEEDED.value, f"e{ON_A_MEDIUM}.{keyring.generation}"
    for kind, detail in (("erasing", ground), ("erased", done)):
        audit.append_many([Act(type=kind, actor=KEEPER, rid=rid, detail=detail) for rid in dropped])
