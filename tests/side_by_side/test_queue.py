"""Runs side by side run every test, and none twice."""

import os
import subprocess
import sys
from pathlib import Path

from tests.side_by_side.queue import FIRST, WHERE, SharedQueue

FILES = ("tests/call/test_a.py", "tests/call/test_b.py", f"{FIRST[0]}test_c.py", "tests/test_d.py")

HERE = """
import pathlib
import pytest

from tests.side_by_side.queue import take_part as pytest_configure



@pytest.fixture(scope="session")
def once():
    with pathlib.Path(__file__).with_name("made").open("a") as made:
        made.write("x")

"""
TESTS = """
import pytest

@pytest.mark.parametrize("number", range(2))
def test_it(once, number):
    pass

@pytest.mark.slow
def test_at_leisure(once):
    pass
"""


def test_each_file_is_claimed_once(tmp_path: Path) -> None:
    ours, theirs = (SharedQueue(tmp_path).claimed(FILES) for _ in range(2))
    first, second = [next(ours)], [next(theirs)]
    second += theirs
    first += ours
    assert sorted(first + second) == sorted(FILES)
    assert first == [FILES[2]]


def test_what_takes_minutes_is_begun_first(tmp_path: Path) -> None:
    assert next(SharedQueue(tmp_path).claimed(FILES)).startswith(FIRST[0])
    assert all((Path(__file__).parents[2] / name).exists() for name in FIRST)


def told(folder: Path, *options: str) -> tuple[int, str]:
    """Run pytest in a folder with a queue of its own; return its exit code and last line."""
    queue = folder / "queue"
    queue.mkdir()
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-c", "pytest.ini", *options, "here"],
        cwd=folder, env={**os.environ, WHERE: str(queue)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert {path.name for path in queue.iterdir()} == {"here+test_a.py", "here+deep+test_b.py"}
    return done.returncode, done.stdout.strip().splitlines()[-1]


def folder_of_tests(folder: Path, second: str = TESTS) -> Path:
    (folder / "here" / "deep").mkdir(parents=True)
    (folder / "pytest.ini").write_text(
        "[pytest]\naddopts = -p no:cacheprovider --import-mode=importlib --strict-markers\n"
        "markers = slow\n"
    )
    (folder / "here" / "conftest.py").write_text(HERE)
    (folder / "here" / "test_a.py").write_text(TESTS)
    (folder / "here" / "deep" / "test_b.py").write_text(second)
    return folder


def test_a_run_alone_runs_all_with_one_session_and_chooses_as_ever(tmp_path: Path) -> None:
    folder = folder_of_tests(tmp_path)
    code, last = told(folder, "-m", "not slow", "-k", "not 1")
    assert code == 0
    assert last.startswith("2 passed, 4 deselected in ")
    assert (folder / "here" / "made").read_text() == "x"


def test_a_file_that_cannot_be_imported_fails_the_run_and_the_others_go_on(tmp_path: Path) -> None:
    code, last = told(folder_of_tests(tmp_path, "import nothing_of_that_name\n"))
    assert code == 1
    assert last.startswith("3 passed, 1 error in ")


def test_where_nothing_is_chosen_a_run_says_so(tmp_path: Path) -> None:
    code, last = told(folder_of_tests(tmp_path), "-k", "nothing")
    assert code == 5
    assert last.startswith("6 deselected in ")
