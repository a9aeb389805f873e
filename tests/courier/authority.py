"""Make an authority and certificates, for servers that tests start."""

import ssl
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

HERE = "127.0.0.1"


@dataclass(frozen=True)
class Authority:
    """An authority, in a folder of the test's."""

    folder: Path
    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    @property
    def file(self) -> Path:
        """Return the file with its certificate."""
        return self.folder / "authority.pem"

    def trusting(self) -> ssl.SSLContext:
        """Return what a client that trusts this authority alone has."""
        return ssl.create_default_context(cafile=self.file)

    def serving(self, address: str = HERE, *, ended: bool = False) -> ssl.SSLContext:
        """Return what a server of an address has."""
        key = ec.generate_private_key(ec.SECP256R1())
        made = _signed(self.key, key, address, self.certificate.subject, ended=ended)
        file = self.folder / f"server-{made.serial_number}.pem"
        file.write_bytes(_pem(key) + made.public_bytes(serialization.Encoding.PEM))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        return context


def make_authority(folder: Path) -> Authority:
    """Make an authority."""
    key = ec.generate_private_key(ec.SECP256R1())
    made = _signed(key, key, "", _name("Office CA"))
    one = Authority(folder, key, made)
    one.file.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    return one


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    form = serialization.PrivateFormat.PKCS8
    return key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption())


def _signed(
    by: ec.EllipticCurvePrivateKey,
    key: ec.EllipticCurvePrivateKey,
    address: str,
    issuer: x509.Name,
    *,
    ended: bool = False,
) -> x509.Certificate:
    now = datetime.now(UTC)
    until = now - timedelta(hours=1) if ended else now + timedelta(hours=1)
    made = (
        x509.CertificateBuilder()
        .subject_name(_name(address) if address else issuer)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=2))
        .not_valid_after(until)
        .add_extension(x509.BasicConstraints(ca=not address, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(by.public_key()), critical=False
        )
    )
    if address:
        names = x509.SubjectAlternativeName([x509.IPAddress(ip_address(address))])
        made = made.add_extension(names, critical=False)
    else:
        usage = x509.KeyUsage(
            digital_signature=True,
            key_cert_sign=True,
            crl_sign=True,
            **dict.fromkeys(
                ("content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
                 "encipher_only", "decipher_only"), False,
            ),
        )  # fmt: skip
        made = made.add_extension(usage, critical=True)
    return made.sign(by, hashes.SHA256())
