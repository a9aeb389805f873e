"""Cut the power at every operation of random histories: no key is lost, none comes back."""

import random
from pathlib import Path

import pytest

from appliance.config.folders import Folders
from tests.chips import new_chip
from tests.vault.opening.histories import Truth, begin, boot
from tests.vault.opening.power import Medium, PowerDisk, QuickDisk, put_there

ACTS = 8


def cut_everywhere(tmp_path: Path, seed: int) -> int:
    """Live through a history, and look after each operation at what a power cut would leave.

    Returns:
        How many cuts there were.
    """
    live, left = tmp_path / "live", tmp_path / "left"
    live.mkdir()
    left.mkdir()
    chance = random.Random(-seed)
    truths: list[Truth] = []
    cuts = 0

    def cut(medium: Medium) -> None:
        nonlocal cuts
        if not truths:
            return  # the first keyring is being made
        cuts += 1
        put_there(left, medium.after_a_cut(chance))
        keyring, eraser = boot(Folders(left), QuickDisk())
        truths[0].check(keyring)
        assert eraser.generations() == (keyring.generation,)
        named = {f"{sid.hex()}.{key.generation}" for sid, key in keyring.content.shards.items()}
        files = (left / "keys").iterdir()
        assert {path.name for path in files} == {f"{n}.{c}" for n in named for c in (0, 1)}

    disk = PowerDisk(live, cut)
    history = begin(live, disk, seed)
    truths.append(history.truth)
    history.live(ACTS)
    return cuts


def cut_everywhere_at_e2(tmp_path: Path, seed: int) -> int:
    """The same with the root in a chip, and cuts in the middle of its pages as well."""
    live, left = tmp_path / "live", tmp_path / "left"
    live.mkdir()
    left.mkdir()
    chance = random.Random(-seed)
    chip, copy = new_chip(tmp_path / "chip"), new_chip(tmp_path / "copy")
    truths: list[Truth] = []
    cuts = 0

    def look(medium: Medium, cells: bytes) -> None:
        nonlocal cuts
        if not truths:
            return  # the first keyring is being made
        cuts += 1
        put_there(left, medium.after_a_cut(chance))
        copy.path.write_bytes(cells)
        keyring, eraser = boot(Folders(left), QuickDisk(), chip=copy)
        truths[0].check(keyring)
        assert eraser.generations() == (keyring.generation,)
        assert (keyring.level, not (left / "root").exists()) == ("E2", True)

    disk = PowerDisk(live, lambda medium: look(medium, chip.content))

    def torn(offset: int, data: bytes) -> None:
        stop = offset + chance.randint(0, len(data))
        now = chip.content
        look(disk.medium, now[:offset] + data[: stop - offset] + now[stop:])

    chip.driver.about_to_write = torn
    history = begin(live, disk, seed, chip=chip)
    truths.append(history.truth)
    history.live(ACTS)
    return cuts


@pytest.fixture
def small_shards(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a few keys fill shards, and a few shards be many."""
    monkeypatch.setattr("appliance.vault.opening.keyring.SHARD_KEYS", 6)
    monkeypatch.setattr("appliance.vault.opening.shard_files.FEW", 2)


@pytest.mark.usefixtures("small_shards")
@pytest.mark.parametrize("seed", range(6))
def test_no_cut_loses_a_key_or_brings_one_back(tmp_path: Path, seed: int) -> None:
    assert cut_everywhere(tmp_path, seed) > 30


@pytest.mark.usefixtures("small_shards")
@pytest.mark.parametrize("seed", range(6, 8))
def test_nor_does_one_in_the_middle_of_the_chips_pages(tmp_path: Path, seed: int) -> None:
    assert cut_everywhere_at_e2(tmp_path, seed) > 50
