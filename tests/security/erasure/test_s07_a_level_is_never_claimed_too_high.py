"""A level is what the root's place is worth, whatever is configured, and no more."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from appliance.clock import HOUR
from appliance.config.folders import Folders
from appliance.config.read import trial
from appliance.config.settings import Config
from appliance.errors import EraserFailed, FileFormatError, KeyLost
from appliance.keeper.service import Keeper
from appliance.link.requests.calls import EraseCall, Ground, ShowCertificate
from appliance.link.requests.first_run import GetBoxState
from appliance.vault.disk import Disk
from appliance.vault.opening.content import open_keyring
from appliance.vault.opening.erasers.chosen import file_eraser
from appliance.vault.opening.erasers.file import SLOT_BYTES, FileEraser
from appliance.vault.opening.keyring import Keyring
from appliance.vault.opening.refill import refill
from appliance.vault.pool import load
from tests.boxes import CHEAP
from tests.keeper.boxes import KeeperBox, set_up
from tests.keeper.office import make_office
from tests.proofs import proving_here
from tests.vaults import make_vault

BOARD = b"the secret of this very board"


def at_board(config: Config, folder: Path) -> Config:
    """Return a configuration with the board's secret."""
    secret = folder / "board"
    secret.write_bytes(BOARD)
    vault = replace(config.vault, eraser="board", board_secret=str(secret))
    return replace(config, vault=vault)


def restart_with(box: KeeperBox, config: Config) -> None:
    """Start the keeper anew with other settings."""
    box.keeper.close()
    box.config = config
    box.keeper = proving_here(Keeper(config, box.folders, box.clock, cost=CHEAP))
    box.keeper.open()


def opened_by_the_card(folders: Folders) -> bool:
    """Say whether the card alone, without the board, opens the keyring."""
    try:
        open_keyring(folders.keyring[0].read_bytes(), FileEraser(folders.root))
    except FileFormatError:
        return False
    return True


@pytest.fixture
def box(tmp_path: Path) -> KeeperBox:
    """A trial's box, at E0, with a pool."""
    return set_up(tmp_path / "data")


def test_configured_higher_it_gets_a_new_root_before_it_claims_the_level(
    box: KeeperBox, tmp_path: Path
) -> None:
    assert box.ask(GetBoxState()).eraser == "E0"
    old = box.folders.keyring[0].read_bytes()
    assert opened_by_the_card(box.folders)

    restart_with(box, at_board(box.config, tmp_path))
    assert box.ask(GetBoxState()).eraser == "E1"
    assert not opened_by_the_card(box.folders)
    assert "keys_renewed" in box.acts()
    assert box.keeper.box is not None
    assert box.keeper.box.eraser.generations() == (2,), "the plain root is overwritten"
    with pytest.raises(KeyLost):
        open_keyring(old, FileEraser(box.folders.root, BOARD))
    box.keeper.close()


def test_while_the_eraser_fails_the_lower_level_is_claimed(
    box: KeeperBox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(self: FileEraser, generation: int) -> bytes:
        raise EraserFailed("The eraser does not answer.")

    with monkeypatch.context() as failing:
        failing.setattr(FileEraser, "prepare", broken)
        restart_with(box, at_board(box.config, tmp_path))
    assert box.ask(GetBoxState()).eraser == "E0"
    box.restart()
    assert box.ask(GetBoxState()).eraser == "E1"
    box.keeper.close()


def test_a_plain_root_under_a_keyring_of_a_higher_level_is_refused(tmp_path: Path) -> None:
    vault = make_vault(tmp_path, board_secret=BOARD)
    root = vault.eraser.read(1)
    planted = FileEraser(tmp_path / "planted")
    (tmp_path / "planted").write_bytes(planted._pack(1, bytearray(root)).ljust(2 * SLOT_BYTES))
    vault.folders.root.write_bytes((tmp_path / "planted").read_bytes())
    for board in (BOARD, None):
        with pytest.raises(FileFormatError, match="its root lies at level E0: one of them was"):
            Keyring.open(vault.folders.keyring, FileEraser(vault.folders.root, board))


def test_going_back_to_a_plain_file_is_refused(box: KeeperBox, tmp_path: Path) -> None:
    plain = box.config
    restart_with(box, at_board(plain, tmp_path))
    box.keeper.close()
    with pytest.raises(FileFormatError, match="needs the board's secret"):
        Keeper(plain, box.folders, box.clock, cost=CHEAP).open()


def test_a_certificate_names_the_lowest_level_that_the_key_had(tmp_path: Path) -> None:
    office = make_office(tmp_path / "data")
    before = office.record()
    config = at_board(trial(), tmp_path)
    office.eraser = file_eraser(office.folders.root, config.vault.board_secret)
    office.keyring = Keyring.open(office.folders.keyring, office.eraser)
    office.build()
    office.records.resume()
    assert office.keyring.level == "E1"
    refill(office.keyring, office.folders, 12)
    after = office.record()
    office.unlock()
    for rid, level in ((before, "E0"), (after, "E1")):
        office.ask(EraseCall(rid, Ground.UNLAWFUL, "By mistake"))
        office.clock.advance(31)
        office.records.tick()
        made = office.ask(ShowCertificate(rid))
        assert (made.state, made.level) == ("erased", level)
    details = {
        entry.rid: entry.detail for entry in office.audit.entries() if entry.type == "erased"
    }
    assert (details[before], details[after]) == ("e0.3", "e1.4")
    office.close()


def test_the_unused_keys_from_before_are_shown_no_more_and_erased_within_hours(
    box: KeeperBox, tmp_path: Path
) -> None:
    before = load(box.folders.pool).keys
    taken = next(iter(before))
    call = Disk().claim(box.folders.new / taken)  # one that has just begun
    restart_with(box, at_board(box.config, tmp_path))
    after = load(box.folders.pool).keys
    assert len(after) == len(before)
    assert not after.keys() & before.keys()
    chores = box.keeper.chores()
    box.clock.advance(HOUR + 1)
    chores.run_due()
    assert box.keeper.box is not None
    keyring = box.keeper.box.keyring
    assert set(keyring.unused()) == {*after, taken}, "but not the one that is in use"
    fresh = next(iter(after))
    assert keyring.levels([taken, fresh]) == {taken: "E0", fresh: "E1"}
    os.close(call)
    box.keeper.close()
