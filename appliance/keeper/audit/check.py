"""Check the audit and name the first bad entry, with or without a known entry.

Without anything the chain, the signatures and the daily heads reveal every changed, removed or
inserted entry, unless an intruder wrote a whole log of their own or cut back today's entries. The
first key on the recovery sheet's page reveals the former, the keyring's anchor the latter. A head
kept outside the box catches even a rewrite by someone who holds the box's keys.
"""

from pathlib import Path

from msgspec import Struct

from appliance.keeper.audit.walk import Walk
from appliance.vault.opening.shard import Anchor


class AuditCheck(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The result of a check."""

    sound: bool
    entries: int  # good entries before the first bad one
    head: str  # hash of the newest entry that the chain reaches
    first_bad: int | None = None  # seq of the first bad entry
    problem: str = ""  # in one sentence
    torn: bool = False  # the last line is not whole: a power cut, or it is being written
    heads: int = 0  # signed heads that were checked
    key: str = ""  # hex of the first public key, as the log names it
    since: int = 1  # the first entry that was looked at
    ran_back: int = 0  # entries dated more than an hour before the one before them
    first_back: int = 0  # the first of them; 0: there is none


def check(
    folder: Path, public_key: bytes | None = None, anchor: Anchor | None = None
) -> AuditCheck:
    """Check the whole audit.

    Args:
        folder: the audit's folder; a missing one is an audit without entries.
        public_key: of the first entry, from outside the box; without it any first key counts.
        anchor: the newest entry that the keyring knows.

    Returns:
        The result; no content of the files makes this raise.
    """
    walk = Walk(folder, public_key)
    walk.expect(anchor or Anchor(0, b""))
    walk.go_on()
    return conclude(walk)


def conclude(walk: Walk) -> AuditCheck:
    """Check what only the end of a walk shows, and say what it found."""
    walk.end()
    bad = walk.bad
    return AuditCheck(
        sound=bad is None,
        entries=walk.seq if bad is None else max(0, min(walk.seq, bad.seq - 1)),
        head=walk.hash,
        first_bad=None if bad is None else bad.seq,
        problem="" if bad is None else bad.why,
        torn=walk.torn_at is not None,
        heads=walk.heads,
        key=walk.first_key.hex(),
        since=walk.since + 1,
        ran_back=walk.ran_back,
        first_back=walk.first_back,
    )
