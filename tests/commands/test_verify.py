"""``zgoda verify`` finds recordings that are not as they were sealed."""

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from appliance.commands.main import zgoda
from appliance.commands.verify import FOREIGN, command
from appliance.errors import FileFormatError, WrongSecret
from appliance.keeper.audit.log import AuditLog
from appliance.vault.opening.digest import digest
from appliance.vault.opening.keys import new_secret, qr_text, sheet_text
from tests.clocks import ManualClock
from tests.vaults import Vault, damage, make_vault


@dataclass
class Office:
    """A vault with an audit and one sealed recording."""

    vault: Vault
    audit: AuditLog
    rid: str

    @property
    def data(self) -> Path:
        return self.vault.folders.data

    @property
    def keys(self) -> list[str]:
        return ["--sheet", sheet_text(self.vault.secret), "--keyring", str(self.data / "keyring.0")]

    def seal(self) -> str:
        sealed = self.vault.record()
        self.audit.append(
            "sealed", "keeper", sealed.rid, frames=sealed.frames, sha256=sealed.sha256
        )
        return sealed.rid


@pytest.fixture
def office(tmp_path: Path) -> Office:
    vault = make_vault(tmp_path)
    audit = AuditLog(vault.folders.audit, ManualClock(), vault.keyring)
    made = Office(vault, audit, "")
    made.rid = made.seal()
    return made


def verify(*arguments: str | Path) -> tuple[int, dict[str, Any]]:
    """Run the command and return exit code and what it printed."""
    result = CliRunner().invoke(command, [*map(str, arguments), "--json"], catch_exceptions=False)
    return result.exit_code, json.loads(result.stdout)


def verdicts(told: dict[str, Any]) -> dict[str, str]:
    return {row["recording"]: row["verdict"] for row in told["files"] if row["recording"]}


def test_without_a_key_a_sealed_recording_is_complete_and_not_opened(office: Office) -> None:
    for path in (office.vault.path(office.rid), office.data):
        code, told = verify(path)
        row = told["files"][-1]
        assert (code, told["well"]) == (0, True)
        assert (row["verdict"], row["contents"]) == ("complete", "not opened")
        assert (row["recording"], row["frames"]) == (office.rid, 8)


@pytest.mark.parametrize("form", ["text", "qr", "file", "lower"])
def test_with_sheet_and_keyring_the_contents_are_checked_too(office: Office, form: str) -> None:
    text = sheet_text(office.vault.secret)
    sheet = {"text": text, "lower": text.lower(), "qr": qr_text(text)}.get(form)
    if sheet is None:
        sheet = str(office.data / "sheet.txt")
        Path(sheet).write_text(text + "\n")
    keyring = str(office.data / "keyring.1")
    code, told = verify(office.data, "--sheet", sheet, "--keyring", keyring)
    assert (code, told["files"][-1]["contents"]) == (0, "opened")
    assert told["files"][-1]["why"] == "Whole, 0:02 long."


def test_a_persons_output_is_one_line_a_file(office: Office) -> None:
    result = CliRunner().invoke(command, [str(office.data)])
    assert result.exit_code == 0
    audit, recording = result.stdout.splitlines()
    assert audit.endswith("audit: The activity log is complete and unchanged.")
    assert ": complete, contents: not opened, origin: not attested. " in recording


@pytest.mark.parametrize("keyed", [False, True])
def test_a_flip_is_tampering(office: Office, keyed: bool) -> None:
    other = office.seal()
    damage(office.vault.path(office.rid), 9000)
    code, told = verify(office.data, *(office.keys if keyed else []))
    assert code == 1
    assert verdicts(told) == {office.rid: "tampered", other: "complete"}


def test_what_is_gone_is_missing_and_what_is_erased_is_not(office: Office) -> None:
    other = office.seal()
    office.vault.path(office.rid).unlink()
    code, told = verify(office.data)
    assert (code, verdicts(told)) == (1, {office.rid: "missing", other: "complete"})
    office.audit.append("erased", "keeper", office.rid)
    code, told = verify(office.data)
    assert (code, verdicts(told)) == (0, {office.rid: "shredded", other: "complete"})


def test_a_cut_is_well_once_it_is_taken_up(office: Office) -> None:
    file = office.vault.begin()
    file.close()
    code, told = verify(office.data, *office.keys)
    assert (code, verdicts(told)[file.rid]) == (1, "cut")
    late = digest(office.vault.path(file.rid))
    office.audit.append("sealed", "keeper", file.rid, frames=late.frames, sha256=late.sha256)
    code, told = verify(office.data, *office.keys)
    assert (code, verdicts(told)[file.rid]) == (0, "cut")


def test_a_withdrawn_call_waits_for_its_erasure(office: Office) -> None:
    file = office.vault.begin()
    file.withdraw(office.vault.folders.withdrawn)
    code, told = verify(office.data)
    row = next(row for row in told["files"] if row["recording"] == file.rid)
    assert (code, row["verdict"], row["why"][:9]) == (0, None, "Discarded")


def test_an_audit_that_does_not_hold_is_said_first(office: Office) -> None:
    office.seal()
    log = next(office.vault.folders.audit.glob("*.log"))
    damage(log, 100)
    code, told = verify(office.data)
    assert code == 1
    assert told["files"][0]["well"] is False
    assert told["files"][0]["why"].startswith("Entry 1 ")


def test_a_copy_elsewhere_is_judged_by_itself(
    office: Office, tmp_path_factory: pytest.TempPathFactory
) -> None:
    copy = tmp_path_factory.mktemp("copies") / "call.zgoda"
    copy.write_bytes(office.vault.path(office.rid).read_bytes())
    code, told = verify(copy, *office.keys)
    assert (code, verdicts(told)) == (0, {office.rid: "complete"})
    code, told = verify(copy)
    (row,) = told["files"]
    assert (code, row["verdict"], row["recording"]) == (1, None, office.rid)
    assert "more needs the activity log, or keys" in row["why"]


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7 and so on", b"ZGODAREC" + bytes(5000)])
def test_a_foreign_file_gives_one_sentence(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "file").write_bytes(content)
    code, told = verify(tmp_path / "file")
    (row,) = told["files"]
    assert (code, row["well"]) == (1, False)
    assert row["why"].endswith(".")
    assert row["why"].count(". ") == 0


def test_what_is_not_there_or_no_data_folder_is_said(tmp_path: Path) -> None:
    code, told = verify(tmp_path)
    assert (code, told["files"][0]["why"]) == (1, FOREIGN)
    code, told = verify(tmp_path / "none")
    assert (code, told["files"][0]["verdict"]) == (1, "missing")


def test_what_cannot_be_read_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("appliance.commands.verify.assess", refuse)
    code, told = verify(tmp_path / "none")
    assert (code, told["files"][0]["why"]) == (1, "Permission denied")


def test_another_offices_sheet_is_refused(office: Office) -> None:
    stranger = ["--sheet", sheet_text(new_secret()), *office.keys[2:]]
    with pytest.raises(WrongSecret, match="another office"):
        verify(office.data, *stranger)


def test_a_typing_mistake_names_its_group(office: Office) -> None:
    text = sheet_text(office.vault.secret)
    wrong = text[:-1] + ("0" if text[-1] != "0" else "1")
    with pytest.raises(WrongSecret, match="Group 13"):
        verify(office.data, "--sheet", wrong, *office.keys[2:])
    (office.data / "sheet").write_bytes(b"\xff\xfe")
    with pytest.raises(WrongSecret, match="does not hold"):
        verify(office.data, "--sheet", str(office.data / "sheet"), *office.keys[2:])
    with pytest.raises(WrongSecret, match="these are 5000"):
        verify(office.data, "--sheet", "A" * 5000, *office.keys[2:])


def test_a_keyring_needs_its_own_root(office: Office, tmp_path: Path) -> None:
    (tmp_path / "away").mkdir()
    keyring = tmp_path / "away" / "keyring"
    keyring.write_bytes((office.data / "keyring.0").read_bytes())
    arguments: list[str | Path] = [office.data, *office.keys[:3], keyring]
    with pytest.raises(FileFormatError, match="give it with --root"):
        verify(*arguments)
    with pytest.raises(FileFormatError, match="copy it together with the keyring"):
        verify(*arguments, "--root", office.data / "root")
    shutil.copytree(office.data / "keys", tmp_path / "away" / "keys")
    assert verify(*arguments, "--root", office.data / "root")[0] == 0
    office.vault.keyring.rotate(lambda content: None)
    office.vault.eraser.wipe_others(2)
    with pytest.raises(FileFormatError, match="older or newer than its root"):
        verify(*arguments, "--root", office.data / "root")


def test_wrong_use_is_two(office: Office) -> None:
    for arguments in ([], [str(office.data), "--sheet", "A"]):
        assert CliRunner().invoke(command, arguments).exit_code == 2
    assert "Example" in CliRunner().invoke(zgoda, ["verify", "--help"]).stdout


def test_what_waits_to_be_taken_up_is_judged_where_it_lies(office: Office) -> None:
    cut = office.vault.begin()
    cut.close()
    (office.vault.folders.new / "readme").write_text("hello")
    code, told = verify(office.data)
    assert code == 1
    assert verdicts(told) == {office.rid: "complete", cut.rid: "cut"}
    assert sum(row["path"].startswith(str(office.vault.folders.new)) for row in told["files"]) == 3
    (office.vault.folders.new / cut.rid).unlink()
    (office.vault.folders.new / "readme").unlink()
    office.vault.path(office.rid).rename(office.vault.folders.recordings / office.rid)
    code, told = verify(office.data)
    assert (code, verdicts(told)) == (0, {office.rid: "complete"})


def test_a_folder_without_files_made_ahead_is_read_too(office: Office) -> None:
    """As a backup has it that leaves out what was not taken up."""
    office.vault.path(office.rid).rename(office.vault.folders.recordings / office.rid)
    shutil.rmtree(office.vault.folders.new)
    code, told = verify(office.data)
    assert (code, verdicts(told)) == (0, {office.rid: "complete"})
