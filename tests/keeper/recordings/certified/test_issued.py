"""A certificate is signed once, says what its reader may know, and ends with its case."""

from dataclasses import replace

import pytest
from msgspec import structs

from appliance.clock import DAY
from appliance.errors import VaultError
from appliance.keeper.recordings.certified.signing import CERTIFIED
from appliance.link.requests import calls as ask
from appliance.link.requests.papers.certificates import (
    ListCertificates,
)
from appliance.model.certificate import BY_PEOPLE, CertifiedErasure, WantedBy
from appliance.model.proof import ProofReader
from appliance.vault.certificate import certificate_digest
from appliance.vault.origin import fingerprint
from tests.keeper.office import OFFICER, START, TODAY, Office
from tests.keeper.recordings.certified.orders import certificate, erase, file, settle, shown
from tests.model.refusals import refuses
from tests.samples import PAPER

PERSONAL = ("Anna", "221234567", "training", "letter", "Ewa", OFFICER.operator)


def test_it_says_what_was_erased_for_whom_and_where_it_may_remain(office: Office, rid: str) -> None:
    made = certificate(office, rid)
    (call,) = made.calls
    assert (call.rids, call.day, call.minutes, call.line) == ((rid,), TODAY, 2, "Reception")
    ours = office.records.recordings.certificates._around.config.office
    assert (made.controller, made.contact) == (ours.controller, ours.contact)
    assert (made.ground, made.by, made.level) == ("consent_withdrawn", "person", "E0")
    assert (made.ordered_at, made.done_at, made.clock_ok) == (START, START + 31, True)
    assert (made.kept, made.media, made.holders, made.everything) == ((), (), (), False)
    assert (made.remains, made.reader) == (("flash_may_keep_root",), ProofReader.CALLER)
    assert (made.generation, made.erased.line, made.recordings) == (None, None, None)


def test_the_offices_has_the_line_of_the_log(office: Office, rid: str) -> None:
    made = certificate(office, rid, "office")
    assert made.generation == 2
    last = next(one for one in office.audit.entries() if one.type == "erased")
    line = office.audit.line_of(last.seq)
    assert line is not None
    assert made.erased.line == line.decode()
    assert made.erased.hash == certificate(office, rid).erased.hash in line.decode()
    assert replace_for_office(certificate(office, rid), made) == made


def replace_for_office(caller: CertifiedErasure, office: CertifiedErasure) -> CertifiedErasure:
    """Return a caller's with what the office's has beside it."""
    more = {name: getattr(office, name) for name in ("generation", "erased", "reader")}
    return structs.replace(caller, **more)


@pytest.mark.parametrize("reader", ["caller", "office"])
def test_it_holds_nothing_that_brings_back_what_went(office: Office, rid: str, reader: str) -> None:
    text = file(office, rid, reader).decode()
    personal = PERSONAL if reader == "caller" else PERSONAL[:-1]
    assert not [word for word in personal if word in text]


def test_it_is_bound_to_the_audit_before_it_is_shown(office: Office, rid: str) -> None:
    entries = office.audit.of_recording(rid)
    assert [one.type for one in entries][-3:] == ["erased", CERTIFIED, CERTIFIED]
    assert entries[-2].sha256 == certificate_digest(certificate(office, rid))
    assert entries[-1].case == certificate(office, rid).id
    told = shown(office, rid)
    assert (told.kept, told.signed) == ("signed", certificate(office, rid))
    assert told.for_office == certificate(office, rid, "office")
    assert told.fingerprint == fingerprint(office.keyring.box_key)


def test_there_is_none_before_the_erasure_is_done(office: Office) -> None:
    rid = office.record()
    office.unlock()
    erase(office, rid)
    assert shown(office, rid).kept == "waits"
    with refuses("no_certificate"):
        file(office, rid)
    office.clock.advance(29)
    office.records.tick()
    assert shown(office, rid).kept == "waits"
    settle(office)
    assert shown(office, rid).kept == "signed"


def test_one_order_has_one_certificate_however_many_calls(office: Office) -> None:
    rids = [office.record() for _ in range(4)]
    office.unlock()
    erase(office, *rids[:3])
    erase(office, rids[3])
    settle(office)
    assert [call.rids for call in certificate(office, rids[0]).calls] == [(r,) for r in rids[:3]]
    assert len({file(office, rid) for rid in rids[:3]}) == 1
    assert file(office, rids[3]) != file(office, rids[0])
    listed = office.ask(ListCertificates(order="oldest"))
    assert [(one.recording, one.kept) for one in listed.certificates] == [
        (rids[0], "signed"),
        (rids[3], "signed"),
    ]


def test_all_parts_of_a_call_are_one_call(office: Office) -> None:
    call = "aa" * 8
    rids = {office.record(call=call, ended="storage"), office.record(call=call)}
    office.unlock()
    erase(office, min(rids))
    settle(office)
    (one,) = certificate(office, max(rids)).calls
    assert set(one.rids) == rids


@pytest.mark.parametrize("ground", list(ask.Ground))
@pytest.mark.parametrize("by", [None, *BY_PEOPLE])
def test_who_wanted_it_is_what_was_said_or_what_the_ground_says(
    office: Office, ground: ask.Ground, by: WantedBy | None
) -> None:
    rid = office.record()
    office.unlock()
    erase(office, rid, ground=ground, by=by)
    settle(office)
    person = ground.value in {"consent_withdrawn", "objection", "child"}
    wanted = by or ("person" if person else "office")
    assert certificate(office, rid).by == wanted
    assert certificate(office, rid).ground == ground.value


def test_a_call_that_nobody_can_read_is_certified_without_what_it_says(office: Office) -> None:
    rid = office.record()
    path = office.file(rid)
    path.write_bytes(path.read_bytes()[:4096] + bytes(20 * 4096))
    office.build()
    office.unlock()
    office.records.tick()
    erase(office, rid)
    settle(office)
    (call,) = certificate(office, rid).calls
    assert (call.rids, call.minutes, call.line) == ((rid,), None, None)
    assert call.day == TODAY


def test_an_erasure_by_date_has_none(office: Office) -> None:
    rid = office.record()
    office.records.erasing.by_keeper([rid], ask.Ground.NO_LONGER_NEEDED)
    settle(office)
    assert (shown(office, rid).state, shown(office, rid).kept) == ("erased", "unsigned")
    with refuses("no_certificate"):
        file(office, rid)
    assert office.records.ledger.certificates() == {}
    assert CERTIFIED not in {type for type, _ in office.acts()}


def test_another_controller_changes_nothing_that_was_signed(office: Office, rid: str) -> None:
    before = file(office, rid), file(office, rid, "office"), shown(office, rid)
    around = office.records.recordings.certificates._around
    ours = replace(around.config.office, controller="Somebody Else Ltd", contact="else")
    around.follow(replace(around.config, office=ours))
    office.clock.advance(40 * DAY)
    office.records.sweep()
    now = shown(office, rid)
    assert (file(office, rid), file(office, rid, "office")) == before[:2]
    assert (now.signed, now.for_office, now.supplements) == (
        before[2].signed,
        before[2].for_office,
        (),
    )


def test_who_the_controller_was_on_the_day_of_the_order_counts(office: Office) -> None:
    rid = office.record()
    office.unlock()
    around = office.records.recordings.certificates._around
    before = around.config.office
    erase(office, rid)
    around.follow(replace(around.config, office=replace(before, controller="Somebody Else Ltd")))
    settle(office)
    assert certificate(office, rid).controller == before.controller


def silence(office: Office, rid: str, *, held: bool) -> None:
    """Hand the call to the police, silenced; and hold it for them."""
    office.ask(
        ask.ExportCall(
            rid,
            recipient=ask.Recipient.AUTHORITY,
            words="KMP Warszawa",
            silent_until="2027-03-01",
            **PAPER,
        )
    )
    if held:
        hold = ask.HoldCall(rid, ask.HoldGround.LEGAL_DUTY, "KMP", "2027-01-31", silent=True)
        office.ask(hold)


def test_a_silenced_copy_counts_for_the_office_alone(office: Office) -> None:
    rid = office.record()
    office.unlock()
    silence(office, rid, held=False)
    erase(office, rid)
    settle(office)
    assert certificate(office, rid).remains == ("flash_may_keep_root",)
    assert certificate(office, rid, "office").remains == ("flash_may_keep_root", "exports")
    assert b"KMP" not in file(office, rid) + file(office, rid, "office")


def test_a_copy_that_everybody_knows_of_counts_for_all(office: Office) -> None:
    rid = office.record()
    office.unlock()
    office.ask(ask.ExportCall(rid, recipient=ask.Recipient.CALLER, words="Anna"))
    erase(office, rid)
    settle(office)
    for reader in ("caller", "office"):
        assert certificate(office, rid, reader).remains[-1] == "exports"


@pytest.mark.parametrize("recipient", list(ask.Recipient))
def test_a_copy_of_which_nothing_left_counts_for_nobody(
    office: Office, recipient: ask.Recipient
) -> None:
    rid = office.record()
    office.unlock()
    paper = PAPER if recipient is ask.Recipient.AUTHORITY else {}
    office.answer(ask.ExportCall(rid, recipient=recipient, words="Anna", **paper)).close()
    erase(office, rid)
    settle(office)
    for reader in ("caller", "office"):
        assert "exports" not in certificate(office, rid, reader).remains


@pytest.mark.parametrize("silent", [False, True])
def test_a_call_that_a_law_keeps_meanwhile_is_named_without_what_is_silenced(
    office: Office, monkeypatch: pytest.MonkeyPatch, silent: bool
) -> None:
    """The first attempt fails; before the next one the call is put on hold."""
    free, held = office.record(), office.record()
    office.unlock()
    if silent:
        silence(office, held, held=False)
    with monkeypatch.context() as patch:
        patch.setattr(office.eraser, "prepare", _broken)
        erase(office, free, held)
    hold = ask.HoldCall(held, ask.HoldGround.CLAIMS, "x", "2027-01-31", silent=silent)
    office.ask(hold)
    settle(office)
    settle(office)
    assert [call.rids for call in certificate(office, free).calls] == [(free,)]
    told = [(kept.reason, kept.review) for kept in certificate(office, free).kept]
    whole = certificate(office, free, "office").kept
    assert [one.reason for one in whole] == ["claims"]
    assert told == ([] if silent else [("claims", whole[0].review)])


@pytest.mark.parametrize("silent", [True, False])
def test_what_an_order_left_since_it_was_held_is_named_without_what_is_silenced(
    office: Office, silent: bool
) -> None:
    """Also when the hold is lifted before anything is signed."""
    free, held = office.record(), office.record()
    office.unlock()
    if silent:
        silence(office, held, held=False)
    hold = ask.HoldCall(held, ask.HoldGround.LEGAL_DUTY, "x", "2027-01-31", silent=silent)
    office.ask(hold)
    erase(office, free, held)
    office.ask(ask.ReleaseHold(held))
    settle(office)
    ours, theirs = certificate(office, free, "office"), certificate(office, free)
    assert [[call.rids for call in one.calls] for one in (ours, theirs)] == [[(free,)]] * 2
    assert [one.reason for one in ours.kept] == ["legal_duty"]
    assert theirs.kept == (() if silent else ours.kept)
    with refuses("no_certificate"):
        shown(office, held)


def _broken(generation: int) -> bytes:
    raise VaultError("no")


def test_an_order_that_came_to_nothing_leaves_nothing(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    rid = office.record()
    office.unlock()
    cases = set(office.keyring.content.cases)
    with monkeypatch.context() as patch:
        patch.setattr(office.eraser, "prepare", _broken)
        erase(office, rid)
    assert shown(office, rid).kept == "waits"
    office.ask(ask.HoldCall(rid, ask.HoldGround.CLAIMS, "x", "2027-01-31"))
    settle(office)
    assert office.records.ledger.certificates() == {}
    office.records.sweep()
    reasons = {one.words.case for one in office.records.ledger.erasures()}
    holds = {one.words.case for one in office.records.ledger.holds()}
    assert set(office.keyring.content.cases) == cases | reasons | holds


def test_an_audit_that_cannot_be_written_keeps_no_order(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    rid = office.record()
    office.unlock()
    with monkeypatch.context() as patch:
        patch.setattr(office.records.erasing._erasure, "_append", _no_room)
        with pytest.raises(VaultError):
            erase(office, rid)
    assert office.records.ledger.certificates() == {}


def _no_room(acts: object) -> range:
    raise VaultError("no room")


def test_an_order_given_again_after_a_failure_is_one_order(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    rid = office.record()
    office.unlock()
    with monkeypatch.context() as patch:
        patch.setattr(office.eraser, "prepare", _broken)
        erase(office, rid)
    erase(office, rid, ground=ask.Ground.UNLAWFUL)
    settle(office)
    assert certificate(office, rid).ground == "unlawful"
    assert len(office.records.ledger.certificates()) == 1
