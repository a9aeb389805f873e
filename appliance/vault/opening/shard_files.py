"""Read and write the two files of each shard, one at a time or many with one sync."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from appliance.errors import FileFormatError, VaultError
from appliance.model.sentences.faults import noted
from appliance.vault.disk import Disk
from appliance.vault.opening.shard import MOST_BYTES, Birth, ShardHeader, ShardKey, seal_shard

COPIES = (0, 1)

FEW = 4
"""Shards up to which each file is synced by itself; beyond that the file system is, once."""

_NAME = re.compile(r"\.?[0-9a-f]{16}\.[0-9]+\.[01](\.[0-9a-f]{8})?")


def keys_beside(keyring: Path) -> Path:
    """Return the folder of the shards that belong to a copy of the keyring."""
    return keyring.with_name("keys")


class ShardFiles:
    """The folder of the shards."""

    def __init__(self, folder: Path, disk: Disk) -> None:
        """Name it; it is made when something is written."""
        self._folder = folder
        self._disk = disk

    def raw(self, sid: bytes, generation: int) -> list[bytes | None]:
        """Return each copy's bytes, None where it cannot be read."""
        return [self._read(self._path(sid, generation, copy)) for copy in COPIES]

    def replace(self, head: ShardHeader, raw: bytes) -> None:
        """Replace both copies, one after the other; raises OSError."""
        for copy in COPIES:
            self._disk.replace(self._path(head.sid, head.generation, copy), raw)

    def append(self, records: Mapping[ShardHeader, tuple[bytes, int]]) -> None:
        """Append a record to each shard: copy 0 of all, then copy 1, each settled first.

        Args:
            records: header -> the record, and the size of both copies before it.

        Raises:
            OSError, FileFormatError: one could not be appended.
        """
        settled = len(records) <= FEW
        for copy in COPIES:
            for head, (record, size) in records.items():
                path = self._path(head.sid, head.generation, copy)
                self._disk.append(path, record, size, settled=settled)
            if not settled:
                self._disk.sync_system(self._folder)

    def make(self, shards: Iterable[Birth]) -> None:
        """Write files that no keyring names yet, and read them back.

        Args:
            shards: header, key and content of each.

        Raises:
            OSError, VaultError: they could not be written.
        """
        files: dict[Path, bytes] = {}
        for head, key, plain in shards:
            raw = seal_shard(key, head, plain)
            files.update((self._path(head.sid, head.generation, copy), raw) for copy in COPIES)
        if not files:
            return
        self._folder.mkdir(mode=0o700, exist_ok=True)
        settled = len(files) <= FEW * len(COPIES)
        for path, raw in files.items():
            self._disk.put(path, raw, settled=settled)
        if not settled:
            self._disk.sync_system(self._folder)
        self._disk.sync_folder(self._folder)
        for path, raw in files.items():
            if self._disk.read(path, MOST_BYTES) != raw:
                raise VaultError(
                    noted(
                        "keyring_misread",
                        f"{path.name} reads back differently than it was written.",
                        file=path.name,
                    )
                )

    def clean(self, keys: Mapping[bytes, ShardKey]) -> None:
        """Remove the files that the keyring does not name.

        Call it once no root is left but the keyring's: until then an older one may name them.

        Raises:
            OSError: one could not be removed.
        """
        named = {
            self._path(sid, key.generation, copy).name
            for sid, key in keys.items()
            for copy in COPIES
        }
        if self._folder.is_dir():
            self._disk.unlink_all(
                path
                for path in self._folder.iterdir()
                if _NAME.fullmatch(path.name) and path.name not in named
            )

    def _read(self, path: Path) -> bytes | None:
        try:
            return self._disk.read(path, MOST_BYTES)
        except (OSError, FileFormatError):
            return None

    def _path(self, sid: bytes, generation: int, copy: int) -> Path:
        return self._folder / f"{sid.hex()}.{generation}.{copy}"
