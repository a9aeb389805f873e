"""A silence outlasts the loss of row, ledger, transfer and recording."""

import pytest
from msgspec import structs

from appliance.clock import DAY
from appliance.errors import Refused
from appliance.keeper.audit.silent import silenced_cases, told
from appliance.keeper.recordings.handing_over.silenced_calls import first_named
from appliance.link.requests import calls as ask
from appliance.link.requests.papers.silences import SilencePaper
from appliance.link.requests.proof import GetProof
from appliance.vault.proof import read_proof
from tests.files import whole_file
from tests.keeper.office import OFFICER, START, TODAY, Office
from tests.keeper.recordings.test_silences import (
    LISTENER,
    end,
    police,
    silences,
    the_one,
    until,
)
from tests.model.refusals import refuses
from tests.vaults import change

HIDDEN = {"silenced", "exported", "failed", "held"}
"""Types of entries that a silence covers."""


@pytest.fixture
def rid(office: Office) -> str:
    found = office.record(seconds=1.0)
    office.unlock()
    return found


def test_without_its_ledger_it_is_in_force_and_comes_back(office: Office, rid: str) -> None:
    whole_file(office.answer(police(rid)))
    before = the_one(office)
    office.records.ledger.change_silences((), [before.case])
    assert read_proof(office.answer(GetProof(rid))[1]).annex.recipients == ()
    silences(office).mend()
    assert the_one(office) == before
    silences(office).mend()
    assert the_one(office) == before


def test_a_copy_of_which_nothing_left_stays_silent_until_people_end_it(
    office: Office, rid: str
) -> None:
    office.answer(police(rid)).close()
    for _ in range(2):
        one = the_one(office)
        assert [(call.recording, call.here, call.left) for call in one.calls] == [
            (rid, True, False)
        ]
        assert (one.state, one.paper.whom) == ("in_force", "KMP Warszawa")
        silences(office).mend()
        office.records.recordings.words.sweep(TODAY)
    listener = office.ask(ask.ShowCall(rid), LISTENER)
    assert (listener.copies, {line.type for line in listener.audit} & HIDDEN) == ((), set())
    assert office.ask(ask.ShowCall(rid)).copies == ()
    office.clock.advance(155 * DAY)
    assert silences(office).counted().soon == 1
    later = until(office, "2027-06-01", file_number="RSD 13/26")
    silences(office).set(later, OFFICER.operator)
    assert (the_one(office).state, the_one(office).paper.file_number) == ("in_force", "RSD 13/26")
    end(office, one.case)
    assert office.records.ledger.silences() == {}
    assert office.ask(ask.ShowCall(rid)).unsilenced == ()
    with refuses("no_copy"):
        silences(office).set(later, OFFICER.operator)
    office.records.recordings.words.sweep(TODAY + 155)
    assert office.records.ledger.copies() == []
    assert office.keyring.content.cases == {}
    assert read_proof(office.answer(GetProof(rid))[1]).annex.recipients == ()
    told_now = {line.type for line in office.ask(ask.ShowCall(rid), LISTENER).audit}
    assert {"silenced", "exported", "failed", "silence_ended"} <= told_now


@pytest.mark.parametrize("lost", ["row", "row and words"])
def test_one_of_which_nothing_left_comes_back_from_the_audit(
    office: Office, rid: str, lost: str
) -> None:
    office.answer(police(rid)).close()
    before = the_one(office)
    office.records.ledger.change_silences((), [before.case])
    if lost == "row and words":
        office.records.recordings.words.sweep(TODAY)
        before = structs.replace(before, paper=SilencePaper())
    silences(office).mend()
    assert the_one(office) == before


def test_what_is_refused_before_a_byte_is_read_sets_no_silence(office: Office, rid: str) -> None:
    change(office.keyring, rid, restricted=True)
    for ordered, refusal in ((police(rid), "restricted"), (police("0" * 32), "not_found")):
        with refuses(refusal):
            office.answer(ordered)
    assert office.records.ledger.silences() == {}
    assert office.records.ledger.copies() == []
    assert not {"silenced", "exported"} & {entry.type for entry in office.audit.entries()}


@pytest.mark.parametrize("in_row", [True, False])
@pytest.mark.parametrize("ordered", [True, False])
def test_a_row_that_names_other_recordings_than_the_audit_is_mended(
    office: Office, in_row: bool, ordered: bool
) -> None:
    rids = tuple(office.record(call="00" * 8, ended=end) for end in ("storage", "hung_up"))
    other = office.record(seconds=1.0)
    office.unlock()
    whole_file(office.answer(police(rids[0])))
    (row,) = office.records.ledger.silences().values()
    assert row.calls == (rids,)
    if ordered:
        silences(office).ask_end([row.case], OFFICER.operator)
        (row,) = office.records.ledger.silences().values()
    wrong = (*row.calls, (other,)) if in_row else (rids[:1],)
    office.records.ledger.change_silences([structs.replace(row, calls=wrong)])
    silences(office).mend()
    (mended,) = office.records.ledger.silences().values()
    assert mended == structs.replace(row, ending=None)
    (call,) = the_one(office).calls
    assert (call.recording, call.here, call.left) == (rids[0], True, True)


def test_a_copy_that_broke_off_on_its_way_stays_silent(office: Office, rid: str) -> None:
    pieces = office.answer(police(rid))
    while next(pieces) is None:
        pass
    with refuses("not_logged_in"):
        pieces.throw(Refused("not_logged_in"))
    assert [one.case for one in (the_one(office),)]
    assert office.ask(ask.ShowCall(rid), LISTENER).copies == ()
    office.records.ledger.change_silences((), [the_one(office).case])
    silences(office).mend()
    assert [(call.recording, call.left) for call in the_one(office).calls] == [(rid, True)]


def test_its_words_outlive_their_three_years_while_it_lasts(office: Office, rid: str) -> None:
    whole_file(office.answer(police(rid)))
    office.ask(ask.EraseCall(rid, ask.Ground.CONSENT_WITHDRAWN, "asked by letter"))
    today = int(office.clock.now() // DAY)
    for later in (0, 2_000, 4_000):
        office.records.recordings.words.sweep(today + later)
    assert the_one(office).paper.whom == "KMP Warszawa"
    assert [call.here for call in the_one(office).calls] == [False]


def test_what_the_audit_says_alone_decides(office: Office, rid: str) -> None:
    whole_file(office.answer(police(rid)))
    entries = office.audit.of_recording(rid)
    (case,) = silenced_cases(entries)
    assert not [entry for entry in told(entries) if entry.case == case]
    assert [entry.type for entry in told(entries)] == ["sealed"]


def test_one_whose_copy_a_power_cut_kept_off_the_record_takes_a_new_paper(
    office: Office, rid: str
) -> None:
    """The page lists it, and offers to enter one."""
    whole_file(office.answer(police(rid)))
    (copy,) = office.records.ledger.copies()
    other, case = office.record(seconds=1.0), "c" * 16
    office.audit.append("silenced", OFFICER.actor, other, case, detail="until.20270301")
    office.records.ledger.keep_copy(structs.replace(copy, case=case, calls=()))
    silences(office).mend()
    later = structs.replace(until(office, "2027-06-01", file_number="Ds 1/27"), case=case)
    silences(office).set(later, OFFICER.operator)
    (one,) = silences(office).of([other], OFFICER.operator)
    assert one.paper.file_number == "Ds 1/27"
    assert [call.left for call in one.calls] == [False]


@pytest.mark.parametrize("silent", [True, False])
def test_a_hold_that_the_ledger_has_lost_is_told_no_more_than_before(
    office: Office, rid: str, silent: bool
) -> None:
    whole_file(office.answer(police(rid)))
    ground = ask.HoldGround.LEGAL_DUTY
    office.ask(ask.HoldCall(rid, ground, "RSD 12/26", "2027-06-01", silent=silent))
    office.records.ledger.release([rid])
    silences(office).mend()
    assert office.ask(ask.ShowCall(rid)).call.held
    assert office.ask(ask.ShowCall(rid), LISTENER).call.held is not silent
    for _ in range(91):
        office.clock.advance(DAY)
        office.records.sweep()
    assert [len(office.ask(ask.ListCalls(), who).calls) for who in (OFFICER, LISTENER)] == [
        1,
        0 if silent else 1,
    ]
    end(office, the_one(office).case)
    assert office.ask(ask.ShowCall(rid), LISTENER).call.held


def test_no_proof_named_a_copy_of_which_nothing_left(office: Office, rid: str) -> None:
    office.answer(police(rid, "")).close()
    office.answer(GetProof(rid))
    gone = office.audit.of_recording(rid)
    (case,) = {one.case for one in gone if one.type == "exported"}
    assert case is not None
    kept = office.records.ledger.copy_of(case)
    assert first_named(case, kept, {rid: gone}) is None
    whole_file(office.answer(police(rid, "")))
    office.clock.advance(DAY)
    office.answer(GetProof(rid))
    acts = office.audit.of_recording(rid)
    left = next(one.case for one in reversed(acts) if one.type == "exported")
    assert left is not None
    kept = office.records.ledger.copy_of(left)
    assert first_named(left, kept, {rid: acts}) == START + DAY
