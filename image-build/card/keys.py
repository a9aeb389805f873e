"""Make the keys that sign updates.

``python -m card.keys development FOLDER`` makes unlocked keys for tests and development, once.
``python -m card.keys release FOLDER`` makes a release's, locked with a passphrase that is typed.

``ca.pem`` goes onto every card as its keyring; ``ca.key`` signs new certificates and lies offline;
``update.pem`` and ``update.key`` sign bundles. The curve is NIST P-256 and the hash SHA-256
(FIPS 186-5), which RAUC's OpenSSL reads; a card takes signatures of certificates for code alone.
"""

import argparse
import datetime
import getpass
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

CA_YEARS = 20
UPDATE_YEARS = 6
SHORTEST = 12
"""Characters of a passphrase."""


class KeysError(Exception):
    """The keys cannot be made; says why in one sentence."""


@dataclass(frozen=True, slots=True)
class Authority:
    """What vouches for the certificates that sign updates."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates, content_commitment=False, key_encipherment=False,
        data_encipherment=False, key_agreement=False, key_cert_sign=signs_certificates,
        crl_sign=signs_certificates, encipher_only=False, decipher_only=False,
    )  # fmt: skip


def _certificate(
    key: ec.EllipticCurvePublicKey,
    name: str,
    issuer: x509.Name,
    now: datetime.datetime,
    years: int,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(_name(name))
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now)
        .not_valid_after(now + datetime.timedelta(days=365 * years))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def new_authority(name: str, now: datetime.datetime) -> Authority:
    """Make an authority, which vouches for itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = (
        _certificate(key.public_key(), name, _name(name), now, CA_YEARS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .sign(key, hashes.SHA256())
    )
    return Authority(certificate, key)


def new_signer(
    authority: Authority, name: str, now: datetime.datetime, *, code: bool = True
) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    """Make a key that signs bundles, and the authority's certificate for it.

    Args:
        authority: vouches for it.
        name: of the certificate.
        now: from when on it counts.
        code: it may sign programs; False makes one that no card takes.
    """
    key = ec.generate_private_key(ec.SECP256R1())
    purpose = ExtendedKeyUsageOID.CODE_SIGNING if code else ExtendedKeyUsageOID.CLIENT_AUTH
    ours = x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.key.public_key())
    certificate = (
        _certificate(key.public_key(), name, authority.certificate.subject, now, UPDATE_YEARS)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([purpose]), critical=True)
        .add_extension(ours, critical=False)
        .sign(authority.key, hashes.SHA256())
    )
    return certificate, key


def write(path: Path, certificate: x509.Certificate) -> None:
    """Write a certificate for all to read."""
    path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))


def write_key(path: Path, key: ec.EllipticCurvePrivateKey, passphrase: str = "") -> None:
    """Write a key for its owner alone, locked if there is a passphrase.

    Raises:
        FileExistsError: a key is never overwritten.
    """
    lock: serialization.KeySerializationEncryption = serialization.NoEncryption()
    if passphrase:
        lock = serialization.BestAvailableEncryption(passphrase.encode())
    pem, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(key.private_bytes(pem, form, lock))


def make(folder: Path, kind: str, passphrase: str = "") -> None:
    """Make an authority and a signer in a folder.

    Args:
        folder: is made if it is missing.
        kind: ``development`` or ``release``; it stands in the certificates' names.
        passphrase: locks both keys.

    Raises:
        KeysError: there are keys already, or the passphrase is short.
    """
    if kind == "release" and len(passphrase) < SHORTEST:
        raise KeysError(f"The passphrase needs {SHORTEST} characters.")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if any((folder / name).exists() for name in ("ca.key", "update.key")):
        raise KeysError(f"{folder} holds keys already; nothing is overwritten.")
    now = datetime.datetime.now(datetime.UTC)
    named = "DEVELOPMENT, not for release" if kind == "development" else "release"
    authority = new_authority(f"Zgoda updates ({named})", now)
    certificate, key = new_signer(authority, f"Zgoda update signer ({named})", now)
    write(folder / "ca.pem", authority.certificate)
    write(folder / "update.pem", certificate)
    write_key(folder / "update.key", key, passphrase)
    write_key(folder / "ca.key", authority.key, passphrase)


def main(arguments: Sequence[str] | None = None) -> None:
    """Do what the command line asks."""
    parser = argparse.ArgumentParser(prog="card.keys", description=__doc__)
    parser.add_argument("kind", choices=["development", "release"])
    parser.add_argument("folder", type=Path)
    asked = parser.parse_args(arguments)
    if asked.kind == "development" and (asked.folder / "ca.key").exists():
        return
    passphrase = ""
    try:
        if asked.kind == "release":
            passphrase = getpass.getpass("Passphrase of both keys: ")
            if getpass.getpass("Once more: ") != passphrase:
                raise KeysError("The two passphrases differ; nothing was made.")
        make(asked.folder, asked.kind, passphrase)
    except (KeysError, OSError) as error:
        sys.exit(f"card.keys: {error}")


if __name__ == "__main__":
    main()
