"""Whoever puts back an older state of the whole card is found out by the chip's anchor."""

from pathlib import Path

import pytest

from appliance.clock import HOUR
from appliance.keeper.audit.check import check
from tests.chips import EmulatedChip, new_chip, plug_in
from tests.keeper.boxes import KeeperBox, set_up
from tests.vault.opening.power import image, put_there


@pytest.fixture
def chip(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> EmulatedChip:
    made = new_chip(tmp_path / "eeprom")
    plug_in(monkeypatch, made)
    return made


@pytest.fixture
def box(tmp_path: Path, chip: EmulatedChip) -> KeeperBox:
    return set_up(tmp_path / "data", eeprom=str(chip.path))


def _close(box: KeeperBox, *, pulled: bool) -> None:
    """Stop the keeper; a pulled plug leaves what it wrote hourly."""
    assert box.keeper.box is not None
    if pulled:
        chores = box.keeper.chores()
        box.clock.advance(HOUR + 1)
        chores.run_due()
        box.keeper.box.audit.append("viewed", "keeper")  # in the last hour
    box.keeper.close()


@pytest.mark.parametrize("pulled", [False, True], ids=["a clean stop", "the plug"])
def test_entries_that_an_older_card_lacks_are_missed(box: KeeperBox, pulled: bool) -> None:
    assert box.keeper.box is not None
    box.keeper.close()
    older = image(box.folders.data)
    box.restart()
    generation = box.keeper.box.keyring.generation
    for _ in range(3):
        box.keeper.box.audit.append("exported", "0a0b0c0d", "ab" * 16)
    _close(box, pulled=pulled)
    assert check(box.folders.audit).sound
    put_there(box.folders.data, older)
    assert check(box.folders.audit).sound, "the card alone is in order"
    box.restart()
    assert box.keeper.box.keyring.generation == generation, "no root stands against it"
    assert "audit_cut" in box.acts()
    assert not box.sound_audit()
    box.keeper.close()


def test_the_newest_card_is_in_order(box: KeeperBox) -> None:
    _close(box, pulled=True)
    box.restart()
    assert "audit_cut" not in box.acts()
    assert box.sound_audit()
    box.keeper.close()
