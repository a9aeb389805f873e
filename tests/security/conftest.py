"""Fixtures for tests of attacks."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user can pass, unlike ``tmp_path``."""
    with TemporaryDirectory(prefix="zgoda-") as name:
        Path(name).chmod(0o755)
        yield Path(name)
