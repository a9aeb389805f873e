"""Seal what people type in words of their own, and open it again.

``HPKE(case's public key, HPKE(reading key's public half, padded))``, see ``docs/format.md``,
section 13. Sealing needs public keys alone, so it works while the box is locked.
"""

from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

from appliance.errors import FileFormatError, VaultError
from appliance.model.limits import LONGEST_REASON
from appliance.model.sentences.faults import noted
from appliance.vault.format import LAYER_BYTES, SUITE_X25519
from appliance.vault.tickets import HPKE

STEP = 128
"""Words are padded to a multiple of so many bytes."""

CASE_BYTES = 8
"""Random bytes that name a case."""

_LENGTH = 2
_LABEL = b"zgoda words v1"
_LABEL_CASE = b"zgoda case words v1"
_LAYERS = 2 * LAYER_BYTES[SUITE_X25519]
MOST_BYTES = _LAYERS + -(-(_LENGTH + 4 * LONGEST_REASON) // STEP) * STEP
"""Of sealed words: four bytes for each character that may be typed."""


@dataclass(frozen=True, slots=True)
class WordsPlace:
    """Where words belong; elsewhere they do not open."""

    vault_id: bytes
    case: str  # 16 hex digits
    kind: str  # a code word: hold, erasure, exempt

    @property
    def bound(self) -> bytes:
        """Return what both layers are bound to."""
        return self.vault_id + bytes.fromhex(self.case) + self.kind.encode("ascii")


def seal_words(text: str, place: WordsPlace, reading_public: bytes, case_public: bytes) -> bytes:
    """Seal words to the office's reading key, then to the case's key.

    Raises:
        VaultError: they are longer than may be typed, or hold what is no character.
    """
    try:
        said = text.encode()
    except UnicodeEncodeError as error:
        raise VaultError(
            noted("archive_file_damaged", "These words hold what is no character.")
        ) from error
    padded = len(said).to_bytes(_LENGTH, "big") + said
    padded += bytes(-len(padded) % STEP)
    if len(padded) + _LAYERS > MOST_BYTES:
        raise VaultError(
            noted("archive_file_damaged", f"Words of {len(said)} bytes are too long to be kept.")
        )
    readers = X25519PublicKey.from_public_bytes(reading_public)
    case = X25519PublicKey.from_public_bytes(case_public)
    inner = HPKE.encrypt(padded, readers, info=_LABEL + place.bound)
    return HPKE.encrypt(inner, case, info=_LABEL_CASE + place.bound)


def open_words(
    sealed: bytes, place: WordsPlace, reading_key: bytes | bytearray, case_key: bytes
) -> str:
    """Open words with both private keys.

    Raises:
        FileFormatError: they are altered, belong elsewhere, or no writer can have written them.
    """
    if len(sealed) > MOST_BYTES or (len(sealed) - _LAYERS) % STEP or len(sealed) <= _LAYERS:
        raise FileFormatError(
            noted("archive_file_damaged", f"No sealed words have {len(sealed)} bytes.")
        )
    try:
        case = X25519PrivateKey.from_private_bytes(case_key)
        reader = X25519PrivateKey.from_private_bytes(reading_key)
        inner = HPKE.decrypt(sealed, case, info=_LABEL_CASE + place.bound)
        padded = HPKE.decrypt(inner, reader, info=_LABEL + place.bound)
    except (InvalidTag, ValueError):
        raise FileFormatError(
            noted("archive_file_damaged", "These words are altered, or belong elsewhere.")
        ) from None
    end = _LENGTH + int.from_bytes(padded[:_LENGTH], "big")
    said, rest = padded[_LENGTH:end], padded[end:]
    if end > len(padded) or len(rest) >= STEP or any(rest):
        raise FileFormatError(
            noted("archive_file_damaged", "These words hold values where zeros must stand.")
        )
    try:
        return said.decode()
    except UnicodeDecodeError:
        raise FileFormatError(
            noted("archive_file_damaged", "These words hold what is no character.")
        ) from None
