"""Load the second reader, ``docs/unseal.py``, as a module, or run it."""

import importlib.util
import subprocess
from pathlib import Path
from types import ModuleType

from tests.vaults import Vault

SCRIPT = Path(__file__).parents[2] / "docs" / "unseal.py"

DEBIAN = "/usr/bin/python3"


def second_reader() -> ModuleType:
    """Return it."""
    spec = importlib.util.spec_from_file_location("unseal", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def unseal(
    office: Vault, rid: str, *options: str, keyring: str = "keyring.0", python: str = DEBIAN
) -> subprocess.CompletedProcess[str]:
    """Run the script on a recording; it writes out.wav."""
    data = office.folders.data
    words = [str(office.path(rid)), str(data / "sheet.txt"), str(data / keyring)]
    return subprocess.run(
        [python, str(SCRIPT), *words, str(data / "out.wav"), *options],
        check=False,
        capture_output=True,
        text=True,
        timeout=50,
    )
