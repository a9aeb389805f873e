"""The records as one: erasing, certificates, verdicts, and a reading child that dies."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.errors import EraserFailed, Refused, VaultError
from appliance.keeper.handlers.calls.calls import Calls
from appliance.keeper.handlers.calls.erasing import ErasureDesk
from appliance.link.handlers import handlers_of
from appliance.link.registry import operations
from appliance.link.requests import calls as ask
from appliance.link.requests.audit import FindRecordings, GetCounts
from appliance.link.requests.papers.certificates import GetCertificate, ListCertificates
from appliance.model.records import Verdict
from appliance.model.sentences.faults import in_words
from tests.keeper.office import OFFICER, Office, make_office
from tests.model.faults import codes
from tests.model.refusals import refuses

WORDS = "Dzwoniący cofnął zgodę"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = make_office(tmp_path / "data")
    yield made
    made.close()


def erase(office: Office, rid: str, reason: str = WORDS) -> ask.ErasureCertificate:
    return office.ask(ask.EraseCall(rid, ask.Ground.CONSENT_WITHDRAWN, reason))


def certificate(office: Office, rid: str) -> ask.ErasureCertificate:
    return office.ask(ask.ShowCertificate(rid))


def verdicts(office: Office) -> dict[str, Verdict]:
    return office.ask(ask.VerifyCalls()).verdicts


def test_every_operation_on_calls_has_a_handler(office: Office) -> None:
    declared = {kind for kind in operations() if kind.__module__ == ask.__name__}
    handled = handlers_of(Calls(office.records), ErasureDesk(office.records))
    elsewhere = {FindRecordings, GetCounts, GetCertificate, ListCertificates}
    assert set(handled) == declared | elsewhere


def test_a_certificate_tells_of_files_that_were_handed_over(office: Office) -> None:
    office.unlock()
    kept, handed = office.record(), office.record()
    office.audit.append("exported", OFFICER.operator, handed)
    assert "exports" not in erase(office, kept).remains
    assert erase(office, handed).remains[-1] == "exports"
    assert certificate(office, handed).remains[-1] == "exports"


def test_erasing_goes_from_erasing_to_erased(office: Office) -> None:
    office.unlock()
    rid = office.record()
    made = erase(office, rid)
    assert (made.state, made.ground, made.level) == ("erasing", "consent_withdrawn", "E0")
    assert made.generation == office.keyring.generation == 2
    assert made.remains == ("flash_may_keep_root",)
    assert office.ask(ask.ListCalls()).pending == (rid,)
    office.clock.advance(29)
    office.records.tick()
    assert certificate(office, rid).state == "erasing"
    office.clock.advance(2)
    office.records.tick()
    final = certificate(office, rid)
    assert final.state == "erased"
    assert final.seq == next(e.seq for e in office.audit.entries() if e.type == "erased")
    assert not office.file(rid).exists()
    assert office.ask(ask.ListCalls()).total == 0


def test_what_is_erased_says_so_to_whoever_asks(office: Office) -> None:
    office.unlock()
    rid = office.record()
    erase(office, rid)
    with pytest.raises(Refused) as refusal:
        office.ask(ask.OpenPlayback(rid, "training"))
    assert refusal.value.code == "erased"
    with pytest.raises(Refused) as refusal:
        office.ask(ask.ExportCall(rid))
    assert refusal.value.code == "erased"
    with pytest.raises(Refused) as refusal:
        erase(office, rid)
    assert refusal.value.code == "erased"
    with pytest.raises(Refused) as refusal:
        office.ask(ask.ShowCall(rid))
    assert refusal.value.code == "not_found"
    with pytest.raises(Refused) as refusal:
        certificate(office, "ab" * 16)
    assert refusal.value.code == "no_certificate"


def test_the_reason_is_in_the_sealed_ledger_alone(office: Office) -> None:
    office.unlock()
    rid = office.record()
    with refuses("reason_length"):
        erase(office, rid, "  ")
    assert rid in office.keyring
    erase(office, rid)
    words = office.ask(ask.ShowErasure(rid))
    assert (words.reason, words.readable, words.author) == (WORDS, "yes", OFFICER.operator)
    for path in [p for p in office.folders.data.rglob("*") if p.is_file()]:
        assert "cofnął".encode() not in path.read_bytes(), path


def test_a_held_recording_is_not_erased(office: Office) -> None:
    office.unlock()
    rid = office.record()
    office.ask(ask.HoldCall(rid, ask.HoldGround.CLAIMS, "Lawsuit", "2027-06-30"))
    with pytest.raises(Refused) as refusal:
        erase(office, rid)
    assert refusal.value.code == "held"
    office.ask(ask.ReleaseHold(rid))
    assert erase(office, rid).state == "erasing"


def erase_many(office: Office, *rids: str) -> tuple[ask.ErasureCertificate, ...]:
    order = ask.EraseCalls(rids, ask.Ground.OBJECTION, WORDS)
    return office.ask(order).certificates


def test_several_are_erased_in_one_batch_with_one_certificate(office: Office) -> None:
    office.unlock()
    rids = [office.record() for _ in range(3)]
    made = erase_many(office, *rids, rids[0])
    assert [one.recording for one in made] == rids
    assert office.keyring.generation == 2
    assert all(one.others == () and one.sealed_at and one.controller for one in made)
    assert {office.ask(ask.ShowErasure(rid)).reason for rid in rids} == {WORDS}
    listed = office.ask(ListCertificates(order="oldest"))
    assert [one.recording for one in listed.certificates] == rids[:1]
    assert office.ask(ListCertificates(actor="keeper")).total == 0


def test_what_is_held_stays_and_the_others_go(office: Office) -> None:
    office.unlock()
    free, held = office.record(), office.record()
    office.ask(ask.HoldCall(held, ask.HoldGround.CLAIMS, "x", "2027-05-01"))
    done = office.ask(ask.EraseCalls((free, held), ask.Ground.OBJECTION, WORDS))
    assert [one.recording for one in done.certificates] == [free]
    assert done.kept == (ask.KeptByHold(held, ask.HoldGround.CLAIMS, "2027-05-01"),)
    assert [call.recording for call in office.ask(ask.ListCalls()).calls] == [held]
    with refuses("not_by_hand"):
        office.ask(ask.ShowErasure(held))


def test_if_all_are_held_or_one_is_not_there_all_stay(office: Office) -> None:
    office.unlock()
    free, held = office.record(), office.record()
    office.ask(ask.HoldCall(held, ask.HoldGround.CLAIMS, "x", "2027-05-01"))
    with refuses("held"):
        erase_many(office, held)
    for other in ("0" * 32, "../x"):
        with refuses("not_found"):
            erase_many(office, free, held, other)
    with refuses("no_calls_chosen"):
        erase_many(office)
    assert office.ask(ask.ListCalls()).total == 2
    assert not [entry for entry in office.audit.entries() if entry.type == "erasing"]


def test_no_more_are_erased_at_once_than_a_session_left_open_may(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("appliance.keeper.handlers.calls.erasing.MOST_BY_HAND", 1)
    office.unlock()
    rids = [office.record(), office.record()]
    with pytest.raises(Refused) as caught:
        erase_many(office, *rids)
    assert caught.value.code == "too_many"
    assert office.ask(ask.ListCalls()).total == 2


def test_an_eraser_that_fails_at_the_root_is_failed_everywhere(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.unlock()
    rid = office.record()

    def broken(generation: int) -> bytes:
        raise EraserFailed(in_words("main_key_refused"))

    with monkeypatch.context() as patch:
        patch.setattr(office.eraser, "prepare", broken)
        made = erase(office, rid)
    assert made.state == certificate(office, rid).state == "failed"
    assert "main_key_refused" in codes(made.faults)
    assert [act for act, about in office.acts() if about == rid][-1] == "erase_failed"
    assert office.ask(ask.ShowCall(rid)).call.verdict is Verdict.COMPLETE
    assert erase(office, rid).state == "erasing"


def test_an_eraser_that_cannot_wipe_is_failed_and_not_done(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.unlock()
    rid = office.record()

    def stuck(generation: int) -> None:
        raise EraserFailed(in_words("main_key_stays"))

    with monkeypatch.context() as patch:
        patch.setattr(office.eraser, "wipe_others", stuck)
        assert erase(office, rid).state == "erasing"
        office.clock.advance(31)
        office.records.tick()
        failed = certificate(office, rid)
        assert (failed.state, codes(failed.faults)) == ("failed", ["main_key_stays"])
        assert ("erased", rid) not in office.acts()
        assert ("erase_failed", rid) in office.acts()
    office.clock.advance(31)
    office.records.tick()
    assert certificate(office, rid).state == "erased"


def test_an_audit_that_cannot_be_written_stops_an_erasure(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.unlock()
    rid = office.record()

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fdatasync", full)
        with pytest.raises(VaultError, match="audit cannot be written"):
            erase(office, rid)
    assert rid in office.keyring
    assert [call.recording for call in office.ask(ask.ListCalls()).calls] == [rid]


def test_an_erasure_is_finished_at_the_next_boot(office: Office) -> None:
    office.unlock()
    rid = office.record()
    erase(office, rid)
    office.records.lock()
    office.build()
    office.records.resume()
    made = certificate(office, rid)
    assert (made.state, made.ground) == ("erased", "consent_withdrawn")
    assert not office.file(rid).exists()


def test_an_erasure_that_only_began_is_done_at_the_next_boot(office: Office) -> None:
    rid = office.record()
    office.audit.append("erasing", OFFICER.actor, rid)
    office.build()
    office.records.resume()
    assert rid not in office.keyring
    assert certificate(office, rid).state == "erased"
    office.unlock()
    assert office.ask(ask.ListCalls()).total == 0


def test_an_erasure_that_overtakes_a_hold_wins(office: Office) -> None:
    office.unlock()
    rid = office.record()
    office.keyring.erase([rid])
    with pytest.raises(Refused) as refusal:
        office.ask(ask.HoldCall(rid, ask.HoldGround.CLAIMS, "Lawsuit", "2027-06-30"))
    assert refusal.value.code == "not_found"


def test_verdicts_of_everything(office: Office) -> None:
    office.unlock()
    fine, cut, damaged = office.record(), office.record(ended=None), office.record(seconds=2)
    missing, erased = office.record(), office.record()
    path = office.file(damaged)
    raw = bytearray(path.read_bytes())
    raw[-1] ^= 1
    path.write_bytes(raw)
    office.file(missing).unlink()
    erase(office, erased)
    office.clock.advance(31)
    office.records.tick()
    lost = office.record()
    office.keyring.erase([lost])
    assert verdicts(office) == {
        fine: Verdict.COMPLETE,
        cut: Verdict.CUT,
        damaged: Verdict.TAMPERED,
        missing: Verdict.MISSING,
        erased: Verdict.SHREDDED,
        lost: Verdict.KEY_LOST,
    }
    office.records.lock()
    with refuses("locked"):
        verdicts(office)


def test_show_tells_what_was_done_and_how_it_is(office: Office) -> None:
    office.unlock()
    rid = office.record()
    office.audit.append("played", OFFICER.actor, rid)
    detail = office.ask(ask.ShowCall(rid))
    assert [line.type for line in detail.audit] == ["played", "sealed"]
    assert detail.bytes_on_disk == 4096 * 7
    assert detail.call.receipt is not None
    assert (detail.holes, detail.call.receipt.key) == ((), "1")
    with pytest.raises(Refused) as refusal:
        office.ask(ask.ShowCall("ab" * 16))
    assert refusal.value.code == "not_found"


def test_a_child_that_dies_locks_the_box(office: Office) -> None:
    office.unlock()
    rid = office.record()
    pid = office.records.readers.reading.process_id
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    with pytest.raises(Refused) as refusal:
        office.ask(ask.ShowCall(rid))
    assert refusal.value.code == "locked"
    later = office.record()
    office.unlock()
    found = {call.recording for call in office.ask(ask.ListCalls()).calls}
    assert found == {rid, later}


def test_unlocking_twice_keeps_the_child_and_its_playbacks(office: Office) -> None:
    rid = office.record()
    office.unlock()
    playback = office.ask(ask.OpenPlayback(rid, "training")).playback
    office.unlock()
    assert office.ask_bytes(ask.ReadPlayback(playback, 0, 4)) == b"RIFF"
