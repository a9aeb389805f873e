"""An audit: a month's log and perhaps a head, as whoever holds the card can write them.

After a first byte of 1 each line is the content of an entry, which is signed and chained here, as
one can who has the day's key. Behind a line of dashes stands a head. A log is real files in a
folder, which each of seven readers opens and looks through anew: no more than some 1,000 inputs a
second come of that.
"""

import atexit
import hashlib
import shutil
from base64 import urlsafe_b64encode
from contextlib import suppress
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import msgspec

from appliance.errors import FileFormatError
from appliance.keeper.audit.beginning import begin
from appliance.keeper.audit.check import check
from appliance.keeper.audit.heads import heads_folder
from appliance.keeper.audit.known import known_recordings
from appliance.keeper.audit.lines import about, page, readable, torn
from appliance.vault.audit.entries import GENESIS, AuditEntry, decode, encode
from appliance.vault.audit.heads import head_of, signed_head
from appliance.vault.audit.tree import root_over
from appliance.vault.opening.content import AuditState
from appliance.vault.opening.shard import Anchor
from tests.fuzz.feeding import Target, overwrite
from tests.fuzz.keys import RID, SIGNER, SIGNER_PUBLIC

MONTH, DAY = "2026-09", "2026-09-21"
APART = b"\n----\n"


@cache
def folder() -> Path:
    """Return a folder of the audit's kind, always the same one."""
    made = Path(mkdtemp(prefix="audit"))
    heads_folder(made).mkdir()
    atexit.register(shutil.rmtree, made, ignore_errors=True)
    return made


def take(raw: bytes) -> None:
    """Check it in every way that there is, and go on from its end."""
    log, _, head = raw[1:].partition(APART)
    if raw[:1] == b"\1":
        log = _signed(log)
    overwrite(folder() / f"{MONTH}.log", log)
    overwrite(heads_folder(folder()) / f"{DAY}.json", head)
    for key, anchor in ((None, None), (SIGNER_PUBLIC, Anchor(2, bytes(16)))):
        found = check(folder(), key, anchor)
        assert found.sound or _is_sentence(found.problem), found.problem
    begin(folder(), AuditState(first=SIGNER_PUBLIC), Anchor(0, b""))
    known_recordings(entry for entry, _ in readable(folder()))
    about(folder(), RID.hex())
    page(folder(), 10, 1)
    torn(folder())
    with suppress(FileFormatError):
        head_of(head)
    for line in log.splitlines(keepends=True):
        with suppress(FileFormatError):
            decode(line)


def _is_sentence(said: str) -> bool:
    return 0 < len(said) < 200 and said.isprintable() and said.endswith(".")


def _signed(log: bytes) -> bytes:
    """Sign and chain what a line says, whatever that is."""
    lines, before = b"", GENESIS
    for body in log.split(b"\n")[:16]:
        said = body.replace(b"@", before.encode()).removesuffix(b"}") + b"}"
        signature = urlsafe_b64encode(SIGNER.sign(b"zgoda audit entry\n" + said)).rstrip(b"=")
        closed = said[:-1] + b',"sig":"' + signature + b'"}'
        before = hashlib.sha256(closed).hexdigest()
        lines += closed[:-1] + f',"hash":"{before}"}}\n'.encode()
    return lines


def _entry(seq: int, type: str, prev: str = "@", **more: str) -> AuditEntry:
    return AuditEntry(
        seq=seq, t=1_790_000_000.0, clock_ok=True, type=type, actor="keeper",
        rid=more.get("rid"), case=None, prev=prev, key=more.get("key"),
    )  # fmt: skip


def seeds() -> dict[str, bytes]:
    """Return a sound log with its head, as a file and as contents, one that is torn, and none."""
    first = _entry(1, "audit_key", GENESIS, key=SIGNER_PUBLIC.hex())
    line, digest = encode(first, SIGNER)
    other, last = encode(_entry(2, "sealed", digest, rid=RID.hex()), SIGNER)
    tree = root_over(map(bytes.fromhex, (digest, last)))
    head = msgspec.json.encode(signed_head(DAY, 2, last, tree, SIGNER))
    contents = [_entry(1, "audit_key", key=SIGNER_PUBLIC.hex()), _entry(2, "sealed", rid=RID.hex())]
    bodies = b"\n".join(msgspec.json.encode(one) for one in contents)
    return {
        "sound": b"\0" + line + other.rstrip(b"\n") + APART + head,
        "torn": b"\0" + line + other[:-30] + b"\0" * 20,
        "contents": b"\1" + bodies + APART + head,
        "none": b"\0",
        "deep": b"\1" + b'{"seq":' + b"[" * 600,
        "head_alone": b"\0" + APART + head,
    }


TARGET = Target("audit", take, (), seeds, words=True, mutations=120)
