"""Check the lines of the audit that a proof carries, and the paths from them to a head."""

import binascii
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

from appliance.errors import FileFormatError
from appliance.model.proof import EntryPath, KeptStamp, ProofCore, WhatVouches
from appliance.model.records import AuditPlace
from appliance.model.sentences.faults import noted
from appliance.model.sentences.witness import StampWitness
from appliance.vault.audit.entries import NEW_KEY, LogLine, decode
from appliance.vault.audit.heads import Head, head_of
from appliance.vault.audit.stamps import TimeStamp, is_older, read_stamp
from appliance.vault.audit.tree import leads_to, steps

STAMPED = "stamped"
"""The type of the entry behind each time stamp."""

BEFORE = frozenset({NEW_KEY, STAMPED})
"""The types of the entries that a recording may name as the one before it: no person's act."""

SEALED = "sealed"


CALLERS_NODES = 40
"""Nodes of each path in a caller's annex; behind those that count are others that mean nothing.

So neither the head nor the number of nodes tells a caller how much was put on record since.
"""


@dataclass(frozen=True, slots=True)
class RecordingPlace:
    """Where a recording stands in the audit; all None: nothing says so."""

    after: LogLine | None = None
    sealed: LogLine | None = None
    head: Head | None = None  # in a caller's annex none
    paths: tuple[tuple[bytes, ...], ...] = ()
    """Of ``sealed``, and of ``after`` if there is one; empty before the day has ended."""
    stamp_before: TimeStamp | None = None
    """The stamp that ``after`` names; whose it is nobody has checked."""
    stamp_behind: TimeStamp | None = None
    """The stamp over the head; likewise, and in a caller's annex none."""

    @property
    def ended(self) -> bool:
        """Say whether the day of the recording had ended, and paths lead to its head."""
        return self.head is not None or any(self.paths)

    @property
    def head_day(self) -> str:
        """Return the day whose head stands behind it; empty: a clock in doubt leaves it open."""
        if self.head is not None:
            return self.head.day
        if self.sealed is None or not self.sealed.entry.clock_ok:
            return ""
        return time.strftime("%Y-%m-%d", time.gmtime(self.sealed.entry.t))

    @property
    def lines(self) -> tuple[LogLine, ...]:
        """Return the lines to which the paths belong."""
        return tuple(line for line in (self.sealed, self.after) if line is not None)

    def is_under(self, head: Head) -> bool:
        """Say whether its lines lead to a head, which anybody may have kept."""
        if self.sealed is None or not self.sealed.signed_by(bytes.fromhex(head.key)):
            return False
        return all(leads(*pair, head) for pair in zip(self.lines, self.paths, strict=True))


def witness_of(places: Sequence[RecordingPlace]) -> StampWitness | None:
    """Return what the stamps beside all recordings of calls confirm; None: not of each.

    Whose they are is not checked here.
    """
    before = [place.stamp_before for place in places if place.stamp_before is not None]
    behind = [place.stamp_behind for place in places if place.stamp_behind is not None]
    before = before if len(before) == len(places) else []
    behind = behind if len(behind) == len(places) else []
    stamps = [*before, *behind]
    if not stamps:
        return None
    return StampWitness(
        authority=", ".join(sorted({stamp.authority for stamp in stamps})),
        qualified=all(stamp.qualified for stamp in stamps),
        after=_moment(min(stamp.at for stamp in before)) if before else "",
        before=_moment(max(stamp.at for stamp in behind)) if behind else "",
    )


def _moment(at: float) -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(at))


def placed(
    core: ProofCore,
    after: AuditPlace | None,
    beside: WhatVouches,
    *,
    for_caller: bool,
) -> RecordingPlace:
    """Check what stands beside a core.

    Args:
        core: of the recording.
        after: the entry that its META names.
        beside: what the annex carries for it.
        for_caller: whether the annex is a caller's.

    Raises:
        FileFormatError: it is not that recording's, or does not lead to its head.
    """
    if beside == WhatVouches():
        return RecordingPlace()
    if beside.sealed is None:
        raise _wrong("It carries lines of the activity log, and not the one of its recording.")
    sealed = _line(beside.sealed)
    entry = sealed.entry
    said = entry.type, entry.rid, entry.sha256, entry.frames
    if said != (SEALED, core.recording, core.sha256, core.frames):
        raise _wrong("The line of the activity log in it is that of another recording.")
    before = _before(beside.after, after)
    if before is not None and before.entry.seq >= entry.seq:
        raise _wrong("Its lines of the activity log stand in an order that cannot be.")
    ways = [path for path in (beside.sealed, beside.after) if path is not None]
    paths = tuple(tuple(bytes.fromhex(one) for one in path.path) for path in ways)
    place = RecordingPlace(before, sealed, None, paths)
    return _with_stamps(_with_paths(place, beside, for_caller=for_caller), beside)


def _with_stamps(place: RecordingPlace, beside: WhatVouches) -> RecordingPlace:
    """Check that the stamps are those of the entry and of the head, whoever made them."""
    before, behind = _stamp(beside.stamp_before), _stamp(beside.stamp_behind)
    if before is not None and (
        place.after is None
        or place.after.entry.type != STAMPED
        or place.after.entry.sha256 != before.digest
    ):
        raise _wrong("It carries another time stamp than the entry before its call names.")
    if behind is not None:
        if place.head is None or not behind.is_over(place.head):
            raise _wrong("The time stamp behind it is over another signed head.")
        if is_older(behind, place.head):
            raise _wrong("The time stamp behind it is older than the signed head that it is over.")
    return replace(place, stamp_before=before, stamp_behind=behind)


def _stamp(kept: KeptStamp | None) -> TimeStamp | None:
    try:
        return read_stamp(kept) if kept is not None else None
    except FileFormatError as error:
        raise _wrong(str(error)) from None


def _with_paths(place: RecordingPlace, beside: WhatVouches, *, for_caller: bool) -> RecordingPlace:
    """Check the paths, as far as there is a head."""
    paths = place.paths
    if for_caller or beside.head is None:
        counts = {len(path) for path in paths}
        if beside.head is not None or counts not in ({0}, {CALLERS_NODES} if for_caller else {0}):
            raise _wrong("It carries paths of the activity log that lead nowhere.")
        return place
    head = _head(beside.head)
    if not place.is_under(head):
        raise _wrong("A line of the activity log in it is none of those under its signed head.")
    for line, path in zip(place.lines, paths, strict=True):
        if len(path) != steps(line.entry.seq - 1, head.seq):
            raise _wrong("A path of the activity log in it has nodes too many.")
    return replace(place, head=head)


def _before(path: EntryPath | None, named: AuditPlace | None) -> LogLine | None:
    if path is None:
        if named is not None:
            raise _wrong("The line of the activity log that its recording names is missing.")
        return None
    line = _line(path)
    if named is None or (line.entry.seq, line.digest) != (named.seq, named.hash):
        raise _wrong("It carries another line of the activity log than its recording names.")
    if line.entry.type not in BEFORE:
        raise _wrong("The line that its recording names is not one that a recording may name.")
    return line


def _head(text: str) -> Head:
    try:
        head = head_of(text.encode())
    except (FileFormatError, UnicodeEncodeError) as error:
        why = str(error).removeprefix("It ") if isinstance(error, FileFormatError) else "is no text"
        raise _wrong(f"The signed head in it {why}.") from None
    if head.text != text:
        raise _wrong("The signed head in it is not written as a device writes it.")
    return head


def leads(line: LogLine, path: tuple[bytes, ...], head: Head) -> bool:
    """Say whether the first nodes of a path lead from a line to a head."""
    place, size = line.entry.seq - 1, head.seq
    if place >= size or (place == size - 1 and line.digest != head.hash):
        return False
    way = path[: steps(place, size)]
    return leads_to(bytes.fromhex(head.tree), bytes.fromhex(line.digest), place, size, way)


def _line(path: EntryPath) -> LogLine:
    try:
        return decode(path.line.encode() + b"\n")
    except (FileFormatError, UnicodeEncodeError, binascii.Error) as error:
        why = str(error) if isinstance(error, FileFormatError) else "cannot be read"
        raise _wrong(f"A line of the activity log in it {why}.") from None


def _wrong(sentence: str) -> FileFormatError:
    return FileFormatError(noted("proof_wrong", sentence))
