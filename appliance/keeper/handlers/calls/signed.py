"""Tell what was signed of an erasure, and hand it over."""

from typing import TypeVar

from msgspec import structs

from appliance.errors import Refused
from appliance.keeper.recordings.certified.issued import IssuedCertificate
from appliance.link.requests.calls import ErasureCertificate
from appliance.link.requests.papers.certificates import CertificateFile, CertificateReader
from appliance.link.requests.papers.signed import SignedErasure
from appliance.model.proof import ProofReader

MadeT = TypeVar("MadeT", bound=SignedErasure)


def with_signed(made: MadeT, issued: IssuedCertificate) -> MadeT:
    """Return what is told of an erasure with what was signed of it."""
    made = structs.replace(made, kept=issued.stage)
    if issued.stage != "signed":
        return made
    caller, office = issued.read(ProofReader.CALLER), issued.read(ProofReader.OFFICE)
    return structs.replace(
        made,
        signed=caller.certificate,
        for_office=office.certificate,
        supplements=caller.supplements,
        fingerprint=caller.fingerprint,
        head_day=office.head.day if office.head is not None else "",
        head_number=office.head.seq if office.head is not None else 0,
    )


def with_call(made: ErasureCertificate, issued: IssuedCertificate) -> ErasureCertificate:
    """Return what a list tells of an erasure, with the call as its certificate names it."""
    made = structs.replace(made, kept=issued.stage)
    if issued.stage != "signed":
        return made
    calls = issued.read(ProofReader.CALLER).certificate.calls
    call = next((one for one in calls if made.recording in one.rids), None)
    return structs.replace(made, day=call.day, line=call.line or "") if call else made


def signed_file(
    issued: IssuedCertificate, reader: CertificateReader
) -> tuple[CertificateFile, bytes]:
    """Return a signed certificate, as it is kept; raises Refused."""
    if issued.stage != "signed":
        raise Refused("no_certificate")
    raw = issued.caller if reader is CertificateReader.CALLER else issued.office
    return CertificateFile(f"erasure-{issued.case}.certificate.jsonl"), raw
