"""Let backups go to a folder beside the box's own: a test has one disk only."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

from appliance.keeper.backup.medium import Medium

_REAL = Medium.own_devices


def take_any() -> None:
    """Let every box of this process take a medium on any disk."""
    Medium.own_devices = staticmethod(_none)  # type: ignore[method-assign]


@contextlib.contextmanager
def any_taken() -> Iterator[None]:
    """Take a medium on any disk meanwhile, where no conftest has seen to it."""
    with mock.patch.object(Medium, "own_devices", staticmethod(_none)):
        yield


@contextlib.contextmanager
def told_apart() -> Iterator[None]:
    """Let boxes look at the disk of a medium, as they do in an office."""
    with mock.patch.object(Medium, "own_devices", staticmethod(_REAL)):
        yield


def _none(data: Path) -> frozenset[int]:
    return frozenset()
