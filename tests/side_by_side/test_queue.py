"""Runs side by side run every test, and none twice."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.side_by_side.queue import FIRST, SharedQueue

FILES = ("tests/call/test_a.py", "tests/call/test_b.py", f"{FIRST[0]}test_c.py", "tests/test_d.py")


@dataclass(frozen=True)
class Item:
    """A test, by its name."""

    nodeid: str


def items() -> Any:
    """Two tests of each file; those of one file stand apart, as pytest may order them."""
    return [Item(f"{file}::test_{number}") for number in range(2) for file in FILES]


def test_each_test_is_run_once_and_a_file_stays_together(tmp_path: Path) -> None:
    ours, theirs = (SharedQueue(tmp_path).claimed(items()) for _ in range(2))
    first, second = [next(ours).nodeid], [next(theirs).nodeid]
    second += [item.nodeid for item in theirs]
    first += [item.nodeid for item in ours]
    assert sorted(first + second) == sorted(item.nodeid for item in items())
    assert {name.partition("::")[0] for name in first} == {FILES[2]}


def test_what_takes_minutes_is_begun_first(tmp_path: Path) -> None:
    assert next(SharedQueue(tmp_path).claimed(items())).nodeid.startswith(FIRST[0])
    assert all((Path(__file__).parents[2] / name).exists() for name in FIRST)
