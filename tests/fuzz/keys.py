"""Provide the keys of a vault that the fuzzers attack: fixed, so that an input says it all."""

from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from msgspec import structs

from appliance.model.records import RecordingEnd
from appliance.model.rule import RuleHolder
from appliance.vault.ahead import make
from appliance.vault.disk import Disk
from appliance.vault.format import Ticket
from appliance.vault.opening.keys import public_half
from appliance.vault.origin import OriginKey
from appliance.vault.pool import PoolKey
from appliance.vault.seal import SealedFile, SealingKeys
from appliance.vault.tickets import SecondHolder
from tests.samples import META, RECEIPT, RULE

RID = bytes(range(16))
VAULT_ID = bytes(range(16, 32))
READING = bytes(range(1, 33))
READING_PUBLIC = X25519PrivateKey.from_private_bytes(READING).public_key()
RECORDING = bytes(range(33, 65))
RECORDING_PUBLIC = X25519PrivateKey.from_private_bytes(RECORDING).public_key()
SECRET = bytes(range(64, 96))
"""A symmetric key: root, shard key, key of ledger and catalogue."""

SIGNER = Ed25519PrivateKey.from_private_bytes(bytes(range(96, 128)))
"""Of pool and audit."""

SIGNER_PUBLIC = SIGNER.public_key().public_bytes_raw()


def public_bytes(key: X25519PublicKey) -> bytes:
    """Return a public key's 32 bytes."""
    return key.public_bytes_raw()


HOLDER = SecondHolder(
    public_bytes(READING_PUBLIC), PoolKey(VAULT_ID.hex(), public_bytes(RECORDING_PUBLIC))
)
"""A second holder, whose keys are the same: what differs is the ticket."""


def sealed_recording(folder: Path, *, shared: bool = False) -> Path:
    """Seal a short recording to these keys; for a second holder, too."""
    keys = SealingKeys(VAULT_ID, public_half(READING), OriginKey.of_seed(SECRET))
    own = PoolKey(RID.hex(), public_bytes(RECORDING_PUBLIC))
    ticket = Ticket(20_807, META.call, True, "a1b2c3", 77, 90)
    make(folder, [own.rid], Disk())
    file = SealedFile.create(folder, keys, own, ticket, 1, second=HOLDER if shared else None)
    named = RuleHolder(name="Centrala", fingerprint=sha256(HOLDER.reading_key).hexdigest())
    file.begin(META, RECEIPT, structs.replace(RULE, holders=(named,) if shared else ()))
    file.audio(0, b"\xd5" * 160)
    file.end(RecordingEnd(samples=160, reason="hung_up"))
    return folder / own.rid
