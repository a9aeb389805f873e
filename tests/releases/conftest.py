"""Provide what each release left, unpacked."""

from pathlib import Path

import pytest

from tests.releases.left import RELEASES, Left, unpack


@pytest.fixture(params=RELEASES)
def left(request: pytest.FixtureRequest, tmp_path: Path) -> Left:
    """A copy that a test may alter."""
    return unpack(request.param, tmp_path)
