"""Hold the vault as it was at one moment, while it goes on."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from appliance.config.folders import Folders
from appliance.errors import FileFormatError, VaultError
from appliance.keeper.audit.heads import heads_folder
from appliance.keeper.audit.log import AuditLog
from appliance.keeper.storage.ledger_file import LABEL
from appliance.keeper.storage.sealed_tinydb import MOST
from appliance.model.sentences.faults import noted
from appliance.vault import container
from appliance.vault.disk import Disk
from appliance.vault.opening.backup.copied import KeyringCopy, copy_keyring
from appliance.vault.opening.keyring import Keyring

TRIES = 3
"""An erasure of everything may change the ledger's key between two reads."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The vault at one moment."""

    keyring: KeyringCopy
    ledger: bytes = field(repr=False)
    ends: Mapping[str, int]  # path of an audit's file -> bytes that belong to this moment
    head: tuple[str, bytes] | None  # path and content of the newest head, which may be replaced
    audit_seq: int
    audit_hash: str


def take(folders: Folders, keyring: Keyring, audit: AuditLog) -> Snapshot:
    """Take a snapshot; calls are taken up and erased again as soon as it returns.

    Raises:
        VaultError: the audit's head could not be signed, or the ledger cannot be read.
        FileFormatError: a shard cannot be read.
    """
    audit.sign_head()
    for _ in range(TRIES):
        ledger = _ledger(folders)  # before the keyring, which then knows all its words' cases
        with keyring.still(), audit.still():
            copy = copy_keyring(keyring, folders.keyring)
            ends = {
                path.relative_to(folders.data).as_posix(): path.stat().st_size
                for path in folders.audit.glob("*.log")
            }
            head = _newest_head(folders)
            seq, digest = audit.newest
        try:
            if ledger:
                container.unseal(copy.content.ledger_key, LABEL, ledger)
        except FileFormatError:
            continue
        return Snapshot(copy, ledger, ends, head, seq, digest if seq else "")
    raise VaultError(
        noted(
            "backup_ledger",
            "The ledger does not open with the keyring's key, so it was not copied.",
        )
    )


def _ledger(folders: Folders) -> bytes:
    """Return the ledger's file; nothing if none was begun."""
    try:
        return Disk().read(folders.ledger, MOST)
    except FileNotFoundError:
        return b""


def _newest_head(folders: Folders) -> tuple[str, bytes] | None:
    newest = max(heads_folder(folders.audit).glob("*.json"), default=None)
    if newest is None:
        return None
    return newest.relative_to(folders.data).as_posix(), newest.read_bytes()
