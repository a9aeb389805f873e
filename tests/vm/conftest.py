"""Run these tests in the virtual machine, and report them here as if they ran here.

The same files are collected on both sides. Outside the machine no test is called: the machine is
built and booted once, runs those that were chosen, and sends pytest's own reports.
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

_MACHINE = pytest.StashKey[Machine]()
_LIMIT = pytest.mark.timeout(0)  # the machine has its own


LAST = ("test_modem", "test_isdn")
"""Modules of tests that give the recorder another line."""

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
    items[:] = [*others, *sorted(ours, key=lambda item: item.path.stem in LAST)]
    for item in ours:
        if not inside():
            item.add_marker(_LIMIT)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Know which tests the machine is to run."""
    ours = list(_ours(session.items))
    if ours and not inside() and not session.config.option.collectonly:
        box = any(
            isinstance(item, pytest.Function) and OFFICE in item.fixturenames for item in ours
        )
        session.config.stash[_MACHINE] = Machine([item.nodeid for item in ours], box=box)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> bool | None:
    """Take over what the machine reports of a test."""
    machine = item.config.stash.get(_MACHINE, None)
    if machine is None or item.get_closest_marker("vm") is None:
        return None
    item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
    for data in machine.reports_of(item.nodeid):
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
    """Say how long the machine took; write the page, if all of it has passed."""
    machine = terminalreporter.config.stash.get(_MACHINE, None)
    if machine is None or not machine.took:
        return
    terminalreporter.write_line(machine.took)
    where = os.environ.get(PAGE)
    if where and exitstatus == pytest.ExitCode.OK:
        about = {file: _about(file) for file in machine.files}
        text = Path(where).read_text("utf-8")
        Path(where).write_text(page(text, machine.facts(), about, machine.took), "utf-8")


def _about(file: str) -> str:
    doc = ast.get_docstring(ast.parse((ROOT / file).read_text("utf-8")))
    assert doc is not None, file
    return " ".join(doc.split("\n\n")[0].split())


def pytest_unconfigure(config: pytest.Config) -> None:
    """Let no machine run on."""
    machine = config.stash.get(_MACHINE, None)
    if machine is not None:
        machine.close()


def _ours(items: list[pytest.Item]) -> Iterator[pytest.Item]:
    return (item for item in items if item.get_closest_marker("vm") is not None)
