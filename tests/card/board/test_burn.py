"""A board's key is burnt once, whole, and only where nobody's is."""

import os
from pathlib import Path

import pytest

from appliance.card.board.burn import REQUEST, BurnPlaces, burn, finish
from appliance.card.board.key import KEY_BYTES, ROW_BYTES, ROWS, KeyFile, rows_of, state_of
from appliance.card.board.note import KeyNote, KeyRequest
from appliance.card.update.install import read_request
from appliance.errors import FileFormatError
from tests.card.board.fuses import Board, PowerCut, new_board

NOW = 1_795_000_000.0
THEIRS = bytes(range(1, KEY_BYTES + 1))


@pytest.fixture
def board(tmp_path: Path) -> Board:
    return new_board(tmp_path / "board-key")


@pytest.fixture
def places(tmp_path: Path, board: Board) -> BurnPlaces:
    return BurnPlaces(board.file, tmp_path / "board", tmp_path / "data")


def burn_now(places: BurnPlaces) -> str:
    return burn(places, lambda: NOW).outcome


def test_a_blank_board_gets_a_key_of_its_own(
    tmp_path: Path, board: Board, places: BurnPlaces
) -> None:
    assert burn_now(places) == "burnt"

    assert state_of(board.content) == "whole"
    assert len(set(rows_of(board.content))) == ROWS
    assert places.note.read() == KeyRequest(NOW, "burnt")
    other = new_board(tmp_path / "another")
    burn(BurnPlaces(other.file, tmp_path / "its note", tmp_path), lambda: NOW)
    assert other.content != board.content


@pytest.mark.parametrize("bits", [0, 0x5A5A5A5A, 0xFFFFFFFF])
@pytest.mark.parametrize("row", range(ROWS))
def test_a_power_cut_at_each_row_leaves_what_is_finished_the_next_time(
    board: Board, places: BurnPlaces, row: int, bits: int
) -> None:
    board.cut = row, bits
    with pytest.raises(PowerCut):
        burn_now(places)
    left = board.content
    assert places.note.has_begun()
    board.cut = None

    if state_of(left) == "whole":  # the last row was burnt, or enough of it
        finish(places.note, lambda: NOW)
        assert places.note.read() == KeyRequest(NOW, "burnt")
        assert burn_now(places) == "held"
    else:
        assert burn_now(places) == "burnt"
    assert state_of(board.content) == "whole"
    assert all(
        kept == was
        for kept, was in zip(rows_of(board.content), rows_of(left), strict=True)
        if any(was)
    )


def test_a_cut_before_the_note_burns_nothing(
    board: Board, places: BurnPlaces, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(note: KeyNote, attempt: KeyRequest) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(KeyNote, "write", full)
    with pytest.raises(OSError, match="No space"):
        burn_now(places)
    assert not any(board.content)


@pytest.mark.parametrize("theirs", [THEIRS, THEIRS[:16] + bytes(16), bytes(28) + b"key!"])
def test_what_somebody_else_has_burnt_is_never_added_to(
    board: Board, places: BurnPlaces, theirs: bytes
) -> None:
    board.path.write_bytes(theirs)

    assert burn_now(places) == "held"
    assert board.content == theirs


def test_a_second_request_changes_nothing(board: Board, places: BurnPlaces) -> None:
    burn_now(places)
    key = board.content

    assert burn_now(places) == "held"
    assert board.content == key


@pytest.mark.parametrize("name", ["keyring.a", "restoring"])
def test_a_box_with_a_vault_gets_no_key_any_more(
    board: Board, places: BurnPlaces, name: str
) -> None:
    folders = places.folders
    path = {"keyring.a": folders.keyring[0], "restoring": folders.restoring}[name]
    path.parent.mkdir(parents=True)
    path.touch()

    assert burn_now(places) == "late"
    assert not any(board.content)


def test_a_part_that_is_ours_stays_known_as_ours(board: Board, places: BurnPlaces) -> None:
    board.cut = 3, 0
    with pytest.raises(PowerCut):
        burn_now(places)
    vault = places.folders.keyring[0]
    vault.parent.mkdir(parents=True)
    vault.touch()

    assert burn_now(places) == "late"
    assert places.note.has_begun()


def test_a_board_that_is_locked_is_refused_and_stays_blank(
    board: Board, places: BurnPlaces
) -> None:
    board.locked = True

    assert burn_now(places) == "refused"
    assert not any(board.content)
    assert not places.note.has_begun()


def test_a_row_that_comes_back_otherwise_is_a_failure_not_a_key(
    board: Board, places: BurnPlaces
) -> None:
    board.weak = 2

    assert burn_now(places) == "failed"
    assert board.burnt == [0, 1, 2]
    assert state_of(board.content) == "part"


def test_a_board_without_a_place_gets_nothing(tmp_path: Path) -> None:
    nowhere = BurnPlaces(KeyFile(tmp_path / "absent"), tmp_path / "board", tmp_path)

    assert burn_now(nowhere) == "none"


def test_a_driver_that_does_not_answer_is_no_place(places: BurnPlaces, board: Board) -> None:
    board.path.unlink()
    board.path.mkdir()

    assert burn_now(places) == "none"


@pytest.mark.parametrize(
    ("key", "state"),
    [
        (b"", "none"),
        (bytes(31), "none"),
        (bytes(32), "blank"),
        (THEIRS, "whole"),
        (THEIRS[:28] + bytes(4), "part"),
        (bytes(4) + THEIRS[4:], "part"),
    ],
)
def test_a_key_with_a_blank_row_is_none(key: bytes, state: str) -> None:
    assert state_of(key) == state


def test_a_draw_of_zeros_is_drawn_again(board: Board) -> None:
    from appliance.card.board.key import burn_rows  # noqa: PLC0415

    drawn = iter([bytes(ROW_BYTES)] * 3 + [b"\1\2\3\4"] * ROWS)
    assert burn_rows(board.file, lambda count: next(drawn))
    assert board.content == b"\1\2\3\4" * ROWS


@pytest.mark.parametrize(
    "text",
    [
        "",
        "burn\n",
        f"burn {'0' * 31}\n",
        f"burn {'0' * 32}",
        f"install {'0' * 32}\n",
        f"burn {'0' * 32}\nburn {'0' * 32}\n",
        "burn " + "é" * 32 + "\n",
    ],
)
def test_a_request_that_is_none_burns_nothing(tmp_path: Path, text: str) -> None:
    path = tmp_path / "board-key"
    path.write_text(text)
    with pytest.raises(FileFormatError):
        read_request(path, REQUEST)


def test_a_link_is_no_request(tmp_path: Path) -> None:
    (tmp_path / "there").write_text(f"burn {'0' * 32}\n")
    (tmp_path / "board-key").symlink_to(tmp_path / "there")
    with pytest.raises(FileFormatError):
        read_request(tmp_path / "board-key", REQUEST)
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(FileFormatError):
        read_request(tmp_path / "pipe", REQUEST)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "null",
        "{}",
        '{"at": 1}',
        '{"at": "1", "outcome": "begun"}',
        '{"at": true, "outcome": "begun"}',
        '{"at": NaN, "outcome": "begun"}',
        '{"at": Infinity, "outcome": "begun"}',
        '{"at": 1e99, "outcome": "begun"}',
        '{"at": 1, "outcome": ""}',
        '{"at": 1, "outcome": "Begun!"}',
        '{"at": 1, "outcome": 1}',
        '{"at": 1, "outcome": "begun", "more": 1}',
        "[" * 2000,
        '{"at": 1, "outcome": "begun"}' + " " * 5000,
    ],
)
def test_a_note_that_is_damaged_makes_nothing_ours(tmp_path: Path, text: str) -> None:
    (tmp_path / "key.json").write_text(text)
    note = KeyNote(tmp_path)
    with pytest.raises(FileFormatError):
        note.read()
    assert not note.has_begun()
