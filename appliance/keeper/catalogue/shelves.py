"""Keep the rows' files: one a shard, a row of 256 bytes in each slot.

A row is a cache: what is lost or does not open is made again from its recording. So a row is
written in place; a power cut may tear it. What an erasure leaves cannot be opened by anybody and is
overwritten when there is an occasion.
"""

import contextlib
import logging
import os
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

from appliance.errors import FileFormatError
from appliance.vault.disk import Disk
from appliance.vault.opening.row import ROW_BYTES
from appliance.vault.opening.shard import SHARD_KEYS

SHELF_BYTES = SHARD_KEYS * ROW_BYTES
_EMPTY = bytes(ROW_BYTES)

_log = logging.getLogger(__name__)


class Shelves:
    """The files of all rows. Not for several threads at once."""

    def __init__(self, folder: Path, disk: Disk) -> None:
        """Take the folder; ``tidy`` makes it.

        Args:
            folder: of the files, the keeper's alone.
            disk: writes them.
        """
        self._folder = folder
        self._disk = disk

    def read(self, sid: bytes) -> bytes:
        """Return all rows of a shard; empty ones where there are none."""
        try:
            raw = self._disk.read(self._path(sid), SHELF_BYTES)
        except FileNotFoundError:
            return bytes(SHELF_BYTES)
        except (OSError, FileFormatError) as error:
            _log.warning("The rows of a shard cannot be read, so they are made again: %s", error)
            self._remove(self._path(sid))
            return bytes(SHELF_BYTES)
        return raw.ljust(SHELF_BYTES, b"\0")

    def write(self, sid: bytes, rows: Mapping[int, bytes]) -> None:
        """Write rows, by slot; they survive a power cut once this returns.

        A failure is logged: the rows are made again after the next login.
        """
        path = self._path(sid)
        try:
            fresh = not path.exists()
            fd = self._disk.open(path)
            try:
                if os.fstat(fd).st_size != SHELF_BYTES:
                    self._disk.truncate(fd, SHELF_BYTES)
                for slot, row in rows.items():
                    self._disk.write(fd, row, slot * ROW_BYTES)
                self._disk.sync(fd)
            finally:
                self._disk.close(fd)
            if fresh:
                self._disk.sync_folder(self._folder)
        except OSError as error:
            _log.warning("Rows of the catalogue could not be written: %s", error.strerror)

    def clear_rows(self, sid: bytes, slots: Iterable[int]) -> None:
        """Overwrite rows whose recordings are erased; nothing waits for it or depends on it."""
        path = self._path(sid)
        with contextlib.suppress(OSError):
            if path.exists():
                fd = self._disk.open(path)
                try:
                    for slot in slots:
                        self._disk.write(fd, _EMPTY, slot * ROW_BYTES)
                finally:
                    self._disk.close(fd)

    def clear_dead_rows(self, sid: bytes, raw: bytes, living: Collection[int]) -> None:
        """Overwrite the rows of a shard that was read but for those of living recordings."""
        dead = [
            at // ROW_BYTES
            for at in range(0, len(raw), ROW_BYTES)
            if at // ROW_BYTES not in living and raw[at : at + ROW_BYTES] != _EMPTY
        ]
        if dead:
            self.clear_rows(sid, dead)

    def tidy(self, shards: Collection[bytes]) -> None:
        """Make the folder if it is missing; remove every file but those of some shards."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        names = {sid.hex() for sid in shards}
        for path in self._folder.iterdir():
            if path.name not in names:
                self._remove(path)

    def _remove(self, path: Path) -> None:
        with contextlib.suppress(OSError):
            path.unlink()

    def _path(self, sid: bytes) -> Path:
        return self._folder / sid.hex()
