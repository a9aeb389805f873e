"""Make the vectors of texts beside the sound: ``python -m tests.vectors.texts``.

It seals from the specification, always to the same bytes. A writer draws each salt; here it follows
from a name.
"""

import base64
import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from tests.vectors.office import made

VECTORS = Path(__file__).parent / "texts.json"

SAID = "Dzień dobry, dzwonię w sprawie zażalenia."
STEP = 4064


@dataclass(frozen=True)
class Sealed:
    """A text and how it is sealed."""

    text: str = SAID
    rid: bytes = made("text rid", 16)
    kind: str = "words"
    number: int = 0
    content: bytes = made("text content")
    digest: bytes = made("text header")  # of the header's first 4064 bytes
    sound: bytes = made("text sound")  # the digest of the sealed file
    salt: bytes = made("text salt")
    padded: bytes | None = None  # in place of what the text makes

    def plain(self) -> bytes:
        """Return the text with length and padding."""
        if self.padded is not None:
            return self.padded
        said = self.text.encode()
        raw = len(said).to_bytes(4, "big") + said
        return raw + bytes(-len(raw) % STEP)

    def sealed(self) -> bytes:
        """Return what is kept."""
        label = b"zgoda text v1 " + self.kind.encode()
        key = HKDF(hashes.SHA256(), 32, self.digest + self.salt, label).derive(self.content)
        bound = self.rid + self.kind.encode() + self.number.to_bytes(4, "big") + self.sound
        return self.salt + ChaCha20Poly1305(key).encrypt(bytes(12), self.plain(), bound)


def vectors() -> dict[str, dict[str, Any]]:
    """Return each vector by its name."""
    one = Sealed()
    found: dict[str, dict[str, Any]] = {}

    def good(name: str, what: Sealed) -> None:
        found[name] = told(what, what.sealed(), what.text)

    def bad(name: str, sealed: bytes) -> None:
        found[name] = told(one, sealed, None)

    good("one", one)
    good("twice", replace(one, salt=made("another text salt")))
    good("note", Sealed(text="Oddzwonić we wtorek.", kind="note", number=3))
    good("empty", Sealed(text=""))
    good("exact", Sealed(text="x" * (STEP - 4)))
    good("exact_and_one", Sealed(text="x" * (STEP - 3)))
    good("last_number", Sealed(number=2**32 - 1))
    bad("other_rid", replace(one, rid=made("other text rid", 16)).sealed())
    bad("other_kind", replace(one, kind="note").sealed())
    bad("other_number", replace(one, number=1).sealed())
    bad("other_sound", replace(one, sound=made("other text sound")).sealed())
    bad("other_header", replace(one, digest=made("other text header")).sealed())
    bad("other_key", replace(one, content=made("other text content")).sealed())
    unknown = replace(one, kind="poem")
    found["unknown_kind"] = told(unknown, unknown.sealed(), None)
    raw = one.sealed()
    bad("salt_cut", raw[1:])
    bad("salt_missing", raw[32:])
    bad("salt_of_another", made("another text salt") + raw[32:])
    bad("flipped", raw[:99] + bytes([raw[99] ^ 1]) + raw[100:])
    bad("nothing", b"")
    bad("no_step", replace(one, padded=b"").sealed())
    bad("uneven", raw + b"\0")
    plain = one.plain()
    bad("length", replace(one, padded=b"\0\0\xff\xff" + plain[4:]).sealed())
    bad("length_short", replace(one, padded=b"\0\0\0\1" + plain[4:]).sealed())
    bad("step_too_many", replace(one, padded=plain + bytes(STEP)).sealed())
    bad("not_text", replace(one, padded=b"\0\0\0\2\xc3\x28" + bytes(STEP - 6)).sealed())
    return found


def told(what: Sealed, sealed: bytes, says: str | None) -> dict[str, Any]:
    """Return a vector: what a reader is given, and what it must find."""
    return {
        "content_key": what.content.hex(),
        "rid": what.rid.hex(),
        "kind": what.kind,
        "number": what.number,
        "header_sha256": what.digest.hex(),
        "sound_sha256": what.sound.hex(),
        "sealed": base64.b64encode(sealed).decode(),
        "says": says,
    }


def main() -> None:
    """Write the vectors."""
    VECTORS.write_text(json.dumps(vectors(), indent=1, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    main()
