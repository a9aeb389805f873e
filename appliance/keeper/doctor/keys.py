"""Examine the open keyring: lost keys, mended copies, erasures that fail."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from appliance.model.findings import Finding, find

MOST_NAMED = 5
"""Recordings that a finding names; it says how many there are."""

_EPOCH = date(1970, 1, 1).toordinal()


@dataclass(frozen=True, slots=True)
class KeyFacts:
    """What the keeper knows of its keys."""

    failed: int  # recordings whose erasure fails
    mended: int  # shards of which a copy was made anew
    lost: tuple[tuple[str, int], ...]  # recordings without a key, each with a day it has
    put_back: int  # recordings whose state was put right from the audit
    differ: tuple[str, ...]  # recordings whose hold differs from the audit
    uncertified: int  # orders of erasure whose certificate cannot be read


def examine_keys(seen: KeyFacts) -> Iterator[Finding]:
    """Yield the findings that need an open vault."""
    if seen.failed:
        yield find("vault.erasing_fails", count=seen.failed)
    if seen.lost:
        lost = [f"{rid} ({date.fromordinal(day + _EPOCH)})" for rid, day in seen.lost]
        yield find("vault.keys_lost", count=len(lost), calls=_named(lost))
    if seen.mended:
        yield find("vault.mended", count=seen.mended)
    if seen.put_back:
        yield find("vault.put_back", count=seen.put_back)
    if seen.differ:
        yield find("vault.holds_differ", calls=_named(seen.differ))
    if seen.uncertified:
        yield find("vault.certificates_unread", count=seen.uncertified)


def _named(calls: Iterable[str]) -> str:
    known = list(calls)
    return ", ".join(known[:MOST_NAMED]) + (", …" if len(known) > MOST_NAMED else "")
