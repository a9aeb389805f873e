"""Compare what proofs and heads say of one log: an order that cannot be, two stories."""

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from appliance.errors import FileFormatError
from appliance.model.audio import RATE
from appliance.model.proof import ListEnd, ProofCore, ProvedRecording
from appliance.model.sentences.evidence import EvidenceFinding, evidence
from appliance.vault.audit.entries import AuditEntry, LogLine
from appliance.vault.audit.evidence import RecordingPlace
from appliance.vault.audit.heads import Head, head_of
from appliance.vault.certificate import ReadCertificate
from appliance.vault.disk import open_ordinary
from appliance.vault.proof import Proof

AFTER_LATE_SECONDS = 3600
"""So much later than the call the entry before it may be: two clocks, one of them set back."""

SEALED_EARLY_SECONDS = 60
"""So much earlier than the call's end a recording may be sealed: sound cards count seconds of their
own, and a clock is set in between."""

MOST_FILE = 4_096


@dataclass(frozen=True, slots=True)
class NamedProof:
    """A proof, and the file that it is in."""

    path: str
    proof: Proof

    @property
    def pairs(self) -> Iterator[tuple[ProvedRecording, RecordingPlace]]:
        """Return each recording with its place in the audit."""
        return zip(self.proof.recordings, self.proof.places, strict=True)


@dataclass(frozen=True, slots=True)
class NamedCertificate:
    """A certificate of erasure, and the file that it is in."""

    path: str
    read: ReadCertificate


@dataclass(frozen=True, slots=True)
class NamedHead:
    """A head, and the file that it is in."""

    path: str
    head: Head


def read_heads(paths: Iterable[Path]) -> tuple[list[NamedHead], list[EvidenceFinding]]:
    """Read heads as they were kept: a file, or the lines of a mail; return what cannot be read."""
    heads, wrong = [], []
    for path in paths:
        with open_ordinary(path) as file:
            raw = file.read(MOST_FILE + 1) or b""
        try:
            heads.append(NamedHead(str(path), head_of(b"".join(raw.split()))))
        except FileFormatError:
            wrong.append(evidence("head_unread", path=str(path)))
    return heads, wrong


def disorder(proofs: Sequence[NamedProof]) -> Iterator[EvidenceFinding]:
    """Yield what cannot have happened in this order, whatever a clock's owner says of the clock."""
    for named in proofs:
        for one, place in named.pairs:
            began = one.meta.started_at
            of = {"rid": one.core.recording}
            after, sealed = place.after, place.sealed
            if after is not None and after.entry.t > began + AFTER_LATE_SECONDS:
                yield evidence("order_after", **of, entry=moment(after.entry.t), call=moment(began))
            before, behind = place.stamp_before, place.stamp_behind
            if before is not None and before.at > began + AFTER_LATE_SECONDS:
                yield evidence(
                    "order_stamp_before", **of, stamp=moment(before.at), call=moment(began)
                )
            if (
                sealed is not None
                and behind is not None
                and behind.at < sealed.entry.t - AFTER_LATE_SECONDS
            ):
                entry = moment(sealed.entry.t)
                yield evidence("order_stamp_behind", **of, entry=entry, stamp=moment(behind.at))
            if sealed is not None:
                yield from sealed_early(one, sealed.entry)
            if (end := _list_end(named.proof, one, place)) is not None:
                said: dict[str, str | int] = {"entry": moment(end.at), "number": end.seq}
                yield evidence("order_speakers", **of, **said, call=moment(began))


def sealed_early(one: ProvedRecording, sealed: AuditEntry) -> Iterator[EvidenceFinding]:
    """Yield that a call ended after its recording was put on record."""
    lasted = one.meta.recording_at_ms / 1000 + one.core.samples / RATE
    ended = one.meta.started_at + lasted
    if sealed.t < ended - SEALED_EARLY_SECONDS:
        of = {"rid": one.core.recording}
        yield evidence("order_sealed", **of, entry=moment(sealed.t), call=moment(ended))


def two_recordings(proofs: Sequence[NamedProof]) -> Iterator[EvidenceFinding]:
    """Yield each recording of which two proofs do not say the same: its core never changes."""
    known: dict[str, tuple[ProofCore, str]] = {}
    for named in proofs:
        for one in named.proof.recordings:
            core, path = known.setdefault(one.core.recording, (one.core, named.path))
            if core != one.core:
                said = {"path": path, "other": named.path}
                yield evidence("recordings_two", rid=one.core.recording, **said)


def unplaced(proofs: Sequence[NamedProof]) -> Iterator[EvidenceFinding]:
    """Yield what names an entry of the log and has no line of it: its order cannot be checked."""
    for named in proofs:
        for one, place in named.pairs:
            if one.meta.after is not None and place.sealed is None:
                of: dict[str, str | int] = {"rid": one.core.recording, "number": one.meta.after.seq}
                yield evidence("order_hidden", **of)


def _list_end(proof: Proof, one: ProvedRecording, place: RecordingPlace) -> ListEnd | None:
    """Return the end of the list of speakers that a recording seals, if its call began later."""
    sealed = place.sealed.entry.seq if place.sealed is not None else None
    end = proof.annex.list_end(one.rule)
    return end if end is not None and end.was_before(one.meta, sealed) else None


@dataclass
class LogStory:
    """All that is said of one log: which hash an entry has, and which head a day."""

    entries: dict[int, dict[str, str]] = field(default_factory=dict)
    """The number of each entry -> its hash, of which there can be one, and a file that has it."""
    heads: dict[str, NamedHead] = field(default_factory=dict)  # day -> head
    second: list[NamedHead] = field(default_factory=list)
    """Heads of days that have another; of one log, if both are in it."""
    wrong: list[EvidenceFinding] = field(default_factory=list)
    _dated: list[tuple[AuditEntry, Head, str]] = field(default_factory=list)
    """Entries whose clock was trusted, each with the head of its file and the file."""

    def take_proof(self, named: NamedProof) -> None:
        """Take what a proof names."""
        annex = named.proof.annex
        if annex.audit_seq:
            self._entry(annex.audit_seq, annex.audit_hash, named.path)
        for _, place in named.pairs:
            for line in place.lines:
                self._line(line, place.head, named.path)
            if place.head is not None:
                self.take_head(NamedHead(named.path, place.head))
        for one in named.proof.recordings:
            if one.meta.after is not None:
                self._entry(one.meta.after.seq, one.meta.after.hash, named.path)

    def take_certificate(self, named: NamedCertificate) -> None:
        """Take what a certificate names."""
        if named.read.line is not None:
            self._line(named.read.line, named.read.head, named.path)
        if named.read.head is not None:
            self.take_head(NamedHead(named.path, named.read.head))

    def take_head(self, named: NamedHead) -> None:
        """Take a head; two of one day are two stories."""
        head, before = named.head, self.heads.get(named.head.day)
        self._entry(head.seq, head.hash, named.path)
        for other in self.all_heads:
            first, last = sorted((head, other.head), key=lambda one: one.day)
            if first.day < last.day and first.seq >= last.seq:
                self._against(first, last)
        if before is not None and before.head != head:
            self.second.append(named)
        else:
            self.heads[head.day] = named

    @property
    def all_heads(self) -> list[NamedHead]:
        """Return every head."""
        return [*self.heads.values(), *self.second]

    def two_heads(self) -> Iterator[EvidenceFinding]:
        """Yield each day that has two heads; without a log to tell, that is two stories."""
        for named in self.second:
            first = self.heads[named.head.day]
            paths = {"path": first.path, "other": named.path}
            yield evidence("two_heads_day", day=named.head.day, **paths)

    def misdated(self) -> Iterator[EvidenceFinding]:
        """Yield each entry that is dated later than its head, or earlier than one before it."""
        for entry, head, path in self._dated:
            if head.day < utc_day(entry.t):
                yield dated_ahead(entry, head, path)
            late = utc_day(entry.t + AFTER_LATE_SECONDS)
            behind = (one.head for one in self.all_heads if one.head.seq < entry.seq)
            if (before := max((one.day for one in behind), default="")) > late:
                values: dict[str, str | int] = {"number": entry.seq, "day": before, "path": path}
                yield evidence("order_back", entry=moment(entry.t), **values)

    def _against(self, head: Head, other: Head) -> None:
        said: dict[str, str | int] = {"day": head.day, "number": head.seq}
        self.wrong.append(evidence("order_heads", other=other.day, count=other.seq, **said))

    def _line(self, line: LogLine, head: Head | None, path: str) -> None:
        if head is not None and line.entry.clock_ok:
            self._dated.append((line.entry, head, path))
        self._entry(line.entry.seq, line.digest, path)
        if line.entry.seq > 1:
            self._entry(line.entry.seq - 1, line.entry.prev, path)

    def _entry(self, seq: int, digest: str, path: str) -> None:
        known = self.entries.setdefault(seq, {})
        known.setdefault(digest, path)
        first = next(iter(known))
        if first != digest:
            paths = {"path": known[first], "other": path}
            self.wrong.append(evidence("two_heads_entry", number=seq, **paths))


@dataclass
class UnderHeads:
    """What comes of holding recordings or erasures against heads that were kept outside."""

    tied: dict[str, Head] = field(default_factory=dict)
    """For each recording, or file of a certificate, the earliest head that contains it."""
    wrong: list[EvidenceFinding] = field(default_factory=list)
    untied: list[EvidenceFinding] = field(default_factory=list)
    """Those of which neither can be shown: said, and not judged."""

    def add(self, other: "UnderHeads") -> None:
        """Take another's, too."""
        self.tied |= other.tied
        self.wrong += other.wrong
        self.untied += other.untied


def under_heads(
    proofs: Sequence[NamedProof], heads: Sequence[NamedHead], *, in_log: bool
) -> UnderHeads:
    """Hold recordings against heads that were kept outside.

    Args:
        proofs: of one device.
        heads: that were kept.
        in_log: a log was given that holds all lines and heads: a head contains what it is behind.
    """
    found = UnderHeads()
    for named in proofs:
        for one, place in named.pairs:
            rid = one.core.recording
            under = [kept.head for kept in heads if kept.head == place.head]
            under += [kept.head for kept in heads if place.is_under(kept.head)]
            if in_log and place.sealed is not None:
                seq = place.sealed.entry.seq
                under += [kept.head for kept in heads if kept.head.seq >= seq]
            if under:
                found.tied[rid] = first = min(under, key=lambda head: head.day)
                found.wrong += _dated_behind(named, place, first)
                continue
            same = [kept for kept in heads if place.ended and kept.head.day == place.head_day]
            if same:
                found.wrong.append(evidence("head_lacks", path=same[0].path, rid=rid))
            else:
                day = place.head_day or "?"
                found.untied.append(evidence("head_untied", rid=rid, day=day))
    return found


def width(proofs: Sequence[NamedProof], tied: dict[str, Head]) -> Iterator[EvidenceFinding]:
    """Yield between which moments each recording was made, and who says so; nothing is judged."""
    for named in proofs:
        for one, place in named.pairs:
            of = {"rid": one.core.recording}
            if not one.meta.clock_ok:
                yield evidence("time_not_shown", **of)
            if place.sealed is None:
                yield evidence("not_placed", **of)
                continue
            if not place.ended:
                yield evidence("not_finished", **of)
            said: dict[str, str | int] = {**of, "before": moment(place.sealed.entry.t)}
            if place.after is not None:
                said["after"] = moment(place.after.entry.t)
            code = "between" if place.after is not None else "until"
            if (head := tied.get(one.core.recording)) is not None:
                said["day"] = head.day
                code += "_and_head" if code == "between" else "_head"
            yield evidence(code, **said)


def dated_ahead(entry: AuditEntry, head: Head, path: str) -> EvidenceFinding:
    """Say that an entry is dated later than the day whose head contains it."""
    values: dict[str, str | int] = {"number": entry.seq, "day": head.day, "path": path}
    return evidence("order_ahead", entry=moment(entry.t), **values)


def _dated_behind(
    named: NamedProof, place: RecordingPlace, head: Head
) -> Iterator[EvidenceFinding]:
    """Yield the entries of a caller's proof that are dated later than a head that contains them."""
    for line in place.lines if place.head is None else ():
        if line.entry.clock_ok and head.day < utc_day(line.entry.t):
            yield dated_ahead(line.entry, head, named.path)


def utc_day(at: float) -> str:
    """Return the day of a time of an entry, as a head names it."""
    return moment(at)[: len("2026-12-02")]


def moment(at: float) -> str:
    """Return a time of an entry for people."""
    return time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(min(max(at, 0.0), 253_402_300_799)))
