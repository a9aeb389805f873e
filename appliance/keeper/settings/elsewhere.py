"""Say which backups go to a folder not surely the office's, or wait for a person."""

from pathlib import Path

from appliance.config.settings import Config
from appliance.keeper.storage.mounts import foreign_kind
from appliance.vault.opening.content import KeyringContent

BY_HAND = "hand"
"""How often a backup is made that nobody but a person begins."""


def folder_elsewhere(config: Config) -> str:
    """Return it; empty if they go to none, or the office or the kernel says that it is its own."""
    backup = config.backup
    if not backup.folder or backup.whose == "own":
        return ""
    return backup.folder if backup.whose or foreign_kind(Path(backup.folder)) else ""


def by_hand(config: Config, content: KeyringContent) -> bool:
    """Say whether a person renews one: it is made by hand, or its medium lies apart."""
    sftp, backup = content.sftp, config.backup
    if (backup.folder and backup.every == BY_HAND) or (sftp and sftp.every == BY_HAND):
        return True
    made = [one for one in content.media.values() if one.begun]
    reached = {True: int(sftp is not None), False: int(bool(backup.folder))}
    return any(sum(one.far is far for one in made) > most for far, most in reached.items())
