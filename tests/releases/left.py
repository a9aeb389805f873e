"""Unpack what a release left, and open it with the program of this tree."""

import json
import tarfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pyotp

from appliance.config.folders import Folders
from appliance.config.kept import Seed, in_force, read_seed
from appliance.config.outside import Backup
from appliance.keeper.service import Keeper
from appliance.keeper.time.chip import Boot
from appliance.link.requests.calls import ListCalls
from appliance.link.requests.login import EnterCode, LogIn
from tests.boxes import CHEAP
from tests.clocks import ManualClock
from tests.keeper.boxes import OWNER, KeeperBox
from tests.keeper.chips import NO_CHIP
from tests.proofs import proving_here

HERE = Path(__file__).parent
RELEASES = sorted(path.stem for path in HERE.glob("*.json"))
"""Every release that has left something here, the present one too."""

LATER = 60.0
"""Seconds after the release was last there."""


@dataclass(frozen=True)
class Left:
    """What a release left, unpacked below a folder."""

    folder: Path
    said: dict[str, Any]
    """What the release answered about it; passwords and sheet."""

    @property
    def folders(self) -> Folders:
        """Return the data folder."""
        return Folders(self.folder / "data")

    @property
    def stick(self) -> Path:
        """Return the folder of the backup medium."""
        return self.folder / "stick"

    @property
    def configuration(self) -> Path:
        """Return the configuration that the release began with."""
        return self.folder / "zgoda.toml"

    @property
    def seed(self) -> Seed:
        """Return the same, read."""
        return read_seed(self.configuration, self.folders)

    def open(self, data: Path | None = None, settings: Seed | None = None) -> KeeperBox:
        """Open today's keeper in another boot; its backups go to the medium that was left.

        Args:
            data: a folder that was restored; the one that was left if None.
            settings: for the keeper to begin with; those in force if None.
        """
        folders, clock = Folders(data) if data is not None else self.folders, self.clock()
        found = settings.config() if settings else in_force(folders, self.seed).config
        config = replace(found, backup=Backup(str(self.stick), "day"))
        boot = Boot("b0beef", NO_CHIP)
        keeper = Keeper(config, folders, clock, cost=CHEAP, boot=boot, seed=self.seed)
        proving_here(keeper).open()
        keeper._around.config = config  # of the settings in force, with the medium's folder
        return KeeperBox(config, folders, clock, keeper, self.seed, self.said["sheet"])

    def clock(self) -> ManualClock:
        """Return a clock that is right."""
        return ManualClock(self.said["at"] + LATER)

    def log_in(self, box: KeeperBox, name: str = OWNER, password: str = "") -> str:
        """Log somebody in as they used to; with the authenticator's code where one is asked for."""
        session = box.ask(LogIn(name, password or self.said["passwords"][name]))
        if session.step == "code":
            code = pyotp.TOTP(self.said["authenticator"]).at(int(box.clock.now()))
            session = box.ask(EnterCode(session.token, code))
        assert session.step == "open"
        return session.token

    def found(self, box: KeeperBox, token: str, text: str = "") -> set[str]:
        """Return what a search finds."""
        return {one.recording for one in box.ask(ListCalls(text=text, per_page=200), token).calls}


def unpack(release: str, folder: Path) -> Left:
    """Make a copy of what a release left below a folder."""
    with tarfile.open(HERE / f"{release}.tar.xz") as archive:
        archive.extractall(folder, filter="data")
    return Left(folder, json.loads((HERE / f"{release}.json").read_text("utf-8")))
