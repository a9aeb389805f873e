"""Let nothing that surfaces later of an erased call make its certificate untrue."""

import itertools
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from appliance.vault.certificate import recording_digest
from appliance.vault.opening.erase_all import EraseAllOrder
from tests.keeper.office import OFFICER, Office, make_office
from tests.keeper.recordings.certified.orders import certificate, erase, file, read, settle, shown
from tests.keeper.recordings.certified.power import PowerCut, cut_at
from tests.model.refusals import refuses

CALL = "aa" * 8


def test_a_call_that_goes_on_is_certified_once_its_last_part_is_erased(office: Office) -> None:
    first = office.record(call=CALL, ended="storage")
    second = office.seal(call=CALL, keep_open=True)
    office.unlock()
    erase(office, first)
    settle(office)
    assert first not in office.keyring
    assert shown(office, first).kept == "waits"
    with refuses("no_certificate"):
        file(office, first)
    for writer in office.writers:
        writer.close()
    office.writers.clear()
    office.records.take_up()
    assert second not in office.keyring, "erased by the same order"
    assert shown(office, first).kept == "waits"
    settle(office)
    for rid in (first, second):
        (call,) = certificate(office, rid).calls
        assert (set(call.rids), call.minutes) == ({first, second}, None)
        assert read(office, rid).supplements == ()


def test_a_part_that_is_closed_and_not_taken_up_is_waited_for(office: Office) -> None:
    first = office.record(call=CALL, ended="storage")
    office.unlock()
    second = office.seal(call=CALL)
    erase(office, first)
    settle(office)
    assert shown(office, first).kept == "waits"
    office.records.take_up()
    settle(office)
    assert set(certificate(office, first).rids) == {first, second}


def test_another_call_that_goes_on_holds_up_nothing(office: Office) -> None:
    first = office.record(call=CALL)
    office.seal(call="bb" * 8, keep_open=True)
    office.unlock()
    erase(office, first)
    settle(office)
    assert shown(office, first).kept == "signed"


def surfaced(office: Office, away: Path) -> tuple[str, str]:
    """A signed certificate of a call, and a part of it that comes back from elsewhere."""
    first = office.record(call=CALL, ended="storage")
    second = office.seal(call=CALL)
    made_ahead = office.folders.new / second
    shutil.copy2(made_ahead, away)
    made_ahead.unlink()
    office.unlock()
    erase(office, first)
    settle(office)
    assert shown(office, first).kept == "signed"
    shutil.copy2(away, made_ahead)
    return first, second


@pytest.fixture
def put_back(office: Office, tmp_path: Path) -> tuple[str, str]:
    return surfaced(office, tmp_path / "elsewhere")


def test_what_comes_back_later_is_erased_and_said_behind_the_signature(
    office: Office, put_back: tuple[str, str]
) -> None:
    first, second = put_back
    before = {reader: file(office, first, reader) for reader in ("caller", "office")}
    office.records.take_up()
    office.records.tick()
    told = [(one.about, one.id, one.state) for one in read(office, first).supplements]
    assert told == [("recording", recording_digest(second), "found")]
    settle(office)
    assert second not in office.keyring
    for reader, earlier in before.items():
        assert file(office, first, reader).startswith(earlier)
        told = [(one.about, one.id, one.state) for one in read(office, first, reader).supplements]
        assert told == [
            ("recording", recording_digest(second), "found"),
            ("recording", recording_digest(second), "erased"),
        ]
    assert file(office, second) == file(office, first)
    office.records.sweep()
    settle(office)
    assert len(read(office, first).supplements) == 2, "said once"


def test_nothing_is_dated_by_a_time_that_nobody_knows(
    office: Office, put_back: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would be kept until a day that has long gone, and so for no day at all."""
    first, _ = put_back
    time = office.records.time
    (row,) = office.records.ledger.certificates().values()
    with monkeypatch.context() as unknown:
        unknown.setattr(time, "_now", replace(time.judged, belief=None))
        unknown.setattr(time, "now", lambda: 0.0)
        office.records.take_up()
        office.records.recordings.certificates.settle()
    (late,) = office.records.ledger.certificates().values()
    assert (late.until, read(office, first).supplements) == (row.until, ())
    settle(office)
    assert [one.state for one in read(office, first).supplements] == ["found", "erased"]


def test_a_restart_between_goes_on(office: Office, put_back: tuple[str, str]) -> None:
    first, second = put_back
    office.records.take_up()
    office.records.lock()
    office.build()
    office.records.resume()
    settle(office)
    told = [one.state for one in read(office, first).supplements]
    assert told == ["found", "erased"]
    assert second not in office.keyring


def test_a_file_whose_key_is_gone_comes_back_as_nothing(office: Office, tmp_path: Path) -> None:
    rid = office.record(call=CALL)
    shutil.copy2(office.file(rid), tmp_path / "older")
    office.unlock()
    erase(office, rid)
    settle(office)
    before = file(office, rid)
    shutil.copy2(tmp_path / "older", office.folders.new / rid)
    office.records.take_up()
    settle(office)
    assert rid not in office.keyring
    assert file(office, rid) == before
    assert "sealed" not in [one.type for one in office.audit.of_recording(rid)][1:]


def test_what_was_erased_before_everything_keeps_its_own(office: Office) -> None:
    """Its call went on, so nothing was signed when everything began to be erased."""
    first = office.record(call=CALL, ended="storage")
    office.seal(call=CALL, keep_open=True)
    office.unlock()
    erase(office, first)
    settle(office)
    assert shown(office, first).kept == "waits"
    with office.keyring.changing() as draft:
        draft.erase_all = EraseAllOrder(
            id="0a1b2c3d",
            asked_by=OFFICER.operator,
            asked_at=office.clock.now(),
            counted=0.0,
            ground="no_longer_needed",
            stage="decided",
            decided_by="keeper",
        )
    settle(office)
    settle(office)
    assert "erased_all" in {type for type, _ in office.acts()}
    for writer in office.writers:
        writer.close()
    office.writers.clear()
    office.records.take_up()
    settle(office)
    assert [call.rids for call in certificate(office, first).calls] == [(first,)]
    assert not certificate(office, first).everything


def test_wherever_the_power_goes_it_is_said_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in itertools.count():
        office = make_office(tmp_path / str(number))
        first, second = surfaced(office, tmp_path / "elsewhere")
        cut = False
        with cut_at(monkeypatch, office, number):
            try:
                office.records.take_up()
                settle(office)
            except PowerCut:
                cut = True
        office.records.lock()
        office.clock.advance(60)
        office.build()
        office.records.resume()
        office.records.take_up()
        settle(office)
        assert second not in office.keyring
        for reader in ("caller", "office"):
            told = [(one.id, one.state) for one in read(office, first, reader).supplements]
            assert told == [(recording_digest(second), state) for state in ("found", "erased")]
        office.close()
        if not cut:
            break
    assert number >= 5, "every write from the one that surfaced to its erasure"
