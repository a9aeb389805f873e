"""Test heads kept outside, and audits that were cut, damaged or cannot be written."""

import errno
import os
from pathlib import Path

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from appliance.clock import DAY
from appliance.errors import PerhapsOnRecord, VaultError
from appliance.keeper.audit.check import check, conclude
from appliance.keeper.audit.heads import head_file
from appliance.keeper.audit.lines import readable
from appliance.keeper.audit.log import AuditLog
from appliance.keeper.audit.walk import Walk
from appliance.vault.audit.entries import LINE_LIMIT
from appliance.vault.audit.heads import signed_head
from appliance.vault.audit.tree import root_over
from appliance.vault.opening.keyring import Keyring
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
    the_file(folder).write_bytes(b"".join(lines[:4]))
    found = check(folder)
    assert (found.sound, found.first_bad) == (False, 5)
    assert found.problem == "Entries 5 to 6 are missing at the end."


def test_a_chain_made_anew_is_caught_by_a_head_kept_outside(
    log: AuditLog, tmp_path: Path, clock: ManualClock, keyring: Keyring
) -> None:
    folder = tmp_path / "audit"
    fill(log, clock, 5)
    log.sign_head()
    (head,) = (folder / "heads").iterdir()
    kept, name = head.read_bytes(), head.name
    the_file(folder).unlink()
    forged = AuditLog(folder, clock, keyring)
    for _ in range(7):
        forged.append("nothing_happened", "keeper")
    forged.sign_head()
    assert check(folder).sound  # whoever holds the box's keys can do this …
    (folder / "heads" / name).write_bytes(kept)  # … until a head comes back from outside
    assert check(folder).first_bad == 6


def test_a_head_signed_with_another_key_is_told(
    log: AuditLog, tmp_path: Path, clock: ManualClock
) -> None:
    fill(log, clock, 2)
    newest = log.check()
    tree = root_over(bytes.fromhex(digest) for _, digest in readable(tmp_path / "audit"))
    head = signed_head("2026-09-21", 3, newest.head, tree, Ed25519PrivateKey.generate())
    head_file(tmp_path / "audit", "2026-09-21").write_bytes(msgspec.json.encode(head))
    found = check(tmp_path / "audit")
    assert (found.first_bad, found.problem) == (
        3,
        "The signed head of 2026-09-21 is signed with another key.",
    )


def test_another_first_key_than_the_one_given_is_told(
    log: AuditLog, tmp_path: Path, clock: ManualClock
) -> None:
    fill(log, clock, 2)
    other = Ed25519PrivateKey.generate().public_key().public_bytes_raw()
    found = check(tmp_path / "audit", other)
    assert (found.first_bad, found.problem) == (
        1,
        "The audit begins with another key than the one given.",
    )


@pytest.mark.parametrize("content", [b"", b"{}", b"[1]", b"\xff", b'{"day":"2026-09-21"}'])
def test_a_broken_head_is_told(
    log: AuditLog, tmp_path: Path, clock: ManualClock, content: bytes
) -> None:
    fill(log, clock, 2)
    log.sign_head()
    (head,) = (tmp_path / "audit" / "heads").iterdir()
    head.write_bytes(content)
    found = check(tmp_path / "audit")
    assert (found.sound, found.first_bad) == (False, 3)
    assert "was altered" in found.problem


def test_every_flipped_bit_of_a_head_is_told(
    log: AuditLog, tmp_path: Path, clock: ManualClock
) -> None:
    fill(log, clock, 2)
    log.sign_head()
    (head,) = (tmp_path / "audit" / "heads").iterdir()
    good = head.read_bytes()
    for at in range(len(good) - 1):  # the newline at the end says nothing
        with head.open("r+b") as file:
            file.write(good[:at] + bytes([good[at] ^ 1]) + good[at + 1 :])
        assert not check(tmp_path / "audit", log.public_key).sound, at


def test_any_cut_is_recovered_from(tmp_path: Path, keyring: Keyring) -> None:
    whole = tmp_path / "whole"
    clock = ManualClock(1_790_000_000.0)
    log = AuditLog(whole, clock, keyring)
    fill(log, clock, 3)
    content = the_file(whole).read_bytes()
    ends = [at + 1 for at, byte in enumerate(content) if byte == ord("\n")]
    near = {at + off for at in (0, *ends) for off in range(-3, 4)}
    for length in sorted(near & set(range(len(content) + 1)) | set(range(5, len(content), 89))):
        folder = tmp_path / "cut" / str(length)
        folder.mkdir(parents=True)
        (folder / "2026-09.log").write_bytes(content[:length])
        complete = content[:length].count(b"\n")
        torn = not content[:length].endswith(b"\n") and length > 0
        found = check(folder)
        assert (found.sound, found.entries, found.torn) == (True, complete, torn)
        again = AuditLog(folder, clock, keyring)
        types = [entry.type for entry in again.entries()]
        whole_ones = ["audit_key", "played", "played", "played"][:complete]
        # Cut within its first line, the log begins anew, and so with the key.
        whole_ones += ["audit_key"] if torn and not complete else []
        assert types == whole_ones + (["recovered"] if torn else [])
        assert again.append("played", "keeper") == max(len(types), 1) + 1
        assert again.check().sound


def test_a_damaged_audit_is_gone_on_with_and_stays_damaged(
    log: AuditLog, tmp_path: Path, clock: ManualClock, keyring: Keyring
) -> None:
    folder = tmp_path / "audit"
    fill(log, clock, 3)
    path = the_file(folder)
    path.write_bytes(path.read_bytes().replace(b'"seq":2', b'"seq":7'))
    again = AuditLog(folder, clock, keyring)
    assert again.append("played", "keeper") == 5
    found = again.check()
    assert (found.sound, found.first_bad) == (False, 2)
    assert [entry.seq for entry in again.entries()] == [1, 3, 4, 5]
    assert again.mark() is None  # so that every start sees it again


def test_an_endless_line_is_not_read_into_memory(
    log: AuditLog, tmp_path: Path, clock: ManualClock
) -> None:
    fill(log, clock, 1)
    with the_file(tmp_path / "audit").open("ab") as file:
        file.write(b"x" * (5 * LINE_LIMIT))
    assert check(tmp_path / "audit").first_bad == 3


def test_a_full_disk_leaves_no_half_entry(
    log: AuditLog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log.append("played", "keeper")
    real = os.write
    with monkeypatch.context() as full:
        full.setattr(os, "write", lambda file, data: real(file, data[:20]))
        with pytest.raises(VaultError, match="nothing was done: only 20 of"):
            log.append("exported", "keeper")
    assert log.append("played", "keeper") == 3
    assert log.check().entries == 3


def test_after_a_failed_sync_nothing_more_is_released(
    log: AuditLog, tmp_path: Path, clock: ManualClock, keyring: Keyring,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    log.append("played", "keeper")
    before = [entry.type for entry in log.entries()]
    with monkeypatch.context() as failing:
        failing.setattr(os, "fdatasync", _fail)
        with pytest.raises(VaultError, match="Input/output error"):
            log.append("exported", "keeper")
    with pytest.raises(VaultError, match="an earlier write did not reach the disk"):
        log.append("played", "keeper")
    afresh = AuditLog(tmp_path / "audit", clock, keyring)
    assert [entry.type for entry in afresh.entries()] == before, "what was refused is not there"
    afresh.append("played", "keeper")
    assert afresh.check().sound


def test_what_cannot_be_taken_back_is_said_to_be_unsure(
    log: AuditLog, tmp_path: Path, clock: ManualClock, keyring: Keyring,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    log.append("played", "keeper")
    before = [entry.type for entry in log.entries()]
    with monkeypatch.context() as failing:
        for name in ("fdatasync", "ftruncate"):
            failing.setattr(os, name, _fail)
        with pytest.raises(PerhapsOnRecord, match="at the next start"):
            log.append("exported", "keeper")
    with pytest.raises(VaultError, match="an earlier write did not reach the disk"):
        log.append("played", "keeper")
    afresh = AuditLog(tmp_path / "audit", clock, keyring)
    assert [entry.type for entry in afresh.entries()] == [*before, "exported"]
    assert afresh.check().sound


def _fail(*_: object) -> None:
    raise OSError(errno.EIO, "Input/output error")


def test_a_head_that_cannot_be_written_releases_nothing(
    log: AuditLog, tmp_path: Path, clock: ManualClock
) -> None:
    log.append("played", "keeper")
    (tmp_path / "audit" / "heads").rmdir()
    clock.advance(DAY)
    with pytest.raises(VaultError, match="The audit cannot be written"):
        log.append("played", "keeper")


def test_entries_and_a_head_that_come_during_a_check_are_no_damage(
    log: AuditLog, tmp_path: Path, clock: ManualClock
) -> None:
    fill(log, clock, 3)
    walk = Walk(tmp_path / "audit", log.public_key)
    walk.go_on()
    fill(log, clock, 3)
    log.sign_head()
    found = conclude(walk)
    assert (found.sound, found.entries, found.heads) == (True, 7, 1)
