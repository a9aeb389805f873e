"""``zgoda audit verify`` and ``zgoda keeper``, as they are typed."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from appliance.commands.main import zgoda
from appliance.config.folders import Folders
from appliance.keeper.audit.log import AuditLog
from tests.clocks import ManualClock
from tests.keeper.audit.audits import make_keyring
from tests.keeper.office import make_office


@pytest.fixture
def log(tmp_path: Path) -> AuditLog:
    log = AuditLog(Folders(tmp_path).audit, ManualClock(), make_keyring(tmp_path / "keys"))
    for _ in range(3):
        log.append("played", "0a1b2c3d", "ab" * 16)
    log.sign_head()
    return log


def verify(folder: Path, *more: str) -> Result:
    return CliRunner().invoke(zgoda, ["audit", "verify", "--data", str(folder), *more])


def spoil(folder: Path, seq: int) -> None:
    (path,) = Folders(folder).audit.glob("*.log")
    path.write_bytes(path.read_bytes().replace(b'"seq":%d' % seq, b'"seq":9'))


def test_a_sound_audit(tmp_path: Path, log: AuditLog) -> None:
    result = verify(tmp_path)
    assert result.exit_code == 0
    assert result.output.startswith(
        "The activity log is complete and unchanged. Entries: 4, signed heads: 1."
    )
    assert verify(tmp_path, "--key", log.public_key.hex()).exit_code == 0


def test_the_first_bad_entry_is_named(tmp_path: Path, log: AuditLog) -> None:
    spoil(tmp_path, 2)
    result = verify(tmp_path)
    assert result.exit_code == 1
    assert result.output == "The activity log is bad at entry 2. Entry 2 was altered.\n"


def test_as_json(tmp_path: Path, log: AuditLog) -> None:
    good = json.loads(verify(tmp_path, "--json").output)
    assert (good["sound"], good["entries"], good["first_bad"], good["heads"]) == (True, 4, None, 1)
    spoil(tmp_path, 3)
    result = verify(tmp_path, "--json")
    assert result.exit_code == 1
    assert json.loads(result.output)["first_bad"] == 3


def test_a_key_from_outside_is_held_against_the_first_entry(tmp_path: Path, log: AuditLog) -> None:
    result = verify(tmp_path, "--key", "00" * 32)
    assert result.exit_code == 1
    assert "begins with another key" in result.output


def test_a_torn_line_is_told_but_is_not_bad(tmp_path: Path, log: AuditLog) -> None:
    (path,) = Folders(tmp_path).audit.glob("*.log")
    with path.open("ab") as file:
        file.write(b'{"seq":4')
    result = verify(tmp_path)
    assert result.exit_code == 0
    assert "The last line is not whole" in result.output


@pytest.mark.parametrize("key", ["", "zz", "00" * 31])
def test_a_key_that_is_none_is_wrong_use(tmp_path: Path, log: AuditLog, key: str) -> None:
    result = verify(tmp_path, "--key", key)
    assert result.exit_code == 2
    assert "A key is 32 bytes in hex" in result.output


def test_no_audit_is_wrong_use(tmp_path: Path) -> None:
    result = verify(tmp_path)
    assert result.exit_code == 2
    assert "There is no activity log in" in result.output


def test_an_unknown_user_is_wrong_use(tmp_path: Path) -> None:
    result = CliRunner().invoke(
        zgoda, ["keeper", "--data", str(tmp_path), "--allow-user", "no-such-user"]
    )
    assert result.exit_code == 2
    assert "There is no user “no-such-user”" in result.output


def test_the_keyring_beside_the_log_is_used_by_itself(tmp_path: Path) -> None:
    office = make_office(tmp_path / "data")
    for _ in range(3):
        office.audit.append("played", "0a1b2c3d", "ab" * 16)
    with office.keyring.changing():
        pass  # which writes the anchor
    folders = office.folders
    assert verify(folders.data).exit_code == 0
    (path,) = folders.audit.glob("*.log")
    whole = path.read_bytes()
    path.write_bytes(b"".join(whole.splitlines(keepends=True)[:-2]))
    for file in (folders.audit / "heads").iterdir():
        file.unlink()
    cut = verify(folders.data)
    assert cut.exit_code == 1
    assert "are missing at the end" in cut.output
    (folders.data / "root").rename(tmp_path / "root")
    assert verify(folders.data).exit_code == 0, "nothing here can read the keyring now"
    assert verify(folders.data, "--root", str(tmp_path / "root")).exit_code == 1
