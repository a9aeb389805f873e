"""Follow a machine that says what a real one says, or nothing."""

import json
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from tests.vm.machine import Machine

TEST, OTHER = "tests/vm/test_a.py::test_one", "tests/vm/test_a.py::test_two"


def report(nodeid: str, when: str, outcome: str = "passed") -> dict[str, Any]:
    return {"test": nodeid, "report": {"when": when, "outcome": outcome, "duration": 1.5}}


def saying(machine: Machine, *messages: dict[str, Any]) -> None:
    """Start in place of QEMU a program that says these and ends."""
    lines = "".join(json.dumps(message) + "\n" for message in messages)
    program = [sys.executable, "-c", "import sys; sys.stdout.write(sys.argv[1])", lines]
    machine._follow(subprocess.Popen(program, stdout=subprocess.PIPE))


@pytest.fixture
def machine() -> Iterator[Machine]:
    made = Machine("tests", [TEST, OTHER], box=False)
    yield made
    made.close()


def test_a_tests_reports_come_in_their_order(machine: Machine) -> None:
    told = [report(TEST, when) for when in ("setup", "call", "teardown")]
    saying(machine, *told, {"over": TEST}, report(OTHER, "setup"), {"over": OTHER})

    assert machine.reports_of(TEST) == [each["report"] for each in told]
    assert [each["when"] for each in machine.reports_of(OTHER)] == ["setup"]


def test_a_machine_that_ends_in_a_test_has_failed_it_and_all_that_follow(machine: Machine) -> None:
    saying(machine, report(TEST, "setup"))

    *before, last = machine.reports_of(TEST)
    (only,) = machine.reports_of(OTHER)

    assert [each["when"] for each in before] == ["setup"]
    assert last["outcome"] == only["outcome"] == "failed"
    assert "before this test did" in only["longrepr"]


def test_a_file_that_cannot_be_collected_there_is_told_with_its_reason(machine: Machine) -> None:
    saying(machine, {"broken": "tests/vm/test_a.py", "why": "ImportError: no such thing"})

    (only,) = machine.reports_of(TEST)

    assert "ImportError: no such thing" in only["longrepr"]


def test_the_console_of_a_machine_that_hangs_is_shown(machine: Machine) -> None:
    machine._console.write_text("Kernel panic\n", "utf-8")
    saying(machine)

    (only,) = machine.reports_of(TEST)

    assert "Kernel panic" in only["longrepr"]
    assert not machine.took  # nothing was booted here


def test_a_machine_that_nobody_asks_yet_is_not_held_up(machine: Machine) -> None:
    told = report(TEST, "call") | {"long": "x" * 100_000}
    saying(machine, told, {"over": TEST})

    assert machine._qemu is not None
    assert machine._qemu.wait(60) == 0
    assert machine.reports_of(TEST) == [told["report"]]
