"""Nothing leaves for a caller of what a silence alone keeps past its date."""

from pathlib import Path
from typing import Any

import pytest

from appliance.link.requests import calls as ask
from appliance.link.requests.proof import GetProof, ShowProof
from appliance.vault.proof import read_proof
from tests.files import whole_file
from tests.keeper.office import Office, Spoken, make_office, read_wav
from tests.keeper.recordings.test_concealed import CALL, days_pass
from tests.keeper.recordings.test_silences import POLICE, end, police, the_one
from tests.model.refusals import refuses

CALLERS = ["caller", "adviser"]
OTHERS = ["authority", "office"]


def held_silently(office: Office, rid: str) -> None:
    whole_file(office.answer(police(rid)))
    office.ask(ask.HoldCall(rid, ask.HoldGround.LEGAL_DUTY, "RSD 12/26", "2027-06-01"))


@pytest.fixture
def kept(office: Office) -> str:
    """A call that a silent hold keeps past its date."""
    rid = office.record(seconds=1.0)
    office.unlock()
    held_silently(office, rid)
    days_pass(office)
    return rid


def copy(rid: str, recipient: str | None) -> ask.ExportCall:
    more: dict[str, Any] = POLICE if recipient == "authority" else {}
    whom = {"recipient": ask.Recipient(recipient) if recipient else None}
    return ask.ExportCall(rid, **(more | whom))


def ways(rid: str, recipient: str) -> list[Any]:
    """Return everything by which a call leaves for somebody."""
    kind = ask.Recipient(recipient)
    return [copy(rid, recipient), ShowProof(rid, kind), GetProof(rid, kind)]


@pytest.mark.parametrize("recipient", CALLERS)
def test_nothing_leaves_for_a_caller(office: Office, kept: str, recipient: str) -> None:
    before = office.acts()
    for way in [*ways(kept, recipient), copy(kept, None)]:
        with refuses("erased_for_recipient"):
            office.answer(way)
    assert office.acts() == before
    assert len(office.records.ledger.copies()) == 1


@pytest.mark.parametrize("recipient", OTHERS)
def test_an_authority_and_the_office_get_it(office: Office, kept: str, recipient: str) -> None:
    sound, sheet, proof = (office.answer(way) for way in ways(kept, recipient))
    assert read_wav(whole_file(sound)[1]).shape[1] == 8000
    assert [one.core.recording for one in sheet.recordings] == [kept]
    assert read_proof(proof[1]).recordings[0].core.recording == kept


def test_it_leaves_until_a_sweep_would_have_erased_it(office: Office) -> None:
    rid = office.record(seconds=1.0)
    office.unlock()
    held_silently(office, rid)
    days_pass(office, 90)
    for way in ways(rid, "caller"):
        office.ask(way)


def test_lifted_it_is_erased_for_a_caller_and_told_again_once_the_silence_has_ended(
    office: Office, kept: str
) -> None:
    office.ask(ask.ReleaseHold(kept))
    for way in ways(kept, "caller"):
        with refuses("erased_for_recipient"):
            office.answer(way)
    office.ask(ask.HoldCall(kept, ask.HoldGround.LEGAL_DUTY, "RSD 12/26", "2027-06-01"))
    end(office, the_one(office).case)
    assert read_wav(whole_file(office.answer(copy(kept, "caller")))[1]).shape[1] == 8000


def test_officers_read_on_its_page_why(office: Office, kept: str) -> None:
    assert office.ask(ask.ShowCall(kept)).kept_silently == (kept,)
    end(office, the_one(office).case)
    assert office.ask(ask.ShowCall(kept)).kept_silently == ()


def test_of_a_call_of_several_recordings_those_leave_that_would_be_here(
    office: Office, tmp_path: Path
) -> None:
    """The same copy as where nobody held the first one, which was erased on its day."""
    plain = make_office(tmp_path / "plain")
    found = []
    for one in (office, plain):
        rids = [one.record(Spoken(purposes=(("training", days),), call=CALL)) for days in (30, 60)]
        one.unlock()
        if one is office:
            held_silently(one, rids[0])
        days_pass(one, 31)
        asked = rids[0] if one is office else rids[1]  # by whichever: it is one call
        sound = whole_file(one.answer(copy(asked, "caller")))[1]
        proof = read_proof(one.answer(GetProof(asked))[1])
        sheet = one.ask(ShowProof(asked))
        assert [each.core.recording for each in proof.recordings] == rids[1:]
        assert [each.core.recording for each in sheet.recordings] == rids[1:]
        acts = [act for act, rid in one.acts() if rid == rids[0] and act == "proof_given"]
        assert acts == []
        annex = proof.annex
        found.append((sound, len(annex.copies), annex.listened, annex.recipients, annex.unreadable))
    assert found[0] == found[1]
    assert office.ask(ask.ShowCall(rids_of(office)[0])).kept_silently == (rids_of(office)[0],)
    whole = whole_file(office.answer(copy(rids_of(office)[0], "authority")))[1]
    assert len(whole) > len(found[0][0])
    plain.close()


def rids_of(office: Office) -> tuple[str, ...]:
    """Return the recordings of the one call."""
    return office.records.recordings.calls.of(next(iter(office.sounds)))
