"""Provide a call whose erasure is certified."""

import pytest

from tests.keeper.office import Office
from tests.keeper.recordings.certified.orders import erase, settle


@pytest.fixture
def rid(office: Office) -> str:
    """A call of 90 seconds that is erased and certified."""
    found = office.record(seconds=90.0)
    office.unlock()
    erase(office, found)
    settle(office)
    return found
