"""Fixtures for tests of attacks."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from appliance.keeper.records import Records


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user can pass, unlike ``tmp_path``."""
    with TemporaryDirectory(prefix="zgoda-") as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.fixture
def nothing_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """Start no reading child at a login: who comes and goes is all that a test looks at."""
    monkeypatch.setattr(Records, "unlock", lambda records, reading_key: None)
