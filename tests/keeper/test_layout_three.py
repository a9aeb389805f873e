"""A folder of layout 3, with recordings of format 2, is refused in one sentence each."""

import json
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from appliance.commands.main import zgoda
from appliance.config.folders import Folders
from appliance.errors import FileFormatError, MadeByOlder
from appliance.keeper.service import Keeper
from appliance.recorder.serve import make_places
from appliance.vault.format import FormatFault, Malformed
from appliance.vault.layout import check_layout, mark_layout
from appliance.vault.opening.erasers.file import FileEraser
from appliance.vault.opening.keyring import Keyring
from appliance.vault.opening.unseal import read_header
from tests.clocks import ManualClock
from tests.small.pool import small_trial
from tests.tree import contents

OLDER = Path(__file__).parent / "older"
SAID: dict[str, Any] = json.loads((OLDER / "da1a2956.json").read_text())
SCRIPT = Path(__file__).parents[2] / "docs" / "unseal.py"
THREE = (
    "The data folder {data} was made by an older Zgoda (layout 3; this one knows 4). "
    "Open it with that version, or begin with an empty folder."
)


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    """A copy of the older folder."""
    with tarfile.open(OLDER / "da1a2956.tar.xz") as archive:
        archive.extractall(tmp_path, filter="data")
    (tmp_path / "sheet.txt").write_text(SAID["sheet"])
    return Folders(tmp_path / "data")


def open_keeper(folders: Folders) -> None:
    """Open today's keeper on it, a minute after the older one was last there."""
    Keeper(small_trial(), folders, ManualClock(SAID["at"] + 60)).open()


@pytest.mark.parametrize("unmarked", [False, True])
@pytest.mark.parametrize("enter", [check_layout, mark_layout, make_places, open_keeper])
def test_it_is_refused_and_left_as_it_is(enter: object, unmarked: bool, folders: Folders) -> None:
    assert callable(enter)
    if unmarked:
        folders.layout.unlink()
    before = contents(folders.data)
    with pytest.raises(FileFormatError) as refused:
        enter(folders)
    assert str(refused.value) == THREE.format(data=folders.data)
    assert contents(folders.data) == before


def test_with_todays_mark_put_into_it_its_keyring_is_still_refused(folders: Folders) -> None:
    folders.layout.write_bytes(b"zgoda data folder, layout 4\n")
    with pytest.raises(FileFormatError, match="of version 3, unknown to this program"):
        Keyring.open(folders.keyring, FileEraser(folders.root))
    with pytest.raises(MadeByOlder) as refused:
        open_keeper(folders)
    assert "keyring.0 was made by an older Zgoda (version 3; this one knows 4)" in str(
        refused.value
    )
    assert "\n" not in str(refused.value)


def recordings(folders: Folders) -> list[Path]:
    """Return all recordings of it."""
    there = [*folders.recordings.iterdir(), *folders.new.iterdir()]
    return [path for path in there if path.stat().st_size]


def test_each_of_its_recordings_is_refused_in_one_sentence(folders: Folders) -> None:
    there = recordings(folders)
    assert len(there) == len(SAID["calls"]) - 1  # one was erased
    for path in there:
        with pytest.raises(Malformed) as refused:
            read_header(path)
        assert refused.value.failure is FormatFault.VERSION
        assert "has format 2, which trials wrote before the first release" in str(refused.value)


def test_no_command_opens_one(folders: Folders) -> None:
    for name, path in (("rec", recordings(folders)[0]), ("ledger", folders.ledger)):
        asked = [str(path), "--sheet", str(folders.data.parent / "sheet.txt")]
        asked += ["--keyring", str(folders.keyring[0]), "--out", str(folders.data / "out")]
        done = CliRunner().invoke(zgoda, ["unseal", *asked])
        assert str(done.exception) == THREE.format(data=folders.data), name
        assert not (folders.data / "out").exists()


def test_the_second_reader_refuses_it_in_one_sentence(folders: Folders) -> None:
    path = recordings(folders)[0]
    asked = [str(path), str(folders.data.parent / "sheet.txt"), str(folders.keyring[0])]
    done = subprocess.run(
        [sys.executable, str(SCRIPT), *asked, str(folders.data / "out")],
        check=False,
        capture_output=True,
        text=True,
        timeout=50,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"{path}: This is no keyring of version 4.\n"
