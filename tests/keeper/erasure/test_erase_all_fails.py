"""Test an erasure of everything that fails or is cut, and what it leaves."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from msgspec import structs

from appliance.errors import EraserFailed, VaultError
from appliance.keeper.audit.entries import Act
from appliance.keeper.audit.log import AuditLog
from appliance.keeper.storage.ledger import Ledger
from appliance.keeper.storage.reasons import LedgerReasons, read_reasons
from appliance.link.requests.calls import EraseCall, Ground, ShowCertificate
from appliance.model.records import CallNote
from tests.chips import new_chip, plug_in
from tests.keeper.boxes import KeeperBox, set_up
from tests.keeper.erasure.cuts import cut_and_start_again, decided
from tests.keeper.erasure.everything import (
    OFFICER,
    PEOPLE,
    TOKENS,
    ask,
    confirm,
    done_of,
    keyring,
    pass_time,
    record,
    state,
    tick,
    token_of,
)
from tests.model.faults import codes

# -- failures ------------------------------------------------------------------------------------


def test_an_eraser_that_fails_is_told_and_tried_again(
    box: KeeperBox, monkeypatch: pytest.MonkeyPatch
) -> None:
    (rid,) = record(box)
    assert box.keeper.box is not None

    def broken(generation: int) -> bytes:
        raise EraserFailed("The eraser does not answer.")

    with monkeypatch.context() as failing:
        failing.setattr(box.keeper.box.eraser, "prepare", broken)
        confirm(box, ask(box))
        for _ in range(3):
            pass_time(box, 30)
    seen = state(box)
    assert seen.order is not None
    assert (seen.order.stage, codes(seen.order.trouble)) == ("decided", ["in_the_log"])
    assert seen.done is None
    assert rid in keyring(box)
    assert box.acts().count("erase_all_failed") == 1
    pass_time(box, 30)
    pass_time(box, 30)
    tick(box)
    assert keyring(box).content.erase_all is None
    assert done_of(box) is not None
    assert rid not in keyring(box)


def test_an_old_root_that_stays_is_never_called_erased(
    reading_box: KeeperBox, monkeypatch: pytest.MonkeyPatch
) -> None:
    box = reading_box
    (rid,) = record(box)
    assert box.keeper.box is not None

    def broken(generation: int) -> None:
        raise EraserFailed("The eraser does not answer.")

    with monkeypatch.context() as failing:
        failing.setattr(box.keeper.box.eraser, "wipe_others", broken)
        confirm(box, ask(box))
        pass_time(box, 30)
        pass_time(box, 30)
    assert "erased_all" not in box.acts()
    seen = state(box)
    assert seen.order is not None
    assert (seen.order.stage, seen.done) == ("erasing", None)
    assert codes(seen.order.trouble) == ["in_the_log"]
    assert box.ask(ShowCertificate(rid), token_of(box, OFFICER)).state == "erasing"
    pass_time(box, 30)
    tick(box)
    assert "erased_all" in box.acts()
    assert done_of(box) is not None


@pytest.mark.parametrize("entry", ["erase_all_confirmed", "erasing_all"])
def test_without_its_entry_nothing_is_erased(
    box: KeeperBox, entry: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (rid,) = record(box)
    order = ask(box)
    write = AuditLog.append_many

    def full(log: AuditLog, acts: Sequence[Act]) -> range:
        if acts and acts[0].type == entry:
            raise VaultError("The audit cannot be written, so nothing was done.")
        return write(log, acts)

    with monkeypatch.context() as failing:
        failing.setattr(AuditLog, "append_many", full)
        try:
            confirm(box, order)
        except VaultError:
            assert entry == "erase_all_confirmed"
        pass_time(box, 30)
        assert rid in keyring(box)
        assert keyring(box).generation == 1
    pass_time(box, 30)
    assert (rid in keyring(box)) is (entry == "erase_all_confirmed")


@pytest.mark.parametrize("stage", ["asked", "decided", "erasing"])
def test_a_restart_goes_on_from_where_it_was(
    box: KeeperBox, stage: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (rid,) = record(box)
    order = ask(box)
    assert box.keeper.box is not None
    if stage == "decided":
        with monkeypatch.context() as cut:
            cut.setattr(box.keeper.box.records.erase_all, "_attempt", lambda order: None)
            confirm(box, order)
    elif stage == "erasing":
        confirm(box, order)
    box.restart()
    tick(box)
    if stage == "asked":
        assert keyring(box).content.erase_all is not None
        assert rid in keyring(box)
        return
    pass_time(box, 30)
    tick(box)
    done = done_of(box)
    assert done is not None
    assert keyring(box).content.erase_all is None
    assert (done.recordings, rid in keyring(box)) == (1, False)
    assert list(box.folders.recordings.iterdir()) == []


# -- what an earlier copy gives up ---------------------------------------------------------------


def test_the_ledgers_words_go_and_its_counts_stay(reading_box: KeeperBox) -> None:
    box = reading_box
    rid, _ = record(box, 2)
    token = token_of(box, OFFICER)
    box.ask(EraseCall(rid, Ground.UNLAWFUL, "The caller was a child"), token)
    pass_time(box, 30)
    old = box.folders.ledger.read_bytes()
    old_key = keyring(box).content.ledger_key
    assert box.keeper.box is not None
    ledger = box.keeper.box.records.ledger
    ledger.count({"note": CallNote(line="Desk", day="2026-09-22", outcome="recorded", reason="")})
    confirm(box, ask(box))
    assert ledger.erasure_of(rid) is None
    assert ledger.belief() is not None
    assert [row.calls for row in ledger.counts("2026-01-01")] == [1]
    assert not ledger.has_anew
    copy = box.folders.data / "copy"
    copy.write_bytes(old)
    assert Ledger(copy, old_key).erasure_of(rid) is not None, "the copy is one"
    with pytest.raises(Exception, match="key does not fit"):
        Ledger(copy, keyring(box).content.ledger_key)
    box.restart()
    assert box.keeper.box.records.ledger.belief() is not None


NOTHING = LedgerReasons([], [], [], [], [], [])


def test_whoever_reads_reasons_with_an_older_keyring_removes_no_ledger(box: KeeperBox) -> None:
    """The power may have gone behind the commit, or the keeper be at work."""
    assert box.keeper.box is not None
    ledger, old = box.keeper.box.records.ledger, keyring(box).content.ledger_key
    fresh = bytes(range(32))
    ledger.prepare_anew(fresh)
    assert read_reasons(box.folders.ledger, old) == NOTHING
    assert ledger.has_anew
    assert read_reasons(box.folders.ledger, fresh) == NOTHING
    assert ledger.has_anew
    ledger.become_anew(fresh)
    assert ledger.belief() is not None


def test_an_unfinished_ledger_is_cleared_at_the_start(box: KeeperBox) -> None:
    left = box.folders.data / ".ledger.anew.0a1b2c3d"
    left.write_bytes(b"half")
    box.restart()
    assert not left.exists()


def test_in_a_chip_it_is_certified_as_gone_for_good(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chip = new_chip(tmp_path / "eeprom")
    plug_in(monkeypatch, chip)
    TOKENS.clear()
    box = set_up(tmp_path / "data", PEOPLE, eeprom=str(chip.path))
    record(box)
    confirm(box, ask(box))
    pass_time(box, 30)
    tick(box)
    done = done_of(box)
    assert done is not None
    assert (done.level, done.remains) == ("E2", ())
    box.keeper.close()


def test_what_asks_is_in_the_keyring_alone(box: KeeperBox) -> None:
    """No second file has to agree with it."""
    order = ask(box)
    content = keyring(box).content
    assert content.erase_all is not None
    assert content.erase_all.id == order
    with keyring(box).changing() as draft:
        draft.erase_all = structs.replace(draft.erase_all, stage="decided", decided_by="keeper")
    box.restart()
    tick(box)
    assert keyring(box).content.erase_all is not None or keyring(box).content.erased_all is not None


def test_the_power_goes_in_the_middle(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, nothing_read: None
) -> None:
    """At some operations here, at each one in ``tests/faults``."""
    made, disk = decided(tmp_path / "data")
    for number in range(20, 100, 16):
        cut_and_start_again(monkeypatch, made, disk, number)
