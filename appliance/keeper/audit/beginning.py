"""Find where an existing log ends; read it from the settled entry on."""

from dataclasses import dataclass
from pathlib import Path

from appliance.keeper.audit.days import day_after
from appliance.keeper.audit.lines import readable
from appliance.keeper.audit.walk import ANCHORED, Walk
from appliance.vault.audit.entries import LINE_LIMIT, NEW_KEY
from appliance.vault.audit.tree import RightEdge
from appliance.vault.opening.content import AuditMark, AuditState
from appliance.vault.opening.shard import Anchor


@dataclass(slots=True)
class LogTail:
    """The end of the log, from which it goes on."""

    walk: Walk
    seq: int
    hash: str
    day: str
    key: bytes  # public, in force
    sure: float  # UTC, of the newest entry by a trusted clock
    edge: RightEdge  # of the tree over all that can be read
    lost: tuple[int, int] | None = None  # numbers of entries that the anchor knows, the log not


def begin(folder: Path, known: AuditState, anchor: Anchor) -> LogTail:
    """Walk to the end of the log; go on behind what is damaged.

    Args:
        folder: the audit's.
        known: what the keyring says of it.
        anchor: the newest entry that keyring or shards know; number 0 for none.
    """
    settled = known.settled if known.settled and _is_there(folder, known.settled) else None
    walk = Walk(folder, None if settled else known.first or None, settled)
    walk.expect(anchor)
    walk.go_on()
    found = LogTail(walk, walk.seq, walk.hash, walk.day, walk.key, walk.sure, walk.edge.copy())
    anchored = walk.anchored
    if walk.bad is not None:
        anchored = _go_on_regardless(folder, found, anchor) or anchored
    if not anchored:
        last = anchor.seq
        found.lost = min(found.seq + 1, last), last
    return found


def _go_on_regardless(folder: Path, found: LogTail, anchor: Anchor) -> bool:
    """Go to the newest entry behind damage that can be read; return whether the anchor is there."""
    anchored = False
    for entry, digest in readable(folder, found.walk.place):
        found.seq, found.hash = entry.seq, digest
        found.edge.push(bytes.fromhex(digest))
        found.day = day_after(found.day, entry.t, trusted=entry.clock_ok)
        if entry.clock_ok:
            found.sure = entry.t
        if entry.type == NEW_KEY and entry.key is not None:
            found.key = bytes.fromhex(entry.key)
        named = bytes.fromhex(digest)[:ANCHORED]
        anchored = anchored or (entry.seq, named) == (anchor.seq, anchor.digest)
    return anchored


def _is_there(folder: Path, mark: AuditMark) -> bool:
    """Say whether a marked entry is where it was: its line ends with the hash."""
    try:
        with (folder / f"{mark.month}.log").open("rb") as log:
            log.seek(max(0, mark.offset - LINE_LIMIT))
            before = log.read(min(mark.offset, LINE_LIMIT))
    except OSError:
        return False
    return before.endswith(f'"hash":"{mark.hash}"}}\n'.encode())
