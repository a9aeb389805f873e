"""Store TinyDB in one sealed file that a power cut leaves old or new, never torn.

The file is a sealed container (``docs/format.md``) over the JSON of all tables. Each write draws
a new salt and so a new key. It goes to a temporary file, is synced and renamed over the old one;
then the folder is synced.
"""

from pathlib import Path
from typing import Any

import msgspec
from tinydb.storages import Storage

from appliance.errors import FileFormatError, MadeByNewer, MadeByOlder, by_newer, by_older
from appliance.model.sentences.faults import noted
from appliance.structs import from_json
from appliance.vault import container
from appliance.vault.decoding import decoding
from appliance.vault.disk import Disk, failure

MOST = 256 * 2**20
"""Bytes, far beyond any file of ours; a larger one is not read into memory."""

Tables = dict[str, dict[str, dict[str, Any]]]


class SealedStorage(Storage):
    """One sealed TinyDB file, with a copy of its tables in memory.

    A damaged or foreign file raises ``FileFormatError`` when the storage is made, and one of
    another version ``MadeByNewer`` or ``MadeByOlder``. TinyDB gets a
    copy down to the fields of each document, so a failed write leaves the tables in memory as they
    are on disk. The keeper replaces nested values and never alters them in place.
    """

    def __init__(self, path: Path, key: bytes, label: bytes, disk: Disk | None = None) -> None:
        self._path = path
        self._key = key
        self._label = label
        self._disk = disk or Disk()
        self._tables = self._load()

    def read(self) -> Tables | None:
        """Return the tables; None if nothing was ever written."""
        if self._tables is None:
            return None
        return {
            name: {key: dict(document) for key, document in table.items()}
            for name, table in self._tables.items()
        }

    def write(self, data: Tables) -> None:
        """Replace the file; the new tables survive a power cut once this returns.

        Raises:
            VaultError: nothing changed, on disk or in memory.
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
            with decoding(self._path.name):
                tables = from_json(plain, Tables)
                for table in tables.values():
                    list(map(int, table))  # TinyDB takes each key for a number
                return tables
        except FileFormatError as error:
            if other := container.other_label(self._key, self._label, sealed):
                raise self._of_version(other) from error
            raise FileFormatError(
                noted(
                    "archive_file_damaged",
                    f"{self._path.name} is damaged or foreign, or its key does not fit.",
                )
            ) from error

    def _of_version(self, number: int) -> FileFormatError:
        known = container.number_of(self._label)
        if number < known:
            older = by_older(self._path, number, known)
            return MadeByOlder(noted("made_by_older_program", older))
        return MadeByNewer(noted("made_by_newer_program", by_newer(self._path, number, known)))
