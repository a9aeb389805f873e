"""Certify what is given up during a call: on a ground of its own, and by nobody's order."""

import pytest

from appliance.errors import VaultError
from appliance.link.requests import calls as ask
from tests.keeper.office import Office
from tests.keeper.recordings.certified.orders import certificate, file, settle, shown
from tests.model.refusals import refuses


def withdrawn(office: Office) -> str:
    """Record a call that is given up before its end, by whomever."""
    rid = office.seal(keep_open=True)
    office.writers.pop().withdraw(office.folders.withdrawn)
    return rid


@pytest.mark.parametrize("locked", [True, False])
def test_it_is_signed_and_put_down_to_no_person(office: Office, locked: bool) -> None:
    if not locked:
        office.unlock()
    rid = withdrawn(office)
    office.records.take_up()
    assert shown(office, rid).kept == "waits"
    settle(office)
    assert (shown(office, rid).state, shown(office, rid).kept) == ("erased", "signed")
    for reader in ("caller", "office"):
        made = certificate(office, rid, reader)
        assert shown(office, rid).ground == made.ground
        assert (made.ground, made.by) == ("in_call", "device")
        (call,) = made.calls
        assert (call.rids, call.day, call.minutes, call.line) == ((rid,), None, None, None)


def test_each_has_its_own(office: Office) -> None:
    """They may be of different callers: nothing of one may stand in the other's."""
    rids = [withdrawn(office) for _ in range(2)]
    office.records.take_up()
    settle(office)
    assert [list(certificate(office, rid).rids) for rid in rids] == [[rid] for rid in rids]


def test_the_next_start_signs_what_a_power_cut_left(office: Office) -> None:
    rid = withdrawn(office)
    office.records.take_up()
    office.build()
    office.records.resume()
    settle(office)
    assert shown(office, rid).kept == "signed"


def test_an_erasure_that_fails_at_first_has_one_certificate(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(generation: int) -> bytes:
        raise VaultError("no")

    rid = withdrawn(office)
    with monkeypatch.context() as patch:
        patch.setattr(office.eraser, "prepare", broken)
        office.records.take_up()
    assert shown(office, rid).kept == "waits"
    office.clock.advance(3601)
    office.records.take_up()
    settle(office)
    assert shown(office, rid).kept == "signed"
    assert len(office.records.ledger.certificates()) == 1


def test_an_order_that_cannot_be_kept_holds_up_no_erasure(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*args: object, **said: object) -> None:
        raise VaultError("The card is full.")

    rid = withdrawn(office)
    monkeypatch.setattr(office.records.recordings.certificates, "order", full)
    office.records.take_up()
    settle(office)
    assert (shown(office, rid).state, shown(office, rid).kept) == ("erased", "unsigned")
    with refuses("no_certificate"):
        file(office, rid)


def test_what_was_never_recorded_and_what_goes_by_date_has_none(office: Office) -> None:
    rid = office.record()
    office.records.erasing.by_keeper([rid], ask.Ground.NO_LONGER_NEEDED)
    settle(office)
    assert shown(office, rid).kept == "unsigned"
    assert not office.records.ledger.certificates()
