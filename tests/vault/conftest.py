from pathlib import Path
from types import ModuleType

import pytest

from appliance.vault.opening.keys import sheet_text
from appliance.vault.origin import fingerprint
from tests.samples import ORIGIN
from tests.vault.script import second_reader
from tests.vaults import Vault, make_vault


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return make_vault(tmp_path)


@pytest.fixture(scope="module")
def reader() -> ModuleType:
    """The second reader as a module."""
    return second_reader()


@pytest.fixture
def office(tmp_path: Path) -> Vault:
    made = make_vault(tmp_path)
    (tmp_path / "sheet.txt").write_text(sheet_text(made.secret) + "\n")
    with made.keyring.changing() as draft:
        draft.origins = {fingerprint(ORIGIN.public): "a1b2c3"}
    return made
