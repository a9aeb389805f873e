import base64
import json
import os
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.errors import FileFormatError, PoolEmpty, VaultError
from appliance.vault import pool
from appliance.vault.opening.refill import drop, refill
from appliance.vault.pool import Pool, PoolContent, PoolHolder, PoolKey
from tests.vaults import BOX_KEY, SIGNER, FailingDisk, Vault, damage
from tests.vectors.pools import RIDS, VECTORS, vectors

keys = st.dictionaries(
    st.binary(min_size=16, max_size=16).map(bytes.hex), st.binary(min_size=32, max_size=32)
)


@given(keys)
def test_a_pool_comes_back(
    tmp_path_factory: pytest.TempPathFactory, made: dict[str, bytes]
) -> None:
    path = tmp_path_factory.getbasetemp() / "pool"
    content = pool.PoolContent(os.urandom(16), os.urandom(32), BOX_KEY, made, exempt=len(made))
    pool.store(path, content, SIGNER.sign)
    assert pool.load(path) == content
    assert list(pool.load(path).keys) == list(made)


@pytest.mark.parametrize("at", [0, 8, 9, 11, 15, 20, 40, 70, 90, 97, 100, 120, 149, 200, 300, 450])
def test_a_flip_anywhere_is_noticed(vault: Vault, at: int) -> None:
    damage(vault.folders.pool, at)
    with pytest.raises(FileFormatError):
        pool.load(vault.folders.pool)


@pytest.mark.parametrize("length", [0, 8, 95, 96, 163, 164, 200, 214, 246])
def test_a_cut_pool_is_noticed(vault: Vault, length: int) -> None:
    os.truncate(vault.folders.pool, length)
    with pytest.raises(FileFormatError):
        pool.load(vault.folders.pool)


def test_the_keyring_knows_a_key_before_the_pool_shows_it(vault: Vault) -> None:
    shown = pool.load(vault.folders.pool).keys
    assert shown.keys() == set(vault.keyring.unused())
    order = FailingDisk()
    order.fail("rename")
    with pytest.raises(VaultError, match="The pool could not be written"):
        refill(vault.keyring, vault.folders, 8, disk=order)
    assert len(vault.keyring.unused()) == 8
    assert pool.load(vault.folders.pool).keys == shown
    made = refill(vault.keyring, vault.folders, 8)
    assert (made, len(pool.load(vault.folders.pool).keys)) == (0, 8)


def test_used_names_leave_the_pool_and_new_ones_come(vault: Vault) -> None:
    sealed = vault.record()
    assert refill(vault.keyring, vault.folders, 6) == 1
    shown = pool.load(vault.folders.pool).keys
    assert sealed.rid not in shown
    assert len(shown) == 6
    before = vault.folders.pool.stat().st_mtime_ns
    assert refill(vault.keyring, vault.folders, 6) == 0
    assert vault.folders.pool.stat().st_mtime_ns == before


@pytest.mark.parametrize("fault", ["gone", "damaged", "another office's"])
def test_a_lost_pool_comes_back_from_the_keyring(vault: Vault, fault: str) -> None:
    whole = pool.load(vault.folders.pool)
    if fault == "gone":
        vault.folders.pool.unlink()
    elif fault == "damaged":
        damage(vault.folders.pool, 100)
    else:
        pool.store(vault.folders.pool, pool.PoolContent(bytes(16), bytes(32), BOX_KEY), SIGNER.sign)
    assert refill(vault.keyring, vault.folders, 6) == 0
    assert pool.load(vault.folders.pool) == whole


def test_names_are_dropped_where_they_are_shown(vault: Vault) -> None:
    first, *others = pool.load(vault.folders.pool).keys
    drop(vault.keyring, vault.folders, [first, "00" * 16])
    assert list(pool.load(vault.folders.pool).keys) == others
    before = vault.folders.pool.stat().st_mtime_ns
    drop(vault.keyring, vault.folders, [first])
    assert vault.folders.pool.stat().st_mtime_ns == before


def test_nothing_is_dropped_from_a_pool_that_nobody_can_use(vault: Vault) -> None:
    damage(vault.folders.pool, 100)
    drop(vault.keyring, vault.folders, ["00" * 16])
    vault.folders.pool.unlink()
    drop(vault.keyring, vault.folders, ["00" * 16])
    with pytest.raises(PoolEmpty):
        pool.load(vault.folders.pool)


def test_the_pool_gives_each_key_once(vault: Vault) -> None:
    pool = Pool(vault.folders.pool, vault.folders.new)
    taken = [pool.take_key() for _ in range(6)]
    assert len({key.rid for key in taken}) == 6
    with pytest.raises(PoolEmpty):
        pool.take_key()


def test_the_pool_passes_over_names_that_are_used(vault: Vault) -> None:
    first = vault.record()
    assert first.rid not in {
        key.rid
        for pool in [Pool(vault.folders.pool, vault.folders.new)]
        for key in (pool.take_key() for _ in range(5))
    }


def test_without_a_pool_there_is_no_recording(vault: Vault) -> None:
    vault.folders.pool.unlink()
    with pytest.raises(PoolEmpty, match="set the box up"):
        vault.take()


FORMAT = Path(__file__).parents[2] / "docs" / "format.md"
KNOWN: dict[str, dict[str, Any]] = json.loads(VECTORS.read_text("utf-8"))


def test_the_vectors_are_those_that_the_specification_makes() -> None:
    assert vectors() == KNOWN


def test_every_vector_stands_in_the_specification_and_the_other_way_round() -> None:
    section = FORMAT.read_text("utf-8").split("\n## 3. Pool")[1].split("\n## 4.")[0]
    rows = [row.split("|") for row in section.splitlines() if row.startswith("| `")]
    refused = {
        name: row[3].strip() == "refused" for row in rows for name in re.findall(r"`(\w+)`", row[1])
    }
    assert refused == {name: vector["gives"] is None for name, vector in KNOWN.items()}


def shown(vector: dict[str, Any], folder: Path) -> PoolContent:
    """Read a vector as the recorder would."""
    (folder / "pool").write_bytes(base64.b64decode(vector["file"]))
    (folder / "pin").write_bytes(bytes.fromhex(vector["pinned"]))
    return Pool(folder / "pool", folder, folder / "pin").shown()


@pytest.mark.parametrize("name", KNOWN)
def test_a_vector_gives_what_it_must(name: str, tmp_path: Path) -> None:
    vector = KNOWN[name]
    if vector["gives"] is None:
        with pytest.raises(FileFormatError):
            shown(vector, tmp_path)
        return
    content = shown(vector, tmp_path)
    assert list(content.keys) == [rid.hex() for rid in RIDS]
    for rid, gives in zip(content.keys, vector["gives"], strict=True):
        if content.holder is None:
            assert gives is None
            continue
        pair = content.holder.pair(rid, vector["day"])
        assert (pair.rid if isinstance(pair, PoolKey) else pair) == gives


names = st.binary(min_size=16, max_size=16).filter(any).map(bytes.hex)
publics = st.binary(min_size=32, max_size=32).filter(any)


@given(st.dictionaries(names, publics, max_size=6), publics, st.integers(1, 65_535), st.data())
def test_a_pool_for_two_comes_back(
    tmp_path_factory: pytest.TempPathFactory,
    keys: dict[str, bytes],
    theirs: bytes,
    last_day: int,
    data: st.DataObject,
) -> None:
    given_to = data.draw(st.lists(st.sampled_from([*keys]), unique=True)) if keys else []
    rids = data.draw(st.lists(names, min_size=6, max_size=6, unique=True))
    pairs = {rid: PoolKey(rids[at], theirs) for at, rid in enumerate(given_to)}
    holder = PoolHolder(theirs, last_day, pairs)
    content = PoolContent(bytes(16), bytes(32), BOX_KEY, keys, 3, holder)
    path = tmp_path_factory.getbasetemp() / "pool for two"
    pool.store(path, content, SIGNER.sign)
    assert pool.load(path) == content


def test_no_keeper_names_a_second_holder() -> None:
    for path in (FORMAT.parents[1] / "appliance").rglob("*.py"):
        assert path.name == "pool.py" or "PoolHolder" not in path.read_text("utf-8"), path
