"""Own the data folder, so that no second keeper works in it."""

import fcntl
import os

from appliance.config.folders import Folders
from appliance.errors import ZgodaError
from appliance.model.sentences.faults import noted


def own(folders: Folders) -> int:
    """Own the data folder until the file is closed; raise ZgodaError if it has an owner."""
    path = folders.data / "keeper.lock"
    lock = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(lock)
        raise ZgodaError(
            noted(
                "keeper_there",
                f"Another keeper is already at work in {folders.data}; stop it first.",
                path=folders.data,
            )
        ) from None
    return lock
