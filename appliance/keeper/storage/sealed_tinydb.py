"""TinyDB on disk as one sealed file: whole before or whole after, whatever the power does.

The file is a sealed container (``docs/format.md``) over the JSON of all tables. Each write draws
a new salt and so a new key, goes to a temporary file, is synced, renamed over the old one, and
the folder is synced.
"""

from pathlib import Path
from typing import Any

import msgspec
from tinydb.storages import Storage

from appliance.errors import FileFormatError
from appliance.vault import container
from appliance.vault.disk import Disk, failure

MOST = 256 * 2**20
"""Bytes: nothing of ours comes near, so a larger file is not read into memory."""

Tables = dict[str, dict[str, Any]]


class SealedStorage(Storage):
    """One sealed TinyDB file, with a copy of its tables in memory.

    A damaged or foreign file raises ``FileFormatError`` at once, when the storage is made. The
    copy handed to TinyDB is its own down to the fields of each document, so that a write that
    fails leaves the tables in memory as they are on disk. Nested values are replaced by the
    keeper, never altered in place.
    """

    def __init__(self, path: Path, key: bytes, label: bytes, disk: Disk | None = None) -> None:
        self._path = path
        self._key = key
        self._label = label
        self._disk = disk or Disk()
        self._tables = self._load()

    def read(self) -> Tables | None:
        """Return the tables, or None where nothing was ever written."""
        if self._tables is None:
            return None
        return {
            name: {key: dict(document) for key, document in table.items()}
            for name, table in self._tables.items()
        }

    def write(self, data: Tables) -> None:
        """Replace the file; once this returns, the new tables survive a power cut.

        Raises:
            VaultError: nothing has changed, neither on disk nor in memory.
        """
        sealed = container.seal(self._key, self._label, msgspec.json.encode(data))
        try:
            self._disk.replace(self._path, sealed)
        except OSError as error:
            raise failure(error, self._path.name) from error
        self._tables = data

    def _load(self) -> Tables | None:
        try:
            sealed = self._disk.read(self._path, MOST)
        except FileNotFoundError:
            return None
        try:
            plain = container.unseal(self._key, self._label, sealed)
            return msgspec.json.decode(plain, type=Tables)
        except (FileFormatError, msgspec.DecodeError) as error:
            raise FileFormatError(
                f"{self._path.name} is damaged or foreign, or its key does not fit."
            ) from error


def remove_leftovers(folder: Path) -> None:
    """Remove what a power cut left of unfinished writes in a folder of the keeper's alone."""
    for path in folder.glob(".*"):
        path.unlink()
