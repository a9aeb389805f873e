"""Read a text beside the sound: any bytes, or after a byte of 1 under the right key."""

from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from appliance.errors import FileFormatError
from appliance.vault.texts import STEP, TextPlace, open_text, seal_text
from tests.fuzz.feeding import Target
from tests.fuzz.keys import RID, SECRET

PLACE = TextPlace(RID, "words", 3, bytes(32), SECRET)
_SALT = bytes(range(32))


def take(raw: bytes) -> None:
    """Open it; whatever opens can be written again."""
    text = open_text(SECRET, PLACE, _sealed(raw[1:]) if raw[:1] == b"\1" else raw[1:])
    assert open_text(SECRET, PLACE, seal_text(SECRET, PLACE, text)) == text


def _sealed(plain: bytes) -> bytes:
    cipher = ChaCha20Poly1305(PLACE.key(SECRET, _SALT))
    return _SALT + cipher.encrypt(bytes(12), plain, PLACE.bound)


def seeds() -> dict[str, bytes]:
    """Return a text, the longest length that is none, odd text, no text, and a file."""
    said = "Żółć".encode()
    plain = (len(said).to_bytes(4, "big") + said).ljust(STEP, b"\0")
    return {
        "some": b"\1" + plain,
        "none": b"\1" + bytes(STEP),
        "long": b"\1\xff\xff\xff\xff" + bytes(STEP - 4),
        "odd_text": b"\1\0\0\0\2\xff\xfe" + bytes(STEP - 6),
        "two_steps": b"\1" + bytes(2 * STEP),
        "file": b"\0" + _sealed(plain),
    }


TARGET = Target("texts", take, (FileFormatError,), seeds, longest=2 * STEP + 49)
