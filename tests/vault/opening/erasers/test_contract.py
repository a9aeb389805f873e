"""Hold every eraser to one contract: a file (E0, E1) and a chip (E2)."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from appliance.errors import EraserFailed, KeyLost
from appliance.vault.opening.eraser import LEVELS, Eraser
from appliance.vault.opening.erasers.file import FileEraser
from appliance.vault.opening.shard import Anchor
from tests.chips import new_chip
from tests.vaults import FailingDisk

VAULT = bytes(range(16))


@dataclass
class Place:
    """Where the roots are, and how it goes wrong."""

    level: str
    make: Callable[[], Eraser]  # as after a restart
    content: Callable[[], bytes]
    fail: Callable[[str], None]  # open, read or write
    mend: Callable[[], None]
    deaf: Callable[[], None]  # says yes to every write and does nothing


class DeafDisk(FailingDisk):
    """May say yes to a write and do nothing."""

    deaf = False

    def write(self, fd: int, data: bytes | bytearray, offset: int) -> None:
        if not self.deaf:
            super().write(fd, data, offset)


def a_file(folder: Path, board: bytes | None) -> Place:
    disk, path = DeafDisk(), folder / "root"

    def mend() -> None:
        disk.mend()
        disk.deaf = False

    return Place(
        "E1" if board else "E0",
        lambda: FileEraser(path, board, disk=disk),
        path.read_bytes,
        disk.fail,
        mend,
        lambda: setattr(disk, "deaf", True),
    )


def a_chip(folder: Path) -> Place:
    chip = new_chip(folder / "eeprom")
    return Place(
        "E2",
        chip.eraser,
        lambda: chip.content,
        chip.fail,
        chip.mend,
        lambda: setattr(chip.driver, "protected", True),
    )


@pytest.fixture(params=["E0", "E1", "E2"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    if request.param == "E2":
        return a_chip(tmp_path)
    return a_file(tmp_path, b"the board's own secret" if request.param == "E1" else None)


def test_it_makes_roots_at_its_level(place: Place) -> None:
    eraser = place.make()
    assert (eraser.level, eraser.generations()) == (place.level, ())
    eraser.prepare(1)
    assert LEVELS[eraser.slot_level(1)] == place.level


def test_a_new_root_stands_beside_the_old_one_until_that_is_wiped(place: Place) -> None:
    eraser = place.make()
    first, second = eraser.prepare(1), eraser.prepare(2)
    for seen in (eraser, place.make()):
        assert (seen.read(1), seen.read(2)) == (first, second)
        assert seen.generations() == (1, 2)
    eraser.wipe_others(2)
    for seen in (eraser, place.make()):
        assert seen.generations() == (2,)
        assert seen.read(2) == second
        for ask in (seen.read, seen.slot_level):
            with pytest.raises(KeyLost, match="no root of generation 1"):
                ask(1)
    assert first not in place.content()


def test_roots_are_made_on_and_on(place: Place) -> None:
    roots, eraser = set(), place.make()
    for generation in range(1, 12):
        roots.add(eraser.prepare(generation))
        if generation % 3:
            eraser.wipe_others(generation)
    assert len(roots) == 11
    assert eraser.generations() == (11,)
    assert sum(root in place.content() for root in roots) <= 1


def test_a_root_that_was_never_used_is_replaced(place: Place) -> None:
    eraser = place.make()
    first, unused = eraser.prepare(1), eraser.prepare(2)
    second = place.make().prepare(2)
    assert eraser.read(1) == first
    assert eraser.read(2) == second != unused
    eraser.wipe_others(1)
    assert eraser.read(1) == first
    assert eraser.generations() == (1,)


def test_without_the_root_that_counts_nothing_is_called_wiped(place: Place) -> None:
    eraser = place.make()
    eraser.prepare(1)
    with pytest.raises(EraserFailed):
        eraser.wipe_others(2)


@pytest.mark.parametrize("operation", ["open", "read", "write"])
def test_a_place_that_fails_takes_no_root_and_loses_none(place: Place, operation: str) -> None:
    eraser = place.make()
    root = eraser.prepare(1)
    place.fail(operation)
    with pytest.raises(EraserFailed):
        eraser.prepare(2)
    with pytest.raises((EraserFailed, OSError)):
        eraser.wipe_others(2)
    place.mend()
    assert place.make().read(1) == root
    second = eraser.prepare(2)
    eraser.wipe_others(2)
    assert (eraser.generations(), eraser.read(2)) == ((2,), second)


@pytest.mark.parametrize("operation", ["open", "read", "write"])
def test_an_old_root_that_stays_is_a_failure_until_it_is_gone(place: Place, operation: str) -> None:
    eraser = place.make()
    first, second = eraser.prepare(1), eraser.prepare(2)
    place.fail(operation)
    with pytest.raises(EraserFailed):
        eraser.wipe_others(2)
    place.mend()
    eraser.wipe_others(2)
    assert eraser.read(2) == second
    assert first not in place.content()


def test_a_place_that_only_says_yes_is_found_out(place: Place) -> None:
    eraser = place.make()
    eraser.prepare(1)
    root = eraser.prepare(2)
    place.deaf()
    with pytest.raises(EraserFailed):
        eraser.prepare(3)
    with pytest.raises(EraserFailed):
        eraser.wipe_others(2)
    place.mend()
    assert eraser.read(2) == root


@pytest.mark.parametrize("generations", [0, 1, 2])
def test_all_roots_are_overwritten_and_it_begins_anew(place: Place, generations: int) -> None:
    eraser = place.make()
    roots = [eraser.prepare(number + 1) for number in range(generations)]
    eraser.keep_anchor(VAULT, Anchor(7, bytes(16)))
    eraser.wipe_all()
    assert place.make().generations() == ()
    assert place.make().anchor(VAULT) is None
    assert not any(root in place.content() for root in roots) if roots else True
    fresh = place.make().prepare(1)
    assert place.make().read(1) == fresh


@pytest.mark.parametrize("operation", ["open", "read", "write"])
def test_a_root_that_stays_is_told(place: Place, operation: str) -> None:
    eraser = place.make()
    eraser.prepare(1)
    place.fail(operation)
    with pytest.raises(EraserFailed):
        eraser.wipe_all()
    place.mend()
    eraser.wipe_all()
    assert eraser.generations() == ()


def test_what_is_kept_of_the_audit_touches_no_root(place: Place) -> None:
    eraser = place.make()
    assert eraser.anchor(VAULT) is None
    root = eraser.prepare(1)
    for seq in range(1, 6):
        eraser.keep_anchor(VAULT, Anchor(seq, bytes([seq]) * 16))
        assert eraser.anchor(VAULT) in (None, Anchor(seq, bytes([seq]) * 16))
    assert eraser.read(1) == root
    assert eraser.generations() == (1,)
