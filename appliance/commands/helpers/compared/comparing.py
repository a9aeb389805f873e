"""Hold proofs, certificates, heads and a log against each other."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from appliance.commands.helpers.compared.authorities import StampCheck, checked_stamps
from appliance.commands.helpers.compared.certified import (
    contradictions,
    erasures_under_heads,
    when_erased,
)
from appliance.commands.helpers.compared.erasures_in_log import StampedErasure, stamped_before
from appliance.commands.helpers.compared.log_beside import LogBeside
from appliance.commands.helpers.compared.stories import (
    LogStory,
    NamedCertificate,
    NamedHead,
    NamedProof,
    UnderHeads,
    disorder,
    read_heads,
    two_recordings,
    under_heads,
    unplaced,
    width,
)
from appliance.model.sentences.evidence import EvidenceFinding, evidence
from appliance.model.sentences.witness import StampWitness
from appliance.vault.audit.heads import Head

OUTCOMES = {
    "recordings": "two_recordings",
    "certificates": "two_certificates",
    "order": "order",
    "two": "two_heads",
    "head": "head",
    "log": "audit",
    "left": "left_out",
    "stamp": "stamp",
    "authority": "stamp",
}
"""The first word of a code -> the outcome."""


@dataclass
class ProofComparison:
    """What a comparison came to."""

    wrong: list[EvidenceFinding] = field(default_factory=list)
    said: list[EvidenceFinding] = field(default_factory=list)
    """What is said and not judged; the first says whether anybody outside is a witness."""
    witness: Head | None = None
    """The head that somebody outside kept and that contains every recording and erasure."""
    stamps: StampWitness | None = None
    """Whose time stamps confirm the time of every recording; None beside a certificate, too."""
    erasures: dict[str, StampedErasure] = field(default_factory=dict)
    """By the path of its certificate, each that the log given has stamped."""

    @property
    def outcome(self) -> str:
        """Return the outcome in one word."""
        return OUTCOMES[self.wrong[0].code.partition("_")[0]] if self.wrong else "whole"


def _is_outcome(one: EvidenceFinding) -> bool:
    """Say whether a finding is wrong; others are said."""
    return one.code.partition("_")[0] in OUTCOMES


def compared(
    proofs: Sequence[NamedProof],
    certificates: Sequence[NamedCertificate],
    heads: Sequence[Path],
    log: Path | None,
    authorities: Sequence[Path] = (),
) -> ProofComparison:
    """Compare them.

    Args:
        proofs: each of which is whole by itself.
        certificates: likewise.
        heads: files of heads that somebody outside kept.
        log: the folder of an activity log; None without one.
        authorities: files of the certificates of time-stamp authorities.
    """
    kept, unread = read_heads(heads)
    order = [*disorder(proofs), *unplaced(proofs)]
    found_all = ProofComparison([*unread, *two_recordings(proofs), *order])
    under = UnderHeads()
    boxes = {named.proof.fingerprint for named in proofs}
    boxes |= {named.read.fingerprint for named in certificates}
    for box in sorted(boxes):
        mine = [named for named in proofs if named.proof.fingerprint == box]
        erased = [named for named in certificates if named.read.fingerprint == box]
        under.add(_one_box(found_all, mine, erased, kept, log))
    wanted = {one.core.recording for named in proofs for one in named.proof.recordings}
    _add_witness(found_all, under.tied, wanted | {named.path for named in certificates})
    stamps = checked_stamps(proofs, authorities, found_all.erasures)
    _add_stamps(found_all, stamps, alone=not certificates)
    if not proofs and len(found_all.erasures) == len(certificates):
        _add_authority(found_all, stamps.erasures)
    return found_all


def _add_stamps(result: ProofComparison, stamps: StampCheck, *, alone: bool) -> None:
    """Add what time stamps come to; they are a witness of calls, not of erasures beside them."""
    result.wrong += stamps.wrong
    result.said += stamps.said
    if stamps.witness is None or result.wrong or not alone:
        return
    result.stamps = stamps.witness
    _add_authority(result, stamps.witness.authority)


def _add_authority(result: ProofComparison, authority: str) -> None:
    """Say first whose stamps are a witness; empty: nobody's."""
    if not authority or result.wrong:
        return
    named = evidence("witness_stamp", authority=authority)
    if result.said[0].code == "no_witness":
        result.said[0] = named
    else:
        result.said.insert(1, named)


def _one_box(
    result: ProofComparison,
    proofs: Sequence[NamedProof],
    certificates: Sequence[NamedCertificate],
    kept: Sequence[NamedHead],
    log: Path | None,
) -> UnderHeads:
    """Compare what is said of one device's log; return what the heads contain."""
    story = _story(proofs, certificates, kept)
    result.wrong += [*contradictions(certificates, proofs), *story.wrong]
    beside = _log_beside(log, story, proofs, certificates) if log is not None else None
    if beside is None:
        result.wrong += story.two_heads()
    else:
        _against_log(result, beside, story, proofs, certificates)
    under = UnderHeads()
    if kept:
        sound = beside is not None and not result.wrong
        under.add(under_heads(proofs, kept, in_log=sound))
        places = beside.places if beside is not None and sound else {}
        under.add(erasures_under_heads(certificates, kept, places))
        result.wrong += under.wrong
    tied = under.tied
    result.said[:0] = [*under.untied, *width(proofs, tied), *when_erased(certificates, tied)]
    return under


def _add_witness(result: ProofComparison, tied: dict[str, Head], wanted: set[str]) -> None:
    """Say first which head is a witness, of everything or of some of it.

    Args:
        result: of the comparison.
        tied: heads, by recording and by file of a certificate.
        wanted: all recordings, and all files of certificates.
    """
    day = max((head.day for head in tied.values()), default="")
    if wanted <= tied.keys():
        result.witness = max(tied.values(), key=lambda head: head.day)
    code = "witness" if result.witness is not None else "witness_some" if day else "no_witness"
    result.said.insert(0, evidence(code, day=day) if day else evidence(code))


def _story(
    proofs: Sequence[NamedProof],
    certificates: Sequence[NamedCertificate],
    kept: Sequence[NamedHead],
) -> LogStory:
    story = LogStory()
    for named in proofs:
        story.take_proof(named)
    for certificate in certificates:
        story.take_certificate(certificate)
    for head in kept:
        story.take_head(head)
    story.wrong += story.misdated()
    return story


def _against_log(
    result: ProofComparison,
    beside: LogBeside,
    story: LogStory,
    proofs: Sequence[NamedProof],
    certificates: Sequence[NamedCertificate],
) -> None:
    """Add what the log contradicts, and why other entries are not in an annex."""
    result.wrong += beside.against(story)
    if result.wrong:
        return
    for one in (one for named in proofs for one in beside.left_out(named)):
        (result.wrong if _is_outcome(one) else result.said).append(one)
    for named in certificates:
        result.wrong += beside.certified(named)
        if (stamped := beside.stamped(named)) is not None:
            result.erasures[named.path] = stamped
            result.wrong += stamped_before(named, stamped)


def _log_beside(
    log: Path,
    story: LogStory,
    proofs: Sequence[NamedProof],
    certificates: Sequence[NamedCertificate],
) -> LogBeside:
    rids = {one.core.recording for named in proofs for one in named.proof.recordings}
    rids |= {rid for named in proofs for rid in named.proof.annex.unreadable}
    return LogBeside(log, story, rids, [named.read for named in certificates])
