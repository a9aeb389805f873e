"""Prove a call: the core is the same whenever it is made, the annex says what happened."""

import hashlib

import pytest

from appliance.clock import DAY
from appliance.errors import Refused
from appliance.keeper.audit.entries import Act
from appliance.keeper.audit.log import AuditLog
from appliance.link.operations import Role
from appliance.link.requests import calls as ask
from appliance.link.requests.proof import GetProof, ShowProof
from appliance.model.proof import ProofAnnex, ProofReader
from appliance.model.records import RecordingMark
from appliance.vault.proof import Proof, read_proof
from tests.keeper.office import OFFICER, START, TODAY, Office
from tests.model.refusals import refuses
from tests.samples import PAPER, RECEIPT, RULE


def proof(office: Office, rid: str) -> Proof:
    """Take a call's proof out, and read it as anybody else would."""
    _, raw = office.answer(GetProof(rid))
    return read_proof(raw, office.records.recordings.proofs.fingerprint)


def core(office: Office, rid: str) -> bytes:
    """Return the core's line."""
    _, raw = office.answer(GetProof(rid))
    line: bytes = raw.split(b"\n")[1]
    return line


def annex(office: Office, rid: str) -> ProofAnnex:
    return office.ask(ShowProof(rid, ask.Recipient.OFFICE)).annex


def play(office: Office, rid: str, purpose: str = "training", actor: str = OFFICER.actor) -> int:
    """Put a listening on record, as the dispatch does."""
    return office.audit.append("played", actor, rid, detail=f"for.{purpose}")


def fail(office: Office, rid: str, detail: str, of: int | None) -> None:
    """Put on record that an act failed, as the dispatch does."""
    act = Act(type="failed", actor=OFFICER.actor, rid=rid, detail=detail, of=of)
    office.audit.append_many([act])


@pytest.fixture
def rid(office: Office) -> str:
    found = office.record(seconds=1.0)
    office.unlock()
    return found


def test_it_says_what_the_recording_seals_and_of_which_file(office: Office, rid: str) -> None:
    (one,) = proof(office, rid).recordings
    assert (one.rule, one.receipt) == (RULE, RECEIPT)
    assert one.meta.number == "+48221234567"
    raw = (office.folders.recordings / rid).read_bytes()
    assert one.core.sha256 == hashlib.sha256(raw).hexdigest()
    assert (one.core.samples, one.core.ended) == (8000, "hung_up")


def test_the_core_is_the_same_after_whatever_was_done(office: Office, rid: str) -> None:
    before = core(office, rid)
    play(office, rid)
    office.ask(ask.HoldCall(rid, ask.HoldGround.CLAIMS, "a claim", "2027-06-30"))
    list(office.answer(ask.ExportCall(rid, recipient=ask.Recipient.CALLER, words="Anna")))
    with office.keyring.changing() as draft:
        for entry in draft.operators.values():
            entry.name = "Somebody Else"
    office.clock.advance(DAY)
    office.build()
    office.unlock()
    assert core(office, rid) == before


def test_the_annex_names_who_listened_and_for_what(office: Office, rid: str) -> None:
    owner = next(iter(office.keyring.content.operators.values()))
    play(office, rid, actor=owner.id)
    office.clock.advance(60)
    play(office, rid, "claims", actor="0badc0de")
    told = annex(office, rid)
    assert [(one.at, one.name, one.operator, one.purpose) for one in told.listened] == [
        (START, "Ewa Nowak", owner.id, "training"),
        (START + 60, "", "0badc0de", "claims"),
    ]
    assert (told.audit_seq, told.audit_hash) == office.audit.newest
    assert (told.made_at, told.clock_ok) == (START + 60, True)
    (kept,) = told.kept
    assert (kept.due_day, kept.held) == (TODAY + 90, False)


def test_a_listening_that_came_to_nothing_is_none_and_one_that_was_stopped_is(
    office: Office, rid: str
) -> None:
    fail(office, rid, "forbidden", play(office, rid, "marketing"))
    play(office, rid, actor="0badc0de")
    fail(office, rid, "failed", office.audit.append("viewed", OFFICER.actor, rid))
    fail(office, rid, "tampered", play(office, rid))
    told = annex(office, rid)
    assert [(one.operator, one.stopped) for one in told.listened] == [
        ("0badc0de", False),
        (OFFICER.actor, True),
    ]


@pytest.mark.parametrize("named", [True, False])
def test_another_act_that_fails_hides_no_listening(office: Office, rid: str, named: bool) -> None:
    exported = office.audit.append("exported", OFFICER.actor, rid)
    play(office, rid)
    fail(office, rid, "not_logged_in", exported if named else None)
    assert [one.purpose for one in annex(office, rid).listened] == ["training"]


def test_a_copy_that_breaks_off_hides_no_listening(office: Office, rid: str) -> None:
    pieces = office.answer(ask.ExportCall(rid))
    play(office, rid)
    pieces.close()
    told = annex(office, rid)
    assert [entry.type for entry in office.audit.entries()][-2:] == ["played", "failed"]
    assert ([one.purpose for one in told.listened], told.copies) == (["training"], ())


def test_a_playback_that_was_stopped_is_the_persons_newest(office: Office, rid: str) -> None:
    play(office, rid, "quality")
    played = play(office, rid)
    fail(office, rid, "forbidden", play(office, rid, "marketing"))
    office.records.recordings.checking.stopped([rid], OFFICER.actor)
    *_, last = office.audit.entries()
    assert (last.type, last.detail, last.of) == ("failed", "tampered", played)
    listened = annex(office, rid).listened
    assert [(one.purpose, one.stopped) for one in listened] == [
        ("quality", False),
        ("training", True),
    ]


def test_what_the_caller_took_back_stands_in_the_core(office: Office) -> None:
    both = (("training", 90), ("quality", 30))
    mark = RecordingMark(kind="withdrawn", sample=4000, purposes=("quality",))
    rid = office.record(purposes=both, marks=(mark,))
    office.unlock()
    (one,) = proof(office, rid).recordings
    assert [(end.purposes, end.sample) for end in one.core.withdrawn] == [(("quality",), 4000)]


def test_a_call_of_several_recordings_has_a_core_for_each(office: Office) -> None:
    first = office.record(call="00" * 8, ended="storage")
    second = office.record(call="00" * 8)
    office.unlock()
    read = proof(office, second)
    assert [one.core.recording for one in read.recordings] == [first, second]
    assert read.annex.unreadable == ()


def test_a_recording_that_was_changed_proves_nothing(office: Office, rid: str) -> None:
    path = office.file(rid)
    raw = bytearray(path.read_bytes())
    raw[-2000] ^= 1
    path.write_bytes(raw)
    for asked in (GetProof(rid), ShowProof(rid)):
        with refuses("tampered") as refusal:
            office.answer(asked)
        assert refusal.value.code == "tampered"


def test_it_needs_somebody_logged_in(office: Office) -> None:
    rid = office.record()
    with pytest.raises(Refused) as refusal:
        office.ask(ShowProof(rid))
    assert refusal.value.code == "locked"


def test_a_listener_gets_what_a_caller_gets(office: Office, rid: str) -> None:
    list(office.answer(ask.ExportCall(rid, recipient=ask.Recipient.ADVISER, words="Mec. Lis")))
    (copy,) = annex(office, rid).copies
    assert (copy.recipient, copy.words, copy.readable) == ("adviser", "Mec. Lis", "yes")
    listener = type(OFFICER)("0a0b0c0d", "Lena", frozenset({Role.LISTENER}), "s" * 16)
    told = office.ask(ShowProof(rid), listener).annex
    assert (told.reader, told.recipients, told.copies) == (ProofReader.CALLER, ("adviser",), ())
    for recipient in (ask.Recipient.AUTHORITY, ask.Recipient.OFFICE):
        with refuses("forbidden"):
            office.ask(ShowProof(rid, recipient), listener)


@pytest.mark.parametrize("recipient", ask.Recipient)
def test_each_annex_holds_what_is_its_readers_and_nothing_of_anothers(
    office: Office, rid: str, recipient: ask.Recipient
) -> None:
    owner = next(iter(office.keyring.content.operators.values()))
    office.ask(ask.HoldCall(rid, ask.HoldGround.CLAIMS, "Pozew Nowaka", "2027-06-30"))
    for purpose in ("training", "claims"):
        play(office, rid, purpose, actor=owner.id)
    typed = {kind: f"Dla {kind.value} 7/26" for kind in ask.Recipient}
    for kind, words in typed.items():
        paper = PAPER if kind is ask.Recipient.AUTHORITY else {}
        list(office.answer(ask.ExportCall(rid, recipient=kind, words=words, **paper)))
    _, raw = office.answer(GetProof(rid, recipient))
    *_, given = office.audit.entries()
    body = raw.split(b"\n")[-2].rsplit(b',"sig":', 1)[0] + b"}"
    assert (given.type, given.detail) == ("proof_given", f"to.{recipient.value}")
    assert given.sha256 == hashlib.sha256(body).hexdigest()
    told = read_proof(raw).annex
    assert told.recipients == ("adviser", "authority", "caller", "office")
    others = [owner.name, owner.id, OFFICER.actor, "claims", *typed.values(), *PAPER.values()]
    if recipient in {ask.Recipient.AUTHORITY, ask.Recipient.OFFICE}:
        assert [one.purpose for one in told.listened] == ["training", "claims"]
        assert [copy.words for copy in told.copies] == list(typed.values())
        assert all(word.encode() in body for word in others)
        assert told.kept[0].held
        return
    assert told.reader is ProofReader.CALLER
    assert not [word for word in others if word.encode() in body]
    assert [one.purpose for one in told.listened] == ["training", ""]
    assert [copy.recipient for copy in told.copies] == [recipient.value]
    assert told.kept[0].held is told.audit_seq is told.copies_earlier is None


def test_the_page_gets_no_text_twice(office: Office, rid: str) -> None:
    (one,) = office.ask(ShowProof(rid)).recordings
    assert (one.core.meta, one.core.receipt, one.core.rule) == ("", "", "")
    assert one.rule == RULE


def test_many_listenings_say_how_many_are_not_listed(
    office: Office, rid: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("appliance.keeper.recordings.handing_over.proofs.MOST_LISTED", 2)
    for purpose in ("training", "quality", "claims"):
        play(office, rid, purpose)
    told = annex(office, rid)
    assert [one.purpose for one in told.listened] == ["quality", "claims"]
    assert told.listened_earlier == 1


def test_the_head_is_that_of_the_log(office: Office) -> None:
    assert isinstance(office.audit, AuditLog)
    *_, last = office.audit.entries()
    assert office.audit.newest[0] == last.seq
    assert office.audit.newest[1] == office.audit.check().head
