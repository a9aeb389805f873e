"""A card's vault has its root in the clock module's chip from the beginning, or never."""

import errno
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner

from appliance.card.board.burn import Places
from appliance.card.board.chip import FILE, WHY_NOT, ChipAtStart, is_taken
from appliance.card.board.note import Attempt, Note
from appliance.commands.processes.card import command
from appliance.vault.opening.erasers.chip import CHIP_BYTES, PAGE_BYTES, Chip
from appliance.vault.opening.erasers.eeprom import TITLE
from tests.chips import EmulatedChip, new_chip
from tests.fuses import new_board


@pytest.fixture
def chip(tmp_path: Path) -> EmulatedChip:
    return new_chip(tmp_path / "eeprom")


@pytest.fixture
def start(tmp_path: Path, chip: EmulatedChip) -> ChipAtStart:
    places = Places(new_board(tmp_path / "fuses").file, tmp_path / "board", tmp_path / "data")
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
    assert is_taken(start, anew=False) == (True, "")
    assert chip.content == before, "the keeper writes to it, not root"


def test_a_vault_stays_in_the_chip_while_that_is_out_of_its_socket(
    start: ChipAtStart, chip: EmulatedChip
) -> None:
    start.take(anew=False)
    make_vault(start)
    with chip.away():
        assert is_taken(start, anew=False) == (True, "")
    chip.fail("read")
    assert is_taken(start, anew=True) == (True, "")


def test_a_vault_that_began_without_a_chip_stays_without(
    start: ChipAtStart, chip: EmulatedChip
) -> None:
    with chip.away():
        assert is_taken(start, anew=False) == (False, "")
    make_vault(start)
    assert is_taken(start, anew=True) == (False, "")


def test_a_chip_that_went_before_there_was_a_vault_is_forgotten(
    start: ChipAtStart, chip: EmulatedChip
) -> None:
    start.take(anew=False)
    with chip.away():
        assert is_taken(start, anew=False) == (False, "")
    make_vault(start)
    assert is_taken(start, anew=False) == (False, "")


def test_another_vaults_root_is_kept_until_somebody_gives_it_up(
    start: ChipAtStart, chip: EmulatedChip
) -> None:
    root = chip.eraser().prepare(7)
    before = chip.content
    assert is_taken(start, anew=False) == (False, WHY_NOT["root"])
    assert chip.content == before

    assert is_taken(start, anew=True) == (True, "")
    assert root not in chip.content
    assert chip.eraser().generations() == ()


def test_a_box_that_has_forgotten_its_vault_uses_its_chip_again(
    start: ChipAtStart, chip: EmulatedChip
) -> None:
    chip.eraser().prepare(1)
    chip.eraser().wipe_all()
    assert is_taken(start, anew=False) == (True, "")


def test_what_is_not_ours_is_left_as_it_is(start: ChipAtStart, chip: EmulatedChip) -> None:
    theirs = bytes(range(256)) * 16
    chip.path.write_bytes(theirs)
    for anew in (False, True):
        assert is_taken(start, anew=anew) == (False, WHY_NOT["foreign"])
    assert chip.content == theirs


def test_a_newer_versions_chip_is_left_as_it_is(start: ChipAtStart, chip: EmulatedChip) -> None:
    newer = TITLE[:8] + bytes([TITLE[8] + 1]) + TITLE[9:]
    cells = newer + bytes(CHIP_BYTES - 2 * PAGE_BYTES) + newer
    chip.path.write_bytes(cells)
    taken, why = is_taken(start, anew=True)
    assert not taken
    assert "by a newer Zgoda" in why
    assert chip.content == cells


def test_a_vault_that_began_while_the_chip_failed_stays_without(
    start: ChipAtStart, chip: EmulatedChip
) -> None:
    start.take(anew=False)
    chip.fail("read")
    assert not is_taken(start, anew=False)[0]
    make_vault(start)
    chip.mend()
    assert is_taken(start, anew=False) == (False, "")


@pytest.mark.parametrize("operation", ["open", "read"])
def test_a_chip_that_does_not_answer_is_told(
    start: ChipAtStart, chip: EmulatedChip, operation: str
) -> None:
    chip.fail(operation, errno.EREMOTEIO)
    taken, why = is_taken(start, anew=False)
    assert not taken
    assert "does not answer" in why


def test_a_note_that_cannot_be_written_takes_no_chip(start: ChipAtStart) -> None:
    start.places.folder.write_text("a file where a folder is to be")
    taken, why = is_taken(start, anew=False)
    assert not taken
    assert "is not used" in why


def test_an_ordinary_file_is_no_chip(start: ChipAtStart, chip: EmulatedChip) -> None:
    chip.driver.mounted = False
    taken, why = is_taken(start, anew=False)
    assert not taken
    assert "an ordinary one" in why


# -- the command ----------------------------------------------------------------------------------


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch, chip: EmulatedChip) -> EmulatedChip:
    """The chip, as if the kernel's driver showed it to this process."""
    monkeypatch.setattr("appliance.vault.opening.erasers.chip.Driver", lambda *_: chip.driver)
    return chip


def vault_of(tmp_path: Path, chip: EmulatedChip, text: str = "") -> tuple[dict[str, str], str]:
    """Start a card; return where its root lies by its settings, and what is told."""
    root, settings = tmp_path / "root", tmp_path / "zgoda-network.txt"
    settings.write_text(text)
    told = CliRunner().invoke(
        command, ["--settings", str(settings), "--root", str(root), "--chip", str(chip.path)]
    )
    assert told.exit_code == 0, told.output
    laid = tomllib.loads((root / "etc/zgoda/zgoda.toml").read_text())
    return laid.get("vault", {}), told.output


def test_the_keeper_is_told_of_the_chip(tmp_path: Path, shown: EmulatedChip) -> None:
    vault, said = vault_of(tmp_path, shown)
    assert vault == {"eraser": "eeprom", "eeprom": FILE}
    assert said == "The box is zgoda.local.\n"


def test_a_box_without_a_chip_has_a_file(tmp_path: Path, shown: EmulatedChip) -> None:
    with shown.away():
        assert vault_of(tmp_path, shown) == ({}, "The box is zgoda.local.\n")


def test_the_card_says_that_a_root_may_go(tmp_path: Path, shown: EmulatedChip) -> None:
    shown.eraser().prepare(3)
    vault, said = vault_of(tmp_path, shown)
    assert (vault, WHY_NOT["root"] in said) == ({}, True)
    vault, _said = vault_of(tmp_path, shown, "chip-anew = yes")
    assert vault["eraser"] == "eeprom"
    assert shown.eraser().generations() == ()


def test_a_chip_goes_before_a_boards_key(tmp_path: Path, shown: EmulatedChip) -> None:
    (tmp_path / "key").write_bytes(b"keys" * 8)
    Note(tmp_path / "root/data/board").write(Attempt(1.0, "burnt"))
    root = tmp_path / "root"
    asked = ["--settings", "/dev/null", "--root", str(root), "--board-key", str(tmp_path / "key")]
    assert CliRunner().invoke(command, [*asked, "--chip", str(shown.path)]).exit_code == 0
    laid = tomllib.loads((root / "etc/zgoda/zgoda.toml").read_text())
    assert laid["vault"]["eraser"] == "eeprom"
