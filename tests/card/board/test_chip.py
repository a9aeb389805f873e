"""A card's vault has its root in the clock module's chip from the beginning, or never."""

import errno
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner

from appliance.card.board.ask import Board
from appliance.card.board.burn import BurnPlaces
from appliance.card.board.chip import FILE, TAKEN, ChipAtStart, look
from appliance.card.board.note import KeyNote, KeyRequest
from appliance.card.files import CHIP_STATE
from appliance.commands.processes.card import command
from appliance.vault.opening.erasers.chip import CHIP_BYTES, PAGE_BYTES, Chip
from appliance.vault.opening.erasers.eeprom import TITLE
from tests.card.board.fuses import new_board
from tests.chips import EmulatedChip, new_chip
from tests.model.faults import codes, said


@pytest.fixture
def chip(tmp_path: Path) -> EmulatedChip:
    return new_chip(tmp_path / "eeprom")


@pytest.fixture
def start(tmp_path: Path, chip: EmulatedChip) -> ChipAtStart:
    places = BurnPlaces(new_board(tmp_path / "fuses").file, tmp_path / "board", tmp_path / "data")
    return ChipAtStart(Chip(chip.path, chip.driver), places)


def make_vault(start: ChipAtStart) -> None:
    """Leave what every vault has."""
    first, _second = start.places.folders.keyring
    first.parent.mkdir(parents=True)
    first.write_bytes(b"a keyring")


@pytest.mark.parametrize("filling", [0x00, 0xFF])
def test_a_blank_chip_is_taken_for_the_vault_to_come(
    start: ChipAtStart, chip: EmulatedChip, filling: int
) -> None:
    before = new_chip(chip.path, filling).content
    assert look(start, anew=False) == ("taken", ())
    assert chip.content == before, "the keeper writes to it, not root"


def test_a_vault_stays_in_the_chip_while_that_is_out_of_its_socket(
    start: ChipAtStart, chip: EmulatedChip
) -> None:
    start.look(anew=False)
    make_vault(start)
    with chip.away():
        word, faults = look(start, anew=False)
    assert (word, "plug the module in" in said(faults)) == ("away", True)
    assert word in TAKEN
    chip.fail("read")
    assert look(start, anew=True) == ("taken", ())


def test_a_vault_that_began_without_a_chip_stays_without(
    start: ChipAtStart, chip: EmulatedChip
) -> None:
    with chip.away():
        assert look(start, anew=False) == ("", ())
    make_vault(start)
    assert look(start, anew=True) == ("", ())


def test_a_vault_whose_root_lies_in_a_file_is_never_said_to_be_in_the_chip(
    start: ChipAtStart,
) -> None:
    """An older system made it, which did not know the note."""
    start.look(anew=False)
    make_vault(start)
    start.places.folders.root.write_bytes(bytes(160))
    assert look(start, anew=False) == ("", ())


def test_a_chip_that_went_before_there_was_a_vault_is_forgotten(
    start: ChipAtStart, chip: EmulatedChip
) -> None:
    start.look(anew=False)
    with chip.away():
        assert look(start, anew=False) == ("", ())
    make_vault(start)
    assert look(start, anew=False) == ("", ())


def test_another_vaults_root_is_used_only_if_somebody_gives_it_up(
    start: ChipAtStart, chip: EmulatedChip
) -> None:
    chip.eraser().prepare(7)
    before = chip.content
    word, faults = look(start, anew=False)
    assert (word, "chip-anew = yes" in said(faults)) == ("root", True)
    assert not start.note.exists()
    assert look(start, anew=True) == ("anew", ())
    assert start.note.exists()
    assert chip.content == before, "it goes with the new vault, and not before"


def test_a_box_that_has_forgotten_its_vault_uses_its_chip_again(
    start: ChipAtStart, chip: EmulatedChip
) -> None:
    chip.eraser().prepare(1)
    chip.eraser().wipe_all()
    assert look(start, anew=False) == ("taken", ())


def test_what_is_not_ours_is_left_as_it_is(start: ChipAtStart, chip: EmulatedChip) -> None:
    chip.path.write_bytes(bytes(range(256)) * 16)
    for anew in (False, True):
        word, faults = look(start, anew=anew)
        assert (word, "not Zgoda’s" in said(faults)) == ("foreign", True)
    assert chip.content == bytes(range(256)) * 16


def test_a_newer_versions_chip_is_left_as_it_is(start: ChipAtStart, chip: EmulatedChip) -> None:
    newer = TITLE[:8] + bytes([TITLE[8] + 1]) + TITLE[9:]
    cells = newer + bytes(CHIP_BYTES - 2 * PAGE_BYTES) + newer
    chip.path.write_bytes(cells)
    word, faults = look(start, anew=True)
    assert (word, "made_by_newer_program" in codes(faults)) == ("failed", True)
    assert chip.content == cells


def test_a_vault_that_began_while_the_chip_failed_stays_without(
    start: ChipAtStart, chip: EmulatedChip
) -> None:
    start.look(anew=False)
    chip.fail("read")
    assert look(start, anew=False)[0] == "failed"
    make_vault(start)
    chip.mend()
    assert look(start, anew=False) == ("", ())


@pytest.mark.parametrize("operation", ["open", "read"])
def test_a_chip_that_does_not_answer_is_told(
    start: ChipAtStart, chip: EmulatedChip, operation: str
) -> None:
    chip.fail(operation, errno.EREMOTEIO)
    word, faults = look(start, anew=False)
    assert (word, "does not answer" in said(faults)) == ("failed", True)


def test_a_note_that_cannot_be_written_takes_no_chip(start: ChipAtStart) -> None:
    start.places.folder.write_text("a file where a folder is to be")
    word, faults = look(start, anew=False)
    assert (word, "is not used" in said(faults)) == ("failed", True)


def test_an_ordinary_file_is_no_chip(start: ChipAtStart, chip: EmulatedChip) -> None:
    chip.driver.mounted = False
    word, faults = look(start, anew=False)
    assert (word, "chip_odd" in codes(faults)) == ("failed", True)


# -- the command ----------------------------------------------------------------------------------


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch, chip: EmulatedChip) -> EmulatedChip:
    """The chip, as if the kernel's driver showed it to this process."""
    monkeypatch.setattr("appliance.vault.opening.erasers.chip.ChipFile", lambda *_: chip.driver)
    return chip


def started(
    tmp_path: Path, chip: EmulatedChip, text: str = "", *more: str
) -> tuple[dict[str, str], str, str]:
    """Start a card; return where its root lies by its settings, root's word, and what is told."""
    root, settings = tmp_path / "root", tmp_path / "zgoda-network.txt"
    settings.write_text(text)
    told = CliRunner().invoke(
        command,
        ["--settings", str(settings), "--root", str(root), "--chip", str(chip.path), *more],
    )
    assert told.exit_code == 0, told.output
    laid = tomllib.loads((root / "etc/zgoda/zgoda.toml").read_text())
    word = (root / CHIP_STATE.removeprefix("/")).read_text().strip()
    return laid.get("vault", {}), word, told.output


def test_the_keeper_is_told_of_the_chip(tmp_path: Path, shown: EmulatedChip) -> None:
    in_chip = {"eraser": "eeprom", "eeprom": FILE}
    assert started(tmp_path, shown) == (in_chip, "taken", "The device is zgoda.local.\n")


def test_a_box_without_a_chip_has_a_file(tmp_path: Path, shown: EmulatedChip) -> None:
    with shown.away():
        assert started(tmp_path, shown) == ({}, "", "The device is zgoda.local.\n")


def test_the_card_says_that_a_root_may_go(tmp_path: Path, shown: EmulatedChip) -> None:
    shown.eraser().prepare(3)
    vault, word, said = started(tmp_path, shown)
    assert (vault, word, "chip-anew = yes" in said) == ({}, "root", True)
    vault, word, _said = started(tmp_path, shown, "chip-anew = yes")
    assert (vault["eraser"], word) == ("eeprom", "anew")


def test_a_chip_goes_before_a_boards_key(tmp_path: Path, shown: EmulatedChip) -> None:
    (tmp_path / "key").write_bytes(b"keys" * 8)
    KeyNote(tmp_path / "root/data/board").write(KeyRequest(1.0, "burnt"))
    vault, _word, _said = started(tmp_path, shown, "", "--board-key", str(tmp_path / "key"))
    assert vault["eraser"] == "eeprom"


def test_the_keeper_reads_no_word_but_roots(tmp_path: Path) -> None:
    told = tmp_path / "chip"
    board = Board(chip_told=told)
    assert board.chip == ""
    for left, word in (("taken\n", "taken"), ("else\n", ""), ("taken" * 99, "")):
        told.write_text(left)
        assert board.chip == word
