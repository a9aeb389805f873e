"""Make a small vault in a folder, and disks that fail on command."""

import errno
import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from msgspec import structs

from appliance.config.folders import Folders
from appliance.model.records import RecordingEnd
from appliance.vault.disk import Disk
from appliance.vault.format import Ticket
from appliance.vault.layout import mark_layout
from appliance.vault.opening.content import KeyringContent
from appliance.vault.opening.eraser import Eraser
from appliance.vault.opening.erasers.file import FileEraser
from appliance.vault.opening.keyring import Keyring
from appliance.vault.opening.keys import new_secret, public_half, reading_key
from appliance.vault.opening.refill import refill
from appliance.vault.opening.unseal import Reader
from appliance.vault.pool import Pool, PoolKey
from appliance.vault.seal import SealedFile, SealingKeys, SealReport
from tests.recorded import file_of
from tests.samples import META, ORIGIN, RECEIPT, RULE

SIGNER = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
"""A box key for pools without a keyring."""

BOX_KEY = SIGNER.public_key().public_bytes_raw()

TICKET = Ticket(20_807, META.call, clock_ok=True, boot_id="a1b2c3", uptime=77)


class FailingDisk(Disk):
    """Does what a disk does until the operation of a name has been done so many times.

    ``fail`` arms it: the ``count``-th call from then on raises, and so do all after it.
    """

    def __init__(self) -> None:
        self.calls: list[tuple[str, str]] = []
        self.room = 2**40
        self._operation = ""
        self._count = 0
        self._number = errno.EIO
        self._once = False

    def fail(
        self, operation: str, count: int = 1, number: int = errno.EIO, *, once: bool = False
    ) -> None:
        """Arm: the ``count``-th ``operation`` fails."""
        self._operation, self._count, self._number, self._once = operation, count, number, once

    def mend(self) -> None:
        """Disarm."""
        self._operation = ""

    def _may(self, operation: str, what: object = "") -> None:
        self.calls.append((operation, str(what)))
        if operation != self._operation:
            return
        self._count -= 1
        if self._count == 0 or (self._count < 0 and not self._once):
            raise OSError(self._number, os.strerror(self._number))

    def make_empty(self, path: Path, mode: int) -> None:
        self._may("make_empty", path)
        super().make_empty(path, mode)

    def claim(self, path: Path) -> int:
        self._may("claim", path)
        return super().claim(path)

    def open(self, path: Path) -> int:
        self._may("open", path)
        return super().open(path)

    def write(self, fd: int, data: bytes | bytearray, offset: int) -> None:
        self._may("write", offset)
        super().write(fd, data, offset)

    def sync(self, fd: int) -> None:
        self._may("sync")
        super().sync(fd)

    def sync_all(self, fd: int) -> None:
        self._may("sync_all")
        super().sync_all(fd)

    def rename(self, source: Path, target: Path) -> None:
        self._may("rename", target)
        super().rename(source, target)

    def sync_folder(self, folder: Path) -> None:
        self._may("sync_folder", folder)
        super().sync_folder(folder)

    def read(self, path: Path, most: int) -> bytes:
        self._may("read", path)
        return super().read(path, most)

    def unlink(self, path: Path) -> None:
        self._may("unlink", path)
        super().unlink(path)

    def unlink_all(self, paths: Iterable[Path]) -> None:
        there = list(paths)
        for path in there:
            self._may("unlink", path)
        super().unlink_all(there)

    def sync_system_of(self, fd: int) -> None:
        self._may("sync_system_of")
        super().sync_system_of(fd)

    def sync_system(self, folder: Path) -> None:
        self._may("sync_system", folder)
        super().sync_system(folder)

    def free(self, folder: Path) -> int:
        self._may("free", folder)
        return self.room


@dataclass
class Vault:
    """An office's vault with a handful of keys ahead."""

    folders: Folders
    secret: bytearray
    keyring: Keyring
    eraser: Eraser
    disk: FailingDisk = field(default_factory=FailingDisk)

    @property
    def reading(self) -> bytearray:
        """Return the private reading key."""
        return reading_key(self.secret)

    def take(self) -> PoolKey:
        """Take the next key from the pool."""
        return Pool(self.folders.pool, self.folders.new).take_key()

    def begin(self, channels: int = 1, key: PoolKey | None = None) -> SealedFile:
        """Begin a recording: header, META, CONSENT."""
        pool = Pool(self.folders.pool, self.folders.new)
        keys = SealingKeys(pool.vault_id, pool.reading_key, ORIGIN)
        taken = key or pool.take_key()
        folder = self.folders.new
        file = SealedFile.create(folder, keys, taken, TICKET, channels, disk=self.disk)
        file.begin(META, RECEIPT, RULE)
        return file

    def record(self, blocks: int = 4, channels: int = 1) -> SealReport:
        """Make a recording of so many full AUDIO frames, each of a code of its own."""
        file = self.begin(channels)
        each = 4000 // channels
        for index in range(blocks):
            file.audio(index * each, bytes([index % 256]) * 4000)
        return file.end(RecordingEnd(samples=blocks * each, reason="hung_up"))

    def path(self, rid: str) -> Path:
        """Return a recording's file."""
        return file_of(self.folders, rid)

    def open(self, rid: str) -> Reader:
        """Open a recording with all keys."""
        return Reader.open(self.path(rid), self.reading, self.keyring.private(rid))


def make_vault(
    data: Path,
    *,
    ahead: int = 6,
    board_secret: bytes | None = None,
    eraser: Eraser | None = None,
) -> Vault:
    """Make a vault below a folder that is there; its root is in a file unless an eraser is given.

    Args:
        data: the folder.
        ahead: keys in the pool.
        board_secret: of the file's eraser.
        eraser: another one, such as a chip's.
    """
    folders = Folders(data)
    mark_layout(folders)
    folders.new.mkdir()
    folders.recordings.mkdir()
    folders.withdrawn.mkdir()
    folders.shelves.mkdir()
    secret = new_secret()
    content = KeyringContent(
        vault_id=os.urandom(16),
        reading_key=public_half(reading_key(secret)),
        audit_key=os.urandom(32),
        list_key=os.urandom(32),
        ledger_key=os.urandom(32),
        box_key=os.urandom(32),
    )
    disk = FailingDisk()
    eraser = eraser or FileEraser(folders.root, board_secret, disk=disk)
    keyring = Keyring.create(folders.keyring, eraser, content, disk=disk)
    refill(keyring, folders, ahead)
    return Vault(folders, secret, keyring, eraser, disk)


def change(keyring: Keyring, rid: str, **fields: Any) -> None:
    """Change a recording's entry in the keyring."""
    keyring.change([rid], lambda _, entry: structs.replace(entry, **fields))


def damage(path: Path, offset: int, bit: int = 1) -> None:
    """Flip a bit of a file."""
    with path.open("r+b") as file:
        file.seek(offset)
        byte = file.read(1)[0]
        file.seek(offset)
        file.write(bytes([byte ^ bit]))
