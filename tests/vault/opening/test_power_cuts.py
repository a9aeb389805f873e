"""Cut the power at every operation of random histories: no key is lost, none comes back."""

import random
from pathlib import Path

import pytest

from appliance.config.folders import Folders
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


@pytest.fixture
def small_shards(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a few keys fill shards, and a few shards be many."""
    monkeypatch.setattr("appliance.vault.opening.keyring.SHARD_KEYS", 6)
    monkeypatch.setattr("appliance.vault.opening.shard_files.FEW", 2)


@pytest.mark.usefixtures("small_shards")
@pytest.mark.parametrize("seed", range(6))
def test_no_cut_loses_a_key_or_brings_one_back(tmp_path: Path, seed: int) -> None:
    assert cut_everywhere(tmp_path, seed) > 30
