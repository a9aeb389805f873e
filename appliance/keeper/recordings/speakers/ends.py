"""Find in the audit when a list of those who speak on a line ended.

The recorder goes by a file, which root may put back; the entry of the end stays.
"""

from collections.abc import Iterable
from itertools import chain
from pathlib import Path

from appliance.keeper.audit.entries import FAILED
from appliance.keeper.audit.known import failures
from appliance.keeper.audit.lines import naming
from appliance.keeper.recordings.speakers.vouches import ENDED
from appliance.model.proof import ListEnd
from appliance.vault.audit.entries import AuditEntry


def end_of(folder: Path, digest: str, newest: int) -> ListEnd | None:
    """Return since when nobody vouches for a list any more; None: somebody still does.

    Args:
        folder: the audit's.
        digest: of the list.
        newest: the number of the last entry that counts.
    """
    ends = [entry for entry in naming(folder, digest) if entry.type == ENDED]
    failed = chain.from_iterable(naming(folder, f'"of":{entry.seq}') for entry in ends)
    return end_among([one for one in (*ends, *failed) if one.seq <= newest], digest)


def end_among(entries: Iterable[AuditEntry], digest: str) -> ListEnd | None:
    """Return the same, where the entries of ends and of failures are given."""
    kept = [entry for entry in entries if entry.type in {ENDED, FAILED}]
    failed = failures(kept)
    for entry in kept:
        if (entry.type, entry.sha256) == (ENDED, digest) and entry.seq not in failed:
            return ListEnd(seq=entry.seq, at=entry.t, clock_ok=entry.clock_ok)
    return None
