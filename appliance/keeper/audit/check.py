"""Check the audit without any key and name the first bad entry.

The chain reveals every changed, removed or inserted entry except a missing tail. The signed heads
reveal that: each names the newest entry at the end of a day. A head kept outside the box catches
even a rewrite by someone who holds the box's keys.
"""

from collections.abc import Iterator
from pathlib import Path

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from msgspec import Struct

from appliance.errors import FileFormatError
from appliance.keeper.audit.entries import GENESIS, LINE_LIMIT, decode, lines


class Head(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The newest entry at the end of a day, signed with the audit key."""

    day: str  # 2026-11-25
    seq: int
    hash: str
    key: str  # hex of the public key
    signature: str  # hex

    @property
    def said(self) -> bytes:
        """Return the bytes that are signed."""
        return f"zgoda audit head\n{self.day}\n{self.seq}\n{self.hash}\n".encode()


class AuditCheck(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The result of a check."""

    sound: bool
    entries: int  # good entries before the first bad one
    head: str  # hash of the last good entry
    first_bad: int | None = None  # seq of the first bad entry
    problem: str = ""  # in one sentence
    torn: bool = False  # the last line is not whole: a power cut, or it is being written
    heads: int = 0  # signed heads that were checked


def signed_head(day: str, seq: int, digest: str, key: Ed25519PrivateKey) -> Head:
    """Sign the newest entry's number and hash."""
    public = key.public_key().public_bytes_raw().hex()
    unsigned = Head(day=day, seq=seq, hash=digest, key=public, signature="")
    return msgspec.structs.replace(unsigned, signature=key.sign(unsigned.said).hex())


def heads_folder(folder: Path) -> Path:
    """Return the folder of an audit's signed heads, one file a day."""
    return folder / "heads"


def check(folder: Path, public_key: bytes | None = None) -> AuditCheck:
    """Check the whole audit.

    Args:
        folder: the audit's folder; a missing one is an audit without entries.
        public_key: the audit key's public half, from outside the box; without it a head counts
            if the key it names has signed it.

    Returns:
        The result; no content of the files makes this raise.
    """
    hashes = [GENESIS]
    problem, torn = "", False
    for line, last in _with_last(lines(folder)):
        if last and not line.endswith(b"\n") and len(line) <= LINE_LIMIT:
            torn = True
            break
        problem = _chain(line, hashes)
        if problem:
            break
    first_bad = len(hashes) if problem else None
    checked = 0
    for path in sorted(heads_folder(folder).glob("*.json")):
        bad, sentence = _check_head(path, hashes, public_key)
        checked += 1
        if bad is not None and (first_bad is None or bad < first_bad):
            first_bad, problem = bad, sentence
    return AuditCheck(
        sound=first_bad is None,
        entries=len(hashes) - 1,
        head=hashes[-1],
        first_bad=first_bad,
        problem=problem,
        torn=torn,
        heads=checked,
    )


def _chain(line: bytes, hashes: list[str]) -> str:
    """Add the next entry's hash; return a sentence if it is not the next entry."""
    seq = len(hashes)
    try:
        entry, digest = decode(line)
    except FileFormatError as error:
        return f"Entry {seq} {error}."
    if entry.seq != seq:
        return f"Entry {seq} is missing; entry {entry.seq} stands in its place."
    if entry.prev != hashes[-1]:
        return f"Entry {seq} does not follow from the entry before it."
    hashes.append(digest)
    return ""


def _check_head(path: Path, hashes: list[str], public_key: bytes | None) -> tuple[int | None, str]:
    """Check a signed head against the chain; return the first bad entry and a sentence, if any."""
    try:
        head = msgspec.json.decode(path.read_bytes(), type=Head)
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(head.key)).verify(
            bytes.fromhex(head.signature), head.said
        )
    except (OSError, ValueError, msgspec.DecodeError, InvalidSignature):
        return len(hashes), f"The signed head {path.name} was altered."
    if public_key is not None and head.key != public_key.hex():
        return max(head.seq, 1), f"The signed head {path.name} is signed with another key."
    if head.seq >= len(hashes):
        return len(hashes), f"Entries {len(hashes)} to {head.seq} are missing at the end."
    if head.seq < 0 or hashes[head.seq] != head.hash:
        return max(head.seq, 1), f"Entry {head.seq} is not the one that was signed on {head.day}."
    return None, ""


def _with_last(source: Iterator[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Yield each line and whether it is the last one."""
    current = next(source, None)
    while current is not None:
        following = next(source, None)
        yield current, following is None
        current = following
