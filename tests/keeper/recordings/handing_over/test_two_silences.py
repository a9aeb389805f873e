"""A call that two authorities ask for: a hold is silent as long as any of its silences is."""

from typing import Any

import pytest
from msgspec import structs

from appliance.clock import DAY
from appliance.errors import VaultError
from appliance.keeper.audit.silent import hold_cases
from appliance.link.requests import calls as ask
from appliance.link.requests.papers.silences import SetSilence
from appliance.link.requests.proof import GetProof
from appliance.vault.proof import read_proof
from tests.files import whole_file
from tests.keeper.office import OFFICER, TODAY, Office
from tests.keeper.recordings.test_concealed import days_pass, listed
from tests.keeper.recordings.test_silences import LISTENER, POLICE, UNTIL, end, police, silences
from tests.samples import PAPER

CALL = "0123456789abcdef"
TAX = POLICE | {"words": "Urząd Skarbowy"}


@pytest.fixture
def rid(office: Office) -> str:
    found = office.record(seconds=1.0)
    office.unlock()
    return found


def copy(office: Office, rid: str, **more: Any) -> str:
    """Hand a silenced copy over; return its case."""
    asked = ask.ExportCall(rid, silent_until=UNTIL, **(TAX | more))
    whole_file(office.answer(asked))
    office.clock.advance(1)
    return office.records.ledger.copies()[-1].case


def hold(office: Office, rid: str, *, silent: bool = True, ground: str = "legal_duty") -> None:
    asked = ask.HoldCall(rid, ask.HoldGround(ground), "RSD 12/26", "2027-02-01", silent=silent)
    office.ask(asked)


def covered(office: Office, rid: str) -> list[str]:
    """Hold a call that two silences cover; return their cases."""
    cases = [copy(office, rid), copy(office, rid)]
    hold(office, rid)
    return cases


def listened(office: Office, rid: str) -> int:
    """Return how many listenings a caller is told of."""
    return len(read_proof(office.answer(GetProof(rid))[1]).annex.listened)


def trail(office: Office, rid: str) -> list[str]:
    """Return what a listener reads of holds and what was heard for them, oldest first."""
    lines = office.ask(ask.ShowCall(rid), LISTENER).audit
    kinds = {"held", "hold_released", "played"}
    return [line.type for line in reversed(lines) if line.type in kinds]


def is_told(office: Office, rid: str) -> bool:
    """Say whether others are told of the hold; badge, trail and caller's proof say the same."""
    badge = office.ask(ask.ShowCall(rid), LISTENER).call.held
    (row,) = [one for one in office.ask(ask.ListCalls(), LISTENER).calls if one.recording == rid]
    assert row.held is badge
    assert bool(trail(office, rid)) is badge
    assert bool(listened(office, rid)) is badge
    return badge


@pytest.mark.parametrize("first", [0, 1])
@pytest.mark.parametrize("when", ["before both", "between", "behind both"])
def test_one_hold_of_two_silences_is_silent_until_the_last_has_ended(
    office: Office, rid: str, when: str, first: int
) -> None:
    if when == "before both":
        hold(office, rid)
    cases = [copy(office, rid)]
    if when == "between":
        hold(office, rid)
    cases.append(copy(office, rid))
    if when == "behind both":
        hold(office, rid)
    office.ask(ask.OpenPlayback(rid, "legal_duty"))
    assert not is_told(office, rid)
    assert office.ask(ask.ShowCall(rid)).call.held
    end(office, cases.pop(first))
    assert not is_told(office, rid)
    silences(office).mend()
    assert not is_told(office, rid)
    office.ask(ask.OpenPlayback(rid, "legal_duty"))
    assert not is_told(office, rid)
    end(office, cases.pop())
    assert is_told(office, rid)


@pytest.mark.parametrize("first", [0, 1])
def test_a_hold_is_told_once_the_only_silence_that_it_belongs_to_has_ended(
    office: Office, rid: str, first: int
) -> None:
    """An officer who set the second silence said that the hold is another matter."""
    hold(office, rid)
    cases = [copy(office, rid), copy(office, rid, hold_silent=False)]
    office.ask(ask.OpenPlayback(rid, "legal_duty"))
    end(office, cases[first])
    assert is_told(office, rid) is (first == 0)
    end(office, cases[1 - first])
    assert is_told(office, rid)


@pytest.mark.parametrize("first", [0, 1])
def test_a_hold_that_its_officer_makes_the_offices_own_is_told_from_then_on(
    office: Office, rid: str, first: int
) -> None:
    cases = covered(office, rid)
    hold(office, rid, silent=False, ground="claims")
    office.ask(ask.OpenPlayback(rid, "claims"))
    for case in (None, cases[first], cases[1 - first]):
        if case is not None:
            end(office, case)
        assert is_told(office, rid)
        # The silent one before it is told once none covers it any more.
        assert trail(office, rid).count("held") == (3 if case == cases[1 - first] else 1)


def test_a_hold_that_is_changed_belongs_to_all_silences_in_force(office: Office, rid: str) -> None:
    hold(office, rid, silent=False)
    cases = [copy(office, rid, hold_silent=False), copy(office, rid, hold_silent=False)]
    assert office.ask(ask.ShowCall(rid), LISTENER).call.held
    hold(office, rid)
    assert not office.ask(ask.ShowCall(rid), LISTENER).call.held
    assert hold_cases(office.audit.of_recording(rid)) == cases
    end(office, cases[1])
    assert not office.ask(ask.ShowCall(rid), LISTENER).call.held
    assert trail(office, rid) == ["held", "hold_released"], "what was told before it has ended"
    end(office, cases[0])
    assert office.ask(ask.ShowCall(rid), LISTENER).call.held


def test_what_was_told_before_the_second_silence_is_silent_again_in_it(
    office: Office, rid: str
) -> None:
    cases = [copy(office, rid)]
    hold(office, rid)
    office.ask(ask.OpenPlayback(rid, "legal_duty"))
    end(office, cases[0])
    assert is_told(office, rid)
    cases.append(copy(office, rid))
    assert not is_told(office, rid)


def test_its_lifting_is_told_when_the_last_silence_has_ended(office: Office, rid: str) -> None:
    cases = covered(office, rid)
    office.ask(ask.ReleaseHold(rid))
    for case in cases[::-1]:
        assert trail(office, rid) == []
        end(office, case)
    assert trail(office, rid) == ["held", "held", "hold_released"]


@pytest.mark.parametrize("first", [0, 1])
def test_past_its_date_it_is_gone_until_the_last_silence_has_ended(
    office: Office, rid: str, first: int
) -> None:
    cases = covered(office, rid)
    days_pass(office)
    end(office, cases[first])
    assert listed(office) == []
    assert listed(office, OFFICER) == [rid]
    end(office, cases[1 - first])
    assert listed(office) == [rid]


@pytest.mark.parametrize("first", [0, 1])
def test_past_its_date_and_lifted_it_is_gone_although_one_silence_has_ended(
    office: Office, rid: str, first: int
) -> None:
    cases = covered(office, rid)
    days_pass(office)
    end(office, cases[first])
    office.ask(ask.ReleaseHold(rid))
    assert listed(office) == []
    office.records.sweep()
    assert listed(office, OFFICER) == []


@pytest.mark.parametrize("first", [0, 1])
def test_a_silence_past_its_day_covers_it_and_a_new_paper_changes_nothing(
    office: Office, rid: str, first: int
) -> None:
    cases = covered(office, rid)
    office.ask(ask.OpenPlayback(rid, "legal_duty"))
    paper = PAPER | {"file_number": "RSD 13/26"}
    silences(office).set(SetSilence(case=cases[0], until="2027-06-01", **paper), OFFICER.operator)
    end(office, cases[first])
    assert not is_told(office, rid)
    office.clock.advance(300 * DAY)
    assert silences(office).counted().over == 1
    assert not office.ask(ask.ShowCall(rid), LISTENER).call.held
    end(office, cases[1 - first])
    assert office.ask(ask.ShowCall(rid), LISTENER).call.held


def test_an_act_of_several_calls_ends_beside_the_silence_of_one_of_them(office: Office) -> None:
    rids = [office.record(seconds=1.0) for _ in range(2)]
    office.unlock()
    for rid in rids:
        hold(office, rid)
        office.ask(ask.OpenPlayback(rid, "legal_duty"))
    several = copy(office, rids[0])
    joined = ask.ExportCall(rids[1], recipient=ask.Recipient.AUTHORITY, joins=several)
    whole_file(office.answer(joined))
    own = copy(office, rids[1])
    end(office, several)
    assert is_told(office, rids[0])
    assert not office.ask(ask.ShowCall(rids[1]), LISTENER).call.held
    end(office, own)
    assert office.ask(ask.ShowCall(rids[1]), LISTENER).call.held


# -- power cuts ------------------------------------------------------------------------------------


def torn(office: Office, monkeypatch: pytest.MonkeyPatch, method: str) -> None:
    """Let the power go before something is written to the ledger."""

    def cut(*_: Any, **__: Any) -> None:
        raise VaultError("disk_full")

    monkeypatch.setattr(office.records.ledger, method, cut)


def test_an_end_that_a_power_cut_came_into_leaves_the_hold_to_the_other_silence(
    office: Office, rid: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    cases = covered(office, rid)
    office.ask(ask.OpenPlayback(rid, "legal_duty"))
    silences(office).ask_end([cases[1]], OFFICER.operator)
    with monkeypatch.context() as patch:
        torn(office, patch, "hold")
        with pytest.raises(VaultError):
            silences(office).confirm_end([cases[1]], next(iter(office.keyring.content.operators)))
    assert not is_told(office, rid)
    office.build()
    office.unlock()
    silences(office).mend()
    assert list(office.records.ledger.silences()) == cases[:1]
    assert not is_told(office, rid)
    end(office, cases[0])
    assert is_told(office, rid)


def test_a_second_silence_that_a_power_cut_kept_off_the_record_gives_the_hold_back(
    office: Office, rid: str
) -> None:
    case = copy(office, rid)
    hold(office, rid)
    office.ask(ask.OpenPlayback(rid, "legal_duty"))
    (row,) = office.records.ledger.silences().values()
    office.records.ledger.change_silences([structs.replace(row, case="f" * 16)])
    (kept,) = office.records.ledger.holds()
    office.records.ledger.hold([structs.replace(kept, silence="f" * 16)])
    silences(office).mend()
    assert [one.silence for one in office.records.ledger.holds()] == [case]
    assert not is_told(office, rid)


def test_a_second_copy_that_cannot_be_put_on_record_leaves_the_hold_as_it_was(
    office: Office, rid: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = copy(office, rid)
    hold(office, rid)

    def full(*_: Any) -> None:
        raise VaultError("disk_full")

    monkeypatch.setattr(office.audit, "append_many", full)
    with pytest.raises(VaultError):
        office.answer(police(rid))
    monkeypatch.undo()
    assert [one.silence for one in office.records.ledger.holds()] == [case]
    assert list(office.records.ledger.silences()) == [case]


# -- recordings that come later --------------------------------------------------------------------


@pytest.mark.parametrize("held", [True, False])
def test_what_is_taken_up_later_of_a_silenced_call_is_silenced_too(
    office: Office, held: bool
) -> None:
    first = office.record(seconds=1.0, call=CALL)
    office.unlock()
    case = copy(office, first)
    if held:
        hold(office, first)
    late = office.record(seconds=1.0, call=CALL)
    (row,) = office.records.ledger.silences().values()
    assert row.calls == ((first, late),)
    assert (office.records.ledger.hold_of(late) is not None) is held
    if held:
        office.ask(ask.OpenPlayback(first, "legal_duty"))
        assert office.keyring.entry(late).held
    for rid in (first, late):
        assert not office.ask(ask.ShowCall(rid), LISTENER).call.held
        assert listened(office, rid) == 0
    (one,) = silences(office).all(OFFICER.operator, with_words=True)
    assert [(call.recording, call.left) for call in one.calls] == [(first, True)]
    office.records.ledger.change_silences((), [case])
    silences(office).mend()
    (again,) = silences(office).all(OFFICER.operator, with_words=True)
    assert (again.calls, again.author) == (one.calls, one.author)
    if held:
        office.ask(ask.ReleaseHold(first))
    for rid in (first, late):
        assert listened(office, rid) == 0
    end(office, case)
    assert listened(office, late) == held


def test_what_is_taken_up_later_of_a_call_with_a_hold_apart_is_told_as_the_rest(
    office: Office,
) -> None:
    first = office.record(seconds=1.0, call=CALL)
    office.unlock()
    hold(office, first)
    copy(office, first, hold_silent=False)
    late = office.record(seconds=1.0, call=CALL)
    for rid in (first, late):
        assert office.ask(ask.ShowCall(rid), LISTENER).call.held
    assert hold_cases(office.audit.of_recording(late)) == []


def test_past_its_date_a_call_whose_later_part_is_lifted_is_gone_in_whole(office: Office) -> None:
    first = office.record(seconds=1.0, call=CALL)
    office.unlock()
    copy(office, first)
    hold(office, first)
    office.record(seconds=1.0, call=CALL)
    days_pass(office)
    assert listed(office) == []
    office.ask(ask.ReleaseHold(first))
    assert listed(office) == []


def test_a_copy_that_is_silenced_late_covers_what_was_taken_up_behind_it(office: Office) -> None:
    first = office.record(seconds=1.0, call=CALL)
    office.unlock()
    whole_file(office.answer(ask.ExportCall(first, **POLICE)))
    late = office.record(seconds=1.0, call=CALL)
    (kept,) = office.records.ledger.copies()
    silences(office).set(SetSilence(case=kept.case, until=UNTIL, **PAPER), OFFICER.operator)
    (row,) = office.records.ledger.silences().values()
    assert row.calls == ((first, late),)
    assert row.until > TODAY
