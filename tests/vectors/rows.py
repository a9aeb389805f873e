"""Make the rows' vectors of ``docs/format.md``: ``python -m tests.vectors.rows``.

It writes and seals rows from the specification, not with the code that the vectors test.
"""

import hashlib
import hmac
import json
import struct
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

VECTORS = Path(__file__).parent / "rows.json"

SECOND, PRIVATE = bytes(range(32)), bytes(range(64, 96))
SHARD, SLOT = bytes.fromhex("0011223344556677"), 300

CALL: dict[str, Any] = {
    "call": "00000000000000a7",
    "line": "Recepcja",
    "outgoing": False,
    "started": 1_790_000_000_125,
    "clock_ok": True,
    "began": 0,
    "length": 183_500,
    "verdict": 1,
    "end": "hung_up",
    "due_day": 20_808,
    "purposes": "training\nquality",
    "digits": 11,
    "number": 48_221_234_567,
    "plus": True,
    "written": "",
    "name": "Zofia Łękawska",
    "withheld": False,
    "cut": False,
    "virtual": False,
    "simulated": False,
    "left_out": False,
    "answer": 0,
}


def plain(**changes: Any) -> bytearray:
    """Return a row's content; ``texts`` in place of the five texts, ``flags`` of all flags."""
    said = CALL | changes
    named = ("outgoing", "clock_ok", "withheld", "plus", "", "cut", "virtual", "simulated")
    flags = sum(1 << bit for bit, name in enumerate(named) if name and said[name])
    flags |= 16 if said["written"] else 0
    flags |= 256 if said["left_out"] else 0
    flags |= said["answer"] << 9
    fixed = struct.pack(
        ">HBBHIHIIH8sQ",
        said.get("flags", flags),
        *(said["verdict"], said["digits"]),
        *divmod(said["started"], 1 << 32),
        *divmod(said["began"], 1 << 32),
        *(said["length"], said["due_day"], bytes.fromhex(said["call"]), said["number"]),
    )
    texts = [said[name].encode() for name in ("line", "end", "purposes", "written", "name")]
    body = b"".join(bytes([len(text)]) + text for text in said.get("texts", texts))
    return bytearray((fixed + body).ljust(228, b"\0"))


def sealed(
    content: bytes | bytearray,
    name: str,
    second: bytes = SECOND,
    private: bytes = PRIVATE,
    shard: bytes = SHARD,
    slot: int = SLOT,
) -> bytes:
    """Seal a row; its nonce follows from the vector's name, so that it is always the same."""
    nonce = hashlib.sha256(name.encode()).digest()[:12]
    seed = hmac.digest(private, b"zgoda row v3", "sha256")
    key = hmac.digest(second, seed, "sha256")
    return nonce + ChaCha20Poly1305(key).encrypt(nonce, content, shard + struct.pack(">H", slot))


WHOLE: dict[str, dict[str, Any]] = {
    "incoming": {},
    "outgoing": {"outgoing": True, "clock_ok": False, "verdict": 2, "end": "cut", "name": ""},
    "withheld": {"withheld": True, "digits": 0, "number": 0, "plus": False, "name": ""},
    "extension": {"digits": 4, "number": 101, "plus": False},
    "written": {"digits": 2, "number": 21, "plus": False, "written": "*21#"},
    "long_number": {
        "digits": 18, "number": 123_456_789_012_345_678, "plus": False,
        "written": "+12345678901234567890",
    },
    "virtual": {"virtual": True},
    "simulated": {"simulated": True},
    **{f"answer_{code}": {"answer": code} for code in range(5)},
    "left_out": {"left_out": True, "cut": True, "purposes": "p" * 48},
    "moved": {"began": 1_790_864_012_345, "due_day": 65_535},
    "cut_texts": {
        "cut": True, "line": "ą" * 16, "end": "e" * 40, "purposes": "p" * 48, "name": "n" * 65,
    },
}  # fmt: skip


def altered(row: bytes, at: int) -> bytes:
    """Flip a bit."""
    return row[:at] + bytes([row[at] ^ 1]) + row[at + 1 :]


def faulty() -> dict[str, bytes]:
    """Return the rows that must be refused."""
    good = sealed(plain(), "incoming")
    beyond, padding, utf8 = plain(), plain(), plain()
    texts = [CALL[name].encode() for name in ("line", "end", "purposes", "written")]
    name_at = 38 + sum(1 + len(text) for text in texts)
    beyond[name_at] = 228 - name_at
    padding[-1] = 1
    utf8[name_at + 1] = 0xFF
    return {
        "zeros": bytes(256),
        "altered": altered(good, 40),
        "altered_nonce": altered(good, 3),
        "other_slot": sealed(plain(), "other_slot", slot=SLOT + 1),
        "other_shard": sealed(plain(), "other_shard", shard=bytes(8)),
        "other_recording": sealed(plain(), "other_recording", private=bytes(32)),
        "other_office": sealed(plain(), "other_office", second=bytes(32)),
        "torn": good[:128] + bytes(128),
        "short": good[:-1],
        "flags": sealed(plain(flags=4096), "flags"),
        "answer": sealed(plain(answer=5), "answer"),
        "two_kinds": sealed(plain(flags=64 | 128), "two_kinds"),
        "verdict": sealed(plain(verdict=8), "verdict"),
        "digits": sealed(plain(digits=19), "digits"),
        "number": sealed(plain(digits=10), "number"),
        "utf8": sealed(utf8, "utf8"),
        "beyond": sealed(beyond, "beyond"),
        "padding": sealed(padding, "padding"),
    }


def vectors() -> dict[str, Any]:
    """Return all vectors by name."""
    rows: dict[str, Any] = {}
    for name, changes in WHOLE.items():
        rows[name] = {"row": sealed(plain(**changes), name).hex(), "says": CALL | changes}
    for name, raw in faulty().items():
        rows[name] = {"row": raw.hex(), "says": None}
    return {
        "second_key": SECOND.hex(),
        "private": PRIVATE.hex(),
        "shard": SHARD.hex(),
        "slot": SLOT,
        "rows": rows,
    }


if __name__ == "__main__":
    VECTORS.write_text(json.dumps(vectors(), indent=1, ensure_ascii=False) + "\n", "utf-8")
