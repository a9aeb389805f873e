"""Provide an audit and an office on real folders."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from appliance.keeper.audit.log import AuditLog
from appliance.keeper.records import Records
from tests.clocks import ManualClock
from tests.keeper.office import Office, make_office


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(1_790_000_000.0)  # 2026-09-21


@pytest.fixture
def key() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.generate()


@pytest.fixture
def nothing_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """Start no reading child at a login: who comes and goes is all that a test looks at."""
    monkeypatch.setattr(Records, "unlock", lambda records, reading_key: None)


@pytest.fixture
def log(tmp_path: Path, clock: ManualClock, key: Ed25519PrivateKey) -> AuditLog:
    return AuditLog(tmp_path / "audit", clock, key)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = make_office(tmp_path / "data")
    yield made
    made.close()
