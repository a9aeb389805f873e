"""Hold certificates of erasure against the entries of an activity log."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from appliance.commands.helpers.compared.stories import NamedCertificate, moment
from appliance.errors import FileFormatError
from appliance.keeper.audit.entries import ERASED_ALL
from appliance.keeper.audit.heads import read_head
from appliance.keeper.audit.stamps import kept_on, stamp_days
from appliance.keeper.audit.subjects import to_recipient
from appliance.keeper.erasure.handed_out import EXPORTED
from appliance.keeper.recordings.certified.signing import CERTIFIED
from appliance.keeper.recordings.verdicts import PLAYED
from appliance.model.certificate import CertifiedErasure, Supplement
from appliance.model.sentences.evidence import EvidenceFinding, evidence
from appliance.vault.audit.entries import AuditEntry
from appliance.vault.audit.heads import Head
from appliance.vault.audit.stamps import EARLY_SECONDS, TimeStamp, read_stamp
from appliance.vault.certificate import ReadCertificate, certificate_digest, recording_digest

_OPENED = frozenset({"sealed", PLAYED, EXPORTED})
"""Acts that a recording can have no more once it is erased."""


@dataclass(frozen=True, slots=True)
class StampedErasure:
    """The first time stamp of a log over a head that contains an erasure; whose is not checked."""

    head: Head
    stamp: TimeStamp


def stamped_erasure(folder: Path, seq: int) -> StampedErasure | None:
    """Return the stamp behind an erasure; None if there is none that can be read.

    Args:
        folder: of the log, which is sound.
        seq: the number of the erasure's entry.
    """
    for day in stamp_days(folder):
        with suppress(FileFormatError):
            kept, head = kept_on(folder, day), read_head(folder, day)
            if kept is None or head is None or head.seq < seq:
                continue
            if (stamp := read_stamp(kept)).is_over(head):
                return StampedErasure(head, stamp)
    return None


def stamped_before(named: NamedCertificate, one: StampedErasure) -> Iterator[EvidenceFinding]:
    """Yield that a stamp is older than the erasure that its head contains."""
    done = named.read.certificate.done_at
    if one.stamp.at < done - EARLY_SECONDS:
        values = {"path": named.path, "day": one.head.day}
        yield evidence(
            "order_stamp_erased", time=moment(done), stamp=moment(one.stamp.at), **values
        )


class ErasuresInLog:
    """What a log says of the erasures that certificates name."""

    def __init__(self, certificates: Sequence[ReadCertificate]) -> None:
        """Take the certificates, so that only what is about them is kept of the log."""
        self.places: dict[str, int] = {}
        """The numbers of the entries that certificates name, by their hashes."""
        said = [read.certificate for read in certificates]
        self._named = {one.erased.hash for one in said}
        self._cases = {one.id for one in said}
        self._of: dict[str, list[AuditEntry]] = {rid: [] for one in said for rid in one.rids}
        self._entries: dict[str, AuditEntry] = {}
        self._certified: list[AuditEntry] = []
        self._later = {
            later.id for read in certificates for later in read.supplements if _is_erased(later)
        }

    def see(self, entry: AuditEntry, digest: str) -> None:
        """Keep an entry that is about one of them; the oldest comes first."""
        if digest in self._named:
            self._entries[digest], self.places[digest] = entry, entry.seq
        if entry.type == CERTIFIED and entry.case in self._cases:
            self._certified.append(entry)
        if entry.rid in self._of:
            self._of[entry.rid].append(entry)
        if self._later and entry.type == "erased" and entry.rid is not None:
            self._later.discard(recording_digest(entry.rid))

    def against(self, named: NamedCertificate) -> Iterator[EvidenceFinding]:
        """Yield what the log contradicts of a certificate."""
        one, path = named.read.certificate, named.path
        entry = self._entries.get(one.erased.hash)
        if entry is None:
            yield evidence("log_lacks_erasure", path=path)
            return
        if not _is_its(entry, one):
            yield evidence("log_other_erasure", path=path, number=entry.seq, kind=entry.type)
        yield from self._signed(one, path)
        for rid in one.rids:
            yield from self._gone(rid, entry.seq, path)
        for later in named.read.supplements:
            if _is_erased(later) and later.id in self._later:
                yield evidence("log_not_erased", path=path, rid=later.id)

    def _signed(self, one: CertifiedErasure, path: str) -> Iterator[EvidenceFinding]:
        """Yield that the log names no such certificate, or another one of the same order."""
        whom, digest = to_recipient(one.reader.value), certificate_digest(one)
        made = {e.sha256 for e in self._certified if (e.case, e.detail) == (one.id, whom)}
        if not made:
            yield evidence("log_lacks_certificate", path=path)
        elif made != {digest}:
            yield evidence("log_other_certificate", path=path)

    def _gone(self, rid: str, seq: int, path: str) -> Iterator[EvidenceFinding]:
        """Yield that a recording was not erased by then, or opened afterwards."""
        acts = self._of[rid]
        erased = [act.seq for act in acts if act.type == "erased" and act.seq <= seq]
        if not erased:
            yield evidence("log_not_erased", path=path, rid=rid)
            return
        for act in acts:
            if act.seq > erased[-1] and act.type in _OPENED:
                yield evidence(
                    "log_opened_later", path=path, rid=rid, number=act.seq, kind=act.type
                )


def _is_erased(later: Supplement) -> bool:
    return (later.about, later.state) == ("recording", "erased")


def _is_its(entry: AuditEntry, one: CertifiedErasure) -> bool:
    """Say whether an entry is that of a certificate's erasure."""
    if entry.t != one.done_at:
        return False
    if one.everything:
        return entry.type == ERASED_ALL
    return entry.type == "erased" and entry.rid in set(one.rids)
