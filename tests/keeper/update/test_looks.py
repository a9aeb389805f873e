"""Looks for updates: when they are due, what they find, what is told when they fail."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec import structs

from appliance.clock import DAY
from appliance.errors import Refused
from appliance.keeper.doctor.update import STUCK
from appliance.keeper.errands import AWAY, PAUSES, UNHEARD
from appliance.link.requests.processes.update import TellFetch
from appliance.model.release import VERSION
from tests.keeper.boxes import set_up
from tests.keeper.desks import mail_of, updates_of
from tests.keeper.update.fetched import NEWER, Fetched, as_card, described
from tests.model.refusals import refuses


@pytest.fixture
def one(tmp_path: Path) -> Iterator[Fetched]:
    box = set_up(tmp_path / "data")
    yield Fetched(box, as_card(box, tmp_path / "card"))
    box.keeper.close()


def later(one: Fetched, seconds: float) -> None:
    one.box.clock.advance(seconds)


# -- where nothing is to be done ----------------------------------------------------------------


def test_off_nothing_is_wanted(one: Fetched) -> None:
    assert not one.take().wanted
    mail_of(one.box.keeper).tell_wanted()
    assert not one.box.folders.courier_wanted.exists()
    assert one.findings() == ["update.none"]
    assert one.acts() == []


def test_where_there_is_no_card_nothing_is_looked_for(tmp_path: Path) -> None:
    box = set_up(tmp_path / "data")
    one = Fetched(box, updates_of(box.keeper).updates)
    with refuses("no_network_updates"):
        one.change()
    assert not one.take().wanted
    assert one.findings() == []
    with refuses("no_errand"):
        box.ask(TellFetch(1, ""))
    box.keeper.close()


def test_set_up_the_courier_is_wanted_until_it_is_off_again(one: Fetched) -> None:
    one.change()
    mail_of(one.box.keeper).tell_wanted()
    assert one.box.folders.courier_wanted.exists()
    assert one.take().wanted
    one.change("")
    mail_of(one.box.keeper).tell_wanted()
    assert not one.box.folders.courier_wanted.exists()
    assert not one.take().wanted
    assert one.acts()[0] == ("update_address", None)


@pytest.mark.parametrize("address", ["http://a.example/x.json", "https://a.example/x?box=1", "x"])
def test_an_address_that_is_none_is_refused_before_the_password(one: Fetched, address: str) -> None:
    with refuses("no_update_address"):
        one.change(address)
    assert one.fetches.row.address == ""


def test_a_wrong_password_changes_nothing(one: Fetched) -> None:
    with pytest.raises(Refused) as refusal:
        one.change(password="wrong")
    assert refusal.value.code == "wrong_password"
    assert one.fetches.row.address == ""
    assert one.acts() == []


# -- looking ------------------------------------------------------------------------------------


def test_a_look_is_due_at_once_and_then_once_a_day(one: Fetched) -> None:
    one.change()
    assert one.state().looking
    one.look()
    assert not one.state().looking
    assert one.take().address == ""
    later(one, DAY - 10)
    assert one.take().address == ""
    later(one, 20)
    one.look()
    assert one.acts() == [
        ("update_address", None), *([("update_sought", None), ("update_seen", None)] * 2),
    ]  # fmt: skip


def test_a_count_that_was_put_back_keeps_no_look_away(one: Fetched) -> None:
    """A box that was restored counts its seconds anew."""
    one.change()
    one.look()
    ledger = one.fetches._ledger
    ledger.keep_update(structs.replace(ledger.update(), tried=10.0 * DAY * 365))
    one.look()


def test_a_restart_brings_no_further_look(one: Fetched) -> None:
    one.change()
    one.look()
    one.restart()
    assert one.take().address == ""
    assert one.state().version == NEWER


def test_a_newer_version_is_told_and_an_older_is_not(one: Fetched) -> None:
    one.change()
    assert one.findings() == ["update.first"]
    for version, told in [
        (NEWER, "update.newer"), ("0.0.9", "update.newest"), (VERSION, "update.newest"),
        (f"{VERSION}-rc.1", "update.newest"),
    ]:  # fmt: skip
        one.ask_look()
        one.look(described(version=version))
        assert one.findings() == [told]
        assert (one.state().version == version) == (told == "update.newer")


def test_a_look_that_failed_is_told_honestly_and_tried_again(one: Fetched) -> None:
    one.change()
    one.look()
    looked = one.state().looked
    later(one, DAY)
    for pause in (*PAUSES, PAUSES[-1]):
        one.look(code="certificate")
        seen = one.state()
        assert (seen.code, seen.looked, seen.version) == ("certificate", looked, NEWER)
        assert one.findings() == ["update.fails", "update.newer"]
        later(one, pause - 1)
        assert one.take().address == ""
        later(one, 1)
    later(one, STUCK)
    assert "update.stuck" in one.findings()
    one.look()
    assert one.findings() == ["update.newer"]
    assert ("update_look_failed", "why.certificate") in one.acts()


def test_a_failure_is_remembered_over_a_restart(one: Fetched) -> None:
    one.change()
    one.look(code="late")
    one.restart()
    assert one.state().code == "late"
    assert one.findings() == ["update.fails"]
    one.look()
    assert one.state().code == ""


def test_who_asks_for_a_look_need_not_wait_for_a_pause(one: Fetched) -> None:
    one.change()
    one.look(code="late")
    assert one.take().address == ""
    one.ask_look()
    one.look()


@pytest.mark.parametrize("version", ["latest", "1.0", "", "1.0.0-"])
def test_what_the_courier_makes_up_is_no_description(one: Fetched, version: str) -> None:
    one.change()
    one.look(described(version=version))
    assert one.state().code == "description"
    assert one.state().version == ""


def test_words_of_a_couriers_own_reach_no_audit(one: Fetched) -> None:
    one.change()
    errand = one.take()
    one.tell(errand, "Ewa Nowak, +48 22 123 45 67")
    assert one.acts()[-1] == ("update_look_failed", "why.odd")


def test_a_courier_that_never_tells_or_asks_is_told_of(one: Fetched) -> None:
    one.change()
    errand = one.take()
    assert one.take().address == "", "one at a time"
    later(one, UNHEARD)
    assert one.take().address == ""
    assert one.acts()[-1] == ("update_look_failed", "why.late")
    with refuses("no_errand"):
        one.tell(errand)
    later(one, AWAY)
    assert one.state().away
    assert "update.away" in one.findings()
