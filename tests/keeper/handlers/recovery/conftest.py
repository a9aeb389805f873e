"""A fresh box, and a medium with what another one has left."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.keeper.backup.copies import backed_up_box, backups
from tests.keeper.boxes import make_keeper
from tests.keeper.erasure.everything import record
from tests.keeper.handlers.recovery.bench import Bench


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    old, medium = backed_up_box(tmp_path)
    rids = record(old, 3)
    backups(old).run()
    old.keeper.close()
    made = Bench(old, rids, medium, make_keeper(tmp_path / "new"))
    made.new.clock = made.new.keeper._around.clock  # type: ignore[assignment]
    made.point()
    yield made
    made.new.keeper.close()
