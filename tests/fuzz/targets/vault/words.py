"""Read words that people typed: any bytes, or after a first byte of 1 under right keys."""

from appliance.errors import FileFormatError
from appliance.vault.opening.keys import public_half
from appliance.vault.tickets import HPKE
from appliance.vault.words import WordsPlace, open_words, seal_words
from tests.fuzz.feeding import Target
from tests.fuzz.keys import READING, READING_PUBLIC, RECORDING, RECORDING_PUBLIC, VAULT_ID

PLACE = WordsPlace(VAULT_ID, "00112233445566ff", "hold")


def take(raw: bytes) -> None:
    """Open them; whatever opens can be typed again."""
    sealed = _sealed(raw[1:]) if raw[:1] == b"\1" else raw[1:]
    text = open_words(sealed, PLACE, READING, RECORDING)
    seal_words(text, PLACE, public_half(READING), public_half(RECORDING))


def _sealed(padded: bytes) -> bytes:
    inner = HPKE.encrypt(padded, READING_PUBLIC, info=b"zgoda words v1" + PLACE.bound)
    return HPKE.encrypt(inner, RECORDING_PUBLIC, info=b"zgoda case words v1" + PLACE.bound)


def seeds() -> dict[str, bytes]:
    """Return some words, the longest length that is none, odd text, and a file."""
    said = "Żółć".encode()
    padded = (len(said).to_bytes(2, "big") + said).ljust(128, b"\0")
    return {
        "some": b"\1" + padded,
        "none": b"\1" + bytes(128),
        "long": b"\1\xff\xff" + bytes(126),
        "odd_text": b"\1\0\2\xff\xfe" + bytes(124),
        "file": b"\0" + _sealed(padded),
    }


TARGET = Target("words", take, (FileFormatError,), seeds)
