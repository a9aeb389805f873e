"""Check that a recording could be stored now: room on the disk, a key in the pool.

Asked before anybody is: a caller who agrees to what then cannot be done was asked for nothing.
"""

from pathlib import Path

from appliance.errors import ZgodaError
from appliance.vault.disk import Disk
from appliance.vault.pool import Pool
from appliance.vault.seal import ROOM_TO_START


class DiskRoom:
    """Looks at the disk and the pool. Threads may share it."""

    def __init__(self, pool: Pool, new: Path, disk: Disk | None = None) -> None:
        self._pool = pool
        self._new = new
        self._disk = disk or Disk()

    def full(self) -> bool:
        """Say whether no recording may start for want of room; in doubt none may."""
        try:
            return self._disk.free(self._new) < ROOM_TO_START
        except OSError:
            return True

    def can_store(self) -> bool:
        """Say whether a recording could begin now: there is room, and a key for it."""
        if self.full():
            return False
        try:
            return self._pool.ready
        except (ZgodaError, OSError):
            return False
