"""Hold proofs, certificates, heads and a log against each other."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from appliance.commands.helpers.compared.authorities import StampCheck, checked_stamps
from appliance.commands.helpers.compared.certified import contradictions, tied_erasures, when_erased
from appliance.commands.helpers.compared.log_beside import LogBeside
from appliance.commands.helpers.compared.stories import (
    LogStory,
    NamedCertificate,
    NamedHead,
    NamedProof,
    disorder,
    read_heads,
    untied,
    width,
)
from appliance.model.sentences.evidence import EvidenceFinding, evidence
from appliance.model.sentences.witness import StampWitness
from appliance.vault.audit.heads import Head

OUTCOMES = {
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

_OF_LOG = frozenset({"left_out", "log_lacks", "log_lacks_newest"})
"""What of an annex contradicts a log; all else that it lacks is not for its reader."""


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

    @property
    def outcome(self) -> str:
        """Return the outcome in one word."""
        return OUTCOMES[self.wrong[0].code.partition("_")[0]] if self.wrong else "whole"


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
    found_all = ProofComparison([*unread, *disorder(proofs)])
    boxes = {named.proof.fingerprint for named in proofs}
    boxes |= {named.read.fingerprint for named in certificates}
    for box in sorted(boxes):
        mine = [named for named in proofs if named.proof.fingerprint == box]
        erased = [named for named in certificates if named.read.fingerprint == box]
        _one_box(found_all, mine, erased, kept, log)
    _add_stamps(found_all, checked_stamps(proofs, authorities), alone=not certificates)
    return found_all


def _add_stamps(result: ProofComparison, stamps: StampCheck, *, alone: bool) -> None:
    """Add what time stamps come to; they are a witness of calls, not of erasures beside them."""
    result.wrong += stamps.wrong
    result.said += stamps.said
    if stamps.witness is None or result.wrong or not alone:
        return
    result.stamps = stamps.witness
    named = evidence("witness_stamp", authority=stamps.witness.authority)
    if result.witness is None:
        result.said[0] = named
    else:
        result.said.insert(1, named)


def _one_box(
    result: ProofComparison,
    proofs: Sequence[NamedProof],
    certificates: Sequence[NamedCertificate],
    kept: Sequence[NamedHead],
    log: Path | None,
) -> None:
    """Compare what is said of one device's log."""
    story = _story(proofs, certificates, kept)
    result.wrong += [*contradictions(certificates, proofs), *story.wrong]
    beside = _log_beside(log, story, proofs, certificates) if log is not None else None
    if beside is None:
        result.wrong += story.two_heads()
    else:
        _against_log(result, beside, story, proofs, certificates)
    tied: dict[str, Head] = {}
    if kept:
        sound = beside is not None and not result.wrong
        tied, wrong = untied(proofs, kept, in_log=sound)
        places = beside.places if beside is not None and sound else {}
        tied_too, wrong_too = tied_erasures(certificates, kept, places)
        tied |= tied_too
        result.wrong += [*wrong, *wrong_too]
    result.said[:0] = [*width(proofs, tied), *when_erased(certificates, tied)]
    if tied:
        result.witness = max(tied.values(), key=lambda head: head.day)
        result.said.insert(0, evidence("witness", day=result.witness.day))
    else:
        result.said.insert(0, evidence("no_witness"))


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
    return story


def _against_log(
    result: ProofComparison,
    beside: LogBeside,
    story: LogStory,
    proofs: Sequence[NamedProof],
    certificates: Sequence[NamedCertificate],
) -> None:
    """Add what the log contradicts, and of each entry that an annex lacks why."""
    result.wrong += beside.against(story)
    if result.wrong:
        return
    lacking = [one for named in proofs for one in beside.left_out(named)]
    result.wrong += [one for one in lacking if one.code in _OF_LOG]
    result.said += [one for one in lacking if one not in result.wrong]
    for named in certificates:
        result.wrong += beside.certified(named)


def _log_beside(
    log: Path,
    story: LogStory,
    proofs: Sequence[NamedProof],
    certificates: Sequence[NamedCertificate],
) -> LogBeside:
    rids = {one.core.recording for named in proofs for one in named.proof.recordings}
    return LogBeside(log, story, rids, [named.read for named in certificates])
