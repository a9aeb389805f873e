"""Fixtures for tests that need a whole box."""

import gc
import os
from functools import lru_cache
from pathlib import Path

# The arrays are small: more threads only wait for each other. Read when numpy is imported.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

# Whatever language the developer's terminal speaks, the command line says English to a test.
os.environ["LC_ALL"] = "C.UTF-8"

import catalogues
import pytest
from _pytest.terminal import TerminalReporter
from hypothesis import HealthCheck, settings

from appliance.config.kept import Seed
from appliance.keeper.people import guessing
from appliance.keeper.records import Records
from tests.boxes import TrialBox, make_box
from tests.side_by_side.memory import keep_files_there
from tests.side_by_side.queue import take_part
from tests.small import media, reserve
from tests.transcripts import print_transcripts
from tests.vault.audit.stamped import StampAuthority

# How fast examples are drawn depends on the machine, and no test may.
settings.register_profile("steady", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("some", settings.get_profile("steady"), max_examples=40)
settings.register_profile("deep", settings.get_profile("steady"), max_examples=400)
settings.load_profile("some")  # make faults asks for the deep one


# The box reads them each time, to keep 5 MB free; here every test makes a vault.
_COMMON = guessing._common_words()
guessing._common_words = _COMMON.copy

# What was translated since the last install is not compiled yet.
catalogues.compile_stale()

# Thousands of boxes begin with the same few seeds, and read them at each start.
Seed.config = lru_cache(maxsize=32)(Seed.config)  # type: ignore[method-assign]
reserve.keep_small()
media.take_any()


@pytest.fixture
def trial_box(tmp_path: Path) -> TrialBox:
    """A box that is set up and has never had a call."""
    return make_box(tmp_path / "data")


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> StampAuthority:
    """A time-stamp authority."""
    return StampAuthority(tmp_path_factory.mktemp("stamps") / "authority")


@pytest.fixture(scope="session")
def stranger(tmp_path_factory: pytest.TempPathFactory) -> StampAuthority:
    """Another time-stamp authority, of the same name."""
    return StampAuthority(tmp_path_factory.mktemp("stamps") / "stranger")


@pytest.fixture
def nothing_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """Start no reading child at a login: who comes and goes is all that a test looks at."""
    monkeypatch.setattr(Records, "unlock", lambda records, reading_key: None)


def pytest_configure(config: pytest.Config) -> None:
    """Put files into memory; share the tests with the runs beside this one."""
    keep_files_there(config.option.markexpr)
    take_part(config)


def pytest_collection_finish() -> None:
    """Leave what is imported out of every later collection: the box collects at each lock."""
    _leave_out()


@pytest.fixture(autouse=True, scope="module")
def _leave_out_imports() -> None:
    """Leave out, too, what the files before have imported or compiled."""
    _leave_out()


def _leave_out() -> None:
    gc.collect()
    gc.freeze()


def pytest_terminal_summary(terminalreporter: TerminalReporter) -> None:
    """Print what callers heard, where a test tells it."""
    print_transcripts(terminalreporter)
