"""Cataloguing settles when a recording is due: wrong clocks, purposes withdrawn in the call."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.keeper.records import Boot
from appliance.link.requests.calls import CallList, ListCalls
from appliance.model.records import RecordingMark
from tests.keeper.office import DAY, START, TODAY, Office, make_office


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = make_office(tmp_path / "data")
    yield made
    made.close()


def listed(office: Office) -> CallList:
    return office.ask(ListCalls())


def test_a_wrong_clock_is_put_right_by_boot_and_uptime(office: Office) -> None:
    """The call came 100 s after the boot; the clock was ten days behind and is right since."""
    began = START + 10 * DAY
    rid = office.seal(clock_ok=False, boot="b00710", uptime=100)
    office.clock.jump(10 * DAY)
    office.clock.advance(500)
    office.records.sweep()
    office.records.take_up()
    assert office.keyring.content.recordings[rid].clock_ok is False
    office.unlock()
    key = office.keyring.content.recordings[rid]
    assert (key.due_day, key.clock_ok) == (TODAY + 10 + 90, True)
    call = listed(office).calls[0]
    assert call.meta.started_at == pytest.approx(began + 100 - 8, abs=1)
    assert call.meta.due_days == {"training": TODAY + 100}


def test_a_wrong_clock_of_an_earlier_boot_is_bounded_by_now(office: Office) -> None:
    rid = office.seal(clock_ok=False, boot="0ddb00", uptime=50)
    office.clock.jump(30 * DAY)
    office.records.take_up()
    office.unlock()
    key = office.keyring.content.recordings[rid]
    assert (key.due_day, key.clock_ok) == (TODAY + 30 + 90, True)


def test_a_wrong_clock_that_nobody_can_put_right_yet_is_put_right_later(
    tmp_path: Path,
) -> None:
    office = make_office(tmp_path / "late", trusted=False)
    rid = office.seal(clock_ok=False, boot="b00710", uptime=100)
    office.records.take_up()
    office.unlock()
    assert office.keyring.content.recordings[rid].clock_ok is False
    assert listed(office).calls[0].meta.due_days == {"training": TODAY + 90}
    office.clock.trust()
    office.clock.jump(20 * DAY)
    office.clock.advance(500)
    office.records.tick()
    key = office.keyring.content.recordings[rid]
    assert (key.due_day, key.clock_ok) == (TODAY + 20 + 90, True)
    assert [call.meta.due_days for call in listed(office).calls] == [{"training": TODAY + 110}]
    assert {s.due_day for s in office.keyring.content.shelves.values()} == {TODAY + 110}
    office.close()


def test_an_earlier_boot_whose_clock_was_believed_later_is_known(office: Office) -> None:
    rid = office.seal(clock_ok=False, boot="b00710", uptime=100)
    office.clock.jump(10 * DAY)
    office.clock.advance(500)
    office.records.sweep()
    office.build(Boot("5ec0d5", lambda: True))
    office.clock.jump(5 * DAY)
    office.records.take_up()
    office.unlock()
    assert office.keyring.content.recordings[rid].due_day == TODAY + 100


def test_purposes_withdrawn_in_the_call_shorten_the_period(office: Office) -> None:
    mark = RecordingMark(kind="withdrawn", sample=4000, purposes=("training",))
    rid = office.take(purposes=(("training", 90), ("service", 30)), marks=(mark,))
    assert office.keyring.content.recordings[rid].due_day == TODAY + 90
    office.unlock()
    assert office.keyring.content.recordings[rid].due_day == TODAY + 30
    assert listed(office).calls[0].meta.purposes == ("service",)
