"""The folder of an update: it grows at its end, leaves room, and follows no link."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from appliance.card.update.fetched import NAME
from appliance.card.update.install import InstallPlaces
from appliance.config.folders import Folders
from appliance.keeper.update import room as rooms
from appliance.keeper.update.room import WHOLE, UpdateFolder


@pytest.fixture
def room(tmp_path: Path) -> UpdateFolder:
    return UpdateFolder(tmp_path / "update")


def test_root_looks_where_the_keeper_leaves_it() -> None:
    folders = Folders(Path("/var/lib/zgoda"), Path("/run"))
    assert InstallPlaces().fetched / NAME == folders.update / WHOLE


def test_it_grows_at_its_end_and_becomes_whole(room: UpdateFolder, tmp_path: Path) -> None:
    assert (room.have(), room.whole()) == (0, 0)
    room.add(0, b"one ")
    room.add(4, b"two")
    assert (room.have(), room.digest()) == (7, hashlib.sha256(b"one two").hexdigest())
    room.settle()
    assert (room.have(), room.whole()) == (0, 7)
    assert (tmp_path / "update").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "update" / WHOLE).stat().st_mode & 0o777 == 0o600
    room.drop()
    assert (room.have(), room.whole()) == (0, 0)
    room.drop()


@pytest.mark.parametrize("start", [0, 2, 4])
def test_it_grows_nowhere_else(room: UpdateFolder, start: int) -> None:
    room.add(0, b"one")
    with pytest.raises(OSError, match="does not end"):
        room.add(start, b"x")
    assert room.have() == 3


WRITES_TOO_MUCH = """
import resource, sys
from pathlib import Path
from appliance.keeper.update.room import UpdateFolder

resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
room = UpdateFolder(Path(sys.argv[1]))
room.add(0, b"a" * 4000)
try:
    room.add(4000, b"b" * 4000)
except OSError:
    sys.exit(7)
"""
"""No file of this process may become larger than 4,096 bytes, as on a disk that is full."""


def test_a_write_that_fails_half_way_leaves_what_was_there(
    room: UpdateFolder, tmp_path: Path
) -> None:
    words = [sys.executable, "-c", WRITES_TOO_MUCH, str(tmp_path / "update")]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 7, done.stderr
    assert room.have() == 4000


def test_what_must_stay_free_is_not_spare(
    room: UpdateFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert room.spare() > -rooms.LEFT
    seen = os.statvfs(tmp_path)
    monkeypatch.setattr(rooms, "LEFT", seen.f_bavail * seen.f_frsize + 2**30)
    assert room.spare() < 0


def test_a_link_in_its_place_is_neither_written_nor_counted(
    room: UpdateFolder, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    other.write_bytes(b"mine")
    (tmp_path / "update").mkdir()
    for name in (rooms.PART, rooms.WHOLE):
        (tmp_path / "update" / name).symlink_to(other)
    assert (room.have(), room.whole()) == (0, 0)
    with pytest.raises(OSError, match=r".+"):
        room.add(0, b"x")
    with pytest.raises(OSError, match=r".+"):
        room.digest()
    room.drop()
    assert other.read_bytes() == b"mine"
