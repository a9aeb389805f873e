"""Find the audit's entries by type, actor and time, without decoding the others.

An entry is canonical JSON, so type and actor stand side by side in a known form, which a pattern
finds in the bytes of a month's file at the speed of the disk.
"""

import mmap
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from appliance.clock import DAY
from appliance.errors import FileFormatError, Refused
from appliance.keeper.audit.days import day_name, midnight
from appliance.keeper.audit.lines import months
from appliance.vault.audit.entries import LINE_LIMIT, AuditEntry, decode

_ACTOR, _TYPE = re.compile(r"[a-z0-9]{1,32}"), re.compile(r"[a-z][a-z0-9_.]{0,39}")

RID_DIGITS = 32


@dataclass(frozen=True, slots=True)
class EntryQuery:
    """Which entries are asked for; empty fields match every one."""

    types: frozenset[str] = frozenset()
    actor: str = ""
    since: float = 0.0  # UTC
    before: float = float("inf")
    oldest_first: bool = False
    without: str = ""  # entries with this detail are passed over

    @property
    def pattern(self) -> "re.Pattern[bytes]":
        """Return what such an entry's bytes hold, beginning with its time."""
        types = b"|".join(re.escape(one.encode()) for one in sorted(self.types)) or b"[a-z0-9_.]+"
        actor = re.escape(self.actor.encode()) or b"[a-z0-9]+"
        passed = re.escape(self.without.encode())
        passing_over = rb'(?![^\n]*"detail":"' + passed + rb'")' if passed else b""
        return re.compile(
            rb'^\{"seq":[0-9]{1,19},"t":([0-9.e+]{1,24}),"clock_ok":(?:true|false),'
            rb'"type":"(?:' + types + rb')","actor":"(?:' + actor + rb')"' + passing_over,
            re.MULTILINE,
        )


def spanning(
    types: Collection[str], actor: str, since: str, until: str, *, oldest_first: bool
) -> EntryQuery:
    """Return what a form asks for.

    Args:
        types: of entries; none is every type.
        actor: an operator's id or a part of the box; empty is everybody.
        since: the first day, such as 2026-11-25, or empty.
        until: the last day, or empty.
        oldest_first: the order.

    Raises:
        Refused: ``no_day``, ``no_actor``, ``no_entry_type``.
    """
    if actor and not _ACTOR.fullmatch(actor):
        raise Refused("no_actor")
    if not all(map(_TYPE.fullmatch, types)):
        raise Refused("no_entry_type")
    return EntryQuery(
        types=frozenset(types),
        actor=actor,
        since=midnight(since) or 0.0,
        before=midnight(until, days_later=1) or float("inf"),
        oldest_first=oldest_first,
    )


def search(
    folder: Path, wanted: EntryQuery, number: int, per_page: int
) -> tuple[list[AuditEntry], int, int]:
    """Return a page of the entries, how many there are, and the page; beyond the last, the last.

    Args:
        folder: the audit's.
        wanted: which ones, in which order.
        number: of the page, from 1.
        per_page: entries of a page.
    """
    hits = [(path, at) for path in _months(folder, wanted) for at in _hits(path, wanted)]
    if not wanted.oldest_first:
        hits.reverse()
    page = min(max(number, 1), max(1, -(-len(hits) // per_page)))
    shown = hits[(page - 1) * per_page : page * per_page]
    entries = (_entry(path, at) for path, at in shown)
    return [entry for entry in entries if entry is not None], len(hits), page


def beginning_with(folder: Path, prefix: str, most: int = 10) -> list[str]:
    """Return the recordings that the audit names and whose ids begin like this, a few at most.

    Args:
        folder: the audit's.
        prefix: hex digits alone.
        most: so many are enough.
    """
    rest = RID_DIGITS - len(prefix)
    wanted = re.compile(rb'"rid":"(' + prefix.encode() + rb"[0-9a-f]{%d})\"" % rest)
    found: set[str] = set()
    for path in months(folder):
        if path.stat().st_size:
            with path.open("rb") as log, mmap.mmap(log.fileno(), 0, access=mmap.ACCESS_READ) as raw:
                for hit in wanted.finditer(raw):
                    found.add(hit[1].decode())
                    if len(found) >= most:
                        return sorted(found)
    return sorted(found)


def _months(folder: Path, wanted: EntryQuery) -> Iterator[Path]:
    """Yield the months in which such an entry may stand, oldest first.

    The log's days follow trusted clocks, so an entry may stand in a later month than its own time
    says, never in an earlier one than a day before.
    """
    first = day_name(max(0.0, wanted.since - DAY))[:7] if wanted.since else ""
    for path in months(folder):
        if path.stem >= first:
            yield path


def _hits(path: Path, wanted: EntryQuery) -> Iterator[int]:
    """Yield where such entries begin in a month's file."""
    if not path.stat().st_size:
        return
    with path.open("rb") as log, mmap.mmap(log.fileno(), 0, access=mmap.ACCESS_READ) as content:
        for hit in wanted.pattern.finditer(content):
            try:
                at = float(hit[1])
            except ValueError:
                continue
            if wanted.since <= at < wanted.before:
                yield hit.start()


def _entry(path: Path, at: int) -> AuditEntry | None:
    with path.open("rb") as log:
        log.seek(at)
        try:
            return decode(log.readline(LINE_LIMIT + 1)).entry
        except FileFormatError:
            return None
