"""Draw histories of devices for all who look at what left them."""

import pytest

from tests.deep import spread
from tests.security.evidence.histories import WAYS, History, history
from tests.vault.audit.stamped import StampAuthority

HISTORIES = 10 * len(WAYS)


@pytest.fixture(scope="session", params=spread(range(HISTORIES), len(WAYS)))
def told(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> History:
    """Return a history; one of each kind is drawn in every run."""
    folder = tmp_path_factory.mktemp("history")
    return history(folder, StampAuthority(folder / "authority"), request.param)
