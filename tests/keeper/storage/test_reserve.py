"""Test the keeper's reserve on a full disk: given up in pieces, then regrown."""

import errno
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.keeper.storage.reserve import (
    LEFT_TO_OTHERS,
    PIECE,
    Reserve,
    ReservedDisk,
)
from tests.small.disk import PAGE, SmallDisk, small_disk
from tests.small.reserve import WHOLE, kept_whole

MIB = 2**20


@pytest.fixture(autouse=True)
def _whole() -> Iterator[None]:
    with kept_whole():
        yield


@pytest.fixture(params=[True, False], ids=["mounted", "laid over"])
def disk(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[SmallDisk]:
    with small_disk(tmp_path / "small", 24 * MIB, real=request.param) as made:
        yield made


def full(disk: SmallDisk) -> Reserve:
    """Return a whole reserve on a disk without another byte."""
    reserve = Reserve(disk.folder / "reserve")
    reserve.keep()
    disk.leave(0)
    return reserve


def test_it_takes_real_room_and_a_full_disk_gives_what_it_held(disk: SmallDisk) -> None:
    before = disk.free
    reserve = Reserve(disk.folder / "reserve")
    reserve.keep()
    assert reserve.size == WHOLE == before - disk.free
    disk.leave(0)
    other = os.open(disk.folder / "other", os.O_WRONLY | os.O_CREAT)
    with pytest.raises(OSError, match="No space left"):
        os.write(other, bytes(PAGE))
    os.close(other)
    assert reserve.give(1000)
    assert reserve.size == WHOLE - PIECE - 1000
    assert disk.free > 1000


def test_a_file_is_replaced_on_a_full_disk(disk: SmallDisk) -> None:
    reserve = full(disk)
    ours = ReservedDisk(reserve)
    for number in range(3):
        data = bytes([number]) * 3 * MIB
        ours.replace(disk.folder / "keyring", data)
        assert (disk.folder / "keyring").read_bytes() == data
    assert sorted(path.name for path in disk.folder.iterdir()) == ["ballast", "keyring", "reserve"]
    file = ours.open(disk.folder / "root")
    ours.write(file, bytes(8192), 0)
    ours.close(file)
    assert (disk.folder / "root").stat().st_size == 8192


def test_what_is_not_used_is_taken_back_and_something_is_left_to_others(disk: SmallDisk) -> None:
    reserve = full(disk)
    ReservedDisk(reserve).replace(disk.folder / "keyring", bytes(MIB))
    spent = reserve.size
    disk.leave(LEFT_TO_OTHERS)
    reserve.keep()
    assert reserve.size == spent
    disk.leave(LEFT_TO_OTHERS + 5 * PAGE)
    reserve.keep()
    assert reserve.size == spent + 5 * PAGE
    assert disk.free == LEFT_TO_OTHERS
    (disk.folder / "ballast").unlink()
    reserve.keep()
    assert reserve.size == WHOLE


def test_it_grows_with_what_erasing_writes(tmp_path: Path) -> None:
    growing = tmp_path / "keyring"
    growing.write_bytes(bytes(6 * MIB))
    reserve = Reserve(tmp_path / "reserve", (growing, tmp_path / "missing"))
    reserve.keep()
    assert reserve.size == 18 * MIB
    growing.unlink()
    reserve.keep()
    assert reserve.size == 18 * MIB, "it is not worth shrinking"


def test_when_nothing_is_left_the_failure_is_told(disk: SmallDisk) -> None:
    reserve = full(disk)
    os.truncate(disk.folder / "reserve", 0)
    disk.leave(0)
    with pytest.raises(OSError, match="No space left") as failed:
        ReservedDisk(reserve).replace(disk.folder / "keyring", bytes(MIB))
    assert failed.value.errno == errno.ENOSPC
    assert not (disk.folder / "keyring").exists()
    assert reserve.give(1) is False


def test_other_failures_cost_no_reserve(tmp_path: Path) -> None:
    reserve = Reserve(tmp_path / "reserve")
    reserve.keep()
    with pytest.raises(OSError, match="No such file"):
        ReservedDisk(reserve).replace(tmp_path / "missing" / "keyring", b"data")
    assert reserve.size == WHOLE


def test_where_it_cannot_be_made_the_keeper_goes_on(tmp_path: Path) -> None:
    reserve = Reserve(tmp_path / "no such folder" / "reserve")
    reserve.keep()
    assert reserve.size == 0
