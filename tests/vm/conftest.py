"""Run these tests in virtual machines, and report them here as if they ran here.

The same files are collected on both sides. Outside a machine no test is called: it is built and
booted once, runs those that were chosen, and sends pytest's own reports. Two machines run side by
side, one a core, and take about as long as each other: the second has the tests that give the
recorder another line.
"""

import ast
import os
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from _pytest.terminal import TerminalReporter

from tests.vm.machine import ROOT, Machine, inside
from tests.vm.office import Office, SeenCall, consented_call, open_office
from tests.vm.page import page
from tests.vm.reporting import Reporter, journal

PAGE = "ZGODA_VM_PAGE"
"""Names the page to write."""

_MACHINES = pytest.StashKey[list[Machine]]()
_LIMIT = pytest.mark.timeout(0)  # the machine has its own


SECOND = ("test_keeper", "test_modem", "test_isdn")
"""Modules of tests that the second machine runs, in this order: the last two give the recorder
another line."""

OFFICE = "office"
"""The fixture of tests that look at the box."""


@pytest.fixture(scope="session")
def office() -> Iterator[Office]:
    """The box of the units with everything plugged in, once in a boot."""
    opened = open_office()
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def call(office: Office) -> SeenCall:
    """A whole consented call, once in a boot: the tests look at what it left."""
    return consented_call(office)


def pytest_configure(config: pytest.Config) -> None:
    """Inside the machine, send every report out."""
    if inside():
        config.pluginmanager.register(Reporter(config))


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let the machine's own limit hold outside; let those that change the line come last."""
    ours = list(_ours(items))
    others = [item for item in items if item not in ours]
    items[:] = [*others, *sorted(ours, key=_turn)]
    for item in ours:
        if not inside():
            item.add_marker(_LIMIT)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Know which tests which machine is to run."""
    if inside() or session.config.option.collectonly:
        return
    machines = session.config.stash[_MACHINES] = []
    for name, second in (("units", False), ("lines", True)):
        items = [item for item in _ours(session.items) if (_turn(item) > 0) is second]
        if items:
            box = any(isinstance(i, pytest.Function) and OFFICE in i.fixturenames for i in items)
            machines.append(Machine(name, [item.nodeid for item in items], box=box))


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> bool | None:
    """Take over what its machine reports of a test."""
    machines = item.config.stash.get(_MACHINES, [])
    mine = [machine for machine in machines if item.nodeid in machine.chosen]
    if not mine:
        return None
    for machine in machines:
        machine.start()
    item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
    for data in mine[0].reports_of(item.nodeid):
        report = item.config.hook.pytest_report_from_serializable(config=item.config, data=data)
        item.ihook.pytest_runtest_logreport(report=report)
    item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
    return True


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Inside the machine, add to a failure what the units have logged."""
    report = yield
    if inside() and report.failed:
        report.sections.append(("Journal of the machine", journal()))
    return report


def pytest_terminal_summary(terminalreporter: TerminalReporter, exitstatus: int) -> None:
    """Say how long the machines took; write the page, if all of it has passed."""
    machines = terminalreporter.config.stash.get(_MACHINES, [])
    took = " ".join(machine.took for machine in machines if machine.took)
    if not took:
        return
    terminalreporter.write_line(took)
    where = os.environ.get(PAGE)
    if where and exitstatus == pytest.ExitCode.OK:
        about = {file: _about(file) for machine in machines for file in machine.files}
        facts = [fact for machine in machines for fact in machine.facts()]
        text = Path(where).read_text("utf-8")
        Path(where).write_text(page(text, facts, about, took), "utf-8")


def _turn(item: pytest.Item) -> int:
    """Return when an item's module comes; 0: in the first machine."""
    return SECOND.index(item.path.stem) + 1 if item.path.stem in SECOND else 0


def _about(file: str) -> str:
    doc = ast.get_docstring(ast.parse((ROOT / file).read_text("utf-8")))
    assert doc is not None, file
    return " ".join(doc.split("\n\n")[0].split())


def pytest_unconfigure(config: pytest.Config) -> None:
    """Let no machine run on."""
    for machine in config.stash.get(_MACHINES, []):
        machine.close()


def _ours(items: list[pytest.Item]) -> Iterator[pytest.Item]:
    return (item for item in items if item.get_closest_marker("vm") is not None)
