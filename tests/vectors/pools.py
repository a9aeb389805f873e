"""Make the vectors of the pool of the format: ``python -m tests.vectors.pools``.

It writes from the specification, always the same bytes.
"""

import base64
import hashlib
import json
import struct
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.vectors.office import made

VECTORS = Path(__file__).parent / "pools.json"
DAY = 20_700
"""The day that the recorder is told."""

RIDS = [made(f"pool rid {number}", 16) for number in range(3)]
NOBODY = (bytes(16), bytes(32))


def pair(number: int) -> tuple[bytes, bytes]:
    """Return one of a second holder's pairs."""
    return made(f"pool second rid {number}", 16), made(f"pool second key {number}")


HK = made("pool holder")
PAIRS = (pair(0), NOBODY, pair(2))
"""The holder has none for the second recording."""


@dataclass(frozen=True)
class File:
    """A pool, each field of it to be another."""

    version: int = 3
    entry: int = 96
    holder: bytes = hashlib.sha256(HK).digest()[:16]
    reading_key: bytes = HK
    last_day: int = DAY + 20
    pairs: tuple[tuple[bytes, bytes], ...] = PAIRS
    label: bytes = b"zgoda pool v3\n"
    signer: Ed25519PrivateKey = field(
        default_factory=lambda: Ed25519PrivateKey.from_private_bytes(made("pool signer"))
    )
    count: int | None = None

    def body(self) -> bytes:
        """Return what is signed."""
        count = len(self.pairs) if self.count is None else self.count
        box_key = self.signer.public_key().public_bytes_raw()
        head = struct.pack(">8sBBHI", b"ZGODAPOL", self.version, 1, self.entry, count)
        head += made("vault id", 16) + made("pool reading key") + box_key + struct.pack(">I", 2)
        head += self.holder + self.reading_key + struct.pack(">H", self.last_day)
        for number, (rid, key) in enumerate(self.pairs):
            head += RIDS[number] + made(f"pool key {number}") + rid + key
        return head

    def raw(self) -> bytes:
        """Return the file."""
        return self.body() + self.signer.sign(self.label + self.body())


ALONE = File(holder=bytes(16), reading_key=bytes(32), last_day=0)


def vectors() -> dict[str, dict[str, Any]]:
    """Return each vector by its name."""
    one = File()
    alone = replace(ALONE, pairs=(NOBODY,) * 3)
    stranger = Ed25519PrivateKey.from_private_bytes(made("pool stranger"))
    found: dict[str, dict[str, Any]] = {}

    def good(name: str, file: File, gives: Sequence[str | None], day: int | None = DAY) -> None:
        found[name] = told(file.raw(), gives, day)

    def bad(name: str, raw: bytes) -> None:
        found[name] = told(raw, None, DAY)

    rids = [pair(0)[0].hex(), "pool_empty", pair(2)[0].hex()]
    good("shared", one, rids)
    good("alone", alone, [None] * 3)
    good("last_day", replace(one, last_day=DAY), rids)
    good("past_day", replace(one, last_day=DAY - 1), ["old"] * 3)
    good("no_day", one, ["no_day"] * 3, None)
    good("no_pairs", replace(one, pairs=(NOBODY,) * 3), ["pool_empty"] * 3)
    raw = one.raw()
    bad("pool_2", replace(one, version=2, label=b"zgoda pool v2\n").raw())
    bad("entry_of_one", replace(one, entry=48).raw())
    bad("count_short", replace(one, count=2).raw())
    bad("count_long", replace(one, count=4).raw())
    bad("cut", raw[:-1])
    bad("pair_flipped", raw[:200] + bytes([raw[200] ^ 1]) + raw[201:])
    bad("holder_flipped", raw[:101] + bytes([raw[101] ^ 1]) + raw[102:])
    bad("other_label", replace(one, label=b"zgoda pool v2\n").raw())
    bad("strange_signer", replace(one, signer=stranger).raw())
    bad("others_signature", one.body() + stranger.sign(b"zgoda pool v3\n" + one.body()))
    bad("rid_twice", replace(one, pairs=(pair(0), NOBODY, pair(0))).raw())
    bad("rid_twice_other_key", replace(one, pairs=(pair(0), NOBODY, (pair(0)[0], HK))).raw())
    bad("pairs_without_holder", ALONE.raw())
    bad("holder_of_another_key", replace(one, holder=made("pool other holder", 16)).raw())
    bad("holder_without_key", replace(one, reading_key=bytes(32)).raw())
    bad("key_without_holder", replace(one, holder=bytes(16)).raw())
    bad("no_last_day", replace(one, last_day=0).raw())
    bad("last_day_alone", replace(alone, last_day=DAY).raw())
    bad("rid_without_key", replace(one, pairs=(pair(0), (pair(1)[0], bytes(32)), NOBODY)).raw())
    bad("key_without_rid", replace(one, pairs=(pair(0), (bytes(16), pair(1)[1]), NOBODY)).raw())
    return found


def told(raw: bytes, gives: Sequence[str | None] | None, day: int | None) -> dict[str, Any]:
    """Return a vector: what a reader is given, and what it must find."""
    return {
        "pinned": File().signer.public_key().public_bytes_raw().hex(),
        "day": day,
        "file": base64.b64encode(raw).decode(),
        "gives": gives,
    }


def main() -> None:
    """Write the vectors."""
    VECTORS.write_text(json.dumps(vectors(), indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
