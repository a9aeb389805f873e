"""Walk along the audit entry by entry: chain, days, keys, signatures and heads.

The chain binds each entry to the one before it, so one signature vouches for every entry before it.
A walk therefore checks only the last signature of each day's key; if that one does not hold, it
looks for the first that does not.
"""

from dataclasses import dataclass
from pathlib import Path

from appliance.errors import FileFormatError
from appliance.keeper.audit.days import day_after
from appliance.keeper.audit.entries import CUT_BACK
from appliance.keeper.audit.heads import head_days, read_head
from appliance.keeper.audit.lines import LinePlace, lines, torn
from appliance.vault.audit.entries import GENESIS, NEW_KEY, LogLine, decode, is_newer
from appliance.vault.audit.heads import Head
from appliance.vault.audit.tree import RightEdge
from appliance.vault.opening.content import AuditMark
from appliance.vault.opening.shard import Anchor

ANCHORED = 16
"""Bytes of a hash in an anchor."""

RAN_BACK_SECONDS = 3600
"""An entry that is dated so much before the one before it shows a clock that was put back."""

_OTHER_TREE = "The signed head of {day} names another tree than that of the entries up to it."

_MISSING = "Entries {first} to {last} are missing at the end."


@dataclass(frozen=True, slots=True)
class Bad:
    """The first entry that does not hold, and why, in one sentence."""

    seq: int
    why: str


class Walk:
    """A walk and the place it has come to; it ends at the first entry that does not hold."""

    def __init__(
        self, folder: Path, public_key: bytes | None = None, since: AuditMark | None = None
    ) -> None:
        """Stand before the first entry, or behind one that is known to hold.

        Args:
            folder: the audit's.
            public_key: of the first entry; None for the one that it names itself.
            since: an entry that the keyring vouches for.
        """
        self._folder = folder
        self._public_key = public_key
        self.seq, self.hash = (since.seq, since.hash) if since else (0, GENESIS)
        self.place = LinePlace(since.month, since.offset) if since else LinePlace()
        self.day = since.day if since else ""
        self.key = since.key if since else b""  # public, in force
        self.sure = since.sure if since else 0.0  # UTC, of the newest entry by a trusted clock
        self.first_key = since.key if since else b""
        self.heads = self._ended = 0
        self.bad: Bad | None = None
        self.newer = False
        """Whether a newer version of this program wrote the first bad entry."""
        self.torn_at: LinePlace | None = None
        self.days: set[str] = set()  # that were seen
        self.since = self.seq
        self.edge = RightEdge(since.seq, since.edge) if since else RightEdge()
        self._start = self.seq, self.hash, self.edge.root
        self._last: LogLine | None = None
        self.ran_back, self.first_back = 0, 0  # entries that show it, and the number of the first
        self._unsure = LinePlace(*self.place), self.seq  # behind it no signature was checked
        self._today: list[bytes] = []  # the hashes of the day so far
        self._before_today = self.edge.copy()
        self._anchor: Anchor | None = None
        self.anchored = True
        """Whether the log holds the entry that it was to be compared with."""

    def expect(self, anchor: Anchor) -> None:
        """Compare the log with an anchor when the walk comes by."""
        self._anchor = anchor
        self.anchored = anchor.seq == 0
        if anchor.seq == self.seq > 0:
            self._compare_anchor()

    def go_on(self, last: int | None = None) -> None:
        """Walk on to the end, or as far as an entry; a torn last line is not looked at."""
        self.torn_at = torn(self._folder)
        for line, place in lines(self._folder, self.place):
            if self.bad is not None or (self.torn_at is not None and place > self.torn_at):
                return
            if last is not None and self.seq >= last:
                return
            self._step(line)
            if self.bad is None:
                self.place = place

    def end(self) -> None:
        """Check the last signature, the heads of days that have not ended, and the anchor."""
        self.heads = self._ended
        for day in head_days(self._folder):
            if day >= self.day:
                self._check_open_day(day)
            elif day not in self.days and not self.since and self.bad is None:
                self._refuse(self.seq, f"There is a signed head of {day}, but no entry.")
        if self._last is not None:
            self._check_signature(self._last, self.key)  # even if something behind it is bad
        anchor = self._anchor
        if anchor is not None and self.seq < anchor.seq:
            self._refuse(self.seq + 1, _MISSING.format(first=self.seq + 1, last=anchor.seq))

    def _check_open_day(self, day: str) -> None:
        """Check the head of the day that has not ended; no later day can have one."""
        try:
            head = read_head(self._folder, day)
        except FileFormatError as error:
            if self.bad is None:
                self._refuse(max(self.seq, 1), f"{error}.")
            return
        if head is None:
            return
        self.heads += 1
        if head.seq > self.seq and self.bad is None:
            self.go_on()  # it may have been signed since the walk came to the end
        if day < self.day:
            return  # which has ended meanwhile, and was checked then
        if head.seq > self.seq:
            self._refuse(self.seq + 1, _MISSING.format(first=self.seq + 1, last=head.seq))
        elif day != self.day or not self._knows(head):
            why = f"Entry {head.seq} is not the one that was signed on {day}."
            self._refuse(max(head.seq, 1), why)
        else:
            self._check_heads_key(head)

    def _step(self, line: bytes) -> None:
        """Take the next line, or name it as the first bad one."""
        seq = self.seq + 1
        try:
            read = decode(line)
        except FileFormatError as error:
            self.newer = is_newer(line, self.key)
            why = "was written by a newer Zgoda: install that version" if self.newer else error
            self._refuse(seq, f"Entry {seq} {why}.")
            return
        entry = read.entry
        if entry.seq != seq:
            self._refuse(seq, f"Entry {seq} is missing; entry {entry.seq} stands in its place.")
        elif entry.prev != self.hash:
            self._refuse(seq, f"Entry {seq} does not follow from the entry before it.")
        elif entry.type == CUT_BACK:
            self._refuse(seq, f"Entries from {seq} on were cut off: the keyring knew them.")
        else:
            self._follow(read)

    def _follow(self, read: LogLine) -> None:
        """Check day and key of an entry that the chain holds, and go to it."""
        entry = read.entry
        day = day_after(self.day, entry.t, trusted=entry.clock_ok)
        begins = day != self.day
        if begins and self.key:
            self._finish_day()
        if begins != (entry.type == NEW_KEY) or begins != (entry.key is not None):
            why = "begins a day without its key" if begins else "names a key within a day"
            self._refuse(entry.seq, f"Entry {entry.seq} {why}.")
        elif begins and self.bad is None:
            self._take_key(read)
        if self.bad is None:
            self._arrive(read, day)

    def _arrive(self, read: LogLine, day: str) -> None:
        """Stand behind an entry that holds."""
        entry = read.entry
        if self._last is not None and entry.t < self._last.entry.t - RAN_BACK_SECONDS:
            self.ran_back, self.first_back = self.ran_back + 1, self.first_back or entry.seq
        if day != self.day:
            self._today.clear()
            self._before_today = self.edge.copy()
        self.seq, self.hash, self.day, self._last = entry.seq, read.digest, day, read
        self.days.add(day)
        self.sure = entry.t if entry.clock_ok else self.sure
        digest = bytes.fromhex(read.digest)
        self.edge.push(digest)
        self._today.append(digest)
        if self._anchor is not None and self._anchor.seq == entry.seq:
            self._compare_anchor()

    def _take_key(self, read: LogLine) -> None:
        """Let the key that an entry names sign from now on, if the old one has signed it."""
        named = bytes.fromhex(read.entry.key or "")
        if not self.key:
            self.key = self.first_key = named
            if self._public_key is not None and named != self._public_key:
                self._refuse(1, "The audit begins with another key than the one given.")
                return
        self._check_signature(read, self.key)
        if self.bad is None:
            # The entry itself is signed with the key before it; the next stretch begins behind it.
            self.key, self._unsure = named, (self.place, read.entry.seq)

    def _finish_day(self) -> None:
        """Check that a day that has ended has its head."""
        try:
            head = read_head(self._folder, self.day)
        except FileFormatError as error:
            self._refuse(self.seq, f"{error}.")
            return
        if head is None:
            self._refuse(self.seq, f"The signed head of {self.day} is missing.")
        elif (head.seq, head.hash) != (self.seq, self.hash):
            self._refuse(
                self.seq, f"The signed head of {self.day} does not name that day's last entry."
            )
        elif head.tree != self.edge.root.hex():
            self._refuse(self.seq, _OTHER_TREE.format(day=self.day))
        else:
            self._ended += 1
            self._check_heads_key(head)

    def _check_heads_key(self, head: Head) -> None:
        if head.key != self.key.hex():
            self._refuse(head.seq, f"The signed head of {head.day} is signed with another key.")

    def _check_signature(self, last: LogLine, key: bytes) -> None:
        """Check a signature; if it does not hold, find the first since the last good one."""
        if last.entry.type == NEW_KEY and self.seq == last.entry.seq:
            return  # checked when its key was taken
        if last.signed_by(key):
            self._unsure = self.place, last.entry.seq
            return
        seq = self._first_not_signed(last, key)
        self._refuse(seq, f"Entry {seq} is not signed with the key of its day.")

    def _first_not_signed(self, last: LogLine, key: bytes) -> int:
        start, before = self._unsure
        for line, _ in lines(self._folder, start):
            read = decode(line)
            if read.entry.seq > before and not read.signed_by(key):
                return read.entry.seq
            if read.entry.seq >= last.entry.seq:
                break
        return last.entry.seq

    def _knows(self, head: Head) -> bool:
        """Say whether a head of today names the entry of its number."""
        seq, digest, tree = self._start
        if seq and head.seq <= seq:  # before it nothing was looked at
            return head.seq < seq or (head.hash, head.tree) == (digest, tree.hex())
        edge = self._before_today.copy()
        today = self._today[: max(0, head.seq - edge.size)]
        for one in today:
            edge.push(one)
        said = head.seq, head.hash, head.tree
        return bool(today) and (edge.size, today[-1].hex(), edge.root.hex()) == said

    def _compare_anchor(self) -> None:
        if self._anchor is not None and bytes.fromhex(self.hash)[:ANCHORED] != self._anchor.digest:
            self._refuse(self.seq, f"Entry {self.seq} is not the one that the keyring knows.")
        else:
            self.anchored = True

    def _refuse(self, seq: int, why: str) -> None:
        if self.bad is None or seq < self.bad.seq:
            self.bad = Bad(seq, why)
