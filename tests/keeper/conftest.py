"""Provide an audit and an office on real folders, and the time zone of a place."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.keeper.audit.log import AuditLog
from appliance.vault.opening.keyring import Keyring
from tests.clocks import ManualClock, Move
from tests.keeper.audit.audits import make_keyring
from tests.keeper.office import Office, make_office


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(1_790_000_000.0)  # 2026-09-21


@pytest.fixture
def keyring(tmp_path: Path) -> Keyring:
    return make_keyring(tmp_path / "keys")


@pytest.fixture
def log(tmp_path: Path, clock: ManualClock, keyring: Keyring) -> AuditLog:
    return AuditLog(tmp_path / "audit", clock, keyring)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = make_office(tmp_path / "data")
    yield made
    made.close()


@pytest.fixture
def move() -> Iterator[Move]:
    """Move the box into another time zone, and back at the end."""
    patch = pytest.MonkeyPatch()

    def to(zone: str) -> None:
        patch.setenv("TZ", zone)
        time.tzset()

    to("UTC")
    yield to
    patch.undo()
    time.tzset()
