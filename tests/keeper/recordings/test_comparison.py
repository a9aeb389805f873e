"""Test what becomes of shards that lost something, or that somebody put back."""

import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from appliance.clock import DAY
from appliance.config.read import trial
from appliance.keeper.audit.entries import Act
from appliance.keeper.doctor.keys import examine_keys
from appliance.keeper.first_run.create import make_eraser, open_audit
from appliance.keeper.storage.case_rows import EndedPurposes, EndingEntry
from appliance.link.requests.calls import HoldCall, HoldGround, ReleaseHold, ShowCall
from appliance.vault.opening.keyring import Keyring
from tests.keeper.office import TODAY, Office, make_office
from tests.vaults import change


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = make_office(tmp_path / "data")
    made.unlock()
    yield made
    made.close()


def restart(office: Office) -> None:
    """Start everything from the disk, as the keeper does."""
    office.records.lock()
    office.keyring = Keyring.open(office.folders.keyring, make_eraser(office.folders, trial()))
    office.audit = open_audit(office.folders, office.keyring, office.clock)
    office.build()
    office.records.resume()
    office.records.take_up()


def hold(office: Office, rid: str) -> None:
    """Hold a call, with its entry in the audit, as the dispatch does."""
    office.audit.append("held", "0a0b0c0d", rid)
    office.ask(HoldCall(rid, HoldGround.CLAIMS, "A dispute", "2027-01-31"))


def shards(office: Office) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in office.folders.keys.iterdir()}


def put_back(files: dict[Path, bytes]) -> None:
    for path, raw in files.items():
        path.write_bytes(raw)


def findings(office: Office) -> dict[str, str]:
    return {one.id: one.text for one in examine_keys(office.records.keys_seen)}


def test_nothing_amiss_is_nothing_told(office: Office) -> None:
    office.record()
    hold(office, office.record())
    restart(office)
    assert findings(office) == {}
    assert "taken_up_again" not in [act for act, _ in office.acts()]


def test_an_older_shard_that_was_put_back_loses_neither_take_up_nor_hold(office: Office) -> None:
    """Otherwise whoever has the card could let a held recording be erased."""
    office.records.sweep()
    old = shards(office)
    rid, other = office.record(), office.record()
    hold(office, rid)
    office.records.sweep()  # the audit is settled: nothing new is read at a boot
    assert not list(office.audit.unsettled())
    put_back(old)
    restart(office)
    entry = office.keyring.entry(rid)
    assert (entry.held, entry.due_day, entry.review_day) == (True, TODAY + 90, 20_849)
    assert office.keyring.entry(other).due_day is not None
    acts = [act for act, about in office.acts() if about in (rid, other)]
    assert acts.count("sealed") == 2, "sealed once: a file changed meanwhile is found out"
    assert "taken_up_again" in [act for act, _ in office.acts()]
    assert findings(office)["vault.put_back"].startswith("2 recordings had lost")
    office.clock.advance(200 * DAY)
    office.confirm()
    assert rid in office.keyring


@pytest.mark.parametrize("held", [False, True])
@pytest.mark.parametrize("lost", ["taking back", "take-up too"])
def test_a_purpose_that_was_taken_back_stays_so(office: Office, lost: str, held: bool) -> None:
    """Whatever an older shard says, nobody listens for it, and the day comes no later."""
    older = shards(office)
    rid = office.record(purposes=(("training", 90), ("service", 30)))
    older = older if lost == "take-up too" else shards(office)
    said: dict[str, Any] = {"case": "c0" * 8, "author": "0a0b0c0d", "at": 1.0}
    ending = EndedPurposes(**said, purposes=("training",), places=(0,), day=TODAY, due=TODAY + 30)
    office.records.ledger.keep_endings([EndingEntry(recording=rid, endings=(ending,))])
    change(office.keyring, rid, ended_purposes=1, ended_day=TODAY, due_day=TODAY + 30)
    if held:
        hold(office, rid)
    office.records.sweep()
    put_back(older)
    restart(office)
    entry = office.keyring.entry(rid)
    assert (entry.ended_purposes, entry.ended_day, entry.held) == (1, TODAY, held)
    assert entry.due_day == TODAY + 30
    office.unlock()
    assert office.ask(ShowCall(rid)).open_purposes == (
        ("service", "claims") if held else ("service",)
    )


def test_a_hold_that_was_lifted_and_came_back_is_a_persons_to_lift(office: Office) -> None:
    rid = office.record()
    hold(office, rid)
    held = shards(office)
    office.audit.append("hold_released", "0a0b0c0d", rid)
    office.ask(ReleaseHold(rid))
    office.records.sweep()
    put_back(held)
    restart(office)
    assert office.keyring.entry(rid).held
    assert rid in findings(office)["vault.holds_differ"]


def test_a_hold_that_was_refused_is_none(office: Office) -> None:
    rid = office.record()
    held = office.audit.append("held", "0a0b0c0d", rid)
    office.audit.append("viewed", "0badc0de", rid)
    refused = Act(type="failed", actor="0a0b0c0d", rid=rid, detail="invalid", of=held)
    office.audit.append_many([refused])
    restart(office)
    assert not office.keyring.entry(rid).held
    assert findings(office) == {}


@pytest.mark.parametrize("named", [True, False])
def test_another_acts_failure_ends_no_hold(office: Office, named: bool) -> None:
    rid = office.record()
    before = shards(office)
    played = office.audit.append("played", "0badc0de", rid, detail="for.training")
    hold(office, rid)
    other = played if named else None
    failed = Act(type="failed", actor="0badc0de", rid=rid, detail="forbidden", of=other)
    office.audit.append_many([failed])
    office.records.sweep()
    put_back(before)
    restart(office)
    assert office.keyring.entry(rid).held


def test_a_hold_that_the_power_cut_before_its_words_is_told_and_not_set(office: Office) -> None:
    rid = office.record()
    office.audit.append("held", "0a0b0c0d", rid)
    restart(office)
    assert not office.keyring.entry(rid).held, "no hold without a reason"
    assert rid in findings(office)["vault.holds_differ"]


def test_one_damaged_copy_is_mended_and_told(office: Office) -> None:
    rid = office.record()
    (one, *_) = sorted(shards(office))
    one.write_bytes(secrets.token_bytes(500))
    restart(office)
    assert rid in office.keyring
    assert len(set(shards(office).values())) * 2 == len(shards(office)), "alike again"
    assert findings(office).keys() == {"vault.mended"}
    assert "shards_mended" in [act for act, _ in office.acts()]
    restart(office)
    assert findings(office) == {}


def test_a_copy_that_a_power_cut_left_behind_is_no_damage(office: Office) -> None:
    before = shards(office)
    office.record()
    (one, *_) = sorted(before)
    one.write_bytes(before[one])  # a record in one copy alone
    restart(office)
    assert findings(office) == {}


def test_both_copies_lost_tells_which_calls(office: Office) -> None:
    rid = office.record()
    office.records.sweep()
    for path in shards(office):
        path.write_bytes(secrets.token_bytes(500))
    restart(office)
    assert findings(office)["vault.keys_lost"].endswith(f"{rid} (2026-09-21)")
    assert ("keys_lost", None) in office.acts()


def test_the_daily_comparison_tells_and_changes_nothing(office: Office) -> None:
    rid = office.record()
    office.audit.append("held", "0a0b0c0d", rid)  # somebody is just holding it
    office.records.recordings.comparison.whole()
    assert not office.keyring.entry(rid).held
    assert office.records.recordings.comparison.found.differ == (rid,)
