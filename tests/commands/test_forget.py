"""``zgoda forget`` on a data folder whose services are stopped."""

import stat
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from appliance.commands.forget import command
from appliance.errors import FileFormatError, VaultError, ZgodaError
from appliance.keeper.first_run.create import has_vault
from appliance.vault.opening.content import open_keyring
from appliance.vault.opening.erasers.file import FileEraser
from tests.keeper.boxes import KeeperBox, set_up
from tests.vaults import Vault


def forget(box: KeeperBox, *words: str) -> Result:
    return CliRunner().invoke(command, ["--data", str(box.folders.data), *words])


def files_in(box: KeeperBox) -> list[Path]:
    """Return what lies in the data folder and its places."""
    return [path for path in box.folders.data.rglob("*") if path.parent != box.folders.data] + [
        path for path in box.folders.data.iterdir() if not path.is_dir()
    ]


@pytest.fixture
def box(tmp_path: Path) -> KeeperBox:
    made = set_up(tmp_path / "data")
    made.keeper.close()
    return made


def test_nothing_is_left_and_the_next_start_is_a_first_run(box: KeeperBox) -> None:
    copy = box.folders.keyring[0].read_bytes()
    root = box.folders.root
    done = forget(box, "--yes")
    assert done.exit_code == 0, done.output
    assert "Everything on the device is erased" in done.stdout
    assert files_in(box) == []
    with pytest.raises((FileFormatError, VaultError)):
        open_keyring(copy, FileEraser(root))
    box.keeper.open()
    assert not has_vault(box.folders)
    assert box.code()
    box.keeper.close()


def test_the_places_keep_their_owners_and_modes(box: KeeperBox) -> None:
    """Installing made them; a start makes what is missing for the keeper alone."""
    for place in (box.folders.new, box.folders.notes):
        place.chmod(0o2710)
    assert forget(box, "--yes").exit_code == 0
    box.keeper.open()
    modes = [stat.S_IMODE(place.stat().st_mode) for place in (box.folders.new, box.folders.notes)]
    assert modes == [0o2710, 0o2710]
    box.keeper.close()


def test_without_a_yes_nothing_is_done(box: KeeperBox) -> None:
    assert isinstance(forget(box).exception, ZgodaError)
    assert FileEraser(box.folders.root).generations() == (1,)


def test_as_long_as_a_recording_is_left_it_is_refused(box: KeeperBox) -> None:
    box.restart()
    assert box.keeper.box is not None
    vault = Vault(box.folders, bytearray(), box.keeper.box.keyring, box.keeper.box.eraser)
    vault.record()
    box.keeper.close()
    done = forget(box, "--yes")
    assert "1 recordings are left: erase them all first" in str(done.exception)
    assert FileEraser(box.folders.root).generations() == (1,)


def test_beside_a_running_keeper_it_is_refused(box: KeeperBox) -> None:
    box.restart()
    assert "Another keeper is already at work" in str(forget(box, "--yes").exception)
    box.keeper.close()


def test_a_cut_behind_the_root_is_finished(box: KeeperBox) -> None:
    FileEraser(box.folders.root).wipe_all()
    assert forget(box, "--yes").exit_code == 0
    assert files_in(box) == []
