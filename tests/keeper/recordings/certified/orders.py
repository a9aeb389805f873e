"""Order erasures by hand, and take their certificates out."""

from typing import Any

from appliance.clock import DAY
from appliance.link.requests import calls as ask
from appliance.link.requests.papers.certificates import CertificateReader, GetCertificate
from appliance.model.certificate import CertifiedErasure
from appliance.vault.certificate import ReadCertificate, read_certificate
from appliance.vault.origin import fingerprint
from tests.keeper.office import Office

WORDS = "Anna Żółć asked for it by letter."


def erase(
    office: Office, *rids: str, ground: ask.Ground = ask.Ground.CONSENT_WITHDRAWN, **said: Any
) -> None:
    """Erase calls by one order, up to before the old root is overwritten."""
    office.ask(ask.EraseCalls(rids, ground, WORDS, **said))


def settle(office: Office) -> None:
    for _ in range(2):
        office.clock.advance(31)
        office.records.tick()


def file(office: Office, rid: str, reader: str = "caller") -> bytes:
    """Take a certificate out as a person gets it."""
    _, raw = office.answer(GetCertificate(rid, CertificateReader(reader)))
    assert isinstance(raw, bytes)
    return raw


def read(office: Office, rid: str, reader: str = "caller") -> ReadCertificate:
    return read_certificate(file(office, rid, reader), fingerprint(office.keyring.box_key))


def certificate(office: Office, rid: str, reader: str = "caller") -> CertifiedErasure:
    return read(office, rid, reader).certificate


def shown(office: Office, rid: str) -> ask.ErasureCertificate:
    return office.ask(ask.ShowCertificate(rid))


def next_day(office: Office, days: float = 1) -> None:
    """Let days end: the first entry of the next one signs the head of the last."""
    office.clock.advance(days * DAY)
    office.confirm()
    office.audit.append("viewed", "keeper")
    office.records.sweep()
