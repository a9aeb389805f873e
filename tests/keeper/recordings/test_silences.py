"""A silence covers what names its case, and only people end it."""

from dataclasses import replace
from typing import Any

import pytest

from appliance.clock import DAY
from appliance.keeper.doctor.silences import examine_silences
from appliance.keeper.recordings.handing_over.silences import REMIND_DAYS, Silences
from appliance.link.operations import Role
from appliance.link.requests import calls as ask
from appliance.link.requests.papers.silences import SetSilence, Silence
from appliance.link.requests.proof import GetProof, ShowProof
from appliance.vault.proof import read_proof
from tests.files import whole_file
from tests.keeper.office import OFFICER, START, Office
from tests.model.refusals import refuses
from tests.samples import PAPER

LISTENER = replace(OFFICER, roles=frozenset({Role.LISTENER}))
UNTIL = "2027-03-01"
POLICE: dict[str, Any] = {"recipient": ask.Recipient.AUTHORITY, "words": "KMP Warszawa", **PAPER}


def police(rid: str, until: str = UNTIL) -> ask.ExportCall:
    return ask.ExportCall(rid, silent_until=until, **POLICE)


def silences(office: Office) -> Silences:
    return office.records.recordings.silences


def the_one(office: Office) -> Silence:
    (found,) = silences(office).all(OFFICER.operator, with_words=True)
    return found


def end(office: Office, case: str) -> None:
    """Let two people end a silence."""
    silences(office).ask_end([case], OFFICER.operator)
    silences(office).confirm_end([case], next(iter(office.keyring.content.operators)))


def until(office: Office, day: str = UNTIL, **paper: str) -> SetSilence:
    """Return what is asked for to silence the newest copy."""
    copy = office.records.ledger.copies()[-1]
    return SetSilence(case=copy.case, until=day, **(PAPER | paper))


@pytest.fixture
def rid(office: Office) -> str:
    found = office.record(seconds=1.0)
    office.unlock()
    return found


# -- what it covers --------------------------------------------------------------------------------


def test_the_caller_is_told_nothing_of_the_copy_its_hold_and_who_listened_for_it(
    office: Office, rid: str
) -> None:
    whole_file(office.answer(police(rid)))
    office.ask(ask.HoldCall(rid, ask.HoldGround.LEGAL_DUTY, "RSD 12/26", "2027-02-01"))
    for purpose in ("training", "legal_duty"):
        office.ask(ask.OpenPlayback(rid, purpose))
    for kind, copies in ((ask.Recipient.CALLER, 0), (ask.Recipient.OFFICE, 1)):
        annex = read_proof(office.answer(GetProof(rid, kind))[1]).annex
        assert len(annex.copies) == copies
        assert annex.recipients == ("authority",) * copies
        assert len(annex.listened) == 1 + copies
    (copy,) = annex.copies
    assert (copy.words, copy.file_number) == ("KMP Warszawa", PAPER["file_number"])
    assert (copy.legal_basis, copy.signed_by) == (PAPER["legal_basis"], PAPER["signed_by"])
    assert copy.silent_until == the_one(office).until


def test_a_listener_sees_neither_copy_nor_badge_nor_line_and_an_officer_all(
    office: Office, rid: str
) -> None:
    whole_file(office.answer(police(rid)))
    office.ask(ask.HoldCall(rid, ask.HoldGround.CLAIMS, "RSD 12/26", "2027-02-01"))
    office.answer(GetProof(rid, ask.Recipient.AUTHORITY))
    office.answer(GetProof(rid, ask.Recipient.CALLER))
    officer, listener = office.ask(ask.ShowCall(rid)), office.ask(ask.ShowCall(rid), LISTENER)
    assert (officer.call.held, listener.call.held) == (True, False)
    assert (len(officer.copies), listener.copies) == (1, ())
    assert (len(officer.silences), listener.silences) == (1, ())
    types = [line.type for line in officer.audit]
    assert {"silenced", "exported", "held"} <= set(types)
    assert types.count("proof_given") == 2
    types = [line.type for line in listener.audit]
    assert not {"silenced", "exported", "held"} & set(types)
    assert types.count("proof_given") == 1
    for who, badge in ((OFFICER, True), (LISTENER, False)):
        (call,) = office.ask(ask.ListCalls(), who).calls
        assert call.held is badge
    assert "claims" in officer.open_purposes
    assert "claims" not in listener.open_purposes
    with refuses("purpose_closed"):
        office.ask(ask.OpenPlayback(rid, "claims"), LISTENER)


def test_a_certificate_tells_of_the_copy_when_the_silence_is_over(office: Office, rid: str) -> None:
    whole_file(office.answer(police(rid)))
    office.ask(ask.EraseCall(rid, ask.Ground.CONSENT_WITHDRAWN, "asked by letter"))
    assert "exports" not in office.ask(ask.ShowCertificate(rid)).remains
    owner = next(iter(office.keyring.content.operators))
    silences(office).ask_end([the_one(office).case], owner)
    office.clock.advance(DAY)
    silences(office).tick()
    assert "exports" in office.ask(ask.ShowCertificate(rid)).remains


# -- bad input -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "code"),
    [
        ("2026-09-20", "silence_past"),  # yesterday
        ("2026-09-21", "silence_past"),
        ("2027-09-22", "silence_long"),
        ("2066-09-21", "silence_long"),
        ("9999-12-31", "silence_long"),
        ("soon", "no_day"),
        ("2027-02-30", "no_day"),
        ("2027-03-01T00:00", "no_day"),
    ],
)
def test_a_day_that_is_none_silences_nothing_and_nothing_leaves(
    office: Office, rid: str, day: str, code: str
) -> None:
    with refuses(code):
        office.answer(police(rid, day))
    assert office.records.ledger.copies() == []
    assert office.records.ledger.silences() == {}
    assert not {"silenced", "exported"} & {entry.type for entry in office.audit.entries()}


@pytest.mark.parametrize("day", ["2026-09-22", "2027-09-21"])
def test_the_nearest_and_the_farthest_day_are_taken(office: Office, rid: str, day: str) -> None:
    whole_file(office.answer(police(rid, day)))
    assert the_one(office).state in {"soon", "in_force"}


@pytest.mark.parametrize("lacking", ["words", *PAPER])
def test_a_copy_for_an_authority_names_its_paper(office: Office, rid: str, lacking: str) -> None:
    with refuses("paper_lacks"):
        office.answer(ask.ExportCall(rid, **(POLICE | {lacking: "  "})))


@pytest.mark.parametrize("recipient", [*set(ask.Recipient) - {ask.Recipient.AUTHORITY}, None])
@pytest.mark.parametrize("typed", [{"silent_until": UNTIL}, {"file_number": "7"}])
def test_nobody_elses_copy_has_a_silence(
    office: Office, rid: str, recipient: ask.Recipient | None, typed: dict[str, Any]
) -> None:
    with refuses("silence_of_nobody"):
        office.answer(ask.ExportCall(rid, recipient=recipient, words="Anna", **typed))


def test_lines_that_are_typed_do_not_move_into_other_fields(office: Office, rid: str) -> None:
    odd = POLICE | {"words": "KMP\nWarszawa\r\n", "file_number": " a \u2028 b\n\n"}
    whole_file(office.answer(ask.ExportCall(rid, **odd)))
    (copy,) = office.ask(ShowProof(rid, ask.Recipient.OFFICE)).annex.copies
    assert (copy.words, copy.file_number) == ("KMP Warszawa", "a b")
    assert copy.legal_basis == PAPER["legal_basis"]


# -- set later, entered anew -----------------------------------------------------------------------


def test_a_silence_that_comes_after_a_callers_copy_says_so_with_its_day(
    office: Office, rid: str
) -> None:
    whole_file(office.answer(ask.ExportCall(rid, **POLICE)))
    office.clock.advance(DAY)
    office.answer(GetProof(rid, ask.Recipient.OFFICE))  # the office's own names it to nobody
    named = START + DAY
    office.answer(GetProof(rid, ask.Recipient.CALLER))
    office.clock.advance(DAY)
    assert silences(office).set(until(office), OFFICER.operator) == named
    assert the_one(office).named_on == named
    (shown,) = office.ask(ask.ShowCall(rid)).silences
    assert shown.named_on == named
    assert read_proof(office.answer(GetProof(rid))[1]).annex.recipients == ()


def test_one_from_the_beginning_was_named_to_nobody(office: Office, rid: str) -> None:
    office.answer(GetProof(rid))
    whole_file(office.answer(police(rid)))
    office.answer(GetProof(rid))
    assert the_one(office).named_on is None


def test_a_new_paper_moves_the_day_and_both_are_committed_to(office: Office, rid: str) -> None:
    whole_file(office.answer(police(rid, "2026-10-01")))
    office.clock.advance(11 * DAY)
    assert the_one(office).state == "over"
    assert silences(office).set(until(office, file_number="RSD 13/26"), OFFICER.operator) is None
    now = the_one(office)
    assert (now.state, now.paper.whom, now.paper.file_number) == (
        "in_force",
        "KMP Warszawa",
        "RSD 13/26",
    )
    digests = [e.sha256 for e in office.audit.entries() if e.type in {"exported", "silenced"}]
    assert [digest is not None for digest in digests] == [False, True, True]
    assert len(set(digests)) == 3


def test_what_is_no_copy_for_an_authority_is_not_silenced(office: Office, rid: str) -> None:
    whole_file(office.answer(ask.ExportCall(rid, recipient=ask.Recipient.CALLER, words="Anna")))
    for case in (office.records.ledger.copies()[0].case, "0" * 16, "", "../etc", "0" * 17):
        with refuses("no_copy"):
            silences(office).set(SetSilence(case=case, until=UNTIL, **PAPER), OFFICER.operator)
    whole_file(office.answer(ask.ExportCall(rid, **POLICE)))
    for lacking in PAPER:
        with refuses("paper_lacks"):
            silences(office).set(until(office, **{lacking: ""}), OFFICER.operator)
    for day, code in (("2026-09-20", "silence_past"), ("2066-09-21", "silence_long")):
        with refuses(code):
            silences(office).set(until(office, day), OFFICER.operator)
    assert office.records.ledger.silences() == {}


# -- its end ---------------------------------------------------------------------------------------


def test_no_day_ends_it_and_the_doctor_asks_from_fourteen_days_before(
    office: Office, rid: str
) -> None:
    whole_file(office.answer(police(rid, "2026-10-21")))  # in 30 days
    seen = []
    for _ in range(60):
        found = [finding.id for finding in examine_silences(silences(office).counted())]
        seen.append(found[0] if found else "")
        office.records.tick()
        silences(office).tick()
        office.records.sweep()
        office.clock.advance(DAY)
    quiet = 30 - REMIND_DAYS
    assert seen == [""] * quiet + ["silence.soon"] * (REMIND_DAYS + 1) + ["silence.over"] * (
        60 - quiet - REMIND_DAYS - 1
    )
    assert read_proof(office.answer(GetProof(rid))[1]).annex.recipients == ()


def test_two_people_end_it_and_not_one_twice(office: Office, rid: str) -> None:
    whole_file(office.answer(police(rid)))
    case = the_one(office).case
    with refuses("order_over"):
        silences(office).confirm_end([case], "0badc0de")
    silences(office).ask_end([case], OFFICER.operator)
    with refuses("silence_end_waits"):
        silences(office).ask_end([case], "0badc0de")
    with refuses("second_person_needed"):
        silences(office).confirm_end([case], OFFICER.operator)
    assert read_proof(office.answer(GetProof(rid))[1]).annex.recipients == ()
    with office.keyring.changing() as draft:
        owner = next(iter(draft.operators.values()))
        owner.given = office.records.time.counted()
    with refuses("too_new"):
        silences(office).confirm_end([case], owner.id)
    with office.keyring.changing() as draft:
        draft.operators[owner.id].given = None
    silences(office).confirm_end([case], owner.id)
    ended = [entry for entry in office.audit.entries() if entry.type == "silence_ended"]
    assert [(e.actor, e.case, e.detail) for e in ended] == [(owner.id, case, "two_people")]
    assert read_proof(office.answer(GetProof(rid))[1]).annex.recipients == ("authority",)
    with refuses("no_silence"):
        silences(office).ask_end([case], OFFICER.operator)
    assert office.records.ledger.silences() == {}


def test_one_person_and_a_counted_day_end_it_and_a_clock_does_not(office: Office, rid: str) -> None:
    with office.keyring.changing() as draft:
        owner = next(iter(draft.operators.values()))
    whole_file(office.answer(police(rid)))
    case = the_one(office).case
    silences(office).ask_end([case], owner.id)
    office.records.recordings.retention.confirm_time(office.clock.now() + 30 * DAY)
    silences(office).tick()
    assert case in office.records.ledger.silences(), "a time that somebody sets counts nothing"
    silences(office).cancel_end([case], "0badc0de")
    with refuses("order_over"):
        silences(office).cancel_end([case], "0badc0de")
    office.clock.advance(DAY)
    silences(office).tick()
    assert case in office.records.ledger.silences()
    silences(office).ask_end([case], owner.id)
    office.clock.advance(DAY - 1)
    silences(office).tick()
    assert case in office.records.ledger.silences()
    office.clock.advance(1)
    silences(office).tick()
    *_, last = [e for e in office.audit.entries() if e.type == "silence_ended"]
    assert (last.actor, last.detail) == ("keeper", "counted_day")
    assert case not in office.records.ledger.silences()


def test_an_order_of_somebody_who_left_is_dropped(office: Office, rid: str) -> None:
    whole_file(office.answer(police(rid)))
    case = the_one(office).case
    silences(office).ask_end([case], "0badc0de")  # nobody of that id is there
    office.clock.advance(2 * DAY)
    silences(office).tick()
    assert the_one(office).ending is None
    assert case in office.records.ledger.silences()
