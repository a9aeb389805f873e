"""A box whose settings can be changed."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.config.read import trial_text
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


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Office]:
    """Somebody who sets up a box on which nothing was recorded: its line may be of any kind."""
    made = set_up(tmp_path / "data", seed_text=f"fresh = true\n{trial_text()}")
    yield Office(made, made.log_in())
    made.keeper.close()
