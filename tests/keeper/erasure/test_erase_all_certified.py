"""An erasure of everything is certified as that of a call is: signed once, for each reader."""

from typing import Any

import pytest
from msgspec import structs

from appliance.clock import DAY, day_of
from appliance.errors import EraserFailed, VaultError
from appliance.keeper.recordings.certified.signing import CERTIFIED
from appliance.keeper.recordings.words import ERASURE_DAYS
from appliance.keeper.storage.rows import CertificateRow
from appliance.link.requests.calls import Ground
from appliance.link.requests.erase_all import (
    AskEraseAll,
    EraseAllCertificate,
    GetEraseAll,
    GetEraseAllCertificate,
)
from appliance.link.requests.papers.certificates import CertificateReader
from appliance.model.certificate import ErasedCall, OrderedBy
from appliance.model.sentences.faults import in_words
from appliance.vault.certificate import ReadCertificate, certificate_digest, read_certificate
from appliance.vault.opening.content import MediumState
from appliance.vault.origin import fingerprint
from tests.boxes import PASSWORD
from tests.keeper.boxes import OWNER, KeeperBox
from tests.keeper.erasure.everything import (
    OFFICER,
    SECOND,
    ask,
    confirm,
    keyring,
    pass_time,
    record,
    state,
    tick,
    token_of,
)
from tests.model.refusals import refuses

READERS = ("caller", "office")


def erase_everything(box: KeeperBox, *held: str) -> EraseAllCertificate:
    """Let two people erase everything, until it is certified."""
    confirm(box, ask(box, *held))
    pass_time(box, 30)
    tick(box)
    return done(box)


def done(box: KeeperBox) -> EraseAllCertificate:
    made = state(box, OFFICER).done
    assert made is not None
    return made


def file(box: KeeperBox, reader: str = "caller", name: str = OFFICER) -> bytes:
    """Take the certificate out as a person gets it."""
    asked = GetEraseAllCertificate(CertificateReader(reader))
    answer: Any = box.keeper.handle(asked, token_of(box, name))
    assert answer[0].filename.endswith(".certificate.jsonl")
    raw = answer[1]
    assert isinstance(raw, bytes)
    return raw


def read(box: KeeperBox, reader: str = "caller") -> ReadCertificate:
    return read_certificate(file(box, reader), fingerprint(keyring(box).box_key))


def rows(box: KeeperBox) -> list[CertificateRow]:
    assert box.keeper.box is not None
    return list(box.keeper.box.records.ledger.certificates().values())


def audit(box: KeeperBox) -> Any:
    assert box.keeper.box is not None
    return box.keeper.box.audit


@pytest.mark.parametrize("name", [OWNER, OFFICER])
def test_it_says_that_everything_was_erased_by_the_office(box: KeeperBox, name: str) -> None:
    record(box, 3)
    made = erase_everything(box)
    assert made.kept == "signed"
    office, caller = read(box, "office").certificate, read(box).certificate
    for one in (office, caller):
        assert (one.everything, one.calls, one.kept, one.media) == (True, (), (), ())
        assert (one.ground, one.by, one.level) == ("no_longer_needed", "office", "E0")
        assert (one.ordered_at, one.done_at) == (round(made.asked_at, 3), made.at)
        assert one.clock_ok
        assert one.remains == ("flash_may_keep_root",)
        assert one.controller == box.config.office.controller
    assert (office.recordings, office.generation) == (3, made.generation)
    assert (caller.recordings, caller.generation, caller.erased.line) == (None, None, None)
    assert office.erased.line == audit(box).line_of(made.seq).decode()
    assert office.erased.hash == caller.erased.hash
    assert (made.signed, made.for_office) == (caller, office)
    assert file(box, "office", name) == file(box, "office")


def test_it_is_on_record_for_each_reader_before_it_is_shown(box: KeeperBox) -> None:
    record(box)
    made = erase_everything(box)
    entries = [one for one in audit(box).entries() if one.type == CERTIFIED]
    digests = [certificate_digest(read(box, reader).certificate) for reader in READERS]
    assert [one.sha256 for one in entries] == digests
    assert {(one.rid, one.case) for one in entries} == {(None, read(box).certificate.id)}
    assert all(one.seq > made.seq for one in entries)
    assert box.sound_audit()


def test_there_is_none_before_it_is_done(box: KeeperBox) -> None:
    record(box)
    with refuses("no_certificate"):
        file(box)
    order = ask(box)
    assert rows(box) == [], "asking certifies nothing"
    confirm(box, order)
    (row,) = rows(box)
    assert (row.stage, row.recordings, row.everything) == ("ordered", (), order)
    assert state(box, OFFICER).done is None
    pass_time(box, 30)
    assert done(box).kept == "waits"
    with refuses("no_certificate"):
        file(box)
    tick(box)
    assert done(box).kept == "signed"


@pytest.mark.parametrize("ground", list(Ground))
def test_whatever_the_ground_the_office_wanted_it(box: KeeperBox, ground: Ground) -> None:
    token = token_of(box, OWNER)
    box.ask(AskEraseAll(ground, (), PASSWORD), token)
    order = box.ask(GetEraseAll(), token).order
    assert order is not None
    confirm(box, order.id)
    pass_time(box, 30)
    tick(box)
    one = read(box).certificate
    assert (one.ground, one.by) == (ground.value, OrderedBy.OFFICE)


@pytest.mark.parametrize("silent", [False, True])
def test_copies_that_were_handed_out_count_but_for_what_is_silenced(
    box: KeeperBox, silent: bool
) -> None:
    (rid, _) = record(box, 2)
    case = "cd" * 8
    if silent:
        audit(box).append("silenced", "keeper", rid, case=case)
    audit(box).append("exported", "keeper", rid, case=case)
    erase_everything(box)
    card = ("flash_may_keep_root",)
    assert read(box, "office").certificate.remains == (*card, "exports")
    assert read(box).certificate.remains == (card if silent else (*card, "exports"))


def test_media_are_named_and_what_becomes_of_them_is_said_behind_it(box: KeeperBox) -> None:
    record(box)
    seq, now = audit(box).newest[0], box.clock.now()
    medium = MediumState(1, 1, now, None, 1, seq, 1, 1, 1, far=False)
    with keyring(box).changing() as draft:
        draft.media = {"stick": medium}
    erase_everything(box)
    before = file(box)
    (held,) = read(box).certificate.media
    assert (held.kind, held.last) == ("stick", day_of(now))
    with keyring(box).changing() as draft:
        draft.media = {}
    assert box.keeper.box is not None
    box.keeper.box.records.sweep()
    assert file(box).startswith(before)
    assert [(one.id, one.state) for one in read(box).supplements] == [(held.id, "destroyed")]
    assert done(box).supplements == read(box).supplements


def test_the_offices_leads_to_the_head_of_its_day_once_that_has_ended(box: KeeperBox) -> None:
    record(box)
    made = erase_everything(box)
    assert (made.head_day, read(box, "office").head) == ("", None)
    assert box.keeper.box is not None
    pass_time(box, DAY)
    audit(box).append("viewed", "keeper")
    box.keeper.box.records.sweep()
    head = read(box, "office").head
    assert head is not None
    assert head.seq >= made.seq
    assert (done(box).head_day, done(box).head_number) == (head.day, head.seq)
    assert read(box).supplements == (), "a caller's never has one"


def test_it_stays_with_those_of_calls_when_everything_is_erased_again(box: KeeperBox) -> None:
    record(box, 2)
    first = erase_everything(box)
    before = {reader: file(box, reader) for reader in READERS}
    record(box)
    second = erase_everything(box)
    assert (first.recordings, second.recordings) == (2, 1)
    assert read(box, "office").certificate.recordings == 1
    assert [row.stage for row in rows(box)] == ["kept", "kept"]
    assert box.keeper.box is not None
    certificates = box.keeper.box.records.recordings.certificates
    kept = certificates.of_case(rows(box)[0].case)
    assert (kept.caller, kept.office) == (before["caller"], before["office"])


def _broken(generation: int) -> bytes:
    raise EraserFailed(in_words("chip_silent", path="/eeprom", detail="Input/output error"))


def test_an_order_that_failed_so_far_outlasts_others_and_a_restart(
    box: KeeperBox, monkeypatch: pytest.MonkeyPatch
) -> None:
    rids = record(box, 2)
    assert box.keeper.box is not None
    with monkeypatch.context() as patch:
        patch.setattr(box.keeper.box.eraser, "prepare", _broken)
        confirm(box, ask(box))
        certificates = box.keeper.box.records.recordings.certificates
        call = ErasedCall(rids=(rids[0],), day=None, minutes=None, line=None)
        other = certificates.order([call], "objection", OrderedBy.PERSON)
        assert [bool(row.everything) for row in rows(box)] == [True, False]
        certificates.drop(other)
        pass_time(box, 31)  # fails again
    (row,) = rows(box)
    assert row.stage == "ordered"
    box.restart()
    assert rows(box) == [row], "the keyring has the order, so it goes on"
    pass_time(box, 31)
    pass_time(box, 31)
    tick(box)
    assert done(box).kept == "signed"
    (signed,) = rows(box)
    assert signed.case == row.case


def test_an_order_that_ended_leaves_nothing(
    box: KeeperBox, monkeypatch: pytest.MonkeyPatch
) -> None:
    (rid,) = record(box)
    assert box.keeper.box is not None
    cases = set(keyring(box).content.cases)
    with monkeypatch.context() as patch:
        patch.setattr(box.keeper.box.eraser, "prepare", _broken)
        confirm(box, ask(box))
    assert len(rows(box)) == 1
    keyring(box).change([rid], lambda _, entry: structs.replace(entry, held=True))
    pass_time(box, 31)  # it is on hold now, so the order ends
    assert keyring(box).content.erase_all is None
    tick(box)
    assert rows(box) == []
    box.keeper.box.records.sweep()
    assert set(keyring(box).content.cases) == cases


def test_an_order_that_cannot_be_kept_erases_nothing(
    box: KeeperBox, monkeypatch: pytest.MonkeyPatch
) -> None:
    record(box, 2)
    assert box.keeper.box is not None
    with monkeypatch.context() as patch:
        patch.setattr(box.keeper.box.records.ledger, "change_certificates", _no_room)
        confirm(box, ask(box))
        assert keyring(box).count_taken_up() == 2
        assert "erasing_all" not in box.acts()
        order = state(box, SECOND).order
        assert order is not None
        assert order.trouble
    pass_time(box, 31)
    pass_time(box, 31)
    tick(box)
    assert (done(box).kept, keyring(box).count_taken_up()) == ("signed", 0)


def _no_room(*_: object) -> None:
    raise VaultError("no room")


def test_one_that_cannot_be_read_is_called_that(box: KeeperBox) -> None:
    record(box)
    erase_everything(box)
    (row,) = rows(box)
    assert box.keeper.box is not None
    ledger = box.keeper.box.records.ledger
    ledger.change_certificates([structs.replace(row, sealed=row.sealed[::-1])])
    assert done(box).kept == "unreadable"
    with refuses("no_certificate"):
        file(box)


def test_after_its_time_nothing_of_it_opens(box: KeeperBox) -> None:
    record(box)
    erase_everything(box)
    (row,) = rows(box)
    assert box.keeper.box is not None
    records = box.keeper.box.records
    for days, kept in ((ERASURE_DAYS - 1, "signed"), (2, "dropped")):
        box.clock.advance(days * DAY)
        records.time.confirm(box.clock.now())
        records.sweep()
        tick(box)
        assert done(box).kept == kept
    assert row.case not in keyring(box).content.cases
    with refuses("no_certificate"):
        file(box)


def test_a_time_that_nobody_had_confirmed_is_doubted(box: KeeperBox) -> None:
    """The audit says what was known when it was asked for, whatever was confirmed since."""
    record(box)
    order = ask(box)
    assert box.keeper.box is not None
    log = audit(box)
    asked = [one for one in log.entries() if one.type == "erase_all_asked"]
    assert [one.case for one in asked] == [order]
    assert asked[0].clock_ok
    with keyring(box).changing() as draft:
        draft.erase_all = structs.replace(draft.erase_all, id="00ff00ff")
    confirm(box, "00ff00ff")
    pass_time(box, 30)
    tick(box)
    assert not read(box).certificate.clock_ok, "of this order the audit does not say it"
