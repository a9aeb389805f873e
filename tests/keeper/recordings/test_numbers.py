"""The number of an unknown caller is added later; a search finds it; it dies with the call."""

import pytest

from appliance.errors import KeyLost, Refused
from appliance.link.requests import calls as ask
from appliance.link.requests.calls import Ground
from tests.boxes import grep
from tests.keeper.office import OFFICER, Office

NUMBER, TYPED = "+48221234599", "22 123 45 99"


def unknown(office: Office) -> str:
    office.unlock()
    rid = office.record(number=None, name=None)
    office.record()  # of somebody else
    office.records.tick()
    return rid


def found(office: Office, text: str) -> list[str]:
    return [call.recording for call in office.ask(ask.ListCalls(text=text)).calls]


@pytest.mark.parametrize("text", [TYPED, NUMBER, "0048 22 1234599", "34599"])
def test_a_search_finds_the_call_under_its_added_number(office: Office, text: str) -> None:
    rid = unknown(office)
    assert found(office, text) == []
    office.ask(ask.AddNumber(rid, TYPED))
    assert found(office, text) == [rid]
    shown = office.ask(ask.ShowCall(rid))
    assert shown.call.meta.number == NUMBER
    assert shown.added is not None
    assert shown.added.author == OFFICER.operator


def test_it_is_found_after_the_next_login_and_after_its_row_was_made_anew(office: Office) -> None:
    rid = unknown(office)
    office.ask(ask.AddNumber(rid, TYPED))
    office.records.lock()
    office.unlock()
    assert found(office, TYPED) == [rid]
    office.records.lock()
    for shelf in office.folders.shelves.iterdir():
        shelf.unlink()
    office.unlock()
    office.records.tick()
    assert found(office, TYPED) == [rid]


def test_it_can_be_corrected(office: Office) -> None:
    rid = unknown(office)
    office.ask(ask.AddNumber(rid, "22 123 45 98"))
    office.ask(ask.AddNumber(rid, TYPED))
    assert found(office, "22 123 45 98") == []
    assert found(office, TYPED) == [rid]


def test_a_number_that_the_network_told_stays_as_it_is(office: Office) -> None:
    office.unlock()
    rid = office.record()
    office.records.tick()
    with pytest.raises(Refused) as caught:
        office.ask(ask.AddNumber(rid, TYPED))
    assert caught.value.code == "number_told"


@pytest.mark.parametrize("text", ["", "12", "Anna", "22 123 45 99 ; 600 555 012", "9" * 40])
def test_what_is_no_number_is_refused(office: Office, text: str) -> None:
    rid = unknown(office)
    with pytest.raises(Refused) as caught:
        office.ask(ask.AddNumber(rid, text))
    assert caught.value.code == "no_number"
    assert office.ask(ask.ShowCall(rid)).added is None
    assert not {"number_added", "failed"} & {kind for kind, _ in office.acts()}


def test_it_is_nowhere_on_the_disk_and_dies_with_the_call(office: Office) -> None:
    rid = unknown(office)
    office.ask(ask.AddNumber(rid, TYPED))
    needles = {NUMBER: NUMBER.encode(), "digits": NUMBER[1:].encode()}
    assert grep([p for p in office.folders.data.rglob("*") if p.is_file()], needles) == []
    entry = office.records.ledger.number_of(rid)
    assert entry is not None
    office.ask(ask.EraseCall(rid, Ground.CONSENT_WITHDRAWN, "as asked"))
    with pytest.raises(KeyLost):
        office.records.readers.reading.number(
            rid, entry.sealed, office.records.recordings.numbers._place(rid)
        )
    office.records.sweep()
    assert office.records.ledger.number_of(rid) is None
    assert found(office, TYPED) == []


def test_of_a_locked_box_nobody_adds_or_reads_it(office: Office) -> None:
    rid = unknown(office)
    office.ask(ask.AddNumber(rid, TYPED))
    office.records.lock()
    with pytest.raises(Refused) as caught:
        office.ask(ask.AddNumber(rid, TYPED))
    assert caught.value.code == "locked"
    with pytest.raises(Refused):
        office.records.recordings.numbers.of([rid])
