"""Put an input into a file whose name ends in .toml, for parsers that look at names."""

import atexit
import shutil
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

from tests.fuzz.feeding import overwrite


@cache
def _folder() -> Path:
    made = Path(mkdtemp(prefix="toml"))
    atexit.register(shutil.rmtree, made, ignore_errors=True)
    return made


def toml_file(name: str, raw: bytes) -> Path:
    """Return the path of a file that holds an input."""
    return overwrite(_folder() / f"{name}.toml", raw)
