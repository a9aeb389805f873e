from pathlib import Path

import pytest

from tests.vaults import Vault, make_vault


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return make_vault(tmp_path)
