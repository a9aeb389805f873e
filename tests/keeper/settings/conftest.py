"""A box whose settings can be changed."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.keeper.boxes import KeeperBox, set_up
from tests.keeper.settings.changing import Office


@pytest.fixture
def box(tmp_path: Path) -> Iterator[KeeperBox]:
    """A box that is set up, without a recorder."""
    made = set_up(tmp_path / "data")
    yield made
    made.keeper.close()


@pytest.fixture
def office(box: KeeperBox) -> Office:
    """Somebody who changes its settings."""
    return Office(box, box.log_in())
