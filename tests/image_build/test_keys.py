"""Keys that sign updates are locked, never overwritten, and say for what they are."""

import subprocess
from pathlib import Path

import pytest
from card.bundle import BundleError, manifest
from card.keys import KeysError, main, make
from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_pem_private_key

PHRASE = "correct horse battery"


def test_a_releases_keys_are_locked_and_for_their_owner_alone(tmp_path: Path) -> None:
    make(tmp_path / "keys", "release", PHRASE)

    for name in ("ca.key", "update.key"):
        path = tmp_path / "keys" / name
        assert path.stat().st_mode & 0o777 == 0o600
        with pytest.raises(TypeError, match="encrypted"):
            load_pem_private_key(path.read_bytes(), None)
        assert load_pem_private_key(path.read_bytes(), PHRASE.encode())


def test_keys_are_never_overwritten(tmp_path: Path) -> None:
    make(tmp_path, "release", PHRASE)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}

    for kind in ("release", "development"):
        with pytest.raises(KeysError, match="holds keys already"):
            make(tmp_path, kind, PHRASE)
    main(["development", str(tmp_path)])
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_a_short_passphrase_locks_nothing(tmp_path: Path) -> None:
    with pytest.raises(KeysError, match="12 characters"):
        make(tmp_path / "keys", "release", "short")
    assert not (tmp_path / "keys").exists()


def test_keys_for_development_say_so(tmp_path: Path) -> None:
    main(["development", str(tmp_path)])

    for name in ("ca.pem", "update.pem"):
        certificate = x509.load_pem_x509_certificate((tmp_path / name).read_bytes())
        assert "DEVELOPMENT, not for release" in certificate.subject.rfc4514_string().replace(
            "\\", ""
        )


def test_openssl_takes_the_signer_for_programs_alone(tmp_path: Path) -> None:
    make(tmp_path, "development")
    files = ["-CAfile", str(tmp_path / "ca.pem"), str(tmp_path / "update.pem")]

    def verifies(purpose: str) -> bool:
        asked = ["openssl", "verify", "-purpose", purpose, *files]
        return subprocess.run(asked, capture_output=True, check=False).returncode == 0

    assert verifies("codesign")
    assert not verifies("sslserver")
    assert not verifies("smimesign")


@pytest.mark.parametrize("version", ["0.1.0", "1.2.3-rc1", "1.2.3+build"])
def test_a_version_that_a_card_can_compare(version: str) -> None:
    assert f"version={version}\n" in manifest(version, "root.ext4")


@pytest.mark.parametrize("version", ["", "1", "1.2", "01.2.3", "1.2.3\n[x]", "1.2.3 "])
def test_a_version_that_no_card_could_compare(version: str) -> None:
    with pytest.raises(BundleError, match="no version"):
        manifest(version, "root.ext4")
