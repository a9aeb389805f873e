"""Restore a backup into an empty folder, as another board would."""

from pathlib import Path

from appliance.clock import day_of
from appliance.config.folders import Folders
from appliance.keeper.backup.opened import open_backup
from appliance.keeper.backup.restore import restore
from appliance.keeper.backup.wanted import RestoreWishes
from appliance.keeper.service import Keeper
from appliance.link.requests.recovery.restore import RestoredBox
from appliance.vault.opening.keys import read_sheet
from tests.boxes import CHEAP
from tests.clocks import ManualClock
from tests.keeper.boxes import OWNER, KeeperBox
from tests.keeper.chips import BOOT
from tests.proofs import proving_here

FRESH = "a fresh phrase for the new box"


def begin_again(
    box: KeeperBox, medium: Path, data: Path, sheet: str = "", **changes: object
) -> RestoredBox:
    """Restore with the box's sheet, on the box's day unless told otherwise."""
    said: dict[str, object] = {
        "name": OWNER,
        "password": FRESH,
        "today": day_of(box.clock.now()),
        "cost": CHEAP,
    }
    opened = open_backup(medium, read_sheet(sheet or box.sheet))
    try:
        wanted = RestoreWishes(**(said | changes))  # type: ignore[arg-type]
        return restore(opened, Folders(data), box.config, wanted, ManualClock(box.clock.now()))
    finally:
        opened.close()


def new_keeper(box: KeeperBox, data: Path) -> KeeperBox:
    """Start a keeper on a restored folder."""
    folders, clock = Folders(data), ManualClock(box.clock.now())
    keeper = proving_here(Keeper(box.config, folders, clock, cost=CHEAP, boot=BOOT, seed=box.seed))
    keeper.open()
    return KeeperBox(box.config, folders, clock, keeper, box.seed, box.sheet)
