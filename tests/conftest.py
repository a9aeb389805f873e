"""Fixtures for everything that needs a whole box."""

from pathlib import Path

import pytest

from tests.boxes import TrialBox, make_box


@pytest.fixture
def trial_box(tmp_path: Path) -> TrialBox:
    """A box that is set up and has never had a call."""
    return make_box(tmp_path / "data")
