"""Check where backups go by SFTP, and which keys of servers are taken."""

import subprocess

import pytest

from appliance.model.outside.sftp import fingerprint, is_host_key, wrong_fields
from tests.courier.sshd import new_key

ED25519 = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHjJWVWMd5TgUnPcYWhlBkHKoBeQjgYyqBOVYqPVGTLA"


@pytest.mark.parametrize("folder", ["", "zgoda", "/srv/zgoda", "a/b.c/d-e", "..a", "a+b@c"])
def test_plain_places_are_taken(folder: str) -> None:
    assert wrong_fields("backup.example.com", 22, "zgoda", folder, "day", "own") == ()


@pytest.mark.parametrize("folder", ["..", "a/../b", "/", "a//b", "a b", "a\n", "~", "*", "a" * 201])
def test_a_folder_that_leads_elsewhere_is_not(folder: str) -> None:
    assert wrong_fields("192.0.2.7", 22, "zgoda", folder, "day", "other") == ("folder",)


def test_all_that_is_wrong_is_named() -> None:
    told = wrong_fields("no server", 0, "-o", "..", "hourly", "")
    assert told == ("server", "port", "user", "folder", "every", "whose")


@pytest.mark.parametrize("kind", ["ed25519", "ecdsa"])
def test_a_key_that_openssh_makes_has_the_fingerprint_that_openssh_shows(
    tmp_path_factory: pytest.TempPathFactory, kind: str
) -> None:
    file = tmp_path_factory.mktemp("key") / "key"
    line = new_key(file, kind)
    shown = subprocess.run(
        ["ssh-keygen", "-l", "-f", str(file)], check=True, capture_output=True, text=True
    )
    assert is_host_key(line)
    assert fingerprint(line) in shown.stdout.split()


@pytest.mark.parametrize(
    "line",
    [
        "",
        "ssh-ed25519",
        ED25519 + " comment",
        ED25519 + "\n",
        ED25519.replace("AAAAC3", "AAAAC4"),
        ED25519.replace("ssh-ed25519", "ssh-rsa"),
        ED25519.replace("ssh-ed25519", "ecdsa-sha2-nistp256"),
        "ssh-ed25519 " + "A" * 500,
        "ssh-ed25519 ****",
    ],
)
def test_anything_else_is_no_key(line: str) -> None:
    assert not is_host_key(line)
    assert fingerprint(line) == ""
