"""List certificates of erasures."""

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
