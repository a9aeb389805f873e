"""Set up a keeper with a prepared medium, and look at what is on it."""

from dataclasses import replace
from pathlib import Path

from appliance.config.outside import Backup
from appliance.keeper.backup.backups import Backups
from appliance.keeper.backup.manifest import Manifest
from appliance.keeper.backup.medium import FOLDER, Medium
from appliance.keeper.backup.preparing import prepare
from appliance.keeper.backup.writing import read_manifest
from appliance.link.requests.calls import Ground
from appliance.vault.opening.keyring import Keyring
from tests.keeper.boxes import KeeperBox, set_up
from tests.keeper.desks import backups_of
from tests.keeper.erasure.everything import PEOPLE


def backed_up_box(folder: Path, every: str = "day") -> tuple[KeeperBox, Path]:
    """Set up a box whose backups go to a prepared medium; return it and the medium's folder."""
    stick = folder / "stick"
    stick.mkdir(parents=True)
    prepare(stick).close()
    box = set_up(folder / "data", PEOPLE)
    point_to(box, stick, every)
    return box, stick / FOLDER


def point_to(box: KeeperBox, folder: Path | None, every: str = "day") -> None:
    """Let backups go to a folder."""
    told = Backup(str(folder) if folder is not None else "", every)
    box.config = replace(box.config, backup=told)
    answer(box, 31 if told.by_hand else box.config.office.backup_days)


def answer(box: KeeperBox, days: int) -> None:
    """Let the office say within how many days a person renews its backups."""
    box.config = replace(box.config, office=replace(box.config.office, backup_days=days))
    box.keeper._around.config = box.config


def backups(box: KeeperBox) -> Backups:
    assert box.keeper.box is not None
    return backups_of(box.keeper)


def keyring(box: KeeperBox) -> Keyring:
    assert box.keeper.box is not None
    return box.keeper.box.keyring


def manifest(medium: Path) -> Manifest:
    """Return the manifest in force."""
    with Medium(medium, writes=False) as there:
        found = read_manifest(there)
    assert found is not None
    return found


def files(medium: Path) -> set[str]:
    """Return every file on the medium."""
    return {path.relative_to(medium).as_posix() for path in medium.rglob("*") if not path.is_dir()}


def erase(box: KeeperBox, *rids: str) -> None:
    """Erase recordings, to the end."""
    assert box.keeper.box is not None
    records = box.keeper.box.records
    records.erasing.by_keeper(rids, Ground.NO_LONGER_NEEDED)
    for _ in range(2):
        box.clock.advance(31)
        records.tick()
