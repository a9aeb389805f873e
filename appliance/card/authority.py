"""Make an authority that can vouch for one name alone, and the panel's certificate by it.

A browser that trusts it trusts it for this box and for nothing else: its certificate permits one
DNS name and no address. So it can be trusted once and for all, while the panel's own certificate is
renewed below it.
"""

import datetime
import ipaddress
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from appliance.clock import DAY
from appliance.config.certificate import check_key, read_certificate, write_new
from appliance.config.mistakes import found
from appliance.config.settings import Panel
from appliance.errors import ConfigError, ZgodaError
from appliance.model.sentences.faults import in_words

YEARS = 30
"""Life of the authority, ten of them past: a board without a clock chip may be behind by years."""

LEAF_DAYS = 397
"""Life of the panel's certificate: what browsers accept of any authority."""

RENEW_DAYS = 60
"""So long before its end it is made anew."""

BEHIND_DAYS = 30
"""So long before now it begins, for browsers and boards whose clock is behind."""


@dataclass(frozen=True, slots=True)
class PanelAuthority:
    """An authority, and what was done for the panel."""

    certificate: Path  # the authority's own, for browsers
    fingerprint: str  # its SHA-256, as browsers show it
    renewed: bool  # the panel has another certificate than before


def vouch(panel: Panel, folder: Path, now: float, uid: int | None = None) -> PanelAuthority:
    """Make what is missing: the authority in a folder, the panel's certificate where it is named.

    Args:
        panel: the panel's settings; of its names the one that ends in ``.local`` counts.
        folder: the authority's; only root shall reach it.
        now: the time, in seconds since 1970.
        uid: the user who alone may read the panel's key; None for the caller.

    Raises:
        ZgodaError: no name ends in ``.local``, or a file cannot be read or written.
    """
    name = _local(panel)
    held, key = folder / "authority.crt", folder / "authority.key"
    if not _is_whole(held, key, name):
        _make_authority(held, key, name, now)
    renewed = _is_due(panel, held, name, now)
    if renewed:
        _make_leaf(panel, held, key, name, now, uid)
    return PanelAuthority(held, read_certificate(held).fingerprint, renewed)


def _local(panel: Panel) -> str:
    found = [name for name in panel.names if name.endswith(".local")]
    if len(found) != 1:
        raise ZgodaError(in_words("authority_name"))
    return found[0].lower()


def _is_whole(held: Path, key: Path, name: str) -> bool:
    """Say whether there is an authority for this name.

    Its dates do not count: a clock that is wrong for a moment costs nobody's trust.
    """
    if not (held.exists() and key.exists()):
        return False
    try:
        authority = x509.load_pem_x509_certificate(held.read_bytes())
        signer = _signer(key)
        limits = authority.extensions.get_extension_for_class(x509.NameConstraints).value
    except (OSError, ValueError, TypeError, x509.ExtensionNotFound, ConfigError):
        return False
    permitted = limits.permitted_subtrees == [x509.DNSName(name)]
    return permitted and authority.public_key() == signer.public_key()


def _is_due(panel: Panel, held: Path, name: str, now: float) -> bool:
    """Say whether certificate and key are missing, no pair, another authority's, or end soon."""
    leaf = Path(panel.certificate)
    if not (leaf.exists() and Path(panel.key).exists()):
        return True
    try:
        first, *_ = x509.load_pem_x509_certificates(leaf.read_bytes())
        first.verify_directly_issued_by(x509.load_pem_x509_certificate(held.read_bytes()))
        check_key(panel)
    except (OSError, ValueError, TypeError, ConfigError, InvalidSignature, UnsupportedAlgorithm):
        return True
    seen = read_certificate(leaf)
    return seen.names != {name} or not seen.since <= now < seen.until - RENEW_DAYS * DAY


def _make_authority(held: Path, key: Path, name: str, now: float) -> None:
    signer = ec.generate_private_key(ec.SECP256R1())
    who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"Zgoda {name}")])
    nowhere = [ipaddress.ip_network(network) for network in ("0.0.0.0/0", "::/0")]
    limits = x509.NameConstraints([x509.DNSName(name)], [x509.IPAddress(each) for each in nowhere])
    certificate = (
        _begun(who, who, signer.public_key(), now, YEARS * 365, YEARS * 365 // 3)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(limits, critical=True)
        .add_extension(_usage(sign_others=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(signer.public_key()), False)
        .sign(signer, hashes.SHA256())
    )
    _replace(key, _secret(signer), 0o400, None)
    _replace(held, certificate.public_bytes(Encoding.PEM), 0o644, None)


def _make_leaf(panel: Panel, held: Path, key: Path, name: str, now: float, uid: int | None) -> None:
    """Put a new key and certificate in the place of the old ones.

    Cut off between the two, they are no pair; the next start finds that and makes them anew.
    """
    authority = x509.load_pem_x509_certificate(held.read_bytes())
    own = ec.generate_private_key(ec.SECP256R1())
    who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
    signer = _signer(key)
    leaf = (
        _begun(who, authority.subject, own.public_key(), now, LEAF_DAYS, BEHIND_DAYS)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(_usage(sign_others=False), critical=True)
        .add_extension(usage, critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), False
        )
        .sign(signer, hashes.SHA256())
    )
    Path(panel.certificate).unlink(missing_ok=True)
    _replace(Path(panel.key), _secret(own), 0o400, uid)
    _replace(Path(panel.certificate), leaf.public_bytes(Encoding.PEM), 0o644, None)


def _begun(
    who: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePublicKey,
    now: float,
    days: int,
    behind: int,
) -> x509.CertificateBuilder:
    begin = datetime.datetime.fromtimestamp(now - behind * DAY, datetime.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(who)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(begin + datetime.timedelta(days=days))
    )


def _usage(*, sign_others: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not sign_others,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=sign_others,
        crl_sign=sign_others,
        encipher_only=False,
        decipher_only=False,
    )


def _signer(path: Path) -> ec.EllipticCurvePrivateKey:
    key = load_pem_private_key(path.read_bytes(), None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise found("key_none", path=path)
    return key


def _secret(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _replace(path: Path, content: bytes, mode: int, uid: int | None) -> None:
    """Write a file in one step, for its reader alone."""
    fresh = path.with_name(f".{path.name}.new")
    try:
        path.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
        fresh.unlink(missing_ok=True)
        write_new(fresh, content, mode, uid)
        fresh.replace(path)
    except OSError as error:
        raise ZgodaError(in_words("file_unwritten", path=path, detail=error.strerror)) from error
