"""Say which backups go to somebody who is not surely the office."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from appliance.config.settings import Config
from appliance.keeper.storage.mounts import foreign_kind


@dataclass(frozen=True, slots=True)
class BackupsElsewhere:
    """Where backups go beyond the office, as far as anybody has said and the kernel tells."""

    server: Callable[[], str]
    """Returns the server that backups go to, unless it is the office's own."""

    @staticmethod
    def folder(config: Config) -> str:
        """Return the folder that they go to, unless it is the office's own."""
        backup = config.backup
        if not backup.folder or backup.whose == "own":
            return ""
        return backup.folder if backup.whose or foreign_kind(Path(backup.folder)) else ""
