"""Check whose the time stamps beside proofs and over erasures are; say what they confirm."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from cryptography import x509

from appliance.commands.helpers.compared.erasures_in_log import StampedErasure
from appliance.commands.helpers.compared.stories import NamedProof, moment
from appliance.errors import FileFormatError
from appliance.model.sentences.evidence import EvidenceFinding, evidence
from appliance.model.sentences.witness import StampWitness
from appliance.vault.audit.evidence import RecordingPlace, witness_of
from appliance.vault.audit.stamps import MOST_ROOTS, BadStamp, TimeStamp, read_roots
from appliance.vault.disk import open_ordinary


@dataclass
class StampCheck:
    """What time stamps come to."""

    wrong: list[EvidenceFinding] = field(default_factory=list)
    said: list[EvidenceFinding] = field(default_factory=list)
    witness: StampWitness | None = None
    """Whose stamps confirm the time of calls; None: nobody's that is known."""
    erasures: str = ""
    """Whose stamps confirm the time of every erasure that is stamped; empty: nobody's."""


def checked_stamps(
    proofs: Sequence[NamedProof],
    authorities: Sequence[Path],
    erasures: Mapping[str, StampedErasure],
) -> StampCheck:
    """Check the stamps.

    Args:
        proofs: each of which is whole by itself.
        authorities: files of the certificates of authorities that the reader knows.
        erasures: by the path of its certificate, each that a log given with it has stamped.
    """
    result = StampCheck()
    roots = _roots(authorities, result)
    pairs = [(one.core.recording, place) for named in proofs for one, place in named.pairs]
    stamps = [(rid, stamp) for rid, place in pairs for stamp in _stamps(place)]
    if not authorities:
        names = {stamp.authority for _, stamp in stamps}
        names |= {one.stamp.authority for one in erasures.values()}
        result.said += [evidence("stamp_unknown", authority=name) for name in sorted(names)]
        return result
    for rid, stamp in stamps:
        if not _leads_to(roots, stamp):
            said = {"rid": rid, "authority": stamp.authority}
            result.wrong.append(evidence("stamp_stranger", **said))
    for one in erasures.values():
        if not _leads_to(roots, one.stamp):
            told = {"day": one.head.day, "authority": one.stamp.authority}
            result.wrong.append(evidence("stamp_stranger_day", **told))
    if stamps and not result.wrong:
        result.said += _said(pairs)
        result.witness = witness_of([place for _, place in pairs])
    if erasures and not result.wrong:
        result.said += _said_of_erasures(erasures)
        result.erasures = " · ".join(sorted({one.stamp.authority for one in erasures.values()}))
    return result


def _roots(authorities: Sequence[Path], result: StampCheck) -> list[x509.Certificate]:
    """Return the certificates of authorities; note the files that hold none."""
    roots: list[x509.Certificate] = []
    for path in authorities:
        try:
            with open_ordinary(path) as file:
                roots += read_roots(file.read(MOST_ROOTS + 1) or b"")
        except FileFormatError:
            result.wrong.append(evidence("authority_unread", path=str(path)))
    return roots


def _leads_to(roots: Sequence[x509.Certificate], stamp: TimeStamp) -> bool:
    try:
        stamp.check_signer(roots)
    except BadStamp:
        return False
    return True


def _said_of_erasures(erasures: Mapping[str, StampedErasure]) -> Iterator[EvidenceFinding]:
    """Yield what known stamps say of each erasure, and whether they are called qualified."""
    for path, one in erasures.items():
        values = {"path": path, "day": one.head.day, "authority": one.stamp.authority}
        yield evidence("erased_stamp", time=moment(one.stamp.at), **values)
    yield from _called([one.stamp for one in erasures.values()])


def _stamps(place: RecordingPlace) -> Iterator[TimeStamp]:
    yield from (one for one in (place.stamp_before, place.stamp_behind) if one is not None)


def _said(pairs: Sequence[tuple[str, RecordingPlace]]) -> Iterator[EvidenceFinding]:
    """Yield what known stamps say of each recording, and whether they are called qualified."""
    for rid, place in pairs:
        before, behind = place.stamp_before, place.stamp_behind
        if before is not None:
            said = {"rid": rid, "time": moment(before.at), "authority": before.authority}
            yield evidence("stamp_after", **said)
        if behind is not None and place.head is not None:
            said = {"rid": rid, "time": moment(behind.at), "authority": behind.authority}
            yield evidence("stamp_until", **said, day=place.head.day)
    yield from _called([stamp for _, place in pairs for stamp in _stamps(place)])


def _called(stamps: Sequence[TimeStamp]) -> Iterator[EvidenceFinding]:
    """Yield of each authority whether the office calls it a qualified one."""
    names: dict[str, bool] = {}
    for stamp in stamps:
        names[stamp.authority] = names.get(stamp.authority, True) and stamp.qualified
    for name, qualified in sorted(names.items()):
        code = "stamp_qualified" if qualified else "stamp_unqualified"
        yield evidence(code, authority=name)
