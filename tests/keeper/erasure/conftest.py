"""Provide a keeper with people, for tests that erase everything."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.keeper.boxes import KeeperBox, set_up
from tests.keeper.erasure.everything import PEOPLE, TOKENS


@pytest.fixture
def reading_box(tmp_path: Path) -> Iterator[KeeperBox]:
    """A whole keeper that reads recordings for whoever logs in."""
    TOKENS.clear()
    made = set_up(tmp_path / "data", PEOPLE)
    yield made
    made.keeper.close()


@pytest.fixture
def box(nothing_read: None, reading_box: KeeperBox) -> KeeperBox:
    """The same where nothing is read, which is all that most tests need."""
    return reading_box
