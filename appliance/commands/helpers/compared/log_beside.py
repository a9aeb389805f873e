"""Hold proofs and heads against a whole activity log, and find what an annex leaves out."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from appliance.commands.helpers.compared.accounts import account
from appliance.commands.helpers.compared.erasures_in_log import (
    ErasuresInLog,
    StampedErasure,
    stamped_erasure,
)
from appliance.commands.helpers.compared.stories import (
    LogStory,
    NamedCertificate,
    NamedHead,
    NamedProof,
    moment,
    sealed_early,
)
from appliance.keeper.audit.check import check
from appliance.keeper.audit.entries import ATTESTED, FAILED
from appliance.keeper.audit.lines import readable
from appliance.keeper.recordings.speakers.ends import end_among
from appliance.keeper.recordings.speakers.vouches import ENDED
from appliance.model.sentences.evidence import EvidenceFinding, evidence
from appliance.vault.audit.entries import AuditEntry
from appliance.vault.audit.evidence import SEALED
from appliance.vault.audit.tree import RightEdge
from appliance.vault.certificate import ReadCertificate


class LogBeside:
    """An activity log that was given with proofs and certificates."""

    def __init__(
        self,
        folder: Path,
        story: LogStory,
        rids: set[str],
        certificates: Sequence[ReadCertificate] = (),
    ) -> None:
        """Read the whole log.

        Args:
            folder: the audit's, or the data folder.
            story: what proofs, certificates and heads say.
            rids: of the proved recordings, whose entries are to be kept.
            certificates: of erasures, whose entries are to be kept, too.
        """
        self._erasures = ErasuresInLog(certificates)
        self.folder = folder / "audit" if (folder / "audit").is_dir() else folder
        self.bad = check(self.folder).first_bad
        self._of: dict[str, list[AuditEntry]] = {rid: [] for rid in rids}
        self._ends: list[AuditEntry] = []  # of lists of speakers, and of acts that failed
        self._hashes: dict[str, int] = {}
        self._roots: dict[int, str] = {}
        wanted = {named.head.seq for named in story.all_heads}
        edge, self.last = RightEdge(), 0
        for entry, digest in readable(self.folder):
            edge.push(bytes.fromhex(digest))
            self._hashes[digest] = self.last = entry.seq
            if entry.seq in wanted:
                self._roots[entry.seq] = edge.root.hex()
            if entry.rid in self._of:
                self._of[entry.rid].append(entry)
            if entry.type in {ENDED, FAILED}:
                self._ends.append(entry)
            self._erasures.see(entry, digest)

    @property
    def places(self) -> dict[str, int]:
        """Return the numbers of the entries of certified erasures, by their hashes."""
        return self._erasures.places

    def certified(self, named: NamedCertificate) -> Iterator[EvidenceFinding]:
        """Yield what the log contradicts of a certificate."""
        return self._erasures.against(named)

    def stamped(self, named: NamedCertificate) -> StampedErasure | None:
        """Return the log's first time stamp over a head that contains an erasure."""
        seq = self.places.get(named.read.certificate.erased.hash)
        return stamped_erasure(self.folder, seq) if seq is not None else None

    def against(self, story: LogStory) -> Iterator[EvidenceFinding]:
        """Yield what the log contradicts."""
        if self.bad is not None:
            yield evidence("log_bad", number=self.bad)
            return
        named = (
            (seq, *one) for seq, known in sorted(story.entries.items()) for one in known.items()
        )
        for seq, digest, path in named:
            if seq > self.last:
                yield evidence("log_ends", count=self.last, number=seq, path=path)
                return
            if self._hashes.get(digest) != seq:
                yield evidence("log_lacks", number=seq, path=path)
                return
        for head in story.all_heads:
            if not self.has(head):
                yield evidence("head_other_log", path=head.path)

    def has(self, named: NamedHead) -> bool:
        """Say whether the log has the entry and the tree of a head."""
        head = named.head
        return self._hashes.get(head.hash) == head.seq and self._roots.get(head.seq) == head.tree

    def left_out(self, named: NamedProof) -> Iterator[EvidenceFinding]:
        """Yield what is wrong in an annex, and why each entry about its call is not in it."""
        annex = named.proof.annex
        newest = self._hashes.get(annex.audit_hash)
        if newest is None:
            yield evidence("log_lacks_newest", path=named.path)
            return
        rids = [one.core.recording for one in named.proof.recordings]
        entries = {rid: self._of[rid] for rid in (*rids, *annex.unreadable)}
        known = {rid: [one for one in acts if one.seq <= newest] for rid, acts in entries.items()}
        yield from _other_file(named, known)
        yield from account(named, entries, newest, self.last)
        yield from self._ends_left_out(named, newest)

    def _ends_left_out(self, named: NamedProof, newest: int) -> Iterator[EvidenceFinding]:
        """Yield each end of a list that an annex names, and of which it says something else."""
        known = [entry for entry in self._ends if entry.seq <= newest]
        for names in named.proof.annex.speakers or ():
            ended = end_among(known, names.digest)
            if names.ended is not None and names.ended != ended:
                yield evidence("log_lacks", number=names.ended.seq, path=named.path)
            elif names.ended is None and ended is not None:
                values: dict[str, str | int] = {"number": ended.seq, "kind": ENDED}
                yield evidence("left_out", **values, path=named.path, time=moment(ended.at))


def _other_file(
    named: NamedProof, known: Mapping[str, Sequence[AuditEntry]]
) -> Iterator[EvidenceFinding]:
    """Yield what a log contradicts of the files that a proof names, and of who sealed them.

    Args:
        named: the proof.
        known: entries about each of its recordings, as far as its annex goes.
    """
    attested = {kept.recording for kept in named.proof.annex.kept if kept.attested}
    for one, place in named.pairs:
        core, acts = one.core, known[one.core.recording]
        of = {"path": named.path, "rid": core.recording}
        sealed = [entry for entry in acts if entry.type == SEALED]
        own = [each for each in sealed if (each.sha256, each.frames) == (core.sha256, core.frames)]
        if sealed and not own:
            yield evidence("log_other_file", **of)
        if own and place.sealed is None:
            yield from sealed_early(one, own[0])
        if core.recording in attested and not any(
            entry.origin for entry in acts if entry.type in {SEALED, ATTESTED}
        ):
            yield evidence("log_lacks_origin", **of)
