import errno
from pathlib import Path

import pytest

from appliance.errors import FileFormatError, StorageFull, VaultError
from appliance.vault.disk import Disk, failure, fill_random, wipe
from tests.vaults import FailingDisk


def test_replacing_gives_the_new_file_whole(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"old")
    Disk().replace(path, b"new")
    assert path.read_bytes() == b"new"
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("operation", ["write", "sync_all", "rename"])
def test_a_replacement_that_fails_leaves_the_old_file_alone(tmp_path: Path, operation: str) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"old")
    disk = FailingDisk()
    disk.fail(operation)
    with pytest.raises(OSError, match="error"):
        disk.replace(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_is_replaced_in_the_order_that_survives_a_power_cut(tmp_path: Path) -> None:
    disk = FailingDisk()
    disk.replace(tmp_path / "file", b"new")
    steps = [operation for operation, _ in disk.calls]
    assert steps == ["write", "sync_all", "rename", "sync_folder"]


def test_reading_stops_at_its_limit(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(bytes(11))
    assert Disk().read(tmp_path / "file", 11) == bytes(11)
    with pytest.raises(FileFormatError, match="larger than it can be"):
        Disk().read(tmp_path / "file", 10)


def test_unlinking_what_is_not_there_is_harmless(tmp_path: Path) -> None:
    Disk().unlink(tmp_path / "file")
    (tmp_path / "file").touch()
    Disk().unlink(tmp_path / "file")
    assert not list(tmp_path.iterdir())


def test_the_room_that_is_left_is_asked_of_the_system(tmp_path: Path) -> None:
    assert Disk().free(tmp_path) > 0


def test_failures_say_what_a_person_can_do() -> None:
    for number in (errno.ENOSPC, errno.EDQUOT):
        assert isinstance(failure(OSError(number, "full"), "A file"), StorageFull)
    other = failure(OSError(errno.EIO, "Input/output error"), "A file")
    assert type(other) is VaultError
    assert str(other) == "A file could not be written: Input/output error."
    assert str(failure(OSError("odd"), "A file")) == "A file could not be written: odd."


def test_buffers_are_filled_and_wiped_in_place() -> None:
    one, other = bytearray(32), bytearray(32)
    fill_random(one)
    fill_random(other)
    assert one != other
    wipe(one, other)
    assert one == other == bytearray(32)
