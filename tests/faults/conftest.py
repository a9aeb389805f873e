"""Mark the tests here as the deep suite of ``make faults``, and collect its tables."""

import os
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest

from tests.boxes import make_box
from tests.faults.fault_box import FaultBox, Row
from tests.faults.tables.page import HEADS, page
from tests.faults.tables.told import Told
from tests.small.reserve import kept_whole

Table = dict[str, list[Row]]

WHERE = "ZGODA_FAULTS_PAGE"
"""Names the page to write."""

TOLD = pytest.StashKey[Told]()
"""What the end of the run prints."""

PASSED = pytest.StashKey[set[str]]()
"""The tests that have passed."""


@pytest.fixture(autouse=True, scope="module")
def _whole_reserve() -> Iterator[None]:
    """Boxes here keep what they keep in an office: their disks are cut off and filled."""
    with kept_whole():
        yield


@pytest.fixture
def fault_box(tmp_path: Path) -> FaultBox:
    """A box that is set up and has never had a call."""
    return FaultBox(make_box(tmp_path / "data", pool_ahead=200))


@pytest.fixture(scope="module")
def table(request: pytest.FixtureRequest) -> Iterator[Table]:
    """Rows of figures; where the environment says so, they go into the page if all tests passed."""
    rows: Table = {name: [] for name in HEADS}
    yield rows
    own = {item.nodeid for item in request.session.items if item.path == request.path}
    failed = not own <= request.config.stash.get(PASSED, set())  # also those that never ran
    request.config.stash.setdefault(TOLD, Told()).add(rows, failed=failed)
    where = os.environ.get(WHERE)
    if where and not failed:
        path = Path(where)
        path.write_text(page(path.read_text("utf-8") if path.exists() else "", rows), "utf-8")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Note which tests passed: an interrupted one neither passes nor fails."""
    report = yield
    if report.when == "call" and report.passed:
        item.config.stash.setdefault(PASSED, set()).add(item.nodeid)
    return report


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Print every table at the end, whether its tests passed or not."""
    config.stash.get(TOLD, Told()).show(terminalreporter.write_line)
