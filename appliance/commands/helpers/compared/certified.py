"""Compare certificates of erasure with each other, with proofs, and with heads."""

from collections.abc import Iterator, Sequence
from itertools import combinations

from msgspec import structs

from appliance.commands.helpers.compared.stories import (
    AFTER_LATE_SECONDS,
    NamedCertificate,
    NamedHead,
    NamedProof,
    UnderHeads,
    moment,
)
from appliance.model.certificate import CertifiedErasure, ErasedEntry
from appliance.model.proof import ProofReader
from appliance.model.sentences.evidence import EvidenceFinding, evidence
from appliance.vault.audit.heads import Head


def contradictions(
    certificates: Sequence[NamedCertificate], proofs: Sequence[NamedProof]
) -> Iterator[EvidenceFinding]:
    """Yield what certificates of one device say against each other, and against its proofs."""
    for one, other in combinations(certificates, 2):
        if one.read.certificate.id == other.read.certificate.id:
            yield from _of_one_order(one, other)
    for certificate in certificates:
        for proof in proofs:
            yield from _proved_behind(certificate, proof)


def _of_one_order(one: NamedCertificate, other: NamedCertificate) -> Iterator[EvidenceFinding]:
    """Yield that two files of one order are not of one certificate."""
    paths = {"path": one.path, "other": other.path}
    first, second = one.read.certificate, other.read.certificate
    if first.reader is second.reader:
        if first != second:
            yield evidence("certificates_two", **paths)
            return
        pairs = zip(one.read.supplements, other.read.supplements, strict=False)
        for number, (earlier, later) in enumerate(pairs, 1):
            if earlier != later:
                yield evidence("certificates_supplement", number=number, **paths)
                return
        return
    told = [each for each in (first, second) if each.reader is ProofReader.CALLER]
    if _shared(first) != _shared(second) or not all(_is_part(each, first, second) for each in told):
        yield evidence("certificates_two", **paths)


def _shared(one: CertifiedErasure) -> CertifiedErasure:
    """Return what a certificate says to every reader alike."""
    return structs.replace(
        one,
        recordings=None,
        kept=(),
        generation=None,
        erased=ErasedEntry(hash=one.erased.hash, line=None),
        remains=(),
        reader=ProofReader.CALLER,
    )


def _is_part(told: CertifiedErasure, *both: CertifiedErasure) -> bool:
    """Say whether a caller is told nothing that others are not."""
    return all(
        set(told.kept) <= set(one.kept) and set(told.remains) <= set(one.remains) for one in both
    )


def _proved_behind(certificate: NamedCertificate, proof: NamedProof) -> Iterator[EvidenceFinding]:
    """Yield that a proof was made of a recording that was erased by then."""
    certified, annex = certificate.read.certificate, proof.proof.annex
    line, newest = certificate.read.line, annex.audit_seq
    late = annex.made_at > certified.done_at + AFTER_LATE_SECONDS
    for one in proof.proof.recordings:
        if (rid := one.core.recording) not in certified.rids:
            continue
        of = {"path": proof.path, "other": certificate.path, "rid": rid}
        if line is not None and newest is not None and newest >= line.entry.seq:
            yield evidence("order_erased", **of, number=newest)
        elif late and annex.clock_ok and certified.clock_ok:
            told = {"time": moment(annex.made_at), "done": moment(certified.done_at)}
            yield evidence("order_erased_time", **of, **told)


def erasures_under_heads(
    certificates: Sequence[NamedCertificate],
    heads: Sequence[NamedHead],
    in_log: dict[str, int],
) -> UnderHeads:
    """Hold erasures against heads that were kept outside.

    Args:
        certificates: of one device.
        heads: that were kept.
        in_log: the numbers of the entries of erasures, by their hashes, in a log that was given.
    """
    found = UnderHeads()
    for named in certificates:
        own, seq = named.read.head, in_log.get(named.read.certificate.erased.hash)
        under = [kept.head for kept in heads if kept.head == own]
        if seq is not None:
            under += [kept.head for kept in heads if kept.head.seq >= seq]
        same = [kept for kept in heads if own is not None and kept.head.day == own.day]
        if under:
            found.tied[named.path] = min(under, key=lambda head: head.day)
        elif same:
            found.wrong.append(evidence("head_lacks_erasure", path=same[0].path, other=named.path))
        else:
            found.untied.append(evidence("head_untied_erasure", path=named.path))
    return found


def when_erased(
    certificates: Sequence[NamedCertificate], tied: dict[str, Head]
) -> Iterator[EvidenceFinding]:
    """Yield when each erasure was done, and who says so; nothing is judged."""
    for named in certificates:
        one, of = named.read.certificate, {"path": named.path}
        if one.erased.line is not None and named.read.head is None:
            yield evidence("erased_not_finished", **of)
        if (head := tied.get(named.path)) is not None:
            yield evidence("erased_head", day=head.day, **of)
        elif one.clock_ok:
            yield evidence("erased_clock", time=moment(one.done_at), **of)
        else:
            yield evidence("erased_unsure", **of)
