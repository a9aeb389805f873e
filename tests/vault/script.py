"""Load the second reader, ``docs/unseal.py``, as a module."""

import importlib.util
from pathlib import Path
from types import ModuleType

SCRIPT = Path(__file__).parents[2] / "docs" / "unseal.py"


def second_reader() -> ModuleType:
    """Return it."""
    spec = importlib.util.spec_from_file_location("unseal", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
