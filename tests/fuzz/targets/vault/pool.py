"""The pool: any bytes, or after a first byte of 1 a body that the box key signs."""

from functools import cache
from hashlib import sha256
from pathlib import Path
from tempfile import mkdtemp

from appliance.errors import FileFormatError, PoolEmpty
from appliance.vault import pool
from tests.fuzz.feeding import Target, memory_file
from tests.fuzz.keys import RID, SECRET, SIGNER, SIGNER_PUBLIC, VAULT_ID


def take(raw: bytes) -> None:
    """Load it, and take a key from it."""
    body = raw[1:]
    if raw[:1] == b"\1":
        body += SIGNER.sign(b"zgoda pool v3\n" + body)
    path = memory_file("pool").holds(body)
    shown = pool.load(path)
    assert shown.exempt >= 0
    pool.Pool(path, _made_ahead()).take_key()


@cache
def _made_ahead() -> Path:
    """Return a folder with the files of the seeds' keys."""
    folder = Path(mkdtemp(prefix="pool"))
    for rid in (bytes(16), b"\1" * 16, RID):
        (folder / rid.hex()).touch()
    return folder


def _body(count: int) -> bytes:
    head = b"ZGODAPOL\3\1" + (96).to_bytes(2, "big") + count.to_bytes(4, "big")
    keys = b"".join(bytes([number]) * 48 + bytes(48) for number in range(count))
    return head + VAULT_ID + bytes(32) + SIGNER_PUBLIC + bytes(4 + 50) + keys


def _shared() -> bytes:
    """Return a body with a second holder, who has a pair for one of two keys."""
    body = _body(2)
    holder = sha256(SECRET).digest()[:16] + SECRET + (20_700).to_bytes(2, "big")
    return body[:100] + holder + body[150:-48] + RID + SECRET


def seeds() -> dict[str, bytes]:
    """Return one with two keys, one without, and the file of the former."""
    two = _body(2)
    return {
        "two": b"\1" + two,
        "empty": b"\1" + _body(0),
        "shared": b"\1" + _shared(),
        "file": b"\0" + two + SIGNER.sign(b"zgoda pool v3\n" + two),
        "none": b"\0",
        "same_name": b"\1" + two[:-192] + (RID + bytes(80)) * 2,
    }


TARGET = Target("pool", take, (FileFormatError, PoolEmpty), seeds)
