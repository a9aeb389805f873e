"""Sign lines of JSON with the box key, and take signed lines apart.

A line is its body, a JSON object, with ``"sig"`` as the last field. The signature covers a label
and the body, so that no line passes for one of another kind.
"""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from typing import NamedTuple

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

Sign = Callable[[bytes], bytes]
"""Signs with the box key."""

_CLOSING = re.compile(rb',"sig":"([\w-]{86})"\}\Z')


class SignedLine(NamedTuple):
    """One line as it was read, without its newline."""

    body: bytes  # what is signed behind the label
    signature: bytes

    def is_signed(self, key: bytes, label: bytes) -> bool:
        """Say whether the holder of a public key signed this line for a label."""
        try:
            Ed25519PublicKey.from_public_bytes(key).verify(self.signature, label + self.body)
        except (InvalidSignature, ValueError):
            return False
        return True


def sign_line(said: msgspec.Struct, label: bytes, sign: Sign) -> bytes:
    """Return a struct's line, newline included."""
    body = msgspec.json.encode(said)
    signature = urlsafe_b64encode(sign(label + body)).rstrip(b"=")
    return body[:-1] + b',"sig":"' + signature + b'"}\n'


def take_apart(line: bytes) -> SignedLine | None:
    """Return body and signature; None if it is not signed, or not as a box writes it."""
    closing = _CLOSING.search(line)
    if closing is None:
        return None
    signature = urlsafe_b64decode(closing[1] + b"==")
    if urlsafe_b64encode(signature)[:86] != closing[1]:
        return None
    return SignedLine(line[: closing.start()] + b"}", signature)
