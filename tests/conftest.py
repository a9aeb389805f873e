"""Fixtures for tests that need a whole box."""

from pathlib import Path

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
