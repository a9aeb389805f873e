"""A real pool in a real folder, and the private halves to look at what was written."""

import secrets
from dataclasses import dataclass
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from appliance.config.folders import Folders
from appliance.recorder.recording.writer import Opening
from appliance.vault.ahead import make
from appliance.vault.disk import Disk
from appliance.vault.format import Ticket
from appliance.vault.pool import Pool, PoolContent, store
from tests.samples import META, RECEIPT, RULE
from tests.vaults import BOX_KEY, SIGNER


@dataclass
class Box:
    folders: Folders
    pool: Pool
    reading: X25519PrivateKey
    private: dict[str, X25519PrivateKey]


@pytest.fixture
def box(tmp_path: Path) -> Box:
    folders = Folders(tmp_path)
    for folder in (folders.new, folders.notes, folders.withdrawn):
        folder.mkdir()
    reading = X25519PrivateKey.generate()
    private = {secrets.token_hex(16): X25519PrivateKey.generate() for _ in range(8)}
    public = {rid: key.public_key().public_bytes_raw() for rid, key in private.items()}
    office = reading.public_key().public_bytes_raw()
    content = PoolContent(secrets.token_bytes(16), office, BOX_KEY, public)
    make(folders.new, public, Disk())
    store(folders.pool, content, SIGNER.sign)
    return Box(folders, Pool(folders.pool, folders.new), reading, private)


@pytest.fixture
def opening() -> Opening:
    ticket = Ticket(20_800, "00" * 8, True, "abcdef", 100)
    return Opening(META, RECEIPT, RULE, ticket, channels=1)
