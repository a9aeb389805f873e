"""Test the move of a root from a file to a chip, and that no older card undoes it."""

import os
from pathlib import Path

import pytest

from appliance.errors import EraserFailed, FileFormatError, KeyLost
from appliance.vault.opening.eraser import Eraser
from appliance.vault.opening.erasers.chosen import eeprom_eraser
from appliance.vault.opening.erasers.file import FileEraser
from appliance.vault.opening.erasers.moving import MovingEraser
from appliance.vault.opening.keyring import Keyring
from tests.chips import EmulatedChip, new_chip, plug_in
from tests.vault.opening.power import image, put_there
from tests.vaults import Vault, make_vault


@pytest.fixture
def chip(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> EmulatedChip:
    made = new_chip(tmp_path / "eeprom")
    plug_in(monkeypatch, made)
    return made


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    (tmp_path / "data").mkdir()
    return make_vault(tmp_path / "data")


def chosen(vault: Vault, chip: EmulatedChip) -> Eraser:
    return eeprom_eraser(str(chip.path), vault.folders.root)


def opened(vault: Vault, chip: EmulatedChip) -> tuple[Keyring, Eraser]:
    eraser = chosen(vault, chip)
    return Keyring.open(vault.folders.keyring, eraser), eraser


def move(vault: Vault, chip: EmulatedChip) -> Keyring:
    keyring, eraser = opened(vault, chip)
    keyring.rotate(lambda _: None)
    eraser.wipe_others(keyring.generation)
    return keyring


def test_it_opens_with_the_file_and_ends_in_the_chip(vault: Vault, chip: EmulatedChip) -> None:
    keyring, eraser = opened(vault, chip)
    root = eraser.read(1)
    assert (keyring.level, eraser.level, eraser.generations()) == ("E0", "E2", (1,))
    keyring.rotate(lambda _: None)
    assert (keyring.level, eraser.generations()) == ("E2", (1, 2))
    eraser.wipe_others(2)
    assert eraser.generations() == (2,)
    assert not vault.folders.root.exists()
    assert root not in chip.content
    again, plain = opened(vault, chip)
    assert again.level == "E2"
    assert not isinstance(plain, MovingEraser)


def test_without_the_chip_it_stays_as_it_was(vault: Vault, chip: EmulatedChip) -> None:
    keyring, eraser = opened(vault, chip)
    chip.fail("write")
    with pytest.raises(EraserFailed):
        keyring.rotate(lambda _: None)
    assert (keyring.level, keyring.generation) == ("E0", 1)
    chip.mend()
    assert move(vault, chip).level == "E2"
    assert eraser.generations() == (2,)


def test_a_cut_between_root_and_keyring_goes_back_to_the_file(
    vault: Vault, chip: EmulatedChip
) -> None:
    chosen(vault, chip).prepare(2)  # the keyring was not written
    keyring, eraser = opened(vault, chip)
    assert (keyring.level, keyring.generation) == ("E0", 1)
    eraser.wipe_others(1)
    assert eraser.read(1)
    assert move(vault, chip).level == "E2"


def test_a_cut_before_the_file_is_gone_is_finished(vault: Vault, chip: EmulatedChip) -> None:
    keyring, _ = opened(vault, chip)
    keyring.rotate(lambda _: None)
    keyring, eraser = opened(vault, chip)
    assert (keyring.level, eraser.generations()) == ("E2", (1, 2))
    eraser.wipe_others(2)
    assert not vault.folders.root.exists()


def test_an_older_card_does_not_open_once_the_chip_has_gone_on(
    vault: Vault, chip: EmulatedChip
) -> None:
    before = image(vault.folders.data)
    keyring = move(vault, chip)
    keyring.rotate(lambda _: None)
    chosen(vault, chip).wipe_others(3)
    put_there(vault.folders.data, before)
    with pytest.raises((FileFormatError, KeyLost), match="holds no root of generation 1"):
        opened(vault, chip)


def test_a_root_file_that_was_planted_is_removed(vault: Vault, chip: EmulatedChip) -> None:
    keyring = move(vault, chip)
    vault.folders.root.write_bytes(os.urandom(8192))
    keyring, eraser = opened(vault, chip)
    assert keyring.level == "E2"
    eraser.wipe_others(keyring.generation)
    assert not vault.folders.root.exists()


def test_the_file_eraser_says_what_is_missing(vault: Vault, chip: EmulatedChip) -> None:
    move(vault, chip)
    with pytest.raises(
        FileFormatError, match="sealed at level E2, and the configured eraser is of"
    ):
        Keyring.open(vault.folders.keyring, FileEraser(vault.folders.root))
