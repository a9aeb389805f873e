"""Calls that are handed over in one act share a case, its words and its silence."""

import hashlib
from dataclasses import replace
from typing import Any

import pytest
from msgspec import structs

from appliance.clock import DAY
from appliance.errors import VaultError
from appliance.keeper.recordings.handing_over.silent_holds import join_holds
from appliance.keeper.recordings.words import COPY_DAYS
from appliance.keeper.storage.rows import CopiedCall, CopyEntry, SilenceRow
from appliance.link.requests import calls as ask
from appliance.link.requests.proof import GetProof, ShowProof
from appliance.vault.proof import read_proof
from tests.files import whole_file
from tests.keeper.office import OFFICER, START, TODAY, Office
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
from tests.samples import PAPER

CALLER: dict[str, Any] = {"recipient": ask.Recipient.CALLER, "words": "Anna"}


@pytest.fixture
def rids(office: Office) -> list[str]:
    """Return a recording of each of three calls; the second has two."""
    first, last = office.record(seconds=1.0), office.record(seconds=2.0)
    second = office.record(call="00" * 8, ended="storage")
    office.record(call="00" * 8)
    office.unlock()
    return [first, second, last]


def parts(office: Office, rid: str) -> tuple[str, ...]:
    return office.keyring.parts(rid)


def hand_over(office: Office, *orders: ask.ExportCall) -> list[bytes]:
    """Hand calls over in one act; return the sounds."""
    case, sounds = "", []
    for order in orders:
        piece, raw = whole_file(office.answer(joining(order, case) if case else order))
        case = piece.case
        sounds.append(raw)
    return sounds


def joining(order: ask.ExportCall, case: str) -> ask.ExportCall:
    return ask.ExportCall(
        order.recording, recipient=order.recipient, hold_silent=order.hold_silent, joins=case
    )


def entries(office: Office, kind: str) -> list[tuple[str | None, str | None]]:
    return [(one.rid, one.case) for one in office.audit.entries() if one.type == kind]


@pytest.mark.parametrize("silent", [True, False])
def test_the_words_are_kept_once_and_each_call_has_its_own_bytes(
    office: Office, rids: list[str], silent: bool
) -> None:
    sounds = hand_over(office, *(police(rid, UNTIL if silent else "") for rid in rids))
    (copy,) = office.records.ledger.copies()
    assert list(office.keyring.content.cases) == [copy.case]
    every = [part for rid in rids for part in parts(office, rid)]
    assert len(every) == 4
    assert entries(office, "exported") == [(part, copy.case) for part in every]
    assert entries(office, "silenced") == ([(part, copy.case) for part in every] if silent else [])
    digests = {one.sha256 for one in office.audit.entries() if one.type == "exported"}
    assert len(digests) == 1
    for rid, raw in zip(rids, sounds, strict=True):
        (given,) = office.ask(ShowProof(rid, ask.Recipient.OFFICE)).annex.copies
        assert (given.size, given.sha256) == (len(raw), hashlib.sha256(raw).hexdigest())
        assert (given.words, given.file_number) == ("KMP Warszawa", PAPER["file_number"])
        assert given.silent_until == (the_one(office).until if silent else None)


def test_one_silence_is_reminded_of_renewed_and_ended_once(office: Office, rids: list[str]) -> None:
    hand_over(office, *(police(rid, "2026-10-01") for rid in rids))
    one = the_one(office)
    assert [(call.recording, call.here, call.left) for call in one.calls] == [
        (rid, True, True) for rid in rids
    ]
    assert silences(office).counted().soon == 1
    for rid in rids:
        (shown,) = office.ask(ask.ShowCall(rid)).silences
        assert shown == one
        assert office.ask(ask.ShowCall(rid), LISTENER).copies == ()
    silences(office).set(until(office, file_number="RSD 13/26"), OFFICER.operator)
    for rid in rids:
        acts = [e for e in office.audit.of_recording(rid) if e.type == "silenced"]
        assert [act.sha256 is None for act in acts] == [True, False]
    assert the_one(office).paper.file_number == "RSD 13/26"
    office.records.ledger.change_silences((), [one.case])
    silences(office).mend()
    assert [call.recording for call in the_one(office).calls] == rids
    end(office, one.case)
    assert office.records.ledger.silences() == {}
    for rid in rids:
        assert read_proof(office.answer(GetProof(rid))[1]).annex.recipients == ("authority",)


def test_a_silence_that_comes_later_covers_all_and_tells_who_named_any(
    office: Office, rids: list[str]
) -> None:
    hand_over(office, *(police(rid, "") for rid in rids))
    for rid in (rids[2], rids[1], rids[1]):
        office.clock.advance(DAY)
        office.answer(GetProof(rid))
    (copy,) = office.ask(ask.ShowCall(rids[0])).unsilenced
    assert copy.calls == 3
    assert silences(office).set(until(office), OFFICER.operator) == START + DAY
    assert the_one(office).named_on == START + DAY
    assert [call.recording for call in the_one(office).calls] == rids
    for rid in rids:
        assert read_proof(office.answer(GetProof(rid))[1]).annex.recipients == ()


@pytest.mark.parametrize("later", [True, False])
@pytest.mark.parametrize("joins", [True, False])
def test_only_the_calls_that_are_held_are_held_for_the_silence(
    office: Office, rids: list[str], joins: bool, later: bool
) -> None:
    office.ask(ask.HoldCall(rids[1], ask.HoldGround.CLAIMS, "RSD 12/26", "2027-02-01"))
    day = "" if later else UNTIL
    orders = [structs.replace(police(rid, day), hold_silent=joins) for rid in rids]
    hand_over(office, *orders)
    if later:
        silences(office).set(structs.replace(until(office), hold_silent=joins), OFFICER.operator)
    case = the_one(office).case
    held = [(rid, one) for rid, one in entries(office, "held") if one is not None]
    assert held == ([(part, case) for part in parts(office, rids[1])] if joins else [])
    assert office.ask(ask.ShowCall(rids[1]), LISTENER).call.held is not joins


def test_a_call_of_which_nothing_left_stays_silent_among_the_others(
    office: Office, rids: list[str]
) -> None:
    hand_over(office, *(police(rid) for rid in rids[:2]))
    office.answer(joining(police(rids[2]), the_one(office).case)).close()
    assert [call.left for call in the_one(office).calls] == [True, True, False]
    (copy,) = office.records.ledger.copies()
    assert [call.recordings[0] for call in copy.calls] == rids[:2]
    assert [len(office.ask(ask.ShowCall(rid)).copies) for rid in rids] == [1, 1, 0]
    types = {line.type for line in office.ask(ask.ShowCall(rids[2]), LISTENER).audit}
    assert types.isdisjoint({"silenced", "exported", "failed"})
    end(office, copy.case)
    assert [len(office.ask(ask.ShowCall(rid)).copies) for rid in rids] == [1, 1, 0]
    assert office.ask(ask.ShowCall(rids[2])).unsilenced == ()
    assert the_words(office) == "KMP Warszawa"


def the_words(office: Office) -> str:
    (copy,) = office.records.ledger.copies()
    assert copy.words is not None
    return office.records.recordings.words.open(copy.words, "copy")[0].split("\n")[0]


def test_one_of_which_nothing_left_leaves_an_act_that_is_not_silent(
    office: Office, rids: list[str]
) -> None:
    hand_over(office, *(ask.ExportCall(rid, **CALLER) for rid in rids[:2]))
    case = office.records.ledger.copies()[0].case
    office.answer(joining(ask.ExportCall(rids[2], **CALLER), case)).close()
    (copy,) = office.records.ledger.copies()
    assert [call.recordings[0] for call in copy.calls] == rids[:2]
    assert office.ask(ask.ShowCall(rids[2])).copies == ()
    assert the_words(office) == "Anna"


# -- who may not join ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "changed",
    [
        {"recording": 0},  # it is in the act already
        {"recording": 1, "of_part": 1},
        {"joins": "0" * 16},
        {"joins": "../etc"},
        {"joins": "A" * 16},
        {"recipient": ask.Recipient.CALLER},
        {"recipient": None},
        {"words": "KMP"},
        {"file_number": "7"},
        {"legal_basis": "7"},
        {"signed_by": "7"},
        {"silent_until": UNTIL},
        {"actor": "0badc0de"},
    ],
)
@pytest.mark.parametrize("silent", [True, False])
def test_what_is_no_part_of_the_act_does_not_join(
    office: Office, rids: list[str], silent: bool, changed: dict[str, Any]
) -> None:
    hand_over(office, *(police(rid, UNTIL if silent else "") for rid in rids[:2]))
    before = office.records.ledger.copies(), office.records.ledger.silences()
    asked = dict(changed)
    rid = rids[asked.pop("recording", 2)]
    rid = parts(office, rid)[asked.pop("of_part", 0)]
    who = replace(OFFICER, operator=asked.pop("actor", OFFICER.operator))
    case = before[0][0].case
    order = structs.replace(joining(police(rid), case), **asked)
    with refuses("copy_closed"):
        office.answer(order, who)
    assert (office.records.ledger.copies(), office.records.ledger.silences()) == before
    assert rids[2] not in {rid for rid, _ in entries(office, "exported")}


@pytest.mark.parametrize("how", ["ended", "ordered", "row lost"])
def test_a_call_joins_no_silence_that_ends(office: Office, rids: list[str], how: str) -> None:
    hand_over(office, police(rids[0]))
    case = the_one(office).case
    if how == "ended":
        end(office, case)
    elif how == "ordered":
        silences(office).ask_end([case], OFFICER.operator)
    else:
        office.records.ledger.change_silences((), [case])
    with refuses("silence_end_waits" if how == "ordered" else "copy_closed"):
        office.answer(joining(police(rids[1]), case))
    assert len(entries(office, "exported")) == 1
    if how == "ordered":
        silences(office).cancel_end([case], OFFICER.operator)
        whole_file(office.answer(joining(police(rids[1]), case)))
        assert [call.recording for call in the_one(office).calls] == rids[:2]


def test_one_that_joined_and_failed_does_not_join_again(office: Office, rids: list[str]) -> None:
    hand_over(office, police(rids[0]))
    again = joining(police(rids[1]), the_one(office).case)
    office.answer(again).close()
    with refuses("copy_closed"):
        office.answer(again)


@pytest.mark.parametrize("silent", [True, False])
@pytest.mark.parametrize("first", [True, False])
def test_what_cannot_be_put_on_record_leaves_everything_as_it_was(
    office: Office,
    rids: list[str],
    first: bool,
    silent: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ledger, day = office.records.ledger, UNTIL if silent else ""
    office.ask(ask.HoldCall(rids[1], ask.HoldGround.CLAIMS, "RSD 12/26", "2027-02-01"))
    order = police(rids[1], day)
    if not first:
        hand_over(office, police(rids[0], day))
        order = joining(order, ledger.copies()[0].case)
    before = ledger.copies(), ledger.silences(), ledger.holds(), office.keyring.content.cases

    def fail(_: object) -> None:
        raise VaultError("nothing was done")

    with monkeypatch.context() as patched:
        patched.setattr(office.audit, "append_many", fail)
        with pytest.raises(VaultError, match="nothing was done"):
            office.answer(order)
    after = ledger.copies(), ledger.silences(), ledger.holds(), office.keyring.content.cases
    assert after == before


# -- what is left of an act ------------------------------------------------------------------------


def test_acts_of_two_authorities_over_the_same_calls_end_each_by_itself(
    office: Office, rids: list[str]
) -> None:
    hand_over(office, *(police(rid) for rid in rids[:2]))
    first = the_one(office).case
    prosecutor = [structs.replace(police(rid), words="Prokuratura") for rid in reversed(rids)]
    hand_over(office, *prosecutor)
    (second,) = office.records.ledger.silences().keys() - {first}
    with refuses("copy_closed"):
        office.answer(joining(police(rids[0]), second))
    whole_file(office.answer(joining(police(rids[2]), first)))
    end(office, first)
    for rid in rids:
        assert read_proof(office.answer(GetProof(rid))[1]).annex.recipients == ("authority",)
        told = office.ask(ask.ShowCall(rid), LISTENER)
        assert len(told.copies) == 1
        mine = [copy.words for copy in office.ask(ask.ShowCall(rid)).copies]
        assert mine in (["KMP Warszawa", "Prokuratura"], ["Prokuratura", "KMP Warszawa"])
    end(office, second)
    assert [len(office.ask(ask.ShowCall(rid), LISTENER).copies) for rid in rids] == [2, 2, 2]


@pytest.mark.parametrize("silent", [True, False])
@pytest.mark.parametrize("reached", ["nothing", "silenced", "exported"])
def test_a_call_that_a_power_cut_kept_off_the_record_is_none_of_the_act(
    office: Office, rids: list[str], silent: bool, reached: str
) -> None:
    """The ledger has all of it; the audit nothing, or half of what is written at once."""
    ledger, two = office.records.ledger, parts(office, rids[1])
    office.ask(ask.HoldCall(rids[1], ask.HoldGround.CLAIMS, "RSD 12/26", "2027-02-01"))
    hand_over(office, police(rids[0], UNTIL if silent else ""))
    (copy,) = ledger.copies()
    cut = CopiedCall(recordings=two, form="wav")
    ledger.keep_copy(structs.replace(copy, calls=(*copy.calls, cut)))
    if silent:
        row = ledger.silences()[copy.case]
        ledger.change_silences([structs.replace(row, calls=(*row.calls, two))])
        join_holds(ledger, copy.case, two)
    if silent and reached != "nothing":
        for rid in two:
            office.audit.append("silenced", OFFICER.actor, rid, copy.case, detail="until.20270301")
    if reached == "exported":
        office.audit.append("exported", OFFICER.actor, two[0], copy.case, detail="to.authority")
    for _ in range(2):
        silences(office).mend()
        office.records.recordings.copies.mend()
    assert ledger.copies() == [copy]
    assert [len(office.ask(ask.ShowCall(rid)).copies) for rid in rids] == [1, 0, 0]
    listener = office.ask(ask.ShowCall(rids[1]), LISTENER)
    covered = silent and reached != "nothing"
    assert listener.call.held is not covered
    assert ("held" in {line.type for line in listener.audit}) is not covered
    if silent:
        left = {call.recording: call.left for call in the_one(office).calls}
        assert left == {rids[0]: True} | ({rids[1]: False} if covered else {})
    else:
        (shown,) = office.ask(ask.ShowCall(rids[0])).unsilenced
        assert shown.calls == 1


def test_a_first_call_that_a_power_cut_kept_off_the_record_leaves_no_words(
    office: Office, rids: list[str]
) -> None:
    ledger, words = office.records.ledger, office.records.recordings.words
    sealed = words.seal("KMP Warszawa", "copy")
    call = CopiedCall(recordings=(rids[0],), form="wav")
    ledger.keep_copy(CopyEntry(case=sealed.case, calls=(call,), words=sealed))
    row = SilenceRow(
        case=sealed.case, calls=((rids[0],),), until=TODAY + 9, author=OFFICER.operator, at=START
    )
    ledger.change_silences([row])
    silences(office).mend()
    office.records.recordings.copies.mend()
    assert (ledger.copies(), ledger.silences(), office.keyring.content.cases) == ([], {}, {})


def test_a_copy_that_broke_off_on_its_way_is_not_forgotten(office: Office, rids: list[str]) -> None:
    hand_over(office, police(rids[0]))
    pieces = office.answer(joining(police(rids[1]), the_one(office).case))
    while next(pieces) is None:
        pass
    pieces.close()
    before = office.records.ledger.copies()
    office.records.recordings.copies.mend()
    assert office.records.ledger.copies() == before
    assert [call.left for call in the_one(office).calls] == [True, True]


# -- how long it is kept ---------------------------------------------------------------------------


def test_it_is_kept_until_three_years_after_the_last_call_is_gone(
    office: Office, rids: list[str]
) -> None:
    hand_over(office, *(police(rid, "") for rid in rids[:2]))
    words, ledger = office.records.recordings.words, office.records.ledger
    for rid in rids[:2]:
        words.sweep(TODAY)
        assert [copy.until for copy in ledger.copies()] == [None]
        office.ask(ask.EraseCall(rid, ask.Ground.CONSENT_WITHDRAWN, "asked by letter"))
    words.sweep(TODAY)
    assert [copy.until for copy in ledger.copies()] == [TODAY + COPY_DAYS]
    whole_file(office.answer(joining(police(rids[2]), ledger.copies()[0].case)))
    words.sweep(TODAY + COPY_DAYS + 1)
    assert [copy.until for copy in ledger.copies()] == [None]
    assert the_words(office) == "KMP Warszawa"


def test_it_is_of_one_recipient_whoever_that_is(office: Office, rids: list[str]) -> None:
    for recipient in set(ask.Recipient) - {ask.Recipient.AUTHORITY}:
        order = [ask.ExportCall(rid, recipient=recipient) for rid in rids]
        hand_over(office, *order)
        assert len(office.records.ledger.copies()[-1].calls) == 3
    whole_file(office.answer(ask.ExportCall(rids[0], **POLICE)))
    assert [len(copy.calls) for copy in office.records.ledger.copies()] == [3, 3, 3, 1]
