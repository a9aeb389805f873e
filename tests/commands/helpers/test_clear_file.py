"""Sound in the clear on a full disk: one sentence, and no partial file left behind."""

import errno
import os
import wave
from pathlib import Path

import pytest
from click.testing import CliRunner

from appliance.commands.helpers.clear_file import new_clear_file, write_new_clear_file
from appliance.commands.main import zgoda
from appliance.errors import ZgodaError
from appliance.vault.opening.keys import sheet_text
from tests.vaults import make_vault


def full(*_: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_it_is_its_owners_alone(tmp_path: Path) -> None:
    with new_clear_file(tmp_path / "sound") as file:
        file.write(b"heard")
    assert (tmp_path / "sound").read_bytes() == b"heard"
    assert (tmp_path / "sound").stat().st_mode & 0o777 == 0o600


def test_half_of_it_goes_and_what_was_there_before_stays(tmp_path: Path) -> None:
    path = tmp_path / "sound"
    with (
        pytest.raises(OSError, match="No space left"),
        new_clear_file(path) as file,
    ):
        full(file.write(b"heard"))
    assert not path.exists()
    path.write_bytes(b"mine")
    with pytest.raises(FileExistsError), new_clear_file(path):
        pass
    assert path.read_bytes() == b"mine"


def test_unseal_on_a_full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    vault = make_vault(tmp_path)
    rid = vault.record().rid
    monkeypatch.setattr(wave.Wave_write, "writeframes", full)
    keys = ["--sheet", sheet_text(vault.secret), "--keyring", str(vault.folders.keyring[0])]
    out = tmp_path / "out.wav"
    done = CliRunner().invoke(zgoda, ["unseal", str(vault.path(rid)), *keys, "--out", str(out)])
    assert done.exit_code == 2
    assert f"{out} cannot be written: No space left on device." in done.stderr
    assert not out.exists()


def test_export_on_a_full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.fdopen
    monkeypatch.setattr("builtins.open", lambda fd, mode: real(_closed(fd), mode))
    with pytest.raises(ZgodaError, match="cannot be written: No space left on device"):
        write_new_clear_file(tmp_path / "out.wav", [b"heard"] * 100_000)
    assert not (tmp_path / "out.wav").exists()


def _closed(fd: int) -> int:
    """Put the device that is always full in a file's place."""
    os.close(fd)
    return os.open("/dev/full", os.O_WRONLY)
