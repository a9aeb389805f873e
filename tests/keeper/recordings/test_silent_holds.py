"""A hold belongs to a silence, or is the office's own and stays told."""

import pytest
from msgspec import structs

from appliance.link.requests import calls as ask
from appliance.link.requests.proof import GetProof
from appliance.vault.proof import read_proof
from tests.files import whole_file
from tests.keeper.office import OFFICER, Office
from tests.keeper.recordings.test_silences import (
    LISTENER,
    POLICE,
    UNTIL,
    end,
    police,
    silences,
    the_one,
    until,
)
from tests.model.refusals import refuses


@pytest.fixture
def rid(office: Office) -> str:
    found = office.record(seconds=1.0)
    office.unlock()
    return found


def test_an_own_hold_of_the_office_stays_told(office: Office, rid: str) -> None:
    whole_file(office.answer(police(rid)))
    office.ask(ask.HoldCall(rid, ask.HoldGround.CLAIMS, "A claim", "2027-02-01", silent=False))
    office.ask(ask.OpenPlayback(rid, "claims"))
    assert office.ask(ask.ShowCall(rid), LISTENER).call.held
    assert len(read_proof(office.answer(GetProof(rid))[1]).annex.listened) == 1


@pytest.mark.parametrize("joins", [True, False])
def test_a_hold_that_was_there_before_joins_if_it_belongs_to_it(
    office: Office, rid: str, joins: bool
) -> None:
    office.ask(ask.HoldCall(rid, ask.HoldGround.CLAIMS, "RSD 12/26", "2027-02-01"))
    whole_file(office.answer(ask.ExportCall(rid, silent_until=UNTIL, hold_silent=joins, **POLICE)))
    office.ask(ask.OpenPlayback(rid, "claims"))
    assert office.ask(ask.ShowCall(rid), LISTENER).call.held is not joins
    types = [line.type for line in office.ask(ask.ShowCall(rid), LISTENER).audit]
    assert ("held" in types, "played" in types) == (not joins, not joins)
    office.ask(ask.ReleaseHold(rid))
    office.ask(ask.HoldCall(rid, ask.HoldGround.CLAIMS, "Another", "2027-02-01", silent=False))
    office.ask(ask.OpenPlayback(rid, "claims"))
    told_now = [line.type for line in office.ask(ask.ShowCall(rid), LISTENER).audit]
    assert told_now.count("held") == (1 if joins else 2)
    assert told_now.count("played") == (1 if joins else 2)


@pytest.mark.parametrize("joins", [True, False])
def test_a_hold_joins_a_silence_that_comes_later_if_it_belongs_to_it(
    office: Office, rid: str, joins: bool
) -> None:
    whole_file(office.answer(ask.ExportCall(rid, **POLICE)))
    office.ask(ask.HoldCall(rid, ask.HoldGround.CLAIMS, "A claim", "2027-02-01"))
    silences(office).set(structs.replace(until(office), hold_silent=joins), OFFICER.operator)
    assert office.ask(ask.ShowCall(rid), LISTENER).call.held is not joins


def test_a_hold_whose_silence_is_over_joins_the_next_one(office: Office, rid: str) -> None:
    office.ask(ask.HoldCall(rid, ask.HoldGround.CLAIMS, "RSD 12/26", "2027-02-01"))
    whole_file(office.answer(police(rid)))
    end(office, the_one(office).case)
    assert office.ask(ask.ShowCall(rid), LISTENER).call.held
    whole_file(office.answer(police(rid)))
    listener = office.ask(ask.ShowCall(rid), LISTENER)
    assert not listener.call.held
    assert [line.type for line in listener.audit if line.case == the_one(office).case] == []
    end(office, the_one(office).case)
    assert office.ask(ask.ShowCall(rid), LISTENER).call.held


def test_a_new_paper_leaves_the_offices_own_hold_told(office: Office, rid: str) -> None:
    whole_file(office.answer(police(rid)))
    office.ask(ask.HoldCall(rid, ask.HoldGround.CLAIMS, "A claim", "2027-02-01", silent=False))
    office.ask(ask.OpenPlayback(rid, "claims"))
    before = read_proof(office.answer(GetProof(rid))[1]).annex.listened
    for hold_silent in (True, False):
        again = structs.replace(until(office, "2027-06-01"), hold_silent=hold_silent)
        silences(office).set(again, OFFICER.operator)
        assert office.ask(ask.ShowCall(rid), LISTENER).call.held
    assert read_proof(office.answer(GetProof(rid))[1]).annex.listened == before


@pytest.mark.parametrize("silent", [True, False])
def test_what_a_listener_asks_for_in_vain_stays_told(
    office: Office, rid: str, silent: bool
) -> None:
    whole_file(office.answer(police(rid)))
    if silent:
        office.ask(ask.HoldCall(rid, ask.HoldGround.LEGAL_DUTY, "RSD 12/26", "2027-02-01"))
    with refuses("purpose_closed"):
        office.ask(ask.OpenPlayback(rid, "legal_duty"), LISTENER)
    tried = [
        line for line in office.ask(ask.ShowCall(rid), LISTENER).audit if line.type != "sealed"
    ]
    assert [(line.type, line.actor) for line in tried] == [
        ("failed", LISTENER.actor),
        ("played", LISTENER.actor),
    ]


def test_what_an_officer_asks_for_under_a_silent_hold_is_told_to_nobody_else(
    office: Office, rid: str
) -> None:
    whole_file(office.answer(police(rid)))
    office.ask(ask.HoldCall(rid, ask.HoldGround.LEGAL_DUTY, "RSD 12/26", "2027-02-01"))
    office.ask(ask.OpenPlayback(rid, "legal_duty"))
    with refuses("purpose_closed"):  # of another ground
        office.ask(ask.OpenPlayback(rid, "claims"))
    office.ask(ask.OpenPlayback(rid, "training"))  # as on any day
    told = [line.type for line in office.ask(ask.ShowCall(rid), LISTENER).audit]
    assert (told.count("played"), told.count("failed")) == (1, 0)
    assert len(read_proof(office.answer(GetProof(rid))[1]).annex.listened) == 1
