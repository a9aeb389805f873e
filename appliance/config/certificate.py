"""Read, check and make the TLS certificate that the configuration names for the panel."""

import datetime
import ipaddress
import os
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from appliance.config import reach
from appliance.config.mistakes import found, read_file, unreadable, unwritten
from appliance.config.settings import Panel
from appliance.errors import ZgodaError

OWN_DAYS = 825
"""Life of a certificate of our own: the longest that every browser accepts if told to trust it."""

LONGEST_FILE = 1 << 20

_HOLDS_NONE = (
    ValueError,
    TypeError,
    UnsupportedAlgorithm,
    x509.InvalidVersion,
    x509.DuplicateExtension,
    x509.UnsupportedGeneralNameType,
)
"""Whatever cryptography raises for a certificate that it does not understand."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """The properties of a certificate that matter to a browser."""

    names: frozenset[str]  # as they stand in a URL
    since: float  # seconds since 1970
    until: float
    own: bool  # it vouches for itself: browsers ask before they trust it
    fingerprint: str  # SHA-256, as browsers show it
    public_key: bytes


def read_certificate(path: Path) -> Certificate:
    """Read a certificate; a chain may follow it in the file. Raises MistakesFound."""
    content = read_file(path, LONGEST_FILE)
    try:
        return _described(x509.load_pem_x509_certificates(content)[0])
    except _HOLDS_NONE as error:
        raise found("certificate_none", path=path) from error


def _described(first: x509.Certificate) -> Certificate:
    digest = first.fingerprint(hashes.SHA256()).hex().upper()
    return Certificate(
        names=_names(first),
        since=first.not_valid_before_utc.timestamp(),
        until=first.not_valid_after_utc.timestamp(),
        own=first.issuer == first.subject,
        fingerprint=":".join(digest[at : at + 2] for at in range(0, len(digest), 2)),
        public_key=first.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo),
    )


def check_key(panel: Panel) -> None:
    """Raise MistakesFound unless the two belong together and nobody else can read the key."""
    certificate, path = read_certificate(Path(panel.certificate)), Path(panel.key)
    if is_open(path):
        raise found("key_open", path=path)
    content = read_file(path, LONGEST_FILE)
    try:
        key = load_pem_private_key(content, None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise found("key_none", path=path) from error
    public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    if public != certificate.public_key:
        raise found("key_of_another", path=path, certificate=panel.certificate)


def is_open(key: Path) -> bool:
    """Say whether anybody but its owner can read a key; raises MistakesFound."""
    try:
        return bool(key.stat().st_mode & 0o077)
    except OSError as error:
        raise unreadable(key, error) from error


def make_certificate(panel: Panel, now: float, uid: int | None = None) -> Certificate:
    """Make a key and a certificate that vouches for itself, where the configuration names them.

    Args:
        panel: the panel's settings; the certificate holds all its names.
        now: the time, in seconds since 1970.
        uid: the user who alone may read the key; None for the caller.

    Raises:
        ZgodaError: one of the files is there already, or cannot be written.
    """
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = _signed(key, reach.names(panel), now)
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    write_new(Path(panel.key), secret, 0o400, uid)
    try:
        write_new(Path(panel.certificate), certificate.public_bytes(Encoding.PEM), 0o644, None)
    except ZgodaError:
        Path(panel.key).unlink()
        raise
    return read_certificate(Path(panel.certificate))


def _signed(
    key: ec.EllipticCurvePrivateKey, names: tuple[str, ...], now: float
) -> x509.Certificate:
    who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[-1].strip("[]")[:64])])
    begin = datetime.datetime.fromtimestamp(now, datetime.UTC)
    usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
    return (
        x509.CertificateBuilder()
        .subject_name(who)
        .issuer_name(who)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin - datetime.timedelta(days=1))  # a browser's clock may be behind
        .not_valid_after(begin + datetime.timedelta(days=OWN_DAYS - 1))
        .add_extension(x509.SubjectAlternativeName([_general(name) for name in names]), False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=False)
        .sign(key, hashes.SHA256())
    )


def _general(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name.strip("[]")))
    except ValueError:
        return x509.DNSName(name)


def _names(certificate: x509.Certificate) -> frozenset[str]:
    try:
        held = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return frozenset()
    addresses = map(str, held.get_values_for_type(x509.IPAddress))
    return frozenset(map(reach.in_url, (*held.get_values_for_type(x509.DNSName), *addresses)))


def write_new(path: Path, content: bytes, mode: int, uid: int | None) -> None:
    """Write a file that was not there, and give it to its reader; raises MistakesFound."""
    try:
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            os.fchmod(file.fileno(), mode)
            if uid is not None:
                os.fchown(file.fileno(), uid, -1)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except FileExistsError:
        raise found("file_there", path=path) from None
    except OSError as error:
        raise unwritten(path, error) from error
