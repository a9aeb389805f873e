"""Set a German box up."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.keeper.boxes import KeeperBox, set_up
from tests.keeper.recordings.speakers.asked import PEOPLE, SEED


@pytest.fixture
def box(tmp_path: Path) -> Iterator[KeeperBox]:
    made = set_up(tmp_path / "data", PEOPLE, seed_text=SEED)
    yield made
    made.keeper.close()


@pytest.fixture
def token(box: KeeperBox) -> str:
    return box.log_in()
