"""Prove P7 against a thief with every earlier image of the card.

The thief has a copy of the card from after each act, the last one and the eraser's present root,
the office's sheet and so every password's work, and the board's secret. What the eraser overwrote
is gone. The histories are random; the control shows that the search would find an erased key.
"""

import random
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec import structs

from appliance.errors import FileFormatError, KeyLost
from appliance.model.records import RecordingEnd
from appliance.vault.disk import Disk
from appliance.vault.format import KEY_BYTES, RID_BYTES
from appliance.vault.opening.content import open_keyring
from appliance.vault.opening.erasers.file import FileEraser
from appliance.vault.opening.keyring import Keyring
from appliance.vault.opening.refill import drop, refill
from appliance.vault.opening.shard import ENTRY_BYTES, Birth, ShardKey, open_shard, read_head
from appliance.vault.opening.shards import Shards
from appliance.vault.opening.unseal import Reader, open_ticket, read_header
from tests.vault.opening.histories import History, begin
from tests.vault.opening.power import QuickDisk, image
from tests.vaults import Vault, change, make_vault

Image = dict[str, bytes]
WITHOUT = Shards.without
BOARD = b"the board's own secret"


@pytest.fixture(autouse=True)
def small_shards(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("appliance.vault.opening.keyring.SHARD_KEYS", 6)


def opened_by_the_thief(images: list[Image], root: Path, board: bytes | None) -> dict[str, bytes]:
    """Return every private key that any shard of any image gives up to any key of any keyring."""
    eraser = FileEraser(root, board)
    keys: set[bytes] = set()
    files: set[bytes] = set()
    for one in images:
        for name, raw in one.items():
            if name.startswith("keyring."):
                try:
                    content = open_keyring(raw, eraser)[2]
                except (FileFormatError, KeyLost):
                    continue
                keys.update(key.key for key in content.shards.values())
            elif name.startswith("keys/"):
                files.add(raw)
    return dict(found for raw in files for key in keys for found in _private_keys(raw, key))


def _private_keys(raw: bytes, key: bytes) -> Iterator[tuple[str, bytes]]:
    try:
        head = read_head(raw)
        shard = open_shard(key, head.sid, head.generation, raw)
    except FileFormatError:
        return
    for at in range(0, len(shard.plain), ENTRY_BYTES):
        rid, private = at + RID_BYTES, at + RID_BYTES + KEY_BYTES
        yield bytes(shard.plain[at:rid]).hex(), bytes(shard.plain[rid:private])


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
    found = opened_by_the_thief(images, history.folders.root, board)
    assert history.truth.erased
    assert not found.keys() & history.truth.erased.keys()
    assert not set(found.values()) & set(history.truth.erased.values())
    assert found == history.truth.private, "and every living key is found: the search searches"


def _under_its_old_key(
    shards: Shards, sid: bytes, rows: set[int], keys: dict[bytes, ShardKey]
) -> list[Birth]:
    """Rewrite a shard as it must not be: under the key that it had."""
    old = keys[sid].key
    made = WITHOUT(shards, sid, rows, keys)
    if made:
        keys[sid] = structs.replace(keys[sid], key=old)
    return [(head, old, plain) for head, _, plain in made]


def test_control_a_shard_rewritten_under_its_old_key_is_broken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Shards, "without", _under_its_old_key)
    broken = 0
    for seed in range(5):
        history, images = live(tmp_path / f"{seed}", seed, None, acts=40)
        found = opened_by_the_thief(images, history.folders.root, None)
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
    for rid in erased:  # one after the other: the shard is rewritten twice
        drop(vault.keyring, vault.folders, [rid])
        vault.keyring.erase([rid])
        images.append(image(tmp_path))
        vault.eraser.wipe_others(vault.keyring.generation)
        vault.keyring.clean()
        vault.path(rid).unlink()
        refill(vault.keyring, vault.folders, 6)
        images.append(image(tmp_path))
    running.audio(0, bytes(4000))
    running.end(RecordingEnd(samples=4000, reason="hung_up"))
    images.append(image(tmp_path))

    found = opened_by_the_thief(images, vault.folders.root, None)
    stolen = tmp_path / "stolen"
    for rid in erased:
        stolen.write_bytes(next(one[f"new/{rid}"] for one in images if one.get(f"new/{rid}")))
        for key in found.values():
            with pytest.raises(FileFormatError, match="does not open"):
                open_ticket(read_header(stolen), key)
            with pytest.raises(FileFormatError, match="does not open"):
                Reader.open(stolen, vault.reading, key)
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
    assert rid in opened_by_the_thief([*images, image(tmp_path)], vault.folders.root, None)
    keyring.erase([rid])
    eraser.wipe_others(keyring.generation)
    images.append(image(tmp_path))
    assert opened_by_the_thief(images, vault.folders.root, None) == {}
