"""Say which backups go to a folder elsewhere, or wait for a person."""

from collections.abc import Mapping
from pathlib import Path

from appliance.config.settings import Config
from appliance.config.words.vocabulary import BY_HAND
from appliance.keeper.storage.mounts import foreign_kind
from appliance.vault.opening.content import KeyringContent, MediumState, SftpState

_FOLDER, _SERVER = "folder", "server"


def folder_elsewhere(config: Config) -> str:
    """Return it; empty if they go to none, or the office or the kernel says that it is its own."""
    backup = config.backup
    if not backup.folder or backup.whose == "own":
        return ""
    return backup.folder if backup.whose or foreign_kind(Path(backup.folder)) else ""


def waiting(
    config: Config, sftp: SftpState | None, media: Mapping[str, MediumState]
) -> frozenset[str]:
    """Return the backups that nobody but a person renews: what was erased stays in them until then.

    Those are made by hand, or lie on a medium that the device does not reach: it reaches one in its
    folder, and that of its server.
    """
    here = _begun(media, far=False)
    found = {*here} if len(here) > bool(config.backup.folder) else set()
    found |= _begun(media, far=True).keys() - ({sftp.medium} if sftp is not None else set())
    found |= {_FOLDER} if config.backup.by_hand else set()
    found |= {_SERVER} if sftp is not None and sftp.every == BY_HAND else set()
    return frozenset(found)


def left_unsaid(config: Config, content: KeyringContent, sftp: SftpState | None) -> bool:
    """Say whether with another server one more would wait, and the office does not say how long."""
    before, media = content.sftp, content.media
    more = waiting(config, sftp, media) - waiting(config, before, media)
    return bool(more) and not config.office.backup_days


def begun_unsaid(
    config: Config, every: str, medium: str, media: Mapping[str, MediumState], *, far: bool
) -> bool:
    """Say whether a backup would bring calls to where a person alone renews them.

    Until the office says how long that takes, callers hear that the device does it: so the medium
    in its folder is the one that it has last written to.
    """
    if config.office.backup_days:
        return False
    here = _begun(media, far=False)
    newest = max(here, key=lambda name: (here[name].at, here[name].seq, name), default=medium)
    return every == BY_HAND or (not far and newest != medium)


def _begun(media: Mapping[str, MediumState], *, far: bool) -> dict[str, MediumState]:
    return {name: one for name, one in media.items() if one.begun and one.far is far}
