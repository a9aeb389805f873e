"""Check whose the time stamps beside proofs are, and say what they confirm."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from cryptography import x509

from appliance.commands.helpers.compared.stories import NamedProof, moment
from appliance.errors import FileFormatError
from appliance.model.sentences.evidence import EvidenceFinding, evidence
from appliance.model.sentences.witness import StampWitness
from appliance.vault.audit.evidence import RecordingPlace, witness_of
from appliance.vault.audit.stamps import MOST_ROOTS, BadStamp, TimeStamp, read_roots
from appliance.vault.disk import open_ordinary


@dataclass
class StampCheck:
    """What the time stamps beside proofs come to."""

    wrong: list[EvidenceFinding] = field(default_factory=list)
    said: list[EvidenceFinding] = field(default_factory=list)
    witness: StampWitness | None = None
    """Whose stamps confirm the time; None: nobody's that is known."""


def checked_stamps(proofs: Sequence[NamedProof], authorities: Sequence[Path]) -> StampCheck:
    """Check the stamps.

    Args:
        proofs: each of which is whole by itself.
        authorities: files of the certificates of authorities that the reader knows.
    """
    result, roots = StampCheck(), list[x509.Certificate]()
    for path in authorities:
        try:
            with open_ordinary(path) as file:
                roots += read_roots(file.read(MOST_ROOTS + 1) or b"")
        except FileFormatError:
            result.wrong.append(evidence("authority_unread", path=str(path)))
    pairs = [(one.core.recording, place) for named in proofs for one, place in named.pairs]
    stamps = [(rid, stamp) for rid, place in pairs for stamp in _stamps(place)]
    if not authorities:
        names = sorted({stamp.authority for _, stamp in stamps})
        result.said += [evidence("stamp_unknown", authority=name) for name in names]
        return result
    for rid, stamp in stamps:
        try:
            stamp.check_signer(roots)
        except BadStamp:
            said = {"rid": rid, "authority": stamp.authority}
            result.wrong.append(evidence("stamp_stranger", **said))
    if stamps and not result.wrong:
        result.said += _said(pairs)
        result.witness = witness_of([place for _, place in pairs])
    return result


def _stamps(place: RecordingPlace) -> Iterator[TimeStamp]:
    yield from (one for one in (place.stamp_before, place.stamp_behind) if one is not None)


def _said(pairs: Sequence[tuple[str, RecordingPlace]]) -> Iterator[EvidenceFinding]:
    """Yield what known stamps say of each recording, and whether they are called qualified."""
    names: dict[str, bool] = {}
    for rid, place in pairs:
        before, behind = place.stamp_before, place.stamp_behind
        if before is not None:
            said = {"rid": rid, "time": moment(before.at), "authority": before.authority}
            yield evidence("stamp_after", **said)
        if behind is not None and place.head is not None:
            said = {"rid": rid, "time": moment(behind.at), "authority": behind.authority}
            yield evidence("stamp_until", **said, day=place.head.day)
        for stamp in _stamps(place):
            names[stamp.authority] = names.get(stamp.authority, True) and stamp.qualified
    for name, qualified in sorted(names.items()):
        code = "stamp_qualified" if qualified else "stamp_unqualified"
        yield evidence(code, authority=name)
