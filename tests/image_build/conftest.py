"""Provide what is installed into a clean Debian."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from installer.places import REPOSITORY

from tests.image_build.clean_debian import ALONE

PYTHON = "/usr/bin/python3.13"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Return a folder for a clean Debian below ``root``, which is removed as it was made."""
    folder = tmp_path_factory.mktemp("clean")
    for path in (folder, *folder.parents):  # apt fetches as a user of its own
        if path != path.parent:
            path.chmod(path.stat().st_mode | 0o011)
    yield folder
    subprocess.run([*ALONE, "rm", "-rf", str(folder / "root")], check=True)


@pytest.fixture(scope="session")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return all wheels, fetched and built by the Python that they are for."""
    made = tmp_path_factory.mktemp("wheels") / "wheels"
    command = [PYTHON, "image-build/setup", "wheels", str(made)]
    surroundings = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    subprocess.run(command, check=True, cwd=REPOSITORY, env=surroundings)
    return made
