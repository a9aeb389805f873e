import os
from pathlib import Path

import pytest

from appliance.errors import EraserFailed, FileFormatError, KeyLost
from appliance.vault.opening.erasers.chosen import file_eraser
from appliance.vault.opening.erasers.file import SLOT_BYTES, FileEraser
from tests.vaults import FailingDisk, damage

BOARD = b"one-time programmed secret"


@pytest.fixture(params=[None, BOARD], ids=["E0", "E1"])
def board(request: pytest.FixtureRequest) -> bytes | None:
    secret: bytes | None = request.param
    return secret


@pytest.fixture
def disk() -> FailingDisk:
    return FailingDisk()


@pytest.fixture
def eraser(tmp_path: Path, board: bytes | None, disk: FailingDisk) -> FileEraser:
    return FileEraser(tmp_path / "root", board, disk=disk)


def test_a_new_root_stands_beside_the_old_one_until_that_is_wiped(
    eraser: FileEraser, tmp_path: Path
) -> None:
    assert eraser.generations() == ()
    first = eraser.prepare(1)
    second = eraser.prepare(2)
    assert (eraser.read(1), eraser.read(2)) == (first, second)
    assert eraser.generations() == (1, 2)
    eraser.wipe_others(2)
    assert eraser.generations() == (2,)
    assert eraser.read(2) == second
    with pytest.raises(KeyLost, match="no root of generation 1"):
        eraser.read(1)
    raw = (tmp_path / "root").read_bytes()
    assert raw[:SLOT_BYTES] == bytes(SLOT_BYTES)
    assert first not in raw


def test_roots_are_made_on_and_on(eraser: FileEraser) -> None:
    roots = set()
    for generation in range(1, 8):
        roots.add(eraser.prepare(generation))
        if generation > 1:
            assert eraser.generations() == (generation - 1, generation)
    assert len(roots) == 7


def test_a_root_that_was_never_used_is_replaced(eraser: FileEraser) -> None:
    first = eraser.prepare(1)
    unused = eraser.prepare(2)
    second = eraser.prepare(2)
    assert eraser.read(1) == first
    assert eraser.read(2) == second != unused


def test_only_a_plain_file_shows_its_root(
    eraser: FileEraser, board: bytes | None, tmp_path: Path
) -> None:
    root = eraser.prepare(1)
    assert (root in (tmp_path / "root").read_bytes()) is (board is None)
    assert eraser.level == ("E0" if board is None else "E1")


def test_e1_needs_its_own_boards_secret(tmp_path: Path) -> None:
    FileEraser(tmp_path / "root", BOARD).prepare(1)
    with pytest.raises(FileFormatError, match="needs the board's secret"):
        FileEraser(tmp_path / "root").read(1)
    with pytest.raises(FileFormatError, match="key does not fit"):
        FileEraser(tmp_path / "root", b"another board's secret").read(1)


@pytest.mark.parametrize("operation", ["open", "write", "sync_all", "sync_folder", "read"])
def test_a_root_that_is_not_taken_is_a_failure(
    eraser: FileEraser, disk: FailingDisk, operation: str
) -> None:
    disk.fail(operation)
    with pytest.raises(EraserFailed, match="did not take a new root"):
        eraser.prepare(1)


@pytest.mark.parametrize("operation", ["open", "write", "sync_all", "read"])
def test_an_old_root_that_stays_is_a_failure(
    eraser: FileEraser, disk: FailingDisk, operation: str
) -> None:
    eraser.prepare(1)
    eraser.prepare(2)
    disk.fail(operation)
    with pytest.raises(EraserFailed, match="could not be overwritten"):
        eraser.wipe_others(2)


class Deaf(FailingDisk):
    """Says yes to every write and does nothing; or shows another generation's root."""

    def write(self, fd: int, data: bytes | bytearray, offset: int) -> None:
        return


def test_a_medium_that_only_says_yes_is_found_out(tmp_path: Path) -> None:
    whole = FileEraser(tmp_path / "root")
    whole.prepare(1)
    root = whole.prepare(2)
    deaf = FileEraser(tmp_path / "root", disk=Deaf())
    with pytest.raises(EraserFailed, match="something else"):
        deaf.prepare(3)
    with pytest.raises(EraserFailed, match="something else"):
        deaf.wipe_others(2)
    assert whole.read(2) == root


class Forgetful(FileEraser):
    """Gives back another root than it took, or never forgets one."""

    def read(self, generation: int) -> bytes:
        return bytes(32)

    def generations(self) -> tuple[int, ...]:
        return (1, 2)


def test_what_is_read_back_is_compared(tmp_path: Path) -> None:
    eraser = Forgetful(tmp_path / "root")
    with pytest.raises(EraserFailed, match="another root"):
        eraser.prepare(1)
    with pytest.raises(EraserFailed, match="still holds"):
        eraser.wipe_others(1)


def test_without_the_root_that_counts_nothing_is_called_wiped(eraser: FileEraser) -> None:
    eraser.prepare(1)
    with pytest.raises(EraserFailed, match="still holds"):
        eraser.wipe_others(2)


def test_a_torn_slot_counts_as_empty(eraser: FileEraser, tmp_path: Path) -> None:
    root = eraser.prepare(1)
    eraser.prepare(2)
    damage(tmp_path / "root", SLOT_BYTES + 30)
    assert eraser.generations() == (1,)
    eraser.wipe_others(1)
    assert not any((tmp_path / "root").read_bytes()[SLOT_BYTES:])
    assert eraser.read(1) == root


def test_a_file_that_is_too_large_is_no_root(tmp_path: Path) -> None:
    (tmp_path / "root").write_bytes(bytes(2 * SLOT_BYTES + 1))
    with pytest.raises(EraserFailed, match="larger than it can be"):
        FileEraser(tmp_path / "root").wipe_others(1)


def test_the_settings_name_the_eraser(tmp_path: Path) -> None:
    assert file_eraser(tmp_path / "root").level == "E0"
    (tmp_path / "board").write_bytes(os.urandom(32))
    assert file_eraser(tmp_path / "root", str(tmp_path / "board")).level == "E1"
    (tmp_path / "board").write_bytes(b"too short")
    with pytest.raises(EraserFailed, match="shorter than 16 bytes"):
        file_eraser(tmp_path / "root", str(tmp_path / "board"))
    with pytest.raises(EraserFailed, match="cannot be read"):
        file_eraser(tmp_path / "root", str(tmp_path / "none"))
