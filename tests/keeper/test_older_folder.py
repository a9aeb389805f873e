"""Open an old data folder: it is refused in one sentence, and not a byte changes."""

from pathlib import Path

import pytest

from appliance.config.folders import Folders
from appliance.errors import FileFormatError, VaultError, ZgodaError
from appliance.keeper.service import Keeper
from appliance.recorder.serve import make_places
from appliance.vault.layout import check_layout, mark_layout
from appliance.vault.opening.erasers.file import FileEraser
from appliance.vault.opening.keyring import Keyring
from tests.clocks import ManualClock
from tests.keeper.older_folder import CALLS, SAID, unpack
from tests.small.pool import small_trial
from tests.tree import contents

OLDER = (
    "The data folder {data} was made by an older Zgoda (layout %d; this one knows 4). "
    "Open it with that version, or begin with an empty folder."
)


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    """A copy of the older folder."""
    return unpack(tmp_path)


def open_keeper(folders: Folders) -> None:
    """Open today's keeper on it, a minute after the older one was last there."""
    Keeper(small_trial(), folders, ManualClock(SAID["at"] + 60)).open()


def test_it_is_what_the_older_version_left(folders: Folders) -> None:
    assert sorted(contents(folders.data)) == SAID["files"]
    assert len(CALLS) == 3
    assert all((folders.recordings / rid).stat().st_size for rid in CALLS)


@pytest.mark.parametrize(
    "marked", [0, 1, 2, 3], ids=["unmarked", *map("marked {}".format, (1, 2, 3))]
)
@pytest.mark.parametrize("enter", [check_layout, mark_layout, make_places, open_keeper])
def test_it_is_refused_and_left_as_it_is(enter: object, marked: int, folders: Folders) -> None:
    assert callable(enter)
    if marked:
        folders.layout.write_bytes(b"zgoda data folder, layout %d\n" % marked)
    before = contents(folders.data)
    with pytest.raises(FileFormatError) as refused:
        enter(folders)
    assert str(refused.value) == (OLDER % (marked or 1)).format(data=folders.data)
    assert contents(folders.data) == before


def test_marked_newer_it_is_refused_and_left_as_it_is(folders: Folders) -> None:
    folders.layout.write_bytes(b"zgoda data folder, layout 5\n")
    before = contents(folders.data)
    with pytest.raises(FileFormatError, match="newer Zgoda"):
        open_keeper(folders)
    assert contents(folders.data) == before


def test_with_todays_mark_put_into_it_its_keyring_is_still_refused(folders: Folders) -> None:
    folders.layout.write_bytes(b"zgoda data folder, layout 4\n")
    before = contents(folders.data)
    with pytest.raises(FileFormatError, match="of version 1, unknown to this program"):
        Keyring.open(folders.keyring, FileEraser(folders.root))
    with pytest.raises(ZgodaError) as refused:
        open_keeper(folders)
    assert "\n" not in str(refused.value)
    kept = {name: raw for name, raw in contents(folders.data).items() if name in before}
    assert kept == before


def test_with_a_damaged_keyring_it_is_refused_in_one_sentence(folders: Folders) -> None:
    for path in folders.keyring:
        path.write_bytes(path.read_bytes()[:-1] + b"\0\0")
    with pytest.raises((FileFormatError, VaultError)) as refused:
        open_keeper(folders)
    assert "\n" not in str(refused.value)
