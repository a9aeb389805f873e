"""Test heads kept outside, and audits that were cut, damaged or cannot be written."""

import errno
import os
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from appliance.clock import DAY
from appliance.errors import VaultError
from appliance.keeper.audit.check import check
from appliance.keeper.audit.entries import LINE_LIMIT
from appliance.keeper.audit.log import AuditLog
from tests.clocks import ManualClock
from tests.keeper.audit.audits import fill, the_file


def test_an_empty_audit_has_no_head(log: AuditLog, tmp_path: Path) -> None:
    log.sign_head()
    assert list((tmp_path / "audit" / "heads").iterdir()) == []


def test_a_missing_tail_is_caught_by_a_head(
    log: AuditLog, tmp_path: Path, clock: ManualClock
) -> None:
    folder = tmp_path / "audit"
    fill(log, clock, 5)
    log.sign_head()
    lines = the_file(folder).read_bytes().splitlines(keepends=True)
    the_file(folder).write_bytes(b"".join(lines[:3]))
    found = check(folder)
    assert (found.sound, found.first_bad) == (False, 4)
    assert found.problem == "Entries 4 to 5 are missing at the end."


def test_a_chain_made_anew_is_caught_by_a_head_kept_outside(
    log: AuditLog, tmp_path: Path, clock: ManualClock, key: Ed25519PrivateKey
) -> None:
    folder = tmp_path / "audit"
    fill(log, clock, 5)
    log.sign_head()
    (head,) = (folder / "heads").iterdir()
    kept, name = head.read_bytes(), head.name
    the_file(folder).unlink()
    forged = AuditLog(folder, clock, key)
    for _ in range(6):
        forged.append("nothing_happened", "keeper")
    forged.sign_head()
    assert check(folder).sound  # whoever holds the box's keys can do this …
    (folder / "heads" / name).write_bytes(kept)  # … until a head comes back from outside
    assert check(folder).first_bad == 5


def test_a_head_signed_with_another_key_is_told(
    log: AuditLog, tmp_path: Path, clock: ManualClock
) -> None:
    fill(log, clock, 2)
    log.sign_head()
    other = Ed25519PrivateKey.generate().public_key().public_bytes_raw()
    assert "signed with another key" in check(tmp_path / "audit", other).problem


@pytest.mark.parametrize("content", [b"", b"{}", b"[1]", b"\xff", b'{"day":"2026-09-21"}'])
def test_a_broken_head_is_told(
    log: AuditLog, tmp_path: Path, clock: ManualClock, content: bytes
) -> None:
    fill(log, clock, 2)
    log.sign_head()
    (head,) = (tmp_path / "audit" / "heads").iterdir()
    head.write_bytes(content)
    found = check(tmp_path / "audit")
    assert (found.sound, found.entries) == (False, 2)
    assert "was altered" in found.problem


def test_every_flipped_bit_of_a_head_is_told(
    log: AuditLog, tmp_path: Path, clock: ManualClock
) -> None:
    fill(log, clock, 2)
    log.sign_head()
    (head,) = (tmp_path / "audit" / "heads").iterdir()
    good = head.read_bytes()
    for at in range(len(good) - 1):  # the newline at the end says nothing
        bad = bytearray(good)
        bad[at] ^= 1
        head.write_bytes(bad)
        assert not check(tmp_path / "audit", log.public_key).sound, at


def test_any_cut_is_recovered_from(tmp_path: Path, key: Ed25519PrivateKey) -> None:
    whole = tmp_path / "whole"
    clock = ManualClock(1_790_000_000.0)
    log = AuditLog(whole, clock, key)
    fill(log, clock, 3)
    content = the_file(whole).read_bytes()
    for length in range(len(content) + 1):
        folder = tmp_path / "cut" / str(length)
        folder.mkdir(parents=True)
        (folder / "2026-09.log").write_bytes(content[:length])
        complete = content[:length].count(b"\n")
        torn = not content[:length].endswith(b"\n") and length > 0
        found = check(folder)
        assert (found.sound, found.entries, found.torn) == (True, complete, torn)
        again = AuditLog(folder, clock, key)
        types = [entry.type for entry in again.entries()]
        assert types == ["played"] * complete + (["recovered"] if torn else [])
        assert again.append("played", "keeper") == len(types) + 1
        assert again.check().sound


def test_a_damaged_audit_is_gone_on_with_and_stays_damaged(
    log: AuditLog, tmp_path: Path, clock: ManualClock, key: Ed25519PrivateKey
) -> None:
    folder = tmp_path / "audit"
    fill(log, clock, 3)
    path = the_file(folder)
    path.write_bytes(path.read_bytes().replace(b'"seq":2', b'"seq":7'))
    again = AuditLog(folder, clock, key)
    assert again.append("played", "keeper") == 4
    found = again.check()
    assert (found.sound, found.first_bad) == (False, 2)
    assert [entry.seq for entry in again.entries()] == [1, 3, 4]


def test_an_endless_line_is_not_read_into_memory(
    log: AuditLog, tmp_path: Path, clock: ManualClock
) -> None:
    fill(log, clock, 1)
    with the_file(tmp_path / "audit").open("ab") as file:
        file.write(b"x" * (5 * LINE_LIMIT))
    assert check(tmp_path / "audit").first_bad == 2


def test_a_full_disk_leaves_no_half_entry(
    log: AuditLog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log.append("played", "keeper")
    real = os.write
    with monkeypatch.context() as full:
        full.setattr(os, "write", lambda file, data: real(file, data[:20]))
        with pytest.raises(VaultError, match="nothing was done: only 20 of"):
            log.append("exported", "keeper")
    assert log.append("played", "keeper") == 2
    assert log.check().entries == 2


def test_after_a_failed_sync_nothing_more_is_released(
    log: AuditLog, tmp_path: Path, clock: ManualClock, key: Ed25519PrivateKey,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    def fail(file: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    with monkeypatch.context() as failing:
        failing.setattr(os, "fdatasync", fail)
        with pytest.raises(VaultError, match="Input/output error"):
            log.append("exported", "keeper")
    with pytest.raises(VaultError, match="an earlier write did not reach the disk"):
        log.append("played", "keeper")
    afresh = AuditLog(tmp_path / "audit", clock, key)
    afresh.append("played", "keeper")
    assert afresh.check().sound


def test_a_head_that_cannot_be_written_releases_nothing(
    log: AuditLog, tmp_path: Path, clock: ManualClock
) -> None:
    log.append("played", "keeper")
    (tmp_path / "audit" / "heads").rmdir()
    clock.advance(DAY)
    with pytest.raises(VaultError, match="The audit cannot be written"):
        log.append("played", "keeper")
