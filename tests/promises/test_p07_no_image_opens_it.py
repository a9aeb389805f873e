"""Prove P7 against a thief with every earlier image of the card.

The thief has a copy of the card from after each act, the last one and the eraser's present root,
the office's sheet and so every password's work, and the board's secret. What the eraser overwrote
is gone. The histories are random; the control shows that the search would find an erased key.
"""

import random
import secrets
from pathlib import Path

import pytest

from appliance.vault.disk import Disk
from appliance.vault.opening.erasers.file import FileEraser
from appliance.vault.opening.keyring import Keyring
from appliance.vault.opening.shards import Shards
from appliance.vault.opening.unseal import Reader
from tests.promises.thief import (
    Image,
    erase_during_a_call,
    nothing_opens,
    opened_by_the_thief,
    under_its_old_key,
)
from tests.vault.opening.histories import History, begin
from tests.vault.opening.power import QuickDisk, image
from tests.vaults import Vault, change, make_vault

BOARD = b"the board's own secret"


@pytest.fixture(autouse=True)
def small_shards(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("appliance.vault.opening.keyring.SHARD_KEYS", 6)


def live(
    folder: Path, seed: int, board: bytes | None, acts: int = 20
) -> tuple[History, list[Image]]:
    """Live through a history and copy the card after each act."""
    folder.mkdir()
    history, images = begin(folder, QuickDisk(), seed, board), []
    history.seen = lambda: images.append(image(folder))
    history.live(acts)
    history.erase()
    return history, images


@pytest.mark.parametrize("board", [None, BOARD], ids=["E0", "E1"])
@pytest.mark.parametrize("seed", range(10))
def test_no_image_gives_up_an_erased_key(tmp_path: Path, seed: int, board: bytes | None) -> None:
    history, images = live(tmp_path / "data", seed, board)
    found = opened_by_the_thief(images, FileEraser(history.folders.root, board))
    assert history.truth.erased
    assert not found.keys() & history.truth.erased.keys()
    assert not set(found.values()) & set(history.truth.erased.values())
    assert found == history.truth.private, "and every living key is found: the search searches"


def test_control_a_shard_rewritten_under_its_old_key_is_broken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Shards, "without", under_its_old_key)
    broken = 0
    for seed in range(5):
        history, images = live(tmp_path / f"{seed}", seed, None, acts=40)
        found = opened_by_the_thief(images, FileEraser(history.folders.root))
        broken += bool(found.keys() & history.truth.erased.keys())
    assert broken == 5


def test_no_image_opens_an_erased_recording_and_the_running_call_still_opens(
    tmp_path: Path,
) -> None:
    vault = make_vault(tmp_path)
    images = [image(tmp_path)]
    erased = [vault.record().rid for _ in range(2)]
    kept, running = vault.record().rid, vault.begin()
    for rid in (*erased, kept):
        change(vault.keyring, rid, due_day=20_807)
    images.append(image(tmp_path))
    images += erase_during_a_call(vault, erased, running)

    found = opened_by_the_thief(images, FileEraser(vault.folders.root))
    nothing_opens(vault, erased, images, found, tmp_path / "stolen")
    _opens(vault, kept, found)
    _opens(vault, running.rid, found)


def _opens(vault: Vault, rid: str, found: dict[str, bytes]) -> None:
    """Living recordings open, for the office as for the thief, who has the sheet."""
    for key in (vault.keyring.private(rid), found[rid]):
        with Reader.open(vault.path(rid), vault.reading, key) as reader:
            assert reader.survey.end is not None


def test_a_recording_whose_shard_is_lost_is_erased_with_the_shards_key(tmp_path: Path) -> None:
    """The keyring cannot tell that it lies there; an older card still has the shard."""
    vault = make_vault(tmp_path)
    rid = vault.record().rid
    images = [image(tmp_path)]
    for path in vault.folders.keys.iterdir():
        path.write_bytes(secrets.token_bytes(random.Random(1).randrange(200)))
    eraser = FileEraser(vault.folders.root)
    keyring = Keyring.open(vault.folders.keyring, eraser, disk=Disk())
    assert (keyring.lost_shards, rid in keyring) == (1, False)
    assert rid in opened_by_the_thief([*images, image(tmp_path)], FileEraser(vault.folders.root))
    keyring.erase([rid])
    eraser.wipe_others(keyring.generation)
    images.append(image(tmp_path))
    assert opened_by_the_thief(images, FileEraser(vault.folders.root)) == {}
