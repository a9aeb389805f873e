"""Fill audits for the tests."""

import os
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from appliance.keeper.audit.lines import months
from appliance.keeper.audit.log import AuditLog
from appliance.vault.opening.content import KeyringContent
from appliance.vault.opening.erasers.file import FileEraser
from appliance.vault.opening.keyring import Keyring
from tests.clocks import ManualClock

RID = "ab" * 16
OTHER = "cd" * 16


def make_keyring(folder: Path) -> Keyring:
    """Make a keyring that holds an audit key, and nothing to record with."""
    folder.mkdir(parents=True, exist_ok=True)
    content = KeyringContent(
        vault_id=os.urandom(16),
        reading_key=X25519PrivateKey.generate().public_key().public_bytes_raw(),
        audit_key=os.urandom(32),
        list_key=os.urandom(32),
        ledger_key=os.urandom(32),
        box_key=os.urandom(32),
    )
    return Keyring.create(_copies(folder), FileEraser(folder / "root"), content)


def reopen(folder: Path) -> Keyring:
    """Open the keyring in a folder as after a restart."""
    return Keyring.open(_copies(folder), FileEraser(folder / "root"))


def _copies(folder: Path) -> tuple[Path, Path]:
    return folder / "keyring.0", folder / "keyring.1"


def fill(log: AuditLog, clock: ManualClock, count: int = 5) -> None:
    """Append entries about two recordings, a second and a half apart."""
    for number in range(count):
        log.append("played", "0a1b2c3d", RID if number % 2 else OTHER)
        clock.advance(1.5)


def the_file(folder: Path) -> Path:
    (path,) = months(folder)
    return path
