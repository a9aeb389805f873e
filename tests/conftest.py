"""Fixtures for tests that need a whole box."""

import gc
import os
from pathlib import Path

# The arrays are small: more threads only wait for each other. Read when numpy is imported.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import pytest
from hypothesis import HealthCheck, settings

from tests.boxes import TrialBox, make_box

# How fast examples are drawn depends on the machine, and no test may.
settings.register_profile("steady", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("steady")


@pytest.fixture
def trial_box(tmp_path: Path) -> TrialBox:
    """A box that is set up and has never had a call."""
    return make_box(tmp_path / "data")


def pytest_collection_finish() -> None:
    """Leave what is imported out of every later collection: the box collects at each lock."""
    gc.collect()
    gc.freeze()
