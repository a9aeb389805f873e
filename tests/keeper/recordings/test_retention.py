"""Test retention: never early, at most an hour late, unmoved by clock jumps."""

from pathlib import Path

import pytest

from appliance.clock import DAY
from appliance.errors import EraserFailed, Refused
from appliance.keeper.storage.ledger import Ledger
from appliance.keeper.time.chip import Boot
from appliance.link.requests.calls import (
    ErasureCertificate,
    HoldCall,
    HoldGround,
    ListCalls,
    ReleaseHold,
    ShowCertificate,
    ShowHold,
)
from appliance.model.sentences.faults import in_words
from tests.keeper.chips import SimulatedChip
from tests.keeper.office import START, TODAY, Office, make_office
from tests.model.faults import codes
from tests.model.refusals import refuses
from tests.vaults import change

HOUR = 3600


def known(office: Office) -> set[str]:
    return {rid for rid, _ in office.keyring.taken_up()}


def certificate(office: Office, rid: str) -> ErasureCertificate:
    return office.ask(ShowCertificate(rid))


def test_erased_within_the_hour_after_the_due_day_and_not_before(office: Office) -> None:
    """Hourly sweeps over ninety-one days, locked all the time."""
    rid = office.record(purposes=(("training", 3),))
    due_day_ends = (TODAY + 3 + 1) * DAY
    while rid in known(office):
        assert office.clock.now() < due_day_ends + HOUR
        office.clock.advance(HOUR)
        office.records.sweep()
        if office.clock.now() < due_day_ends:
            assert rid in known(office)
    assert due_day_ends <= office.clock.now() < due_day_ends + HOUR
    office.clock.advance(31)
    office.records.tick()
    assert not office.file(rid).exists()
    made = certificate(office, rid)
    assert (made.state, made.ground, made.level) == ("erased", "no_longer_needed", "E0")
    assert office.acts()[-2:] == [("erasing", rid), ("erased", rid)]


def test_a_day_goes_while_the_box_is_locked(office: Office) -> None:
    office.unlock()
    first, second = (office.record(purposes=(("training", 3),)) for _ in range(2))
    kept = office.record(purposes=(("training", 30),))
    office.records.lock()
    for _ in range(4 * 24 + 1):
        office.clock.advance(HOUR)
        office.records.sweep()
    assert known(office) == {kept}
    office.unlock()
    assert [call.recording for call in office.ask(ListCalls()).calls] == [kept]
    assert {certificate(office, rid).state for rid in (first, second)} == {"erasing"}


def sweep_until(office: Office, days: int) -> None:
    for _ in range(days * 2):
        office.clock.advance(DAY / 2)
        office.records.sweep()


def test_a_hold_stops_it_and_its_release_lets_it_go_on(office: Office) -> None:
    office.unlock()
    rid = office.record(purposes=(("training", 3),))
    office.ask(HoldCall(rid, HoldGround.LEGAL_DUTY, "Nadzór", "2027-06-30"))
    sweep_until(office, 10)
    assert rid in known(office)
    office.ask(ReleaseHold(rid))
    office.records.sweep()
    assert rid not in known(office)


def test_a_restriction_stops_it(office: Office) -> None:
    rid = office.record(purposes=(("training", 3),))
    change(office.keyring, rid, restricted=True)
    sweep_until(office, 10)
    assert rid in known(office)


def test_a_date_of_a_wrong_clock_erases_nothing_before_it_is_put_right(tmp_path: Path) -> None:
    office = make_office(tmp_path / "late", trusted=False)
    rid = office.record(purposes=(("training", 3),), clock_ok=False, boot="0ddb00")
    sweep_until(office, 10)
    assert rid in known(office)
    office.clock.trust()
    office.records.sweep()
    assert rid in known(office), "nobody has confirmed the time"
    office.confirm()
    sweep_until(office, 3)
    assert rid in known(office), "it may have begun when this was noticed"
    sweep_until(office, 2)
    assert rid not in known(office), "locked all the time"
    office.close()


def test_nothing_is_due_before_anybody_has_confirmed_the_time(tmp_path: Path) -> None:
    office = make_office(tmp_path / "first", trusted=False)
    office.clock.trust()
    rid = office.record(purposes=(("training", 3),))
    sweep_until(office, 10)
    assert rid in known(office)
    assert office.records.ledger.belief() is None
    office.close()


def test_a_jump_ahead_erases_nothing_and_asks_somebody(office: Office) -> None:
    rid, fresh = office.record(boot="0ddb00"), office.record()
    office.records.sweep()
    office.clock.jump(400 * DAY)
    for _ in range(3):
        office.clock.advance(HOUR)
        office.records.sweep()
    assert {rid, fresh} <= known(office)
    assert office.acts().count(("clock_asks", None)) == 1
    assert office.records.need.value == "confirm_time"
    for _ in range(25):
        office.clock.advance(HOUR)
        office.records.sweep()
    assert office.acts().count(("clock_asks", None)) == 2, "and once more each day"
    office.confirm()
    assert known(office) == {fresh}, "made in this very boot"
    assert office.records.need.value == "nothing"


def test_a_box_that_was_off_for_long_waits_for_somebody(office: Office) -> None:
    rid = office.record(purposes=(("training", 3),))
    office.records.sweep()
    office.clock.jump(10 * DAY)
    office.restart("5ec0d5")
    office.records.sweep()
    assert rid in known(office)
    assert office.acts().count(("retention_waits", None)) == 1
    office.confirm()
    assert rid not in known(office)


def test_a_box_that_was_off_for_long_goes_on_by_its_chip(office: Office, tmp_path: Path) -> None:
    rid = office.record(purposes=(("training", 3),))
    chip = SimulatedChip(tmp_path / "root", START)
    office.build(Boot("b00710", chip.reader))
    office.confirm()
    office.clock.jump(10 * DAY)
    office.clock.reboot(60.0)
    chip.tick(10 * DAY)
    chip.read_at_boot("5ec0d5", 60.0)
    office.build(Boot("5ec0d5", chip.reader))
    office.records.sweep()
    assert rid not in known(office)


def test_a_night_without_power_waits_for_nobody(office: Office) -> None:
    rid = office.record(purposes=(("training", 3),))
    office.clock.advance(3 * DAY + HOUR)
    office.records.sweep()
    office.clock.jump(20 * HOUR)
    office.restart("5ec0d5")
    office.records.sweep()
    assert rid not in known(office)


def test_a_clock_that_is_put_back_extends_nothing(office: Office) -> None:
    rid = office.record(purposes=(("training", 3),))
    office.records.sweep()
    office.clock.jump(-300 * DAY)
    sweep_until(office, 5)
    assert rid not in known(office)


def test_a_wrong_confirmation_is_taken_back_by_a_right_one(office: Office) -> None:
    rid = office.record()
    office.clock.jump(4000 * DAY)
    office.confirm()
    time = office.records.time
    assert time.now() == START + 4000 * DAY
    assert rid in known(office), "made in this very boot"
    office.clock.jump(-4000 * DAY)
    office.records.sweep()
    assert time.now() == START + 4000 * DAY, "no clock moves it back"
    office.confirm()
    assert time.now() == START
    sweep_until(office, 90)
    assert rid in known(office)
    sweep_until(office, 2)
    assert rid not in known(office)


def test_what_is_believed_is_on_the_disk_before_anything_is_erased_by_it(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    rid = office.record(purposes=(("training", 3),))
    office.clock.advance(4 * DAY)
    kept: list[float] = []

    def looked(*orders: object, **more: object) -> tuple[()]:
        belief = again(office).belief()
        assert belief is not None
        kept.append(belief.at)
        return ()

    monkeypatch.setattr(office.records.erasing, "by_keeper", looked)
    office.records.sweep()
    assert kept == [START + 4 * DAY]
    assert rid in known(office)


def again(office: Office) -> Ledger:
    """The ledger as a keeper finds it after a power cut."""
    return Ledger(office.folders.ledger, office.keyring.content.ledger_key)


def test_a_failing_eraser_is_failed_and_tried_again(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    rid = office.record(purposes=(("training", 3),))
    office.records.sweep()
    office.clock.advance(5 * DAY)

    def broken(generation: int) -> bytes:
        raise EraserFailed(in_words("main_key_refused"))

    with monkeypatch.context() as patch:
        patch.setattr(office.eraser, "prepare", broken)
        office.records.sweep()
    assert rid in known(office)
    assert certificate(office, rid).state == "failed"
    assert "main_key_refused" in codes(certificate(office, rid).faults)
    office.records.sweep()
    assert rid not in known(office)
    assert certificate(office, rid).state == "erasing"


def test_reviews_are_days_to_come_and_reasons_are_words(office: Office) -> None:
    office.unlock()
    rid = office.record()
    for reason, review, code in [
        ("", "2027-06-30", "reason_length"),
        ("x" * 2001, "2027-06-30", "reason_length"),
        ("Lawsuit", "30.06.2027", "no_day"),
        ("Lawsuit", "2026-09-21", "review_past"),
        ("Lawsuit", "2020-01-01", "review_past"),
    ]:
        with refuses(code):
            office.ask(HoldCall(rid, HoldGround.CLAIMS, reason, review))
    with refuses("not_held"):
        office.ask(ReleaseHold(rid))
    assert not {"held", "hold_released", "failed"} & {kind for kind, _ in office.acts()}
    with pytest.raises(Refused) as refusal:
        office.ask(HoldCall("ab" * 16, HoldGround.CLAIMS, "Lawsuit", "2027-06-30"))
    assert refusal.value.code == "not_found"
    office.ask(HoldCall(rid, HoldGround.CLAIMS, "Lawsuit", "2027-06-30"))
    key = office.keyring.entry(rid)
    assert key.held
    assert key.review_day is not None
    assert key.review_day > TODAY
    with refuses("held_already") as refusal:
        office.ask(HoldCall(rid, HoldGround.ARCHIVE, "Else", "2027-07-30", anew=False))
    assert refusal.value.code == "held_already"
    assert office.ask(ShowHold(rid)).reason == "Lawsuit"
    assert office.keyring.entry(rid) == key
    assert [kind for kind, _ in office.acts()].count("held") == 1
    office.ask(HoldCall(rid, HoldGround.CLAIMS, "Another claim", "2027-07-30"))
    assert office.ask(ShowHold(rid)).reason == "Another claim"
