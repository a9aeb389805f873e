"""The lists of those who speak follow the settings, at a start and at a change."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.keeper.box import Box
from appliance.keeper.subjects.speakers import build
from tests.keeper.boxes import KeeperBox, set_up


@pytest.fixture
def box(tmp_path: Path) -> Iterator[KeeperBox]:
    made = set_up(tmp_path / "data")
    yield made
    made.keeper.close()


def test_before_there_is_a_vault_nothing_is_told(box: KeeperBox) -> None:
    box.keeper.close()
    box.folders.speakers.unlink()
    closed: Box = box.keeper._box
    subject = build(closed)
    (chore,) = subject.chores
    chore.act()
    subject.begun()
    subject.follow(box.config)
    assert not box.folders.speakers.exists()
    box.keeper.open()
    assert box.folders.speakers.exists()
