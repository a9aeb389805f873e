"""Sign and read heads: each names a day's newest entry, in a file of its own.

A copy outside the box shows later that entries before it were cut off or written anew.
"""

from pathlib import Path

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from msgspec import Struct

from appliance.errors import FileFormatError
from appliance.model.sentences.faults import noted
from appliance.structs import from_json


class Head(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The newest entry of a day, signed with that day's key."""

    day: str  # 2026-11-25
    seq: int
    hash: str
    key: str  # hex of the public key
    signature: str  # hex

    @property
    def said(self) -> bytes:
        """Return the bytes that are signed."""
        return f"zgoda audit head\n{self.day}\n{self.seq}\n{self.hash}\n".encode()


def signed_head(day: str, seq: int, digest: str, key: Ed25519PrivateKey) -> Head:
    """Sign the newest entry's number and hash."""
    public = key.public_key().public_bytes_raw().hex()
    unsigned = Head(day=day, seq=seq, hash=digest, key=public, signature="")
    return msgspec.structs.replace(unsigned, signature=key.sign(unsigned.said).hex())


def heads_folder(folder: Path) -> Path:
    """Return the folder of an audit's signed heads, one file a day."""
    return folder / "heads"


def head_file(folder: Path, day: str) -> Path:
    """Return the file of a day's head."""
    return heads_folder(folder) / f"{day}.json"


def head_days(folder: Path) -> list[str]:
    """Return the days that have a head, in order."""
    return sorted(path.stem for path in heads_folder(folder).glob("*.json"))


def read_head(folder: Path, day: str) -> Head | None:
    """Return a day's head, signed with the key that it names; None if there is no file.

    Raises:
        FileFormatError: it was altered, or put under another day's name.
    """
    path = head_file(folder, day)
    try:
        head = from_json(path.read_bytes(), Head)
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(head.key)).verify(
            bytes.fromhex(head.signature), head.said
        )
    except FileNotFoundError:
        return None
    except (OSError, ValueError, msgspec.DecodeError, InvalidSignature):
        raise FileFormatError(
            noted("log_damaged", f"The signed head {path.name} was altered")
        ) from None
    if head.day != day:
        raise FileFormatError(
            noted("log_damaged", f"The signed head {path.name} is that of {head.day}")
        )
    return head
