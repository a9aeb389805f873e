"""Seal keyring, shards, shelves, ledger: each write under a fresh key from a random salt.

``salt (32) ‖ ChaCha20-Poly1305(HKDF(key, salt, label), nonce 0, plain)``. The nonce may be zero:
no salt, and so no key, is ever used twice.
"""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from appliance.errors import FileFormatError
from appliance.model.sentences.faults import noted

SALT_BYTES = 32
OVERHEAD = SALT_BYTES + 16
_NONCE = bytes(12)
_LATER = 8
"""Later versions of a label that are tried on what does not open."""


def derive(key: bytes | bytearray, salt: bytes, label: bytes) -> bytes:
    """Derive 32 bytes from a key by HKDF-SHA256, for one purpose."""
    return HKDF(hashes.SHA256(), 32, salt, label).derive(key)


def seal(
    key: bytes | bytearray, label: bytes, plain: bytes | bytearray, bound: bytes = b""
) -> bytes:
    """Seal bytes under a key; ``bound`` is authenticated as well and needed again to open them."""
    salt = os.urandom(SALT_BYTES)
    return salt + ChaCha20Poly1305(derive(key, salt, label)).encrypt(_NONCE, plain, bound)


def unseal(key: bytes | bytearray, label: bytes, sealed: bytes, bound: bytes = b"") -> bytes:
    """Open what ``seal`` made.

    Raises:
        FileFormatError: truncated, altered, sealed under another key or for another purpose.
    """
    if len(sealed) < OVERHEAD:
        raise FileFormatError(
            noted(
                "archive_file_damaged", f"A sealed container of {len(sealed)} bytes is too short."
            )
        )
    salt, body = sealed[:SALT_BYTES], sealed[SALT_BYTES:]
    try:
        return ChaCha20Poly1305(derive(key, salt, label)).decrypt(_NONCE, body, bound)
    except InvalidTag:
        raise FileFormatError(
            noted("archive_file_damaged", "A sealed container is altered, or its key does not fit.")
        ) from None


def number_of(label: bytes) -> int:
    """Return the version in which a label ends; 0 if it names none."""
    number = label.rpartition(b" v")[2]
    return int(number) if number.isdigit() else 0


def other_label(
    key: bytes | bytearray, label: bytes, sealed: bytes, bound: bytes = b""
) -> int | None:
    """Say under which other number of a label a container was sealed; None if under none.

    A label ends in its version, ``zgoda ledger v3``; the key proves who wrote the container.
    """
    stem, own = label.rpartition(b" v")[0], number_of(label)
    if not own:
        return None
    others: list[int] = [*range(own + 1, own + 1 + _LATER), *range(own - 1, 0, -1)]
    for other in others:
        try:
            unseal(key, stem + b" v%d" % other, sealed, bound)
        except FileFormatError:
            continue
        return other
    return None


def unseal_buffer(
    key: bytes | bytearray, label: bytes, sealed: bytes | memoryview, bound: bytes = b""
) -> bytearray:
    """Open what ``seal`` made into a buffer that the caller wipes; raises as ``unseal`` does."""
    if len(sealed) < OVERHEAD:
        raise FileFormatError(
            noted(
                "archive_file_damaged", f"A sealed container of {len(sealed)} bytes is too short."
            )
        )
    salt, body = bytes(sealed[:SALT_BYTES]), sealed[SALT_BYTES:]
    plain = bytearray(len(sealed) - OVERHEAD)
    try:
        ChaCha20Poly1305(derive(key, salt, label)).decrypt_into(_NONCE, body, bound, plain)
    except InvalidTag:
        raise FileFormatError(
            noted("archive_file_damaged", "A sealed container is altered, or its key does not fit.")
        ) from None
    return plain
