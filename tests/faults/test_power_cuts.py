"""Cut the power: every image a disk can keep of a box's life boots with what was answered.

A life is driven on a real file system whose disk logs each write and flush. A state is a cut
between two entries of that log, and what the disk made of the writes behind the last flush. The
real keeper boots on it.
"""

import os
import secrets
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from tests.faults.fault_box import Row
from tests.faults.power.boot import Found
from tests.faults.power.disk import Journal
from tests.faults.power.states import Life, Tally, choose, each, live, tried
from tests.faults.power.torn import crosses_a_sector, of_the_audit, of_the_superblock, torn

SEED = os.environ.get("ZGODA_FAULTS_SEED") or secrets.token_hex(4)
"""Of the choice of states; another at each run unless the environment gives one."""

FEW = 40
"""States in ``make test-root``."""

LIVES = 4
MANY = 500
"""Lives and states in ``make faults``."""

TORN = "audit, torn on purpose"
"""The act of the states in which the audit's last block is torn: one in each life."""

JOURNALS: tuple[Journal, Journal] = ("ordered", "writeback")

Sync = Callable[[int], None]


@pytest.fixture(scope="module")
def life(tmp_path_factory: pytest.TempPathFactory) -> Life:
    return live(tmp_path_factory.mktemp("power") / "life")


@pytest.mark.root
@pytest.mark.timeout(600)
def test_some_power_cuts(life: Life) -> None:
    all_is_well(tried(life, choose(life, FEW, SEED)))


@pytest.mark.faults
@pytest.mark.timeout(7200)
def test_power_cuts(tmp_path: Path, table: dict[str, list[Row]]) -> None:
    found: dict[str, Tally] = {}
    for number in range(LIVES):
        life = live(tmp_path / f"life{number}", JOURNALS[number % 2])
        for act, tally in tried(life, choose(life, MANY // LIVES, f"{SEED}.{number}")).items():
            found.setdefault(act, Tally()).join(tally)
        found.setdefault(TORN, Tally()).add(torn(life, of_the_audit(life)[0]))
    table["power cuts"] += [(act, *tally.row()) for act, tally in found.items()]
    all_is_well(found)
    assert sum(tally.states for tally in found.values()) == MANY + LIVES
    assert found[TORN].recovered == LIVES
    assert found["erase"].resumed, "no cut fell into an erasure"


@pytest.mark.root
@pytest.mark.timeout(600)
@pytest.mark.parametrize("whole_sectors", [False, True], ids=["half an entry", "none of it"])
def test_an_entry_of_the_audit_that_was_torn_ends_in_recovered(
    life: Life, whole_sectors: bool
) -> None:
    one = next(one for one in of_the_audit(life) if crosses_a_sector(one) is not whole_sectors)

    found = torn(life, one)

    assert found == Found(recovered=True)


@pytest.mark.root
@pytest.mark.timeout(600)
def test_a_superblock_that_was_torn_is_mended_from_its_copy(life: Life) -> None:
    assert of_the_superblock(life) == Found()


def all_is_well(found: dict[str, Tally]) -> None:
    """Fail with the commands that show each fault again."""
    faults = [fault for tally in found.values() for fault in tally.faults]
    assert not faults, f"seed {SEED}:\n" + "\n".join(faults)


def nothing(_: int) -> None:
    """Leave a sync out."""


def without_folders(real: Sync) -> Sync:
    """Leave the sync of folders out."""

    def sync(fd: int) -> None:
        if not stat.S_ISDIR(os.fstat(fd).st_mode):
            real(fd)

    return sync


LEFT_OUT: dict[str, dict[str, Any]] = {
    "data": {"fdatasync": nothing},
    "files": {"fsync": nothing},
    "folders": {"fsync": without_folders(os.fsync)},
}
"""Which sync a box leaves out, as a patched copy would."""


def fault_found(folder: Path, kind: str, most: int) -> int | None:
    """Let a box live that leaves a sync out; return after how many states a loss was found."""
    with mock.patch.multiple(os, **LEFT_OUT[kind]):
        life = live(folder)
    chosen = choose(life, most, f"control.{kind}")
    for number, (_, _, found) in enumerate(each(life, chosen), 1):
        if found.lost or found.unreadable or found.wrong:
            return number
    return None


@pytest.mark.root
@pytest.mark.timeout(600)
def test_a_box_that_does_not_sync_loses_something(tmp_path: Path) -> None:
    assert fault_found(tmp_path / "life", "data", FEW) is not None


@pytest.mark.faults
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("kind", LEFT_OUT)
def test_each_sync_that_is_left_out_is_found(
    tmp_path: Path, kind: str, table: dict[str, list[Row]]
) -> None:
    number = fault_found(tmp_path / "life", kind, 3 * FEW)
    assert number is not None
    table["power cuts, controls"].append((f"no sync of {kind}", str(number)))
