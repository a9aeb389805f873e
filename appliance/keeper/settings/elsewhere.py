"""Say which backups go to a folder that is not surely the office's."""

from pathlib import Path

from appliance.config.settings import Config
from appliance.keeper.storage.mounts import foreign_kind


def folder_elsewhere(config: Config) -> str:
    """Return it; empty if they go to none, or the office or the kernel says that it is its own."""
    backup = config.backup
    if not backup.folder or backup.whose == "own":
        return ""
    return backup.folder if backup.whose or foreign_kind(Path(backup.folder)) else ""
