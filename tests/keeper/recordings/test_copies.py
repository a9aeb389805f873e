"""Copies that were handed out are listed: who made them, when, for whom, and which bytes."""

import hashlib
from typing import Any

import pytest

from appliance.errors import Refused, VaultError
from appliance.keeper.recordings.words import COPY_DAYS
from appliance.link.requests import calls as ask
from appliance.link.requests.proof import ShowProof
from appliance.model.proof import CopyGiven
from tests.files import whole_file
from tests.keeper.office import OFFICER, START, TODAY, Office
from tests.model.refusals import refuses
from tests.samples import PAPER

WHOM = "Sąd Rejonowy, sygn. I C 12/26"


@pytest.fixture
def rid(office: Office) -> str:
    found = office.record(seconds=3.0)
    office.unlock()
    return found


def export(words: str = WHOM, recipient: ask.Recipient = ask.Recipient.AUTHORITY) -> Any:
    def of(rid: str) -> ask.ExportCall:
        paper = PAPER if recipient is ask.Recipient.AUTHORITY else {}
        return ask.ExportCall(rid, recipient=recipient, words=words, **paper)

    return of


def copies(office: Office, rid: str) -> tuple[CopyGiven, ...]:
    return office.ask(ShowProof(rid, ask.Recipient.OFFICE)).annex.copies


def files(office: Office) -> list[bytes]:
    return [path.read_bytes() for path in office.folders.data.rglob("*") if path.is_file()]


def test_a_copy_is_listed_with_the_digest_of_what_left(office: Office, rid: str) -> None:
    _, raw = whole_file(office.answer(export()(rid)))
    (copy,) = copies(office, rid)
    assert (copy.at, copy.operator, copy.recipient) == (START, OFFICER.actor, "authority")
    assert (copy.words, copy.readable, copy.form) == (WHOM, "yes", "wav")
    assert (copy.size, copy.sha256) == (len(raw), hashlib.sha256(raw).hexdigest())


def test_the_words_are_sealed_and_the_audit_knows_one_word_alone(office: Office, rid: str) -> None:
    whole_file(office.answer(export()(rid)))
    (entry,) = [entry for entry in office.audit.entries() if entry.type == "exported"]
    assert entry.detail == "to.authority"
    assert entry.case in office.keyring.content.cases
    assert not any(WHOM.encode() in raw for raw in files(office))
    office.records.lock()
    kept = office.records.ledger.copy_of(entry.case or "")
    assert kept is not None
    assert kept.words is not None
    assert office.records.recordings.words.open(kept.words, "copy") == ("", "locked")


def test_a_copy_without_words_begins_no_case(office: Office, rid: str) -> None:
    whole_file(office.answer(export("  ", ask.Recipient.OFFICE)(rid)))
    assert office.keyring.content.cases == {}
    (copy,) = copies(office, rid)
    assert (copy.recipient, copy.readable) == ("office", "none")


def test_a_download_that_was_broken_off_is_listed_as_not_whole(office: Office, rid: str) -> None:
    pieces = office.answer(export()(rid))
    while next(pieces) is None:
        pass
    pieces.close()
    (copy,) = copies(office, rid)
    assert (copy.size, copy.sha256, copy.words) == (0, None, WHOM)


def test_one_of_which_nothing_left_is_none_and_its_words_are_gone(office: Office, rid: str) -> None:
    path = office.file(rid)
    raw = path.read_bytes()
    path.write_bytes(raw[:-1] + bytes([raw[-1] ^ 1]))
    with refuses("tampered"):
        whole_file(office.answer(export()(rid)))
    path.write_bytes(raw)
    *_, exported, failed = office.audit.entries()
    assert (failed.type, failed.detail, failed.actor) == ("failed", "tampered", OFFICER.actor)
    assert (failed.case, failed.of) == (exported.case, exported.seq)
    assert copies(office, rid) == ()
    assert office.keyring.content.cases == {}


def test_one_that_nobody_waited_for_is_none_at_any_recording(office: Office) -> None:
    rids = [office.record(call="00" * 8, ended="storage"), office.record(call="00" * 8)]
    office.unlock()
    office.answer(export()(rids[0])).close()
    told = [(e.type, e.rid, e.detail) for e in office.audit.entries()][-4:]
    assert told == [
        *(("exported", rid, "to.authority") for rid in rids),
        *(("failed", rid, "broken_off") for rid in rids),
    ]
    assert copies(office, rids[0]) == ()
    assert office.keyring.content.cases == {}
    assert [line.type for line in office.ask(ask.ShowCall(rids[0])).audit].count("failed") == 1


def test_another_persons_or_acts_failure_hides_no_copy(office: Office, rid: str) -> None:
    whole_file(office.answer(export()(rid)))
    records = office.records
    records.ledger.forget_copies([copy.case for copy in records.ledger.copies()])
    office.audit.append("failed", OFFICER.actor, rid, "0" * 16, detail="tampered")
    office.audit.append("failed", OFFICER.actor, rid, detail="tampered")
    assert len(copies(office, rid)) == 1


def test_a_copy_that_fails_on_its_way_stays_listed_even_without_the_ledger(
    office: Office, rid: str
) -> None:
    pieces = office.answer(export()(rid))
    while next(pieces) is None:
        pass
    with refuses("not_logged_in"):
        pieces.throw(Refused("not_logged_in"))
    *_, exported, failed = office.audit.entries()
    assert (failed.type, failed.detail, failed.case) == ("failed", "not_logged_in", None)
    assert failed.of == exported.seq
    records = office.records
    assert [one.size for one in copies(office, rid)] == [0]
    records.ledger.forget_copies([copy.case for copy in records.ledger.copies()])
    assert len(copies(office, rid)) == 1


def test_what_cannot_be_put_on_record_as_failed_stays_listed(
    office: Office, rid: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    pieces = office.answer(export()(rid))

    def fail(_: object) -> None:
        raise VaultError("The disk is full.")

    with monkeypatch.context() as patched:
        patched.setattr(office.audit, "append_many", fail)
        pieces.close()
    (copy,) = copies(office, rid)
    assert (copy.form, copy.size, copy.words) == ("wav", 0, WHOM)


def test_without_the_audits_entry_no_byte_leaves_and_no_word_stays(
    office: Office, rid: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: object) -> None:
        raise VaultError("nothing was done")

    monkeypatch.setattr(office.audit, "append_many", fail)
    with pytest.raises(VaultError, match="nothing was done"):
        next(office.answer(export()(rid)))
    monkeypatch.undo()
    assert office.records.ledger.copies() == []


def test_too_many_words_are_refused_before_anything(office: Office, rid: str) -> None:
    with refuses("recipient_long"):
        office.answer(export("x" * 201)(rid))
    assert office.records.ledger.copies() == []
    assert not [e for e in office.audit.entries() if e.type in {"exported", "failed"}]


def test_the_list_outlives_the_recording_for_three_years(office: Office, rid: str) -> None:
    whole_file(office.answer(export()(rid)))
    office.ask(ask.EraseCall(rid, ask.Ground.CONSENT_WITHDRAWN, "asked by letter"))
    records = office.records
    records.recordings.words.sweep(TODAY)
    (kept,) = records.ledger.copies()
    assert kept.until == TODAY + COPY_DAYS
    records.recordings.words.sweep(TODAY + COPY_DAYS)
    assert len(records.ledger.copies()) == 1
    records.recordings.words.sweep(TODAY + COPY_DAYS + 1)
    assert records.ledger.copies() == []
    assert kept.case not in office.keyring.content.cases


def test_a_ledger_that_was_lost_leaves_who_and_for_whom_in_a_word(office: Office, rid: str) -> None:
    whole_file(office.answer(export()(rid)))
    office.records.ledger.forget_copies([copy.case for copy in office.records.ledger.copies()])
    (copy,) = copies(office, rid)
    assert (copy.operator, copy.recipient, copy.readable) == (OFFICER.actor, "authority", "none")
    assert (copy.words, copy.size) == ("", 0)
