"""Set up tests of attacks: one file an attack, ``test_sNN``, whose name says what holds.

S04, S05, S08, S11 and S18 have two, because half of each needs something that the other does not:
real users (S04), a chip (S05), a proxy and hundreds of connections (S08), root's eyes (S11), a
prepared list (S18). Each half runs where it can.
"""

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
