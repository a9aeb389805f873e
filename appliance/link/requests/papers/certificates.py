"""List certificates of erasures, and hand them over as they were signed."""

from enum import StrEnum
from typing import Literal

from appliance.link.operations import Message, Operation, Role
from appliance.link.requests.calls import ErasureCertificate


class CertificateList(Message, frozen=True):
    """One page of certificates, one for each recording."""

    certificates: tuple[ErasureCertificate, ...]
    total: int  # erasures that match
    page: int
    pages: int


class ListCertificates(Operation[CertificateList], frozen=True, tag="calls.certificates"):
    """List the certificates of erasures by the day on which they were ordered."""

    roles = frozenset({Role.PRIVACY_OFFICER})
    page: int = 1
    per_page: int = 25
    actor: str = ""  # who ordered them: an operator's id, or ``keeper``; empty: everybody
    since: str = ""  # 2026-11-25
    until: str = ""  # inclusive
    order: Literal["newest", "oldest"] = "newest"


class CertificateReader(StrEnum):
    """For whom a certificate was signed."""

    CALLER = "caller"  # or anybody else outside
    OFFICE = "office"


class CertificateFile(Message, frozen=True):
    """Raw bytes follow: the whole signed file."""

    filename: str


class GetCertificate(Operation[CertificateFile], frozen=True, tag="calls.get_certificate"):
    """Take a certificate out of the box as one signed file."""

    roles = frozenset({Role.PRIVACY_OFFICER})
    sends_bytes = True
    recording: str
    reader: CertificateReader = CertificateReader.CALLER
