"""A panel before a box whose owner has a password and a sheet, and nothing else."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.keeper.boxes import set_up
from tests.web.conftest import PEOPLE, Panel, serve

FRESH = "fresh = true\n"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Panel]:
    """A panel of a box whose owner has a password and a sheet, and nothing else."""
    yield from serve(set_up(tmp_path / "data", PEOPLE, seed_text=FRESH))
