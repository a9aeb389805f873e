"""Test the audit: durable, chained, and checked down to the entry."""

import hashlib
import json
import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.clock import DAY
from appliance.keeper.audit.check import check
from appliance.keeper.audit.lines import months
from appliance.keeper.audit.log import KEEPER, AuditLog
from appliance.vault.audit.entries import GENESIS, NEW_KEY, AuditEntry, encode
from appliance.vault.opening.keyring import Keyring
from tests.clocks import ManualClock
from tests.keeper.audit.audits import RID, fill, make_keyring, the_file


def test_an_entry_is_canonical_json_in_a_chain(
    log: AuditLog, tmp_path: Path, clock: ManualClock
) -> None:
    assert log.append("sealed", "keeper", RID, frames=12, sha256="ef" * 32) == 2
    assert log.append("exported", "0a1b2c3d", RID, "c0ffee", detail="flac") == 3
    key, first, second = the_file(tmp_path / "audit").read_bytes().splitlines()
    assert json.loads(second)["prev"] == json.loads(first)["hash"]
    assert first.startswith(
        b'{"seq":2,"t":1790000000.0,"clock_ok":true,"type":"sealed","actor":"keeper","rid":"abab'
    )
    assert list(json.loads(first)) == [
        "seq", "t", "clock_ok", "type", "actor", "rid", "case", "prev", "frames", "sha256", "sig",
        "hash",
    ]  # fmt: skip
    assert json.loads(key)["key"] == log.public_key.hex()


def test_a_signature_covers_all_before_it_and_the_hash_all_else(
    log: AuditLog, tmp_path: Path
) -> None:
    log.append("played", "keeper", RID)
    line = the_file(tmp_path / "audit").read_bytes().splitlines()[1]
    said, closing = line.split(b',"sig":"')
    signature = urlsafe_b64decode(closing[:86] + b"==")
    key = Ed25519PublicKey.from_public_bytes(log.public_key)
    key.verify(signature, b"zgoda audit entry\n" + said + b"}")
    hashed = line[: line.index(b',"hash":')] + b"}"
    assert hashlib.sha256(hashed).hexdigest() == json.loads(line)["hash"]


@pytest.mark.parametrize(
    "words",
    [
        {"type": "Played"},
        {"type": "played by Anna"},
        {"actor": "Anna Nowak"},
        {"actor": ""},
        {"recording": "+48221234567"},
        {"case": "case 7"},
        {"sha256": "zz"},
        {"detail": "because he asked"},
    ],
)
def test_no_name_and_no_free_text_gets_in(log: AuditLog, words: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="The audit"):
        log.append(**{"type": "played", "actor": "keeper"} | words)
    assert list(log.entries()) == []


def test_an_entry_is_synced_before_it_is_acknowledged(
    log: AuditLog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log.append("played", "keeper", RID)
    done: list[str] = []
    real_write, real_sync = os.write, os.fdatasync

    def write(file: int, data: bytes) -> int:
        done.append("write")
        return real_write(file, data)

    def sync(file: int) -> None:
        done.append("sync")
        real_sync(file)

    monkeypatch.setattr(os, "write", write)
    monkeypatch.setattr(os, "fdatasync", sync)
    log.append("played", "keeper", RID)
    assert done == ["write", "sync"]


def test_it_goes_on_where_it_stopped(
    log: AuditLog, tmp_path: Path, clock: ManualClock, keyring: Keyring
) -> None:
    fill(log, clock)
    log.sign_head()
    again = AuditLog(tmp_path / "audit", clock, keyring)
    assert again.append("played", "keeper") == 7
    assert check(tmp_path / "audit", again.public_key).entries == 7
    assert again.check().sound


def test_each_month_has_its_file_and_each_day_its_head(
    log: AuditLog, tmp_path: Path, clock: ManualClock
) -> None:
    for _ in range(40):
        log.append("played", "keeper")
        clock.advance(DAY)
    log.sign_head()
    folder = tmp_path / "audit"
    assert [path.name for path in months(folder)] == ["2026-09.log", "2026-10.log"]
    found = check(folder, log.public_key)
    assert (found.sound, found.entries, found.heads) == (True, 80, 40)


def test_the_chain_goes_before_the_clock(log: AuditLog, tmp_path: Path, clock: ManualClock) -> None:
    log.append("played", "keeper")
    clock.jump(-400 * DAY)
    log.append("played", "keeper")
    assert [path.name for path in months(tmp_path / "audit")] == ["2026-09.log"]
    assert log.check().sound


def test_a_clock_that_nobody_vouches_for_opens_no_month(tmp_path: Path, keyring: Keyring) -> None:
    log = AuditLog(tmp_path, ManualClock(1_790_000_000.0), keyring)
    log.append("played", "keeper")
    later = AuditLog(tmp_path, ManualClock(4_000_000_000.0, trusted=False), keyring)
    later.append("played", "keeper")
    assert [path.name for path in months(tmp_path)] == ["2026-09.log"]
    assert [entry.clock_ok for entry in later.entries()] == [True, True, False]
    assert later.check().sound


def test_pages_come_newest_first(log: AuditLog, clock: ManualClock) -> None:
    fill(log, clock, 7)
    entries, total, pages = log.page(1, 3)
    assert ([entry.seq for entry in entries], total, pages) == ([8, 7, 6], 8, 3)
    assert [entry.seq for entry in log.page(3, 3)[0]] == [2, 1]
    assert [entry.seq for entry in log.page(99, 3)[0]] == [2, 1]
    assert log.page(1, 0)[2] == 8


def test_what_was_done_with_a_recording_is_found(log: AuditLog, clock: ManualClock) -> None:
    fill(log, clock, 5)
    log.append("locked", "keeper")
    assert [entry.seq for entry in log.of_recording(RID)] == [3, 5]


def test_an_empty_audit_holds(tmp_path: Path) -> None:
    assert check(tmp_path / "nothing").sound


def test_every_flipped_bit_is_reported_at_its_entry(
    log: AuditLog, tmp_path: Path, clock: ManualClock
) -> None:
    folder = tmp_path / "audit"
    fill(log, clock, 3)
    path = the_file(folder)
    good = path.read_bytes()
    last = len(good) - 1
    for at in range(len(good)):
        with path.open("r+b") as file:
            file.write(good[:at] + bytes([good[at] ^ 1 << (at % 8)]) + good[at + 1 :])
        found = check(folder)
        if at == last:  # the end of the last line: what a power cut does as well
            assert (found.torn, found.entries) == (True, 3)
        else:
            assert (found.sound, found.first_bad) == (False, good[:at].count(b"\n") + 1), at


@given(data=st.data())
@settings(max_examples=60)
def test_lines_taken_out_put_in_or_changed_over_are_named(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("audit")
    clock = ManualClock(1_790_000_000.0)
    log = AuditLog(folder, clock, make_keyring(folder / "keys"))
    fill(log, clock, 6)
    lines = the_file(folder).read_bytes().splitlines(keepends=True)
    at = data.draw(st.integers(0, 5))
    how = data.draw(st.sampled_from(["out", "twice", "over"]))
    changed = {
        "out": lines[:at] + lines[at + 1 :],
        "twice": lines[: at + 1] + lines[at:],
        "over": [*lines[:at], lines[at + 1], lines[at], *lines[at + 2 :]],
    }[how]
    the_file(folder).write_bytes(b"".join(changed))
    found = check(folder)
    assert not found.sound
    assert found.first_bad == (at + 2 if how == "twice" else at + 1)
    assert f"Entry {found.first_bad}" in found.problem


def forged(key: Ed25519PrivateKey, seq: int, prev: str, changes: dict[str, Any]) -> bytes:
    """Write a line that is signed and whose hash fits, as only the key's holder can."""
    fields = {"seq": seq, "t": 1_790_000_000.5, "clock_ok": True, "type": "played"}
    said = {"actor": "keeper", "rid": None, "case": None, "prev": prev}
    body = json.dumps({**fields, **said, **changes}, separators=(",", ":")).encode()
    signature = urlsafe_b64encode(key.sign(b"zgoda audit entry\n" + body)).rstrip(b"=")
    signed = body[:-1] + b',"sig":"' + signature + b'"}'
    return signed[:-1] + f',"hash":"{hashlib.sha256(signed).hexdigest()}"}}\n'.encode()


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"prev": "11" * 32}, "does not follow from the entry before it"),
        ({"seq": 4}, "is missing; entry 4 stands in its place"),
        ({"name": "Anna"}, "was written by a newer Zgoda: install that version"),
        ({"t": "now"}, "cannot be read"),
        ({"t": 1e300}, "cannot be read"),
        ({"t": -1.5}, "cannot be read"),
        ({"detail": None}, "is not written as this software writes it"),
        ({"type": "audit_key", "key": "11" * 32}, "names a key within a day"),
        ({"t": 1_790_100_000.0}, "begins a day without its key"),
    ],
)
def test_a_forged_line_is_named(
    log: AuditLog, keyring: Keyring, tmp_path: Path, changes: dict[str, Any], why: str
) -> None:
    log.append("played", "keeper")
    log.sign_head()
    key = Ed25519PrivateKey.from_private_bytes(keyring.content.audit_key)
    path = the_file(tmp_path / "audit")
    good = path.read_bytes()
    head = check(tmp_path / "audit").head
    path.write_bytes(good + forged(key, 3, head, {}))
    assert check(tmp_path / "audit").entries == 3
    path.write_bytes(good + forged(key, 3, head, changes))
    found = check(tmp_path / "audit")
    assert (found.first_bad, found.entries) == (3, 2)
    assert found.problem == f"Entry 3 {why}."


@pytest.mark.parametrize("key", ["", "g" * 64, "ab", "ab" * 33])
def test_what_is_no_key_begins_no_day(tmp_path: Path, key: str) -> None:
    """Whoever holds the card can write an entry that names one: it must not end the check."""
    folder, signer = tmp_path / "audit", Ed25519PrivateKey.generate()
    entry = AuditEntry(
        seq=1, t=1_790_000_000.0, clock_ok=True, type=NEW_KEY, actor=KEEPER,
        rid=None, case=None, prev=GENESIS, key=key,
    )  # fmt: skip
    folder.mkdir()
    (folder / "2026-09.log").write_bytes(encode(entry, signer)[0])

    assert check(folder).first_bad == 1
    log = AuditLog(folder, ManualClock(), make_keyring(tmp_path / "keyring"))
    assert not log.check().sound
