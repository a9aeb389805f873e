"""Expect a refusal by its code; sentences may change."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from appliance.errors import Refused


@contextmanager
def refuses(code: str) -> Iterator[pytest.ExceptionInfo[Refused]]:
    """Expect that the block is refused with a code."""
    with pytest.raises(Refused) as caught:
        yield caught
    assert caught.value.code == code
