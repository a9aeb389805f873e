"""A fresh box, and the backup of another one that is gone."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from appliance.clock import day_of
from appliance.config.outside import Backup
from appliance.errors import Refused
from appliance.keeper.handlers.recovery.restore import RestoreDesk
from appliance.link.requests.recovery.restore import (
    GetRestore,
    RestoreBackup,
)
from tests.keeper.backup.restored import FRESH
from tests.keeper.boxes import OWNER, KeeperBox

EPOCH = date(1970, 1, 1)


@dataclass
class Bench:
    """A box that is gone, what it left, and a fresh one."""

    old: KeeperBox
    rids: list[str]
    medium: Path
    new: KeeperBox

    @property
    def today(self) -> str:
        return (EPOCH + timedelta(days=day_of(self.old.clock.now()))).isoformat()

    @property
    def desk(self) -> RestoreDesk:
        (found,) = {
            handler.__self__  # type: ignore[attr-defined]
            for operation, handler in self.new.keeper._handlers.items()
            if operation is GetRestore
        }
        assert isinstance(found, RestoreDesk)
        return found

    def point(self) -> None:
        """Let the fresh box look for the medium, as a card's configuration does."""
        folder = Backup(str(self.medium.parent), "day")
        self.new.config = replace(self.new.config, backup=folder)
        self.new.keeper._around.config = self.new.config

    def operation(self, **changes: object) -> RestoreBackup:
        said: dict[str, object] = {
            "code": self.new.code(),
            "sheet": self.old.sheet,
            "name": OWNER,
            "password": FRESH,
            "today": self.today,
            "plain": True,
        }
        return RestoreBackup(**(said | changes))  # type: ignore[arg-type]

    def begin(self, erased: bytes = b"", **changes: object) -> None:
        self.new.keeper.handle(self.operation(**changes), None, erased)
        thread = self.desk.restoring.thread
        assert thread is not None
        thread.join()

    def refused(self, **changes: object) -> str:
        with pytest.raises(Refused) as told:
            self.begin(b"", **changes)
        return told.value.code
