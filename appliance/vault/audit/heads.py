"""Sign and read heads: each names a day's newest entry and the tree over all up to it.

A copy outside the box shows later that entries before it were cut off or written anew, and the tree
that one entry is among them, without the others.
"""

from typing import Annotated

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from msgspec import Meta, Struct

from appliance.errors import FileFormatError
from appliance.model.sentences.faults import noted
from appliance.structs import from_json
from appliance.vault.origin import is_key

MOST_BYTES = 1_024
"""Of a head."""

Hex64 = Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]


class Head(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The newest entry of a day, and the tree up to it, signed with that day's key."""

    day: Annotated[str, Meta(pattern="^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]  # 2026-11-25
    seq: Annotated[int, Meta(ge=1, lt=2**53)]
    hash: Hex64
    tree: Hex64  # the root over the hashes of the entries from 1 to this one
    key: Hex64  # the public key
    signature: Annotated[str, Meta(pattern="^[0-9a-f]{128}$")]

    @property
    def said(self) -> bytes:
        """Return the bytes that are signed."""
        said = f"{self.day}\n{self.seq}\n{self.hash}\n{self.tree}\n"
        return f"zgoda audit head v2\n{said}".encode()

    @property
    def text(self) -> str:
        """Return a head as its file and a proof have it: one line of JSON."""
        return msgspec.json.encode(self).decode()

    @property
    def lines(self) -> str:
        """Return the same in short lines, as it is mailed: still JSON."""
        return self.text.replace(',"', ',\n"')


class _OldHead(Struct, forbid_unknown_fields=True):
    """A head of the first form, which has no tree."""

    day: str
    seq: int
    hash: str
    key: str
    signature: str


def signed_head(day: str, seq: int, digest: str, tree: bytes, key: Ed25519PrivateKey) -> Head:
    """Sign the newest entry's number and hash, and the root of the tree up to it."""
    public = key.public_key().public_bytes_raw().hex()
    unsigned = Head(day=day, seq=seq, hash=digest, tree=tree.hex(), key=public, signature="0" * 128)
    return msgspec.structs.replace(unsigned, signature=key.sign(unsigned.said).hex())


def head_of(raw: bytes) -> Head:
    """Read a head that the key it names has signed.

    Raises:
        FileFormatError: it is none, was altered, or is of a form that is not read.
    """
    if _is_of_form_1(raw):
        raise FileFormatError(noted("log_damaged", "It is of form 1, which is not read any more"))
    try:
        head = from_json(raw, Head)
        key = bytes.fromhex(head.key)
        if not is_key(key):
            raise ValueError(head.key)
        signature = bytes.fromhex(head.signature)
        Ed25519PublicKey.from_public_bytes(key).verify(signature, head.said)
    except (ValueError, msgspec.DecodeError, InvalidSignature, RecursionError):
        raise FileFormatError(noted("log_damaged", "It was altered")) from None
    return head


def _is_of_form_1(raw: bytes) -> bool:
    try:
        from_json(raw, _OldHead)
    except (ValueError, msgspec.DecodeError, RecursionError):
        return False
    return True
