"""Encode audit entries: canonical JSON, signed and chained; no names, no free text.

A line is ``{"seq":…,"t":…,"clock_ok":…,"type":…,"actor":…,"rid":…,"case":…,"prev":…}`` in exactly
this order and without spaces. ``frames``, ``sha256``, ``head``, ``detail``, ``count``, ``key``,
``origin`` and ``of`` follow ``prev`` if they are set. ``"sig":…`` is the Ed25519 signature over all
before it with the day's key, and ``"hash":…`` closes the line: the SHA-256 of everything else in
it. ``prev`` is the hash of the previous line, 64 zeros for the first. Its own hash tells a changed
line from a removed one, so that a check names the right entry.
"""

import hashlib
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Annotated, NamedTuple

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from msgspec import Meta, Struct

from appliance.errors import FileFormatError
from appliance.structs import from_json, json_decoder

GENESIS = "0" * 64
"""The first entry's ``prev``."""

LINE_LIMIT = 1024
"""Bytes of a line; readers refuse longer ones."""

NEW_KEY = "audit_key"
"""The type of a day's first entry: it names the key of the day."""

_SIGNED = b"zgoda audit entry\n"
_CLOSING = re.compile(rb',"sig":"([\w-]{86})"(,"hash":"([0-9a-f]{64})")}\n\Z')


class AuditEntry(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """An act, after which entry and when."""

    seq: int
    t: Annotated[float, Meta(ge=0, lt=253_402_300_800)]  # UTC, before the year 10,000
    clock_ok: bool
    type: str
    actor: str  # an operator's id, or keeper, recorder, nobody
    rid: str | None
    case: str | None
    prev: str
    frames: int | None = None  # of a sealed recording
    sha256: str | None = None  # of a sealed recording's file
    head: str | None = None  # SHA-256 of its header alone
    detail: str | None = None  # a code word
    count: int | None = None  # how often, where one entry stands for many
    key: Annotated[str, Meta(pattern="^[0-9a-f]{64}$")] | None = None
    """The public key that signs from the next entry on."""
    origin: str | None = None  # fingerprint of the key that signed a recording
    of: Annotated[int, Meta(ge=1)] | None = None  # ``failed``: the entry whose act did


class LogLine(NamedTuple):
    """One line as it was read."""

    entry: AuditEntry
    digest: str
    body: bytes  # what is signed
    signature: bytes

    def signed_by(self, key: bytes) -> bool:
        """Say whether the holder of a public key signed this entry."""
        return _is_signed(self.body, self.signature, key)


_DECODER = json_decoder(AuditEntry)


def encode(entry: AuditEntry, key: Ed25519PrivateKey) -> tuple[bytes, str]:
    """Sign an entry and encode it as its line, newline included; return the line and its hash."""
    body = msgspec.json.encode(entry)
    signature = urlsafe_b64encode(key.sign(_SIGNED + body)).rstrip(b"=")
    signed = body[:-1] + b',"sig":"' + signature + b'"}'
    digest = hashlib.sha256(signed).hexdigest()
    return signed[:-1] + f',"hash":"{digest}"}}\n'.encode(), digest


def decode(line: bytes) -> LogLine:
    """Decode one line, newline included; whether its signature holds is not checked.

    Raises:
        FileFormatError: this software does not write such a line.
    """
    body, signature, digest = _parted(line)
    return LogLine(_entry(body), digest, body, signature)


def is_newer(line: bytes, key: bytes) -> bool:
    """Say whether a newer version wrote a line: it has unknown fields, and the key signed it."""
    try:
        body, signature, _ = _parted(line)
        fields = from_json(body, dict[str, object])
    except (FileFormatError, msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return False
    unknown = fields.keys() - set(AuditEntry.__struct_fields__)
    return bool(unknown) and _is_signed(body, signature, key)


def _parted(line: bytes) -> tuple[bytes, bytes, str]:
    """Return a line's body, signature and hash; raises FileFormatError."""
    closing = _CLOSING.search(line)
    if closing is None:
        raise FileFormatError("is not signed, or cannot be read")
    signed = line[: closing.start(2)] + b"}"
    if hashlib.sha256(signed).hexdigest().encode() != closing[3]:
        raise FileFormatError("was altered")
    signature = urlsafe_b64decode(closing[1] + b"==")
    if urlsafe_b64encode(signature)[:86] != closing[1]:
        raise FileFormatError("is not written as this software writes it")
    return line[: closing.start()] + b"}", signature, closing[3].decode()


def _is_signed(body: bytes, signature: bytes, key: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, _SIGNED + body)
    except (InvalidSignature, ValueError):
        return False
    return True


def _entry(body: bytes) -> AuditEntry:
    try:
        entry = _DECODER.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise FileFormatError("cannot be read") from None
    if msgspec.json.encode(entry) != body:
        raise FileFormatError("is not written as this software writes it")
    return entry
