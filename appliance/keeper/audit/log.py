"""Log who did what, on the disk before it is done (P8).

The audit is an append-only chain of signed entries in monthly files. ``append`` returns once the
entry is written and synced. A last line torn by a power cut was never acknowledged: the log cuts it
and appends ``recovered``. It leaves any other damage for a check to find.

Locks: a thread that needs both takes the keyring's before the audit's.
"""

import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from appliance.clock import Clock
from appliance.errors import MadeByNewer
from appliance.keeper.audit.before_calls import BeforeCalls
from appliance.keeper.audit.beginning import LogTail, begin
from appliance.keeper.audit.check import AuditCheck, conclude
from appliance.keeper.audit.days import day_after
from appliance.keeper.audit.entries import CUT_BACK, Act, check_words
from appliance.keeper.audit.heads import first_ended, head_file, heads_folder, last_ended
from appliance.keeper.audit.keys import AuditKeys, public_half
from appliance.keeper.audit.lines import LinePlace, about, line_of, page, readable
from appliance.keeper.audit.paths import LogTree
from appliance.keeper.audit.search import EntryQuery, beginning_with, search
from appliance.keeper.audit.stamps import head_to_stamp, stamp_file, stamps_folder
from appliance.keeper.audit.walk import ANCHORED, Walk
from appliance.keeper.audit.writer import AuditWriter, cut_unfinished
from appliance.keeper.storage.reserve import Reserve
from appliance.model.proof import KeptStamp
from appliance.model.records import AuditPlace
from appliance.model.sentences.faults import noted
from appliance.vault.audit.entries import NEW_KEY, AuditEntry, encode
from appliance.vault.audit.heads import Head, signed_head
from appliance.vault.audit.stamps import text_of
from appliance.vault.disk import Disk
from appliance.vault.opening.content import AuditMark
from appliance.vault.opening.keyring import Keyring
from appliance.vault.opening.shard import Anchor

StillHolds = Callable[[], bool]
"""Says whether acts are still to be recorded."""

KEEPER = "keeper"
"""The actor of the keeper's own acts: take-up, retention, recovery."""

_log = logging.getLogger(__name__)


class AuditLog:
    """The open audit, appended to by its owner alone. Threads may share it."""

    def __init__(
        self,
        folder: Path,
        clock: Clock,
        keyring: Keyring,
        reserve: Reserve | None = None,
        disk: Disk | None = None,
    ) -> None:
        """Open the audit, creating its folder; cut a torn last line, and check what is new.

        Args:
            folder: of the monthly files.
            clock: gives each entry's time.
            keyring: holds the signing keys and the anchor; gets an anchor at each write.
            reserve: gives room if the disk is full.
            disk: syncs.

        Raises:
            VaultError: the audit could not be written.
            MadeByNewer: a newer version has written entries; nothing is changed.
        """
        self._folder, self._clock, self._keyring = folder, clock, keyring
        self._lock = threading.Lock()
        start = _beginning(folder, keyring)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        heads_folder(folder).mkdir(mode=0o700, exist_ok=True)
        stamps_folder(folder).mkdir(mode=0o700, exist_ok=True)
        torn = cut_unfinished(folder)
        if torn:
            start = _beginning(folder, keyring)
        self._writer = AuditWriter(folder, reserve, disk)
        self._walk = start.walk
        self._newest = start.seq, start.hash  # replaced as one: read without the lock
        self._edge, self._before_calls = start.edge, BeforeCalls(folder)
        self.tree = LogTree(folder)
        """Finds paths to the roots that heads name."""
        self._day = start.day
        self.began_after = start.sure
        """UTC, of the newest existing entry by a trusted clock."""
        self.opened_at = max(0, start.seq - 1)  # existing entries, without the first key's
        self.checked_whole: float | None = None
        """UTC, when the whole log was last checked in this run."""
        self._keys = AuditKeys(keyring, start.key)
        # After a cut the log's last key may be gone: then no head of that day is signed anew.
        self._follows = start.key in (b"", public_half(self._keys.now))
        self._named = bool(start.key)  # False: no entry can be read
        keyring.anchored_by(self.anchor)
        keyring.stamp = self._keys.drop_old
        if start.lost:
            first, last = start.lost
            self.append(CUT_BACK, KEEPER, detail=f"from_{first}.to_{last}")
            with keyring.changing():
                pass  # the anchor: entries are missed once
        if torn:
            self.append("recovered", KEEPER)
        found = self.check()
        if not found.sound:
            _log.error("The audit is bad at entry %s. %s", found.first_bad, found.problem)

    @property
    def public_key(self) -> bytes:
        """Return the public half of the first key, as the recovery sheet's page names it."""
        return self._keys.first

    def append(  # noqa: PLR0913 - an entry has so many fields
        self,
        type: str,
        actor: str,
        recording: str | None = None,
        case: str | None = None,
        *,
        frames: int | None = None,
        sha256: str | None = None,
        head: str | None = None,
        detail: str | None = None,
        origin: str | None = None,
    ) -> int:
        """Record an act, in the words of ``Act``; the entry is on the disk when this returns.

        Returns:
            The entry's number.

        Raises:
            VaultError: it could not be written; the act must not happen.
            ValueError: a value is no id, digest or code word.
        """
        act = Act(
            type=type,
            actor=actor,
            rid=recording,
            case=case,
            frames=frames,
            sha256=sha256,
            head=head,
            detail=detail,
            origin=origin,
        )
        return self.append_many([act])[0]

    def append_many(self, acts: Sequence[Act], holds: StillHolds | None = None) -> range:
        """Record acts with one sync, all of them or none; raises as ``append`` does.

        Args:
            acts: what to record.
            holds: says whether to record them, while nobody else can append; None: in any case.

        Returns:
            The entries' numbers; none if it did not hold any more.
        """
        if not acts:
            return range(0)
        for act in acts:
            check_words(act)
        now, trusted = round(self._clock.now(), 3), self._clock.trusted()
        with self._lock:
            if holds is not None and not holds():
                return range(0)
            if self._named and day_after(self._day, now, trusted=trusted) == self._day:
                return self._write(self._day, acts, now, trusted=trusted)
        with self._keyring.still(), self._lock:
            if holds is not None and not holds():
                return range(0)
            self._begin_day(now, trusted=trusted)
            return self._write(self._day, acts, now, trusted=trusted)

    def _begin_day(self, now: float, *, trusted: bool) -> None:
        """Sign the day that has ended, and name the key of the one that begins."""
        day = day_after(self._day, now, trusted=trusted)
        if day == self._day and self._named:
            return  # another thread was quicker
        if self._newest[0] and self._follows:
            self._sign()
        key = self._keys.next() if self._named else self._keys.now
        named = Act(type=NEW_KEY, actor=KEEPER, key=public_half(key).hex())
        self._write(day, [named], now, trusted=trusted)
        self._day, self._keys.now, self._follows, self._named = day, key, True, True

    def _write(self, day: str, acts: Sequence[Act], now: float, *, trusted: bool) -> range:
        (seq, digest), lines = self._newest, []
        digests = []
        first = seq + 1
        for seq, act in enumerate(acts, first):
            entry = AuditEntry(seq=seq, t=now, clock_ok=trusted, prev=digest, **asdict(act))
            line, digest = encode(entry, self._keys.now)
            lines.append(line)
            digests.append(digest)
        self._writer.append(day[:7], b"".join(lines))
        self._newest = seq, digest
        for number, (act, one) in enumerate(zip(acts, digests, strict=True), first):
            self._edge.push(bytes.fromhex(one))
            self._before_calls.see(act.type, number, one)
        return range(first, first + len(lines))

    def entries(self) -> Iterator[AuditEntry]:
        """Yield every readable entry, oldest first."""
        for entry, _ in readable(self._folder):
            yield entry

    def unsettled(self) -> Iterator[AuditEntry]:
        """Yield every readable entry behind the last that the keyring calls settled."""
        settled = self._keyring.content.audit.settled
        start = LinePlace(settled.month, settled.offset) if settled else None
        for entry, _ in readable(self._folder, start):
            yield entry

    def page(self, number: int = 1, per_page: int = 50) -> tuple[list[AuditEntry], int, int]:
        """Return a page of entries, newest first, the number of entries, and that of pages."""
        total = self._newest[0]
        per_page = min(max(per_page, 1), 200)
        pages = max(1, -(-total // per_page))
        newest = total - (min(max(number, 1), pages) - 1) * per_page
        return page(self._folder, newest, newest - per_page + 1), total, pages

    def since(self, seq: int) -> list[AuditEntry]:
        """Return the entries behind one, newest first."""
        return page(self._folder, self._newest[0], seq + 1)

    def search(
        self, wanted: EntryQuery, number: int = 1, per_page: int = 50
    ) -> tuple[list[AuditEntry], int, int, int]:
        """Return a page of the entries asked for, their number, the page, and that of pages."""
        per_page = min(max(per_page, 1), 200)
        found, total, page_number = search(self._folder, wanted, number, per_page)
        return found, total, page_number, max(1, -(-total // per_page))

    def beginning_with(self, prefix: str) -> list[str]:
        """Return a few recordings whose ids begin with some hex digits."""
        return beginning_with(self._folder, prefix)

    def of_recording(self, rid: str) -> list[AuditEntry]:
        """Return a recording's entries, oldest first."""
        return about(self._folder, rid)

    def line_of(self, number: int) -> bytes | None:
        """Return an entry's line without its newline; None if the log does not hold it."""
        return line_of(self._folder, number)

    def check(self) -> AuditCheck:
        """Check what was not checked yet in this run, behind what the keyring calls settled."""
        with self._lock:
            self._walk.go_on()
            return conclude(self._walk)

    def check_whole(self) -> AuditCheck:
        """Check every entry afresh; entries may be appended meanwhile."""
        walk = Walk(self._folder, self.public_key)
        walk.go_on(self._newest[0])
        with self._lock:
            self._walk = walk
        found = self.check()
        self.checked_whole = self._clock.now()
        return found

    def anchor(self) -> Anchor | None:
        """Return the newest entry's number and the beginning of its hash, to be kept elsewhere."""
        seq, digest = self._newest
        return Anchor(seq, bytes.fromhex(digest)[:ANCHORED]) if seq else None

    @contextmanager
    def still(self) -> Iterator[None]:
        """Keep other threads from appending."""
        with self._lock:
            yield

    @property
    def newest(self) -> tuple[int, str]:
        """Return the newest entry's number and hash, 64 hex digits."""
        return self._newest

    @property
    def before_calls(self) -> AuditPlace | None:
        """Return the entry that recordings to come name as the one before their call."""
        return self._before_calls.place

    @property
    def day(self) -> str:
        """Return the newest entry's day; a head of an earlier one is final."""
        return self._day

    def last_head(self) -> Head | None:
        """Return the head of the last day that has ended; none if it was altered."""
        return last_ended(self._folder, self._day)

    @property
    def folder(self) -> Path:
        """Return the folder of the log, its heads and their stamps."""
        return self._folder

    def head_to_stamp(self, stamped: str) -> Head | None:
        """Return the head of the first day that has ended and waits, behind one that is stamped."""
        return head_to_stamp(self._folder, self._day, stamped)

    def keep_stamp(self, day: str, stamp: KeptStamp) -> None:
        """Keep a stamp over a day's head; raises VaultError."""
        with self._lock:
            self._writer.replace(stamp_file(self._folder, day), text_of(stamp))

    def head_behind(self, seq: int) -> Head | None:
        """Return the head of the first day that has ended behind an entry; None: not yet.

        Raises:
            FileFormatError: a head was altered.
        """
        return first_ended(self._folder, self._day, lambda head: head.seq >= seq)

    def mark(self) -> AuditMark | None:
        """Return the newest entry as a place to begin reading.

        None if the log is bad, or if its file holds lines that were never acknowledged: their
        write failed, and the next start decides on them.
        """
        with self._lock:
            walk = self._walk
            walk.go_on()
            if not walk.seq or walk.seq != self._newest[0] or not conclude(walk).sound:
                return None
            mark = walk.seq, walk.hash, *walk.place, walk.day, walk.key, walk.sure
            return AuditMark(*mark, walk.edge.peaks)

    def settle(self, mark: AuditMark) -> None:
        """Keep in the keyring that nothing is left to be done up to an entry.

        Raises:
            VaultError: the keyring could not be written.
        """
        if mark != self._keyring.content.audit.settled:
            with self._keyring.changing() as draft:
                draft.audit.settled = mark
                self._keyring.see_shards(draft)

    def sign_head(self) -> None:
        """Sign today's newest entry; the end of a day does so by itself."""
        with self._lock:
            if self._newest[0] and self._follows:
                self._sign()

    def _sign(self) -> None:
        head = signed_head(self._day, *self._newest, self._edge.root, self._keys.now)
        self._writer.replace(head_file(self._folder, self._day), head.text.encode() + b"\n")


def _beginning(folder: Path, keyring: Keyring) -> LogTail:
    """Find the end of the log; raises MadeByNewer before anything is cut or appended."""
    start = begin(folder, keyring.content.audit, keyring.anchor or Anchor(0, b""))
    if start.walk.newer and start.walk.bad is not None:
        raise MadeByNewer(noted("log_damaged", f"The audit cannot go on: {start.walk.bad.why}"))
    return start
