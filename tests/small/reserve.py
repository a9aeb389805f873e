"""Let boxes keep a small reserve, except on a disk that a test fills.

The reserve's 16 MB are nothing to a disk, but in memory each page of them is written, and whoever
copies or searches a data folder reads them all.
"""

import contextlib
from collections.abc import Iterator
from unittest import mock

from appliance.keeper.storage import reserve

WHOLE = reserve.LEAST_BYTES
SMALL = 2**18


def keep_small() -> None:
    """Let every box of this process keep little in reserve."""
    reserve.LEAST_BYTES = SMALL


@contextlib.contextmanager
def kept_whole() -> Iterator[None]:
    """Let boxes keep what they keep in an office."""
    with mock.patch.object(reserve, "LEAST_BYTES", WHOLE):
        yield
