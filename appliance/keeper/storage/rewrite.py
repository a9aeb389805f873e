"""Replace a sealed file by one under another key, across a power cut.

The new file is written beside the old one. Which of them counts is decided by the keyring, which
has the key of one: it takes the other's place as soon as it opens with that key.
"""

import contextlib
from pathlib import Path

from appliance.errors import FileFormatError, OtherVersion
from appliance.keeper.storage.sealed_tinydb import SealedStorage
from appliance.vault.disk import Disk, failure


def anew(path: Path) -> Path:
    """Return where the next file is written."""
    return path.with_name(f"{path.name}.anew")


def take_over(path: Path, key: bytes, label: bytes, disk: Disk) -> None:
    """Put the next file in the place of the present one if it opens with the key, or remove it.

    Raises:
        VaultError: it could not be put there.
        OtherVersion: it is of a newer version, or an older one, and stays.
    """
    beside = anew(path)
    if not beside.exists():
        return
    try:
        SealedStorage(beside, key, label, disk)
    except OtherVersion:
        raise
    except FileFormatError:
        beside.unlink()  # the keyring was not written
        return
    try:
        disk.rename(beside, path)
        disk.sync_folder(path.parent)
    except OSError as error:
        raise failure(error, path.name) from error


def fitting(path: Path, key: bytes, label: bytes) -> Path:
    """Return the present file or the next one, whichever opens with the key; change neither."""
    beside = anew(path)
    if beside.exists():
        with contextlib.suppress(FileFormatError):
            SealedStorage(beside, key, label)
            return beside
    return path
