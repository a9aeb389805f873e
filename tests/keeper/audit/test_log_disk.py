"""Test the audit on a failing disk: no entry twice, none glued to another."""

import errno
import os
from pathlib import Path

import pytest

from appliance.clock import DAY
from appliance.errors import PerhapsOnRecord, VaultError
from appliance.keeper.audit.check import check
from appliance.keeper.audit.log import AuditLog
from appliance.vault.disk import Disk
from appliance.vault.opening.keyring import Keyring
from tests.clocks import ManualClock

MONTH = 32 * DAY


@pytest.fixture
def audit(tmp_path: Path, clock: ManualClock, keyring: Keyring) -> AuditLog:
    made = AuditLog(tmp_path / "audit", clock, keyring)
    made.append("first_run", "keeper")
    return made


def failing(*_: object) -> None:
    raise OSError(errno.EIO, "Input/output error")


def test_a_folder_that_cannot_be_synced_costs_no_entry_and_no_number(
    audit: AuditLog, tmp_path: Path, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock.advance(MONTH)
    real = Disk.sync_folder

    def syncing(disk: Disk, folder: Path) -> None:
        if folder.name == "audit":
            failing()
        real(disk, folder)

    with monkeypatch.context() as broken:
        broken.setattr(Disk, "sync_folder", syncing)
        with pytest.raises(VaultError, match="nothing was done"):
            audit.append("played", "keeper")
    assert audit.append("played", "keeper") == 4  # behind the new day's key
    assert check(tmp_path / "audit").sound
    assert check(tmp_path / "audit").entries == 4


def test_a_piece_that_cannot_be_cut_off_is_followed_by_nothing(
    audit: AuditLog, tmp_path: Path, clock: ManualClock, keyring: Keyring,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    real = os.write
    with monkeypatch.context() as full:
        full.setattr(os, "write", lambda fd, data: real(fd, data[: len(data) // 2]))
        full.setattr(os, "ftruncate", failing)
        with pytest.raises(VaultError, match="nothing was done"):
            audit.append("played", "keeper")
    with pytest.raises(VaultError, match="an earlier write"):
        audit.append("played", "keeper")
    assert check(tmp_path / "audit").torn
    again = AuditLog(tmp_path / "audit", clock, keyring)
    assert [entry.type for entry in again.entries()] == ["audit_key", "first_run", "recovered"]
    assert again.check().sound


def test_a_short_write_is_cut_off_and_the_next_entry_follows(
    audit: AuditLog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.write
    with monkeypatch.context() as full:
        full.setattr(os, "write", lambda fd, data: real(fd, data[: len(data) // 2]))
        with pytest.raises(VaultError, match="fitted"):
            audit.append("played", "keeper")
    assert audit.append("played", "keeper") == 3
    assert check(tmp_path / "audit").sound


def test_nothing_is_settled_on_an_entry_that_was_not_acknowledged(
    audit: AuditLog, tmp_path: Path, clock: ManualClock, keyring: Keyring,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """Its line may stand in the file, and a keyring that calls it settled would miss the anchor."""
    with monkeypatch.context() as broken:
        broken.setattr(Disk, "sync", failing)
        broken.setattr(os, "ftruncate", failing)
        with pytest.raises(PerhapsOnRecord):
            audit.append("played", "keeper")
    assert audit.mark() is None
    with keyring.changing():
        pass  # an anchor at the last acknowledged entry
    again = AuditLog(tmp_path / "audit", clock, keyring)
    assert [entry.type for entry in again.entries()] == ["audit_key", "first_run", "played"]
    assert again.check().sound
    assert again.mark() is not None


@pytest.mark.parametrize("left", [b"", bytes(200), b'{"seq":2,"t":17900'], ids=["no", "0", "cut"])
def test_a_month_that_a_power_cut_began_hides_no_line_of_the_one_before(
    audit: AuditLog, tmp_path: Path, left: bytes
) -> None:
    newest = audit.append("played", "keeper")
    line = audit.line_of(newest)
    (tmp_path / "audit" / "2027-01.log").write_bytes(left)
    assert line is not None
    assert audit.line_of(newest) == line
    assert audit.line_of(newest + 1) is None
