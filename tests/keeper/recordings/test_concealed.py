"""A call that a silence alone keeps past its date is gone, for whoever may not know of it."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import msgspec
import pytest
from msgspec import structs

from appliance.clock import DAY
from appliance.errors import Refused
from appliance.link.requests import calls as ask
from appliance.link.requests.proof import ShowProof
from tests.files import whole_file
from tests.keeper.office import OFFICER, Office, Spoken
from tests.keeper.recordings.test_silences import LISTENER, end, police, silences, the_one
from tests.model.refusals import refuses

CALL = "0123456789abcdef"


@pytest.fixture
def calls(office: Office) -> tuple[str, str, str]:
    """Three calls whose date comes in 90 days: one is held silently, one for the office."""
    kept, own, gone = (office.record(seconds=1.0) for _ in range(3))
    office.unlock()
    whole_file(office.answer(police(kept)))
    hold = ask.HoldCall(kept, ask.HoldGround.LEGAL_DUTY, "RSD 12/26", "2027-06-01")
    office.ask(hold)
    office.ask(structs.replace(hold, recording=own, silent=False))
    return kept, own, gone


def days_pass(office: Office, days: int = 91) -> None:
    """Let days pass, each with its sweep."""
    for _ in range(days):
        office.clock.advance(DAY)
        office.records.sweep()


def answered(office: Office, operation: Any) -> Any:
    """Return what a listener is answered, or the refusal."""
    try:
        return msgspec.to_builtins(office.answer(operation, LISTENER))
    except Refused as refusal:
        return refusal.code, refusal.values


def about(rid: str) -> Iterator[Any]:
    """Yield everything that a listener may ask about a call."""
    yield from (ask.ShowCall(rid), ask.ShowUnreadable(rid), ShowProof(rid))
    yield from (ask.OpenPlayback(rid, p) for p in ("training", *ask.HoldGround))


def listed(office: Office, who: Any = LISTENER) -> list[str]:
    found = office.ask(ask.ListCalls(), who)
    assert found.total == len(found.calls)
    return [call.recording for call in found.calls]


def test_it_is_answered_as_one_that_is_erased(office: Office, calls: tuple[str, str, str]) -> None:
    kept, own, gone = calls
    assert {kept, own, gone} == set(listed(office))
    days_pass(office)
    assert listed(office) == [own]
    assert set(listed(office, OFFICER)) == {kept, own}
    assert office.ask(ask.ListCalls(text="22 123 45 67"), LISTENER).total == 1
    assert office.ask(ask.ShowCall(own), LISTENER).call.held
    assert office.ask(ask.ShowCall(kept)).call.held
    for mine, other in zip(about(kept), about(gone), strict=True):
        assert answered(office, mine) == answered(office, other), mine
    assert answered(office, ask.ShowCall(kept)) == ("not_found", {})
    assert answered(office, ask.OpenPlayback(kept, "training")) == ("erased", {})


def test_it_stays_so_between_the_end_of_the_hold_and_the_next_sweep(
    office: Office, calls: tuple[str, str, str]
) -> None:
    kept, own, _ = calls
    days_pass(office)
    office.ask(ask.ReleaseHold(kept))
    office.ask(ask.ReleaseHold(own))
    assert listed(office) == [own], "the office's own is there until it is erased"
    assert set(listed(office, OFFICER)) == {kept, own}
    office.records.sweep()
    assert listed(office, OFFICER) == []


def test_the_end_of_the_silence_shows_it(office: Office, calls: tuple[str, str, str]) -> None:
    days_pass(office)
    end(office, the_one(office).case)
    assert silences(office).all(OFFICER.operator, with_words=True) == ()
    assert set(listed(office)) == {*calls[:2]}
    assert office.ask(ask.ShowCall(calls[0]), LISTENER).call.held


def test_before_its_date_it_is_there_and_looks_unheld(
    office: Office, calls: tuple[str, str, str]
) -> None:
    days_pass(office, 90)
    assert set(listed(office)) == set(calls)
    assert not office.ask(ask.ShowCall(calls[0]), LISTENER).call.held


def test_until_a_sweep_nothing_is_concealed_that_would_be_here(
    office: Office, calls: tuple[str, str, str]
) -> None:
    days_pass(office, 90)
    office.clock.advance(DAY)
    assert set(listed(office)) == set(calls)


def test_whoever_still_listens_is_cut_off_and_an_officer_is_not(
    office: Office, calls: tuple[str, str, str]
) -> None:
    other = replace(OFFICER, session="fedcba9876543210")
    mine, theirs = (
        office.ask(ask.OpenPlayback(calls[0], "training"), who).playback
        for who in (LISTENER, other)
    )
    days_pass(office)
    with refuses("playback_over"):
        office.answer(ask.ReadPlayback(mine, 0, 100), LISTENER)
    assert len(office.answer(ask.ReadPlayback(theirs, 0, 100), other)[1]) == 100


def test_a_recording_goes_on_its_own_day(office: Office) -> None:
    """The parts of a call may be due on different days, and go one by one."""
    first, second = (
        office.record(Spoken(purposes=(("training", days),), call=CALL)) for days in (30, 60)
    )
    office.unlock()
    whole_file(office.answer(police(first)))
    office.ask(ask.HoldCall(first, ask.HoldGround.LEGAL_DUTY, "RSD 12/26", "2027-06-01"))
    days_pass(office, 31)
    assert answered(office, ask.ShowCall(first)) == ("not_found", {})
    shown = office.ask(ask.ShowCall(second), LISTENER)
    assert (shown.call.recording, shown.call.parts, shown.unreadable) == (second, 1, ())
    sheet = office.ask(ShowProof(second), LISTENER)
    assert [one.core.recording for one in sheet.recordings] == [second]
    assert sheet.annex.unreadable == ()
    assert listed(office) == [second]
    assert listed(office, OFFICER) == [first]
