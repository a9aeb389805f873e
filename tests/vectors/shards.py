"""Make the vectors of a shard of the format: ``python -m tests.vectors.shards``.

It writes and seals from the specification, always to the same bytes.
"""

import base64
import json
import struct
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from tests.vectors.office import made

VECTORS = Path(__file__).parent / "shards.json"

KEY, SID, GENERATION = made("shard key"), made("shard id", 8), 3
DAY = 20_808


@dataclass(frozen=True)
class State:
    """A key's state, each field of it to be another; what no field says is not there."""

    slot: int = 0
    flags: int | None = None  # in place of those that follow from the fields
    verdict: int = 0
    boot: bytes = bytes(3)
    due: int = 0
    review: int = 0
    day: int = 0
    call: bytes = bytes(8)
    uptime: int = 0
    began: int = 0
    ended_day: int = 0
    ended: int = 0
    bits: int = 0  # held, restricted, the clock was not trusted, a note

    def raw(self) -> bytes:
        """Return its bytes."""
        there = (self.due, 0, 0, 0, self.review, self.ended, self.began, *map(any, self.texts()))
        flags = sum(1 << bit for bit, value in enumerate((*there, self.day)) if value)
        return struct.pack(
            ">HHB3sHHH8sIHIHQ",
            *(self.slot, flags | self.bits if self.flags is None else self.flags),
            *(self.verdict, self.boot, self.due, self.review, self.day, self.call, self.uptime),
            *divmod(self.began, 1 << 32),
            *(self.ended_day, self.ended),
        )

    def texts(self) -> tuple[bytes, bytes]:
        """Return call and boot, in the order of their bits."""
        return self.call, self.boot

    def said(self) -> dict[str, Any]:
        """Return what a reader finds in it."""
        return {
            "slot": self.slot,
            "due_day": self.due or None,
            "held": bool(self.bits & HELD),
            "restricted": bool(self.bits & RESTRICTED),
            "clock_ok": not self.bits & UNSURE,
            "review_day": self.review or None,
            "day": self.day or None,
            "call": self.call.hex() if any(self.call) else "",
            "boot_id": self.boot.hex() if any(self.boot) else "",
            "uptime": self.uptime,
            "began_ms": self.began or None,
            "verdict": self.verdict,
            "ended": self.ended,
            "ended_day": self.ended_day or None,
            "note": bool(self.bits & NOTE),
        }


HELD, RESTRICTED, UNSURE, NOTE = 2, 4, 8, 1024
UNUSED = State(slot=1)
USED = State(
    due=DAY, boot=b"\xa1\xb2\xc3", day=DAY - 90, call=made("call", 8), uptime=5_000, verdict=2
)
WHOLE = replace(
    *(USED,),
    **{"slot": 511, "review": DAY + 200, "began": 1_790_000_000_125, "verdict": 7},
    **{"ended": 0b101, "ended_day": DAY - 3, "bits": HELD | RESTRICTED | UNSURE | NOTE},
)


def rid(row: int) -> bytes:
    """Return the rid in a row."""
    return made(f"shard rid {row}", 16)


def seal(label: bytes, plain: bytes, bound: bytes, name: str, key: bytes = KEY) -> bytes:
    """Seal a container; its salt follows from a name, so that it is always the same."""
    salt = made(f"shard salt {name}")
    opening = HKDF(hashes.SHA256(), 32, salt, label).derive(key)
    return salt + ChaCha20Poly1305(opening).encrypt(bytes(12), plain, bound)


@dataclass(frozen=True)
class File:
    """A shard's base."""

    states: tuple[bytes, ...] = (USED.raw(), UNUSED.raw(), WHOLE.raw())
    version: int = 2
    flags: int = 0
    generation: int = GENERATION
    sid: bytes = SID
    count: int | None = None
    zeros: bytes = bytes(2)
    label: bytes = b"zgoda shard v2"
    key: bytes = KEY

    def head(self) -> bytes:
        """Return the header."""
        count = len(self.states) if self.count is None else self.count
        fields = (b"ZGODASHD", self.version, 0, self.flags, self.sid, self.generation, 9, count)
        return struct.pack(">8sBBBx8sIIH", *fields) + self.zeros

    def raw(self) -> bytes:
        """Return the file."""
        rows = ((rid(row) + made(f"shard private {row}"), s) for row, s in enumerate(self.states))
        plain = b"".join(key + state for key, state in rows)
        return self.head() + seal(self.label, plain, self.head(), "base", self.key)


def change(*states: bytes, flags: int = 0, behind: bytes = b"", count: int | None = None) -> bytes:
    """Return what a record says."""
    many = len(states) if count is None else count
    return struct.pack(">HH", many, flags) + b"".join(states) + behind


def appended(
    raw: bytes,
    *changes: bytes,
    sid: bytes = SID,
    generation: int = GENERATION,
    index: int = 0,
    label: bytes = b"zgoda change v2",
) -> bytes:
    """Return a shard with more records."""
    for plain in changes:
        bound = sid + struct.pack(">II", generation, index) + raw[-16:]
        sealed = seal(label, plain, bound, f"record {index}")
        raw, index = raw + struct.pack(">H", len(sealed)) + sealed, index + 1
    return raw


ANCHOR = struct.pack(">Q", 41) + made("audit entry", 16)
TAKEN = replace(UNUSED, due=DAY, day=DAY - 1, call=made("call", 8))
ENDED = replace(USED, ended=1, ended_day=DAY - 2, due=DAY - 2)
STRAY = {
    "due_of_unused": replace(UNUSED, due=DAY, flags=0),
    "stray_review": replace(USED, review=DAY, flags=USED.raw()[2] << 8 | USED.raw()[3]),
    "stray_began": replace(USED, began=5, flags=USED.raw()[2] << 8 | USED.raw()[3]),
    "stray_day": replace(USED, flags=1 | 128 | 256),
    "stray_call": replace(USED, flags=1 | 256 | 512),
    "stray_boot": replace(USED, flags=1 | 128 | 512),
    "ended_without_bit": replace(USED, ended=1, ended_day=9, flags=1 | 128 | 256 | 512),
    "ended_without_day": replace(USED, ended=1),
    "day_without_ended": replace(USED, ended_day=DAY),
    "bit_without_ended": replace(USED, flags=1 | 32 | 128 | 256 | 512),
    "ended_of_unused": replace(UNUSED, ended=1, ended_day=DAY),
    "note_of_unused": replace(UNUSED, bits=NOTE),
    "flag": replace(USED, bits=2048),
    "verdict": replace(USED, verdict=8),
}
"""Name -> a state that no keeper writes."""


def vectors() -> dict[str, dict[str, Any]]:
    """Return each vector by its name."""
    one, found = File(), dict[str, dict[str, Any]]()
    raw, three = one.raw(), (USED, UNUSED, WHOLE)

    def good(
        name: str, file: bytes, states: Sequence[State], records: int = 0, rest: int = 0
    ) -> None:
        said = {rid(row).hex(): state.said() for row, state in enumerate(states)}
        found[name] = told(file, {"records": records, "rest": rest, "states": said})

    def bad(name: str, file: bytes) -> None:
        found[name] = told(file, None)

    good("base", raw, three)
    good("empty", replace(one, states=()).raw(), ())
    good("incomplete", replace(one, flags=1).raw(), three)
    both = appended(raw, change(ENDED.raw()), change(TAKEN.raw(), flags=1, behind=ANCHOR))
    good("changed", both, (ENDED, TAKEN, WHOLE), 2)
    good("changed_twice", appended(both, change(USED.raw()), index=2), (USED, TAKEN, WHOLE), 3)
    good("many_in_one", appended(raw, change(ENDED.raw(), TAKEN.raw())), (ENDED, TAKEN, WHOLE), 1)
    good("record_of_nothing", appended(raw, change()), three, 1)
    first = len(appended(raw, change(ENDED.raw())))
    good("torn", both[:-9], (ENDED, UNUSED, WHOLE), 1, len(both) - 9 - first)
    good("torn_zeros", both[:first] + bytes(300), (ENDED, UNUSED, WHOLE), 1, 300)
    swapped = both[:first] + both[first:] + both[len(raw) : first]
    good("record_again", swapped, (ENDED, TAKEN, WHOLE), 2, first - len(raw))
    left_out = both[: len(raw)] + both[first:]
    good("record_left_out", left_out, three, 0, len(left_out) - len(raw))
    for name, other in (
        ("record_of_other_shard", appended(raw, change(ENDED.raw()), sid=made("other", 8))),
        ("record_of_other_generation", appended(raw, change(ENDED.raw()), generation=2)),
        ("record_of_other_place", appended(raw, change(ENDED.raw()), index=1)),
        ("record_of_version_1", appended(raw, change(ENDED.raw()), label=b"zgoda change v1")),
    ):
        good(name, other, three, 0, len(other) - len(raw))

    bad("version_1", replace(one, version=1, label=b"zgoda shard v1").raw())
    bad("version_0", replace(one, version=0).raw())
    bad("version_3", replace(one, version=3).raw())
    bad("other_label", replace(one, label=b"zgoda shard v1").raw())
    bad("foreign", b"ZGODAKEY" + raw[8:])
    bad("nothing", b"")
    bad("head_cut", raw[:31])
    bad("base_cut", raw[: 32 + 48 + 3 * 90 - 1])
    bad("head_flag", replace(one, flags=2).raw())
    bad("head_zeros", replace(one, zeros=b"\0\1").raw())
    bad("count_short", replace(one, count=2).raw())
    bad("count_many", replace(one, count=513).raw())
    bad("flipped", raw[:99] + bytes([raw[99] ^ 1]) + raw[100:])
    bad("other_key", replace(one, key=made("other shard key")).raw())
    bad("other_generation", replace(one, generation=2).raw())
    bad("other_shard", replace(one, sid=made("other", 8)).raw())
    bad("slot_twice", replace(one, states=(USED.raw(), replace(UNUSED, slot=0).raw())).raw())
    bad("slot_beyond", replace(one, states=(replace(USED, slot=512).raw(),)).raw())
    for name, state in STRAY.items():
        bad(name, replace(one, states=(state.raw(),)).raw())
        bad(f"change_{name}", appended(raw, change(state.raw())))
    bad("change_of_no_slot", appended(raw, change(replace(USED, slot=7).raw())))
    bad("change_flags", appended(raw, change(ENDED.raw(), flags=2, behind=ANCHOR)))
    bad("change_anchor_missing", appended(raw, change(ENDED.raw(), flags=1)))
    bad("change_anchor_unasked", appended(raw, change(ENDED.raw(), behind=ANCHOR)))
    bad("change_short", appended(raw, b"\0\1\0"))
    bad("change_count", appended(raw, change(ENDED.raw(), count=2)))
    return found


def told(raw: bytes, says: dict[str, Any] | None) -> dict[str, Any]:
    """Return a vector: what a reader is given, and what it must find."""
    return {"file": base64.b64encode(raw).decode(), "says": says}


def whole() -> dict[str, Any]:
    """Return all that is written."""
    keys = {"key": KEY.hex(), "id": SID.hex(), "generation": GENERATION}
    return keys | {"shards": vectors()}


def main() -> None:
    """Write the vectors."""
    VECTORS.write_text(json.dumps(whole(), indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
