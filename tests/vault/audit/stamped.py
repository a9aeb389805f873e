"""Be a time-stamp authority: OpenSSL's ``ts``, with keys of the moment."""

import subprocess
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

NAME = "Example Time Stamps"

Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey

_SETTINGS = """
[tsa]
serial = {folder}/serial
crypto_device = builtin
signer_cert = {folder}/signer.pem
signer_key = {folder}/signer.key
certs = {folder}/chain.pem
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha512
ess_cert_id_alg = sha256
accuracy = secs:1
"""


@dataclass
class StampAuthority:
    """An authority with a root, a certificate between, and one that stamps."""

    folder: Path
    name: str = NAME
    longer: int = 0
    """Letters more in the name of the certificate between: OpenSSL does not sort the two."""
    rsa: bool = False
    """Whether it stamps with a key of RSA."""
    sends_root: bool = False
    """Whether the certificate of its root comes with each stamp, too."""
    asked: list[bytes] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.folder.mkdir()
        root, between, signer = map(_key, (False, False, self.rsa))
        top, middle = f"{self.name} Root", f"{self.name} CA{'A' * self.longer}"
        self.root = certificate(top, root, top, root, ca=True)
        self.cross = certificate(top, root, f"{self.name} Old Root", _key(self.rsa), ca=True)
        self.between = certificate(middle, between, top, root, ca=True)
        stamping = certificate(self.name, signer, middle, between, ca=False)
        (self.folder / "serial").write_text("01\n")
        (self.folder / "signer.pem").write_bytes(_pem(stamping))
        chain = (self.between, self.root) if self.sends_root else (self.between,)
        (self.folder / "chain.pem").write_bytes(b"".join(map(_pem, chain)))
        (self.folder / "signer.key").write_bytes(
            signer.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
        (self.folder / "tsa.cnf").write_text(_SETTINGS.format(folder=self.folder))
        self.roots.write_bytes(_pem(self.root))

    @property
    def roots(self) -> Path:
        """Return the file of its root."""
        return self.folder / "roots.pem"

    def answer(self, query: bytes) -> bytes:
        """Answer a request."""
        self.asked.append(query)
        (self.folder / "query").write_bytes(query)
        words = "openssl ts -reply -section tsa".split()
        files = ["-config", "tsa.cnf", "-queryfile", "query", "-out", "answer"]
        subprocess.run([*words, *files], cwd=self.folder, check=True, capture_output=True)
        return (self.folder / "answer").read_bytes()


def _key(of_rsa: bool) -> Key:
    if of_rsa:
        return rsa.generate_private_key(public_exponent=65_537, key_size=2048)
    return ec.generate_private_key(ec.SECP256R1())


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def certificate(
    name: str,
    key: Key,
    issuer: str,
    by: Key,
    *,
    ca: bool,
) -> x509.Certificate:
    """Return a certificate of a key that another one has signed."""
    now = datetime.now(UTC)
    names = (
        *("digital_signature", "content_commitment", "key_encipherment", "data_encipherment"),
        *("key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only"),
    )
    used = {name: name == ("key_cert_sign" if ca else "digital_signature") for name in names}
    made = (
        x509.CertificateBuilder()
        .subject_name(_name(name))
        .issuer_name(_name(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=2))
        .not_valid_after(now + timedelta(days=2))
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        .add_extension(x509.KeyUsage(**used), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(by.public_key()), critical=False
        )
    )
    if not ca:
        usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
        made = made.add_extension(usage, critical=True)
    return made.sign(by, hashes.SHA256())
