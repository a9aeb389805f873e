"""A certificate outlasts power cuts, is supplemented, and ends with its case."""

import itertools
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from appliance.clock import DAY, day_of
from appliance.errors import Refused, VaultError
from appliance.keeper.audit.entries import Act
from appliance.keeper.doctor.keys import examine_keys
from appliance.keeper.recordings.certified.kept import SignedFiles, seal_kept
from appliance.keeper.recordings.certified.signing import CERTIFIED
from appliance.keeper.recordings.words import ERASURE_DAYS
from appliance.link.requests import calls as ask
from appliance.vault.certificate import certificate_digest, read_certificate
from appliance.vault.opening.content import MediumState
from appliance.vault.origin import fingerprint
from tests.keeper.office import START, TODAY, Office, make_office
from tests.keeper.recordings.certified.orders import (
    certificate,
    erase,
    file,
    next_day,
    read,
    settle,
    shown,
)
from tests.keeper.recordings.certified.power import PowerCut, cut_at
from tests.model.refusals import refuses


def medium(seq: int, *, far: bool = False, at: float = START) -> MediumState:
    """A medium whose newest copy is of the audit's entry ``seq``."""
    return MediumState(1, 1, at, None, 1, seq, 1, 1, 1, far=far)


def put(office: Office, **media: MediumState | None) -> None:
    with office.keyring.changing() as draft:
        known = draft.media | media
        draft.media = {name: one for name, one in known.items() if one is not None}


@pytest.fixture
def copied(office: Office) -> str:
    """A call that is erased while a stick and a server hold it."""
    found = office.record()
    office.unlock()
    seq, _ = office.audit.newest
    put(office, stick=medium(seq), server=medium(seq, far=True), older=medium(1, at=START - DAY))
    erase(office, found)
    settle(office)
    return found


def test_media_that_may_hold_it_are_named_by_a_digest(office: Office, copied: str) -> None:
    made = certificate(office, copied)
    assert [(one.kind, one.last, one.next) for one in made.media] == [
        ("stick", TODAY, TODAY + 1),
        ("server", TODAY, None),
    ]
    assert all(len(one.id) == 64 for one in made.media)


def test_what_becomes_of_media_is_said_behind_it_and_changes_nothing(
    office: Office, copied: str
) -> None:
    before = file(office, copied)
    first, second = certificate(office, copied).media
    office.clock.advance(2 * DAY)
    seq, _ = office.audit.newest
    put(office, stick=medium(seq, at=office.clock.now()))
    office.records.sweep()
    office.records.sweep()  # said once
    now = read(office, copied)
    assert file(office, copied).startswith(before)
    assert [(one.id, one.state, one.day) for one in now.supplements] == [
        (first.id, "made_anew", TODAY + 2)
    ]
    office.clock.advance(5 * DAY)
    put(office, server=None)
    office.records.sweep()
    now = read(office, copied)
    assert [(one.id, one.state, one.day) for one in now.supplements][1:] == [
        (second.id, "destroyed", TODAY + 7)
    ]
    assert shown(office, copied).supplements == now.supplements
    assert len(read(office, copied, "office").supplements) == 2
    assert [one.number for one in now.supplements] == [1, 2]


def test_a_copy_that_was_only_begun_says_nothing(office: Office, copied: str) -> None:
    seq, _ = office.audit.newest
    half = medium(seq)
    put(office, stick=MediumState(*(1, 2), *tuple(getattr(half, n) for n in FIELDS)))
    office.records.sweep()
    assert read(office, copied).supplements == ()


FIELDS = ("at", "counted", "first_seq", "seq", "generation", "recordings", "size")


def after(office: Office, days: float) -> None:
    """Let days pass, during which somebody confirms the time."""
    office.clock.advance(days * DAY)
    office.confirm()
    office.records.sweep()
    office.records.tick()


def opens(office: Office, rid: str) -> bool:
    """Say whether anything of a certificate is left on the box."""
    return shown(office, rid).kept == "signed"


def test_after_its_time_nothing_of_it_opens_and_a_copy_in_hand_verifies(
    office: Office, rid: str
) -> None:
    mine = file(office, rid)
    (row,) = office.records.ledger.certificates().values()
    key, sealed = office.keyring.content.cases[row.case], row.sealed
    after(office, ERASURE_DAYS - 1)
    assert opens(office, rid)
    after(office, 1)
    assert shown(office, rid).kept == "dropped"
    with refuses("no_certificate"):
        file(office, rid)
    assert office.records.ledger.certificates() == {}
    assert row.case not in office.keyring.content.cases
    assert key not in office.keyring.content.cases.values()
    for path in [path for path in office.folders.data.rglob("*") if path.is_file()]:
        raw = path.read_bytes()
        assert key not in raw
        assert sealed not in raw
        assert mine not in raw
    office.clock.advance(31)
    office.records.tick()
    assert office.eraser.generations() == (office.keyring.generation,)
    assert read_certificate(mine, fingerprint(office.keyring.box_key)).certificate.calls


def test_a_supplement_begins_its_time_anew(office: Office, copied: str) -> None:
    after(office, ERASURE_DAYS - 10)
    seq, _ = office.audit.newest
    put(office, stick=medium(seq, at=office.clock.now()))
    after(office, 0)
    after(office, ERASURE_DAYS - 1)
    assert opens(office, copied)
    after(office, 1)
    assert not opens(office, copied)


def test_a_lying_clock_does_not_end_it_early(office: Office, rid: str) -> None:
    office.clock.jump(4_000 * DAY)
    office.records.look_at_the_time()
    office.records.sweep()
    assert opens(office, rid)


def test_without_a_known_date_it_is_dated_later(unsure: Office) -> None:
    office = unsure
    rid = office.record()
    office.unlock()
    erase(office, rid)
    settle(office)
    (row,) = office.records.ledger.certificates().values()
    assert (row.stage, row.until) == ("kept", None)
    assert not certificate(office, rid).clock_ok
    office.records.sweep()
    assert opens(office, rid)
    office.confirm()
    office.records.sweep()
    (row,) = office.records.ledger.certificates().values()
    assert row.until == day_of(office.clock.now()) + ERASURE_DAYS


@pytest.fixture
def unsure(tmp_path: Any) -> Iterator[Office]:
    office = make_office(tmp_path / "unsure", trusted=False)
    yield office
    office.close()


def _is_cut(monkeypatch: pytest.MonkeyPatch, office: Office, rid: str, number: int) -> bool:
    """Erase a call up to the head behind its certificate; say whether the power went."""
    with cut_at(monkeypatch, office, number):
        try:
            erase(office, rid)
            settle(office)
            next_day(office)
        except PowerCut:
            return True
    return False


def test_wherever_the_power_goes_it_is_signed_once_or_the_order_never_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found: Counter[str] = Counter()
    for number in itertools.count():
        office = make_office(tmp_path / str(number))
        rid = office.record()
        office.unlock()
        cut = _is_cut(monkeypatch, office, rid, number)
        office.records.lock()
        office.clock.advance(60)
        office.build()
        office.records.resume()
        settle(office)
        next_day(office)
        found[_outcome(office, rid)] += cut
        office.close()
        if not cut:
            break
    assert found.total() == number >= 11, "every write from the order to the head"
    assert set(found) == {"never given", "signed"}


@pytest.mark.parametrize("written", range(5))
def test_a_torn_write_is_completed_and_says_nothing_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, written: int
) -> None:
    """Of one write some whole lines may be there, and the others not."""
    office = make_office(tmp_path / "data")
    rids = [office.record(call="aa" * 8, ended="storage"), office.record(call="aa" * 8)]
    office.unlock()
    whole = office.audit.append_many

    def torn(acts: Sequence[Act]) -> range:
        if not any(one.type == CERTIFIED for one in acts):
            return whole(acts)
        whole(acts[:written])
        raise PowerCut

    with monkeypatch.context() as power:
        power.setattr(office.audit, "append_many", torn)
        erase(office, rids[0])
        with pytest.raises(PowerCut):
            settle(office)
    office.records.lock()
    office.build()
    office.records.resume()
    settle(office)
    made = [(one.rid, one.detail) for one in office.audit.entries() if one.type == CERTIFIED]
    readers = ("to.caller", "to.office")
    assert sorted(made, key=repr) == sorted(itertools.product(rids, readers), key=repr)
    office.close()


def _outcome(office: Office, rid: str) -> str:
    if rid in office.keyring:
        assert office.records.ledger.certificates() == {}
        return "never given"
    assert shown(office, rid).kept == "signed"
    made = [one for one in office.audit.of_recording(rid) if one.type == CERTIFIED]
    readers = ("caller", "office")
    digests = {certificate_digest(certificate(office, rid, reader)) for reader in readers}
    assert {one.sha256 for one in made} == digests
    erased = [one for one in office.audit.of_recording(rid) if one.type == "erased"]
    assert erased[-1].seq < made[0].seq
    told = [[one.about for one in read(office, rid, reader).supplements] for reader in readers]
    assert told == [[], ["head"]]
    return "signed"


def test_a_disk_that_is_full_when_it_is_to_be_signed_delays_it(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    rid = office.record()
    office.unlock()
    erase(office, rid)
    with monkeypatch.context() as patch:
        patch.setattr(office.records.ledger, "_set_one", _no_room_at_all)
        settle(office)
        assert (shown(office, rid).state, shown(office, rid).kept) == ("erased", "waits")
        with refuses("no_certificate"):
            file(office, rid)
    office.records.tick()
    assert shown(office, rid).kept == "signed"


def _no_room_at_all(*_: object) -> None:
    raise VaultError("no room")


def test_a_certificate_of_another_case_does_not_open(office: Office) -> None:
    one, other = office.record(), office.record()
    office.unlock()
    erase(office, one)
    erase(office, other)
    settle(office)
    first, second = office.records.ledger.certificates().values()
    office.records.ledger.change_certificates([structs.replace(first, sealed=second.sealed)])
    assert shown(office, one).kept == "unreadable"
    assert shown(office, other).kept == "signed"
    with refuses("no_certificate"):
        file(office, one)
    assert findings(office) == {"vault.certificates_unread"}
    office.records.ledger.change_certificates([first])
    assert shown(office, one).kept == "signed"
    assert findings(office) == set()


def findings(office: Office) -> set[str]:
    return {one.id for one in examine_keys(office.records.keys_seen)}


def test_what_others_write_into_the_log_makes_no_certificate(office: Office) -> None:
    """An entry alone opens nothing: it says that there was one."""
    rid = office.record()
    office.records.erasing.by_keeper([rid], ask.Ground.OBJECTION)
    settle(office)
    office.audit.append_many([Act(type=CERTIFIED, actor="keeper", rid=rid, case="ab" * 8)])
    assert shown(office, rid).kept == "dropped"
    with pytest.raises(Refused):
        file(office, rid)


def test_an_order_that_cannot_be_read_holds_up_no_other(office: Office) -> None:
    rids = [office.record() for _ in range(6)]
    office.unlock()
    for rid in rids:
        erase(office, rid)
    ledger = office.records.ledger
    spoilt = min(ledger.certificates().values(), key=lambda row: row.case)
    ledger.change_certificates([structs.replace(spoilt, sealed=spoilt.sealed[::-1])])
    settle(office)
    (lost,) = spoilt.recordings
    kept = {rid: shown(office, rid).kept for rid in rids}
    assert kept.pop(lost) == "unreadable"
    assert set(kept.values()) == {"signed"}
    assert findings(office) == {"vault.certificates_unread"}
    with pytest.raises(Refused):
        file(office, lost)


@pytest.mark.parametrize("stage", ["ordered", "kept"])
def test_what_cannot_be_read_ends_as_what_can_be(office: Office, stage: str) -> None:
    rid = office.record()
    office.unlock()
    erase(office, rid)
    if stage == "kept":
        settle(office)
    (row,) = office.records.ledger.certificates().values()
    assert row.stage == stage
    office.records.ledger.change_certificates([structs.replace(row, sealed=row.sealed[::-1])])
    settle(office)
    office.records.sweep()
    assert shown(office, rid).kept == "unreadable"
    assert findings(office) == {"vault.certificates_unread"}
    after(office, ERASURE_DAYS - 1)
    assert shown(office, rid).kept == "unreadable"
    after(office, 1)
    assert shown(office, rid).kept == {"ordered": "unsigned", "kept": "dropped"}[stage]
    assert row.case not in office.keyring.content.cases
    assert findings(office) == set()


def test_a_signed_file_that_cannot_be_read_is_called_that(office: Office, rid: str) -> None:
    """It opens with its key, and is of a form that was never released, or is torn inside."""
    (row,) = office.records.ledger.certificates().values()
    content, files = office.keyring.content, [file(office, rid, r) for r in ("caller", "office")]
    torn = SignedFiles(caller=files[0].decode(), office=files[1].decode()[:-20])
    sealed = seal_kept(torn, content.cases[row.case], content.vault_id, row.case)
    office.records.ledger.change_certificates([structs.replace(row, sealed=sealed)])
    office.records.sweep()
    assert shown(office, rid).kept == "unreadable"
    assert findings(office) == {"vault.certificates_unread"}
