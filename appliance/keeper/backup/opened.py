"""Open a copy with the recovery sheet, and find every fault before anything is believed."""

import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from appliance.errors import FileFormatError, MadeByOlder, OtherVersion, WrongSecret
from appliance.keeper.backup import parts
from appliance.keeper.backup.manifest import Manifest
from appliance.keeper.backup.medium import (
    PARTS,
    RECORDINGS,
    BackupFailed,
    Medium,
    by_newer,
    by_older,
    failed,
)
from appliance.keeper.backup.parts import BackupPart
from appliance.keeper.backup.place import Sized, is_as, pieces_of, size_of
from appliance.keeper.backup.writing import read_manifest
from appliance.keeper.storage.ledger_file import LABEL
from appliance.model.sentences.faults import noted
from appliance.vault import container
from appliance.vault.decoding import decoding
from appliance.vault.disk import wipe
from appliance.vault.opening.backup import age
from appliance.vault.opening.content import KeyringContent, decode_content
from appliance.vault.opening.keys import backup_key, public_half, read_by_sheet
from appliance.vault.opening.shard import read_head

MOST_CONTENT = 16 * 2**20
MOST_COPY = 512 * 2**20
"""Bytes of a keyring's content; of all files of a copy's own folder, which are read whole."""

_KEYRING, _OVERHEAD = "keyring.age", 2**16


@dataclass(slots=True)
class OpenedBackup:
    """A copy that opened with the sheet; ``close`` wipes what opens more."""

    medium: Medium
    manifest: Manifest
    content: KeyringContent = field(repr=False)
    shards: dict[str, bytes] = field(repr=False)
    ledger: bytes = field(repr=False)
    index: list[BackupPart]
    reading: bytearray = field(repr=False)  # the private reading key
    backup: bytearray = field(repr=False)  # the private backup key

    def close(self) -> None:
        """Wipe the keys and leave the medium."""
        wipe(self.reading, self.backup)
        self.medium.close()

    def recording(self, rid: str) -> io.FileIO:
        """Open a recording's file; raises OSError or BackupFailed."""
        return self.medium.open(RECORDINGS, rid)

    def part(self, part: BackupPart) -> bytes:
        """Return a file of the data folder.

        Raises:
            BackupFailed: ``damaged``.
            OSError: it cannot be read.
        """
        name, found = f"{part.part}.age", self.manifest.parts.get(part.part)
        with self.medium.open(PARTS, name) as file:
            if found is None or not is_as(file, found):
                raise _damaged(part.path)
            file.seek(0)
            clear = _clear(file, self.backup)
        if (len(clear), parts.digest_of_text(clear)) != (part.size, part.sha256):
            raise _damaged(part.path)
        return clear


def open_backup(folder: Path, secret: bytes | bytearray) -> OpenedBackup:
    """Open the copy in force on a medium.

    Args:
        folder: of the medium.
        secret: S, as ``read_sheet`` returns it.

    Raises:
        WrongSecret: it is another office's sheet, or one that was replaced.
        BackupFailed: no medium, no copy, or it was altered; the sentence names the file.
    """
    try:
        medium = Medium(folder, writes=False)
        try:
            with decoding("The backup"):
                return _open(medium, secret)
        except BaseException:
            medium.close()
            raise
    except FileNotFoundError as error:
        raise BackupFailed(
            "damaged",
            noted(
                "backup_file_missing",
                f"{error.filename} is missing on the medium.",
                file=error.filename,
            ),
        ) from error
    except OSError as error:
        raise failed(error) from error
    except WrongSecret:
        raise
    except BackupFailed:
        raise
    except OtherVersion as error:
        raise (by_older() if isinstance(error, MadeByOlder) else by_newer()) from None
    except FileFormatError as error:
        raise BackupFailed(
            "damaged", noted("backup_altered", f"The backup is damaged: {error}", because=error)
        ) from error


def _open(medium: Medium, secret: bytes | bytearray) -> OpenedBackup:
    manifest = read_manifest(medium)
    if manifest is None:
        raise BackupFailed(
            "none", noted("backup_unfinished", "No backup was finished on this medium.")
        )
    if sum(size for size, _ in manifest.copy.values()) > MOST_COPY:
        raise BackupFailed(
            "damaged", noted("backup_altered", "The backup is damaged: its keys are too large.")
        )
    files: dict[str, bytes] = {}
    backup, reading = backup_key(secret), bytearray()
    try:
        # Until the keyring has opened, manifest and medium may be anybody's: no more is read.
        if _KEYRING in manifest.copy:
            files[_KEYRING] = _whole(medium, manifest, _KEYRING, MOST_CONTENT + _OVERHEAD)
        content = decode_content(_of(files, _KEYRING, backup, MOST_CONTENT))
        reading = read_by_sheet(secret, content.sheet.sealed, content.vault_id)
        _check(manifest, content, reading)
        for name in manifest.copy.keys() - {_KEYRING}:
            files[name] = _whole(medium, manifest, name, MOST_COPY)
        index = parts.decode_index(_of(files, "index.age", backup, MOST_COPY))
        shards = {name: raw for name, raw in files.items() if name.endswith(".0")}
        for raw in shards.values():
            read_head(raw)
        if files.get("ledger"):
            _check_ledger(content.ledger_key, files["ledger"])
    except BaseException:
        wipe(backup, reading)
        raise
    ledger = files.get("ledger", b"")
    return OpenedBackup(medium, manifest, content, shards, ledger, index, reading, backup)


def _check_ledger(key: bytes, sealed: bytes) -> None:
    """Refuse a ledger that does not open; raises FileFormatError or BackupFailed."""
    try:
        container.unseal(key, LABEL, sealed)
    except FileFormatError:
        if other := container.other_label(key, LABEL, sealed):
            raise (by_older() if other < container.number_of(LABEL) else by_newer()) from None
        raise


def _check(manifest: Manifest, content: KeyringContent, reading: bytearray) -> None:
    """Refuse a keyring that is not this sheet's, or not that of the box that has signed."""
    if public_half(reading) != content.reading_key:
        raise WrongSecret(
            noted(
                "sheet_of_another", "This recovery sheet belongs to another office than the backup."
            )
        )
    box_key = Ed25519PrivateKey.from_private_bytes(content.box_key).public_key()
    signed = manifest.key, manifest.vault
    if signed != (box_key.public_bytes_raw().hex(), content.vault_id.hex()):
        raise BackupFailed(
            "damaged",
            noted("backup_altered", "The manifest was signed by another box than the keyring's."),
        )


def _whole(medium: Medium, manifest: Manifest, name: str, most: int) -> bytes:
    """Return a file of the copy's own folder, if it is the one that the manifest names."""
    folders = (manifest.folder, "keys") if name.endswith(".0") else (manifest.folder,)
    raw = medium.read(*folders, name, most=min(most, manifest.copy[name][0]))
    if (len(raw), parts.digest_of_text(raw)) != manifest.copy[name]:
        raise _damaged(name)
    return raw


def _of(files: dict[str, bytes], name: str, backup: bytearray, most: int) -> bytes:
    raw = files.get(name)
    if raw is None:
        raise _damaged(name)
    clear = _clear(io.BytesIO(raw), backup)
    if len(clear) > most:
        raise _damaged(name)
    return clear


def _clear(source: age.Source, backup: bytearray) -> bytes:
    return b"".join(age.unseal(source, backup))


def _damaged(name: str) -> BackupFailed:
    return BackupFailed(
        "damaged",
        noted("backup_altered", f"The backup is damaged: {name} was altered or is missing."),
    )


def checked(file: io.FileIO, wanted: Sized) -> Iterator[bytes]:
    """Yield a file of the medium in pieces; raise BackupFailed at its end if it was altered.

    One of another size is refused at once.
    """
    taken, size = hashlib.sha256(), size_of(file)
    for piece in pieces_of(file, wanted[0] if size == wanted[0] else 0):
        taken.update(piece)
        yield piece
    if (size, taken.hexdigest()) != wanted:
        raise BackupFailed(
            "damaged", noted("backup_altered", "A recording on the medium was altered.")
        )
