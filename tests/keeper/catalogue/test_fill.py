"""Test due days at cataloguing: wrong clocks, purposes withdrawn during the call."""

from pathlib import Path

import pytest

from appliance.clock import DAY
from appliance.link.requests.calls import CallList, ListCalls
from appliance.model.records import RecordingMark
from tests.keeper.office import START, TODAY, Office, make_office


def listed(office: Office) -> CallList:
    return office.ask(ListCalls())


def test_a_wrong_clock_is_put_right_by_boot_and_uptime(office: Office) -> None:
    """The call came 100 s after the boot; the clock was ten days behind and is right since."""
    began = START + 10 * DAY
    rid = office.seal(clock_ok=False, boot="b00710", uptime=100)
    office.clock.jump(10 * DAY)
    office.clock.advance(500)
    office.vouch("b00710")
    office.records.sweep()
    office.records.take_up()
    key = office.keyring.entry(rid)
    assert (key.due_day, key.clock_ok) == (TODAY + 10 + 90, False), "right while locked"
    office.unlock()
    assert office.keyring.entry(rid) == key
    call = listed(office).calls[0]
    assert call.started_at == pytest.approx(began + 100 - 8, abs=1)
    assert call.due_day == TODAY + 100


def test_a_wrong_clock_of_an_earlier_boot_is_bounded_by_now(office: Office) -> None:
    rid = office.seal(clock_ok=False, boot="0ddb00", uptime=50)
    office.clock.jump(30 * DAY)
    office.vouch("5ec0d5")
    office.records.take_up()
    assert office.keyring.entry(rid).due_day == TODAY + 30 + 90
    office.clock.advance(5 * DAY)
    office.records.sweep()
    assert office.keyring.entry(rid).due_day == TODAY + 30 + 90, "and no later"


def test_a_wrong_clock_that_nobody_can_put_right_yet_is_put_right_later(
    tmp_path: Path,
) -> None:
    office = make_office(tmp_path / "late", trusted=False)
    rid = office.seal(clock_ok=False, boot="b00710", uptime=100)
    office.records.take_up()
    office.unlock()
    assert office.keyring.entry(rid).clock_ok is False
    assert listed(office).calls[0].due_day == TODAY + 90
    office.clock.trust()
    office.clock.jump(20 * DAY)
    office.clock.advance(500)
    office.records.sweep()
    assert office.keyring.entry(rid).due_day == TODAY + 90, "nobody has confirmed it"
    office.confirm()
    office.records.tick()
    assert office.keyring.entry(rid).due_day == TODAY + 20 + 90
    assert [call.due_day for call in listed(office).calls] == [TODAY + 110]
    office.close()


def test_an_earlier_boot_whose_clock_was_believed_later_is_known(office: Office) -> None:
    rid = office.seal(clock_ok=False, boot="b00710", uptime=100)
    office.records.sweep()
    office.clock.jump(10 * DAY)
    office.clock.advance(500)
    office.vouch("b00710")
    office.records.sweep()
    office.vouch("5ec0d5")
    office.clock.jump(5 * DAY)
    office.records.sweep()
    office.records.take_up()
    office.unlock()
    assert office.keyring.entry(rid).due_day == TODAY + 100


def test_purposes_withdrawn_in_the_call_shorten_the_period(office: Office) -> None:
    mark = RecordingMark(kind="withdrawn", sample=4000, purposes=("training",))
    rid = office.record(purposes=(("training", 90), ("service", 30)), marks=(mark,))
    assert office.keyring.entry(rid).due_day == TODAY + 90
    office.unlock()
    assert office.keyring.entry(rid).due_day == TODAY + 30
    assert listed(office).calls[0].purposes == ("service",)


def test_what_was_put_right_stays_right_when_the_catalogue_is_made_again(office: Office) -> None:
    """Whose recording still says what a wrong clock said would go at once."""
    rid = office.seal(clock_ok=False, boot="b00710", uptime=100)
    office.clock.jump(200 * DAY)
    office.clock.advance(500)
    office.vouch("b00710")
    office.records.sweep()
    office.records.take_up()
    office.unlock()
    before = listed(office)
    office.records.lock()
    for path in office.folders.shelves.iterdir():
        path.unlink()
    office.build()
    office.unlock()
    assert listed(office) == before
    office.records.sweep()
    assert office.keyring.entry(rid).due_day == TODAY + 200 + 90


def test_a_date_that_is_put_right_while_listed_is_shown_and_shelved_anew(office: Office) -> None:
    office.unlock()
    rid = office.record(uptime=100)
    assert listed(office).calls[0].started_at == START
    office.clock.jump(-20 * DAY)
    office.clock.advance(500)
    office.vouch("b00710")
    office.unlock()
    office.records.sweep()
    office.records.tick()
    (call,) = listed(office).calls
    assert call.started_at == START - 20 * DAY + 100 - 8
    assert call.due_day == TODAY - 20 + 90
    assert office.keyring.entry(rid).due_day == TODAY - 20 + 90


def test_a_date_that_is_put_right_while_locked_is_shown_after_the_next_login(
    office: Office,
) -> None:
    office.unlock()
    office.record(uptime=100)
    office.records.lock()
    office.clock.jump(-20 * DAY)
    office.clock.advance(500)
    office.vouch("b00710")
    office.records.sweep()
    office.unlock()
    assert listed(office).calls[0].due_day == TODAY - 20 + 90


def test_a_day_still_to_come_was_written_by_a_wrong_clock(office: Office) -> None:
    """A clock years ahead, never believed, whose boot is over: nobody logs in meanwhile."""
    office.clock.jump(-4000 * DAY)
    office.vouch("5ec0d5")
    rid = office.record(boot="0ddb00")
    office.records.sweep()
    office.records.take_up()
    today = int(office.clock.now() // DAY)
    assert office.keyring.entry(rid).due_day == today + 90


def test_a_day_long_before_the_last_take_up_was_written_by_a_wrong_clock(office: Office) -> None:
    """The keeper was not there; the recorder's clock had lost its battery, years ago."""
    office.clock.jump(400 * DAY)
    office.vouch("b00710")
    office.records.sweep()
    rid = office.seal(boot="0ddb00")
    office.records.take_up()
    office.records.sweep()
    entry = office.keyring.entry(rid)
    assert (entry.clock_ok, entry.due_day) == (False, TODAY + 400 + 90)
