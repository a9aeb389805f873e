"""Check the one-time password of a fresh box: on the terminal, or on the memory card."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from appliance.card.authority import vouch
from appliance.commands.main import zgoda
from appliance.config.folders import Folders
from appliance.config.settings import Panel
from appliance.errors import ZgodaError
from tests.keeper.boxes import KeeperBox, make_keeper


def run(box: KeeperBox, *words: str) -> Result:
    data = str(box.folders.data)
    return CliRunner().invoke(zgoda, ["first-run", "--data", data, *words])


def code(folders: Folders) -> str:
    return folders.first_run_code.read_text("ascii").strip()


def test_it_is_told_until_the_box_has_an_owner(tmp_path: Path) -> None:
    box = make_keeper(tmp_path / "data")
    card = tmp_path / "zgoda-password.txt"
    said = run(box)
    assert (said.exit_code, said.output.strip()) == (0, code(box.folders))
    assert run(box, "--card", str(card)).exit_code == 0
    assert code(box.folders) in card.read_text("utf-8-sig")
    box.confirm(box.first_run())
    assert run(box, "--card", str(card)).exit_code == 0
    assert not card.exists()
    assert isinstance(run(box).exception, ZgodaError)
    box.keeper.close()


def test_the_fingerprint_stands_below_the_password(tmp_path: Path) -> None:
    box = make_keeper(tmp_path / "data")
    panel = Panel(
        names=("zgoda.local",), certificate=f"{tmp_path}/panel.pem", key=f"{tmp_path}/panel.key"
    )
    vouched = vouch(panel, tmp_path / "authority", 1_800_000_000.0)
    card = tmp_path / "zgoda-password.txt"
    run(box, "--card", str(card), "--authority", str(vouched.certificate))
    text = card.read_text("utf-8-sig")

    assert code(box.folders) in text
    assert vouched.fingerprint[:47] in text
    assert vouched.fingerprint[48:] in text
    box.keeper.close()


def test_without_the_certificate_the_password_is_told_all_the_same(tmp_path: Path) -> None:
    box = make_keeper(tmp_path / "data")
    card = tmp_path / "zgoda-password.txt"
    said = run(box, "--card", str(card), "--authority", str(tmp_path / "absent.crt"))

    assert said.exit_code == 0
    assert "absent.crt is missing" in said.output
    assert code(box.folders) in card.read_text("utf-8-sig")
    assert "SHA-256" not in card.read_text("utf-8-sig")
    box.keeper.close()


@pytest.mark.parametrize(
    "there", [b"", b"secret\n", b"X" * 500, b"ABCDE-ABCDE-ABCDE-ABCDE\nroot:x", b"\xff"]
)
def test_nothing_but_a_password_leaves_the_keepers_folder(tmp_path: Path, there: bytes) -> None:
    box = make_keeper(tmp_path / "data")
    card = tmp_path / "zgoda-password.txt"
    box.folders.first_run_code.write_bytes(there)
    said = run(box, "--card", str(card))
    assert said.exception is not None
    assert not card.exists()
    box.keeper.close()


def test_a_link_in_the_keepers_folder_leads_nowhere(tmp_path: Path) -> None:
    box = make_keeper(tmp_path / "data")
    secret = tmp_path / "secret"
    secret.write_text("ABCDE-ABCDE-ABCDE-ABCDE\n")
    box.folders.first_run_code.unlink()
    box.folders.first_run_code.symlink_to(secret)
    card = tmp_path / "zgoda-password.txt"
    assert run(box, "--card", str(card)).exception is not None
    assert not card.exists()
    box.keeper.close()
