"""Have a box make backups at a server that lies."""

from dataclasses import dataclass
from pathlib import Path

from tests.courier.lying import Lies, LyingServer
from tests.keeper.backup.far.carried import Carried


@dataclass
class Lied:
    """A box whose backups go to a server that lies."""

    one: Carried
    server: LyingServer

    @property
    def lies(self) -> Lies:
        return self.server.lies

    @property
    def backup(self) -> Path:
        return self.server.root / "zgoda-backup"

    def code(self) -> str:
        """Make a copy; return why it failed."""
        assert not self.one.again()
        return self.one.far.seen().code
