"""Make the vectors of sealed words of the format: ``python -m tests.vectors.words``.

It seals from the specification, with HPKE of its own, always to the same bytes.
"""

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from tests.vectors.office import made, seal_to

VECTORS = Path(__file__).parent / "words.json"

SAID = "Pani Żółć wrote on 3 May; the lawsuit goes on."


@dataclass(frozen=True)
class Sealed:
    """Words and how they are sealed."""

    text: str = SAID
    vault_id: bytes = made("vault id", 16)
    case: bytes = made("case", 8)
    kind: str = "hold"
    reading_key: bytes = made("reading key")
    case_key: bytes = made("case key")
    padded: bytes | None = None  # in place of what the text makes

    @property
    def place(self) -> bytes:
        """Return what both layers are bound to."""
        return self.vault_id + self.case + self.kind.encode()

    def plain(self) -> bytes:
        """Return the words with length and padding."""
        if self.padded is not None:
            return self.padded
        said = self.text.encode()
        raw = len(said).to_bytes(2, "big") + said
        return raw + bytes(-len(raw) % 128)

    def inner(self) -> bytes:
        """Return the layer that the reading key opens."""
        return layer(self.reading_key, b"zgoda words v1" + self.place, self.plain(), "inner")

    def sealed(self) -> bytes:
        """Return both layers."""
        return self.outer(self.inner())

    def outer(self, inner: bytes) -> bytes:
        """Return the layer that the case's key opens."""
        return layer(self.case_key, b"zgoda case words v1" + self.place, inner, "outer")


def layer(private: bytes, info: bytes, plain: bytes, name: str) -> bytes:
    """Seal to the public half of a key."""
    public = X25519PrivateKey.from_private_bytes(private).public_key()
    return seal_to(public, info, plain, f"words {name} {len(plain)}")


def flipped(raw: bytes, at: int) -> bytes:
    """Return bytes with the lowest bit of one of them flipped."""
    return raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :]


def vectors() -> dict[str, dict[str, Any]]:
    """Return each vector by its name."""
    one = Sealed()
    longest = Sealed(text="\N{MOUSE}" * 2000)
    found: dict[str, dict[str, Any]] = {}

    def good(name: str, what: Sealed) -> None:
        found[name] = told(what, what.sealed(), what.text)

    def bad(name: str, sealed: bytes, what: Sealed = one) -> None:
        found[name] = told(what, sealed, None)

    good("one", one)
    good("umlauts", Sealed(text="„Ich habe es mir anders überlegt“", kind="erasure"))
    good("case", Sealed(text="Kopię nagrań proszę przesłać pocztą.", kind="case"))
    good("exact", Sealed(text="x" * 126))
    good("exact_and_one", Sealed(text="x" * 127))
    good("longest", longest)
    bad("outer_flipped", flipped(one.sealed(), 40))
    bad("inner_flipped", one.outer(flipped(one.inner(), 40)))
    bad("other_case_key", replace(one, case_key=made("other case key")).sealed())
    bad("other_reading_key", replace(one, reading_key=made("other reading key")).sealed())
    bad("other_case", replace(one, case=made("other case", 8)).sealed())
    bad("other_kind", replace(one, kind="erasure").sealed())
    bad("hold_as_case", replace(one, kind="case").sealed())
    bad("other_vault", replace(one, vault_id=made("other vault", 16)).sealed())
    bad("inner_alone", one.inner())
    swapped = layer(one.case_key, b"zgoda case words v1" + one.place, one.plain(), "inner")
    bad(
        "layers_swapped",
        layer(one.reading_key, b"zgoda words v1" + one.place, swapped, "outer"),
    )
    bad("short", replace(one, padded=b"").sealed())
    bad("uneven", one.sealed() + b"\0")
    bad("long", replace(longest, padded=longest.plain() + bytes(128)).sealed())
    plain = one.plain()
    bad("length", replace(one, padded=b"\0\xff" + plain[2:]).sealed())
    less = (len(one.text.encode()) - 1).to_bytes(2, "big")
    bad("length_short", replace(one, padded=less + plain[2:]).sealed())
    bad("step_too_many", replace(one, padded=plain + bytes(128)).sealed())
    bad("not_text", replace(one, padded=b"\0\x02\xc3\x28" + bytes(124)).sealed())
    return found


def told(what: Sealed, sealed: bytes, says: str | None) -> dict[str, Any]:
    """Return a vector: what a reader is given, and what it must find."""
    return {
        "vault_id": what.vault_id.hex(),
        "case": what.case.hex(),
        "kind": what.kind,
        "reading_key": what.reading_key.hex(),
        "case_key": what.case_key.hex(),
        "sealed": sealed.hex(),
        "says": says,
    }


def main() -> None:
    """Write the vectors."""
    VECTORS.write_text(json.dumps(vectors(), indent=1, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    main()
