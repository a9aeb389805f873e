"""Seal a text beside the sound: what a machine understood, or what a person wrote.

It hangs on the recording's content key, so it opens for whoever can open the sound and dies with
it. Each write draws a salt of its own, since a text is written anew, and is bound to the very file,
so that it cannot be put beside other sound. It proves nothing: every holder of the key can write
one. See ``docs/format.md``, section 2. Nothing writes one yet.
"""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from appliance.digest import sha256
from appliance.errors import FileFormatError, VaultError
from appliance.model.sentences.faults import noted
from appliance.vault.container import OVERHEAD, SALT_BYTES, derive
from appliance.vault.disk import open_ordinary
from appliance.vault.format import HEADER_BYTES, MAC_BYTES, parse_header

STEP = 4064
"""A text is padded to a multiple of so many bytes: its length says little."""

MOST_STEPS = 256
"""Of one text: a megabyte, some 20 hours of speech."""

MOST_BYTES = OVERHEAD + MOST_STEPS * STEP
"""Of a sealed text."""

KINDS = frozenset({"words", "note"})
"""What a machine understood; what a person wrote."""

_LENGTH = 4
_LABEL = b"zgoda text v1 "
_NONCE = bytes(12)


@dataclass(frozen=True, slots=True)
class TextPlace:
    """The recording that a text belongs to, and its place there; elsewhere it does not open."""

    rid: bytes
    kind: str  # words, note
    number: int  # among the recording's texts of this kind, from 0
    header: bytes  # SHA-256 of bytes 0 to 4063 of its header
    sealed: bytes  # SHA-256 of the sealed file

    @classmethod
    def beside(cls, path: Path, kind: str, number: int) -> Self:
        """Return a place beside a recording, by its sealed file.

        Raises:
            Malformed: it has no header of a recording.
        """
        with open_ordinary(path) as file:
            raw = file.read(HEADER_BYTES) or b""
            file.seek(0)
            sealed = hashlib.file_digest(file, "sha256").digest()
        header = sha256(raw[: HEADER_BYTES - MAC_BYTES])
        return cls(parse_header(raw).rid, kind, number, header, sealed)

    @property
    def bound(self) -> bytes:
        """Return what the text is bound to."""
        return self.rid + self.kind.encode("ascii") + self.number.to_bytes(4, "big") + self.sealed

    def key(self, content_key: bytes | bytearray, salt: bytes) -> bytes:
        """Return the key of one write."""
        label = _LABEL + self.kind.encode("ascii")
        return derive(content_key, self.header + salt, label)


def seal_text(content_key: bytes | bytearray, place: TextPlace, text: str) -> bytes:
    """Seal a text under a recording's content key.

    Raises:
        VaultError: its kind is unknown, it is too long, or holds what is no character.
    """
    try:
        said = text.encode()
    except UnicodeEncodeError as error:
        raise VaultError(
            noted("archive_file_damaged", "This text holds what is no character.")
        ) from error
    padded = len(said).to_bytes(_LENGTH, "big") + said
    padded += bytes(-len(padded) % STEP)
    if place.kind not in KINDS or len(padded) > MOST_STEPS * STEP:
        raise VaultError(
            noted(
                "archive_file_damaged",
                f"No text of kind {place.kind} and {len(said)} bytes can be kept.",
            )
        )
    salt = os.urandom(SALT_BYTES)
    cipher = ChaCha20Poly1305(place.key(content_key, salt))
    return salt + cipher.encrypt(_NONCE, padded, place.bound)


def open_text(content_key: bytes | bytearray, place: TextPlace, raw: bytes) -> str:
    """Open what ``seal_text`` made.

    Raises:
        FileFormatError: it is altered, belongs elsewhere, or no writer can have written it.
    """
    size = len(raw) - OVERHEAD
    if place.kind not in KINDS or not 0 < size <= MOST_STEPS * STEP or size % STEP:
        raise FileFormatError(
            noted("archive_file_damaged", f"No sealed text of a known kind has {len(raw)} bytes.")
        )
    cipher = ChaCha20Poly1305(place.key(content_key, raw[:SALT_BYTES]))
    try:
        padded = cipher.decrypt(_NONCE, raw[SALT_BYTES:], place.bound)
    except InvalidTag:
        raise FileFormatError(
            noted("archive_file_damaged", "This text is altered, or belongs elsewhere.")
        ) from None
    end = _LENGTH + int.from_bytes(padded[:_LENGTH], "big")
    said, rest = padded[_LENGTH:end], padded[end:]
    if end > len(padded) or len(rest) >= STEP or any(rest):
        raise FileFormatError(
            noted("archive_file_damaged", "This text holds values where zeros must stand.")
        )
    try:
        return said.decode()
    except UnicodeDecodeError:
        raise FileFormatError(
            noted("archive_file_damaged", "This text holds what is no character.")
        ) from None
