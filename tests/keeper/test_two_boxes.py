"""Test that two boxes set up alike share no secret (EN 303 645, 5.1-1 and 5.4-4)."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from appliance.keeper.first_run.create import make_eraser
from appliance.keeper.people.passwords import drawn_password
from appliance.vault.opening.content import KeyringContent
from appliance.vault.pool import load
from tests.keeper.boxes import KeeperBox, make_keeper

SHORTEST_KEY = 16


@pytest.fixture
def boxes(tmp_path: Path) -> Iterator[tuple[KeeperBox, KeeperBox]]:
    """Two boxes that one person sets up alike: the same name, the same password."""
    made = make_keeper(tmp_path / "one"), make_keeper(tmp_path / "other")
    yield made
    for box in made:
        box.keeper.close()


def bytes_in(value: Any) -> Iterator[bytes]:
    """Give every piece of bytes, as long as a key or longer, in a structure."""
    if isinstance(value, bytes) and len(value) >= SHORTEST_KEY:
        yield value
    elif isinstance(value, dict):
        for key, each in value.items():
            yield from bytes_in(key)
            yield from bytes_in(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from bytes_in(each)


def secrets_of(content: KeyringContent) -> set[bytes]:
    """Return everything in a keyring that is, seals or names a key."""
    plain = msgspec.to_builtins(content, builtin_types=(bytes,), str_keys=False)
    return set(bytes_in(plain))


def content(box: KeeperBox) -> KeyringContent:
    assert box.keeper.box is not None
    return box.keeper.box.keyring.content


def test_codes_before_the_first_run_differ(boxes: tuple[KeeperBox, KeeperBox]) -> None:
    one, other = (box.code().strip() for box in boxes)

    assert one != other
    assert not set(one.split("-")) & set(other.split("-"))


def test_every_secret_of_two_boxes_that_are_set_up_alike_differs(
    boxes: tuple[KeeperBox, KeeperBox],
) -> None:
    sheets = [box.first_run() for box in boxes]
    for box, sheet in zip(boxes, sheets, strict=True):
        box.confirm(sheet)
    one, other = (secrets_of(content(box)) for box in boxes)

    named = {"audit_key", "list_key", "ledger_key", "box_key", "reading_key", "vault_id"}
    for name in named:
        assert getattr(content(boxes[0]), name) in one
    assert len(one) > len(named)
    assert one & other == set()
    assert not set(sheets[0].groups) & set(sheets[1].groups)
    assert sheets[0].token != sheets[1].token


def test_neither_roots_nor_keys_made_ahead_are_shared(boxes: tuple[KeeperBox, KeeperBox]) -> None:
    for box in boxes:
        box.confirm(box.first_run())
    erasers = [make_eraser(box.folders, box.config) for box in boxes]
    roots = [eraser.read(eraser.generations()[-1]) for eraser in erasers]
    pools = [load(box.folders.pool) for box in boxes]

    assert roots[0] != roots[1]
    ahead = [set(pool.keys.values()) for pool in pools]
    assert ahead[0]
    assert ahead[0] & ahead[1] == set()
    assert pools[0].reading_key != pools[1].reading_key


def test_a_box_with_the_keys_of_another_is_noticed(boxes: tuple[KeeperBox, KeeperBox]) -> None:
    """The comparison itself: a key that is copied is found."""
    for box in boxes:
        box.confirm(box.first_run())
    one, other = content(boxes[0]), content(boxes[1]).copy()
    other.box_key = one.box_key

    assert secrets_of(one) & secrets_of(other) == {one.box_key}


def test_one_time_passwords_of_people_are_never_the_same() -> None:
    assert len({drawn_password() for _ in range(100)}) == 100
