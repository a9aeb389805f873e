"""A backup's files, as whoever had the medium in hand can write them.

The first byte says which: 0 an age file, 1 a manifest, 2 a manifest's content, which is signed here
as its box would, 3 an index, 4 the clear text of an age file, which is sealed here.
"""

import io
from base64 import urlsafe_b64encode

from appliance.errors import FileFormatError, WrongSecret
from appliance.keeper.backup.manifest import Manifest, decode, encode
from appliance.keeper.backup.medium import BackupFailed
from appliance.keeper.backup.parts import BackupPart, decode_index, encode_index
from appliance.vault.opening.backup.age import seal, unseal
from appliance.vault.opening.content import decode_content
from appliance.vault.opening.keys import backup_key, public_half
from tests.fuzz.feeding import Target
from tests.fuzz.keys import SIGNER, SIGNER_PUBLIC

PRIVATE = backup_key(bytes(range(32)))


def take(raw: bytes) -> None:
    """Read it as restoring does."""
    kind, rest = raw[:1], raw[1:]
    if kind == b"\1":
        decode(rest)
    elif kind == b"\2":
        signature = urlsafe_b64encode(SIGNER.sign(b"zgoda backup v1\n" + rest)).rstrip(b"=")
        decode(rest + b'\n{"sig":"' + signature + b'"}\n')
    elif kind == b"\3":
        decode_index(rest)
    elif kind == b"\4":
        decode_content(_clear(b"".join(seal([rest], public_half(PRIVATE)))))
    else:
        _clear(rest)


def _clear(raw: bytes) -> bytes:
    return b"".join(unseal(io.BytesIO(raw), PRIVATE))


def _manifest() -> Manifest:
    return Manifest(
        medium="0" * 32,
        number=7,
        made_at=1_790_000_000.0,
        clock_ok=True,
        vault="1" * 32,
        key=SIGNER_PUBLIC.hex(),
        generation=3,
        audit_seq=12,
        audit_hash="a" * 64,
        copy={"keyring.age": (300, "b" * 64), f"{'c' * 16}.1.0": (41_000, "d" * 64)},
        recordings={"e" * 32: (12_288, "f" * 64)},
        parts={"0" * 32: (500, "1" * 64)},
    )


def seeds() -> dict[str, bytes]:
    """Return one good file of each kind, and some that were cut."""
    signed = encode(_manifest(), SIGNER.sign)
    sealed = b"".join(seal([b"words"], public_half(PRIVATE)))
    index = encode_index({"": BackupPart("audit/2026-11.log", "0" * 32, 4096, "1" * 64)})
    return {
        "age": b"\0" + sealed,
        "age_cut": b"\0" + sealed[:-1],
        "age_stanzas": b"\0age-encryption.org/v1\n" + b"-> a\n\n" * 300,
        "manifest": b"\1" + signed,
        "manifest_cut": b"\1" + signed[:-3],
        "content": b"\2" + signed.partition(b"\n")[0],
        "index": b"\3" + index,
        "index_deep": b"\3" + b"[" * 2000,
        "keyring": b"\4\x81\xa8vault_id",
    }


TARGET = Target(
    "backup", take, (FileFormatError, WrongSecret, BackupFailed), seeds, words=True, mutations=200
)
