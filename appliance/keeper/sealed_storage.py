"""TinyDB on disk as one sealed file: whole before or whole after, whatever the power does.

The file is ``MAGIC`` (8 bytes), a random salt (32) and one ChaCha20-Poly1305 box over the JSON of
all tables. Each write draws a new salt and so a new key, HKDF-SHA-256(key, salt, label); a key is
used once, so the nonce can be zero. A write goes to a temporary file, is synced, renamed over the
old one, and the folder is synced.
"""

import os
from pathlib import Path
from typing import Any

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from tinydb.storages import Storage

from appliance.errors import FileFormatError

MAGIC = b"zgoda-t1"
SALT = 32
MOST = 256 * 2**20
"""Bytes: nothing of ours comes near, so a larger file is not read into memory."""

Tables = dict[str, dict[str, Any]]

_NONCE = bytes(12)


class SealedStorage(Storage):
    """One sealed TinyDB file, with a copy of its tables in memory.

    A damaged or foreign file raises ``FileFormatError`` at once, when the storage is made. The
    copy handed to TinyDB is its own down to the fields of each document, so that a write that
    fails leaves the tables in memory as they are on disk. Nested values are replaced by the
    keeper, never altered in place.
    """

    def __init__(self, path: Path, key: bytes, label: str) -> None:
        self._path = path
        self._key = key
        self._label = label.encode()
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
            OSError: nothing has changed, neither on disk nor in memory.
        """
        salt = os.urandom(SALT)
        box = self._cipher(salt).encrypt(_NONCE, msgspec.json.encode(data), MAGIC)
        replace_file(self._path, MAGIC + salt + box)
        self._tables = data

    def _load(self) -> Tables | None:
        try:
            if self._path.stat().st_size > MOST:
                raise FileFormatError(f"{self._path.name} is too large to be a table file.")
            blob = self._path.read_bytes()
        except FileNotFoundError:
            return None
        head = len(MAGIC) + SALT
        if not blob.startswith(MAGIC) or len(blob) < head:
            raise FileFormatError(f"{self._path.name} is not a sealed table file.")
        try:
            plain = self._cipher(blob[len(MAGIC) : head]).decrypt(_NONCE, blob[head:], MAGIC)
            return msgspec.json.decode(plain, type=Tables)
        except (InvalidTag, msgspec.DecodeError) as error:
            raise FileFormatError(
                f"{self._path.name} is damaged, or sealed with another key."
            ) from error

    def _cipher(self, salt: bytes) -> ChaCha20Poly1305:
        derived = HKDF(SHA256(), 32, salt, self._label).derive(self._key)
        return ChaCha20Poly1305(derived)


def replace_file(path: Path, content: bytes) -> None:
    """Put ``content`` in place of a file, durably: the old one or the new one, never a mixture."""
    # One writer, so one name: what a power cut leaves behind is overwritten by the next write.
    temporary = path.with_name(path.name + ".new")
    with open(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make names made, changed or removed in a folder survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
