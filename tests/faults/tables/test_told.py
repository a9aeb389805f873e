"""Check the end of a run: scenario, states tried, lost, unreadable, resumed, every table."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.deep import deep
from tests.faults.fault_box import Row
from tests.faults.tables.page import HEADS
from tests.faults.tables.summary import NOT_COUNTED, NOT_KNOWN, summary
from tests.faults.tables.told import Told

CUTS: Row = ("erase", "36", "0", "0", "0", "26", "1")


def printed(**rows: list[Row]) -> list[str]:
    told, lines = Told(), list[str]()
    told.add({name.replace("_", " "): rows[name] for name in rows}, failed=False)
    told.show(lines.append)
    return lines


def test_the_summary_comes_first_and_then_each_table() -> None:
    lines = printed(power_cuts=[CUTS], soaked=[("408", "262", "8.6", "1220")])

    assert lines[0] == "\nAll in all\n"
    assert lines[1].split("  ")[0] == "scenario"
    assert lines[1].split() == ["scenario", "states", "tried", "lost", "unreadable", "resumed"]
    assert lines[2].split() == ["The", "power", "is", "cut", "36", "0", "0", "26"]
    assert lines[4] == "\nThe power is cut\n"
    assert lines[-1].split() == ["408", "262", "8.6", "1220"]


def test_nothing_is_printed_where_no_table_has_a_row() -> None:
    assert printed(power_cuts=[]) == []


def test_of_failed_tests_no_zero_is_claimed() -> None:
    told, lines = Told(), list[str]()
    told.add({"killed calls": [("call", "24", "11", "35", "2", "0.0 s play")]}, failed=True)
    told.add({"power cuts": [("call", "36", "2", "0", "0", "0", "0")]}, failed=True)
    told.show(lines.append)

    assert lines[2].split()[-4:] == ["35", NOT_COUNTED, NOT_KNOWN, "2"]
    assert lines[3].split()[-4:] == ["36", "2", "0", "0"]
    assert lines[4].split()[-4:] == ["71", "2", NOT_KNOWN, "2"]
    assert sum("did not all pass" in line for line in lines) == 2


@pytest.mark.parametrize(
    ("name", "row", "lost"),
    [
        ("recorder", ("1", "9.76", "8.70", "1.06", "cut", "yes"), "1"),
        ("recorder", ("1", "9.76", "8.76", "1.00", "cut", "yes"), "0"),
        ("recorder's states", ("recording", "agrees", "6.66", "5.50", "cut"), "1"),
        ("recorder's states", ("paused", "agrees", "5.00", "6.50", "cut"), "0"),
    ],
)
def test_what_a_table_shows_is_counted_and_not_believed(name: str, row: Row, lost: str) -> None:
    counted, of_all = summary({name: ("title", HEADS[name], [row])})

    assert counted == ("title", "1", lost, "0", "–")
    assert of_all[1:] == counted[1:]


INSIDE = """
import pytest

def test_one(table):
    table["power cuts"].append(("erase", "36", "1", "0", "0", "26", "1"))

def test_two():
    {second}
"""


@pytest.mark.parametrize(
    ("second", "status"), [deep("pass", 0), deep("assert False", 1), ("raise KeyboardInterrupt", 2)]
)
def test_a_run_prints_it_whether_its_tests_passed_or_not(
    tmp_path: Path, second: str, status: int
) -> None:
    """One that is interrupted has not passed."""
    (tmp_path / "test_inside.py").write_text(INSIDE.format(second=second))
    page = tmp_path / "page.md"

    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", "/dev/null",
         "-p", "tests.faults.conftest", f"--rootdir={tmp_path}", str(tmp_path)],
        check=False, capture_output=True, text=True,
        env={**os.environ, "ZGODA_FAULTS_PAGE": str(page), "PYTHONPATH": "image-build"},
    )  # fmt: skip

    assert done.returncode == status, done.stdout
    assert "\nscenario          states tried  lost  unreadable  resumed\n" in done.stdout
    assert "\nThe power is cut  36            1     0           26\n" in done.stdout
    assert ("did not all pass" in done.stdout) is (status > 0)
    assert page.exists() is (status == 0)
