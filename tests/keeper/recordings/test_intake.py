"""Test take-up: finished, cut, withdrawn, stillborn recordings, notes, power cuts."""

import os
from pathlib import Path

import msgspec
import pytest

from appliance.clock import DAY
from appliance.link.requests.audit import GetCounts
from appliance.link.requests.calls import CallList, ListCalls, ShowCertificate
from appliance.model.records import CallNote, Verdict
from appliance.vault.opening.digest import digest
from appliance.vault.seal import leave_marker
from tests.keeper.office import TODAY, Office
from tests.vaults import change


def listed(office: Office) -> CallList:
    return office.ask(ListCalls())


def put_note(office: Office, name: str, reason: str = "refused") -> Path:
    note = CallNote(line="Reception", day="2026-09-21", outcome="unrecorded", reason=reason)
    path = office.folders.notes / f"{name}.json"
    path.write_bytes(msgspec.json.encode(note))
    return path


def test_a_finished_recording_is_taken_up_locked_and_listed_at_login(office: Office) -> None:
    rid = office.record()
    found = digest(office.file(rid))
    entry = office.audit.of_recording(rid)[0]
    assert (entry.type, entry.frames, entry.sha256) == ("sealed", 6, found.sha256)
    key = office.keyring.entry(rid)
    assert (key.due_day, key.call, key.clock_ok) == (TODAY + 90, f"{1:016x}", True)
    office.unlock()
    call = listed(office).calls[0]
    assert (call.recording, call.verdict, call.seconds) == (rid, Verdict.COMPLETE, 1.0)
    assert (call.name, call.ended) == ("Anna Żółć", "hung_up")


def test_a_recording_that_comes_while_somebody_is_logged_in_is_listed_at_once(
    office: Office,
) -> None:
    office.unlock()
    assert listed(office).total == 0
    rid = office.record()
    assert [call.recording for call in listed(office).calls] == [rid]


def test_what_is_still_written_is_left_alone(office: Office) -> None:
    rid = office.record(keep_open=True)
    assert office.acts() == [("first_run", None)]
    office.writers.pop().close()
    office.records.take_up()
    assert office.acts()[1:] == [("sealed", rid)]


def test_a_recording_whose_writer_died_is_finished_as_cut(office: Office) -> None:
    rid = office.record(ended=None)
    office.unlock()
    call = listed(office).calls[0]
    assert (call.recording, call.verdict, call.ended) == (rid, Verdict.CUT, "cut")
    assert office.acts()[1:] == [("sealed", rid)]


def test_junk_behind_a_cut_recording_does_not_hide_it(office: Office) -> None:
    rid = office.seal(ended=None)
    with office.file(rid).open("ab") as file:
        file.write(os.urandom(4096 + 100))
    office.records.take_up()
    office.unlock()
    call = listed(office).calls[0]
    assert (call.verdict, call.seconds) == (Verdict.CUT, 1.0)


def test_taking_up_twice_says_sealed_once(office: Office) -> None:
    rid = office.record()
    office.records.take_up()
    office.build()
    office.records.take_up()
    assert office.acts().count(("sealed", rid)) == 1


def test_a_power_cut_between_audit_and_keyring_says_sealed_once(office: Office) -> None:
    rid = office.record()
    change(office.keyring, rid, due_day=None)
    office.build()
    office.records.take_up()
    assert office.acts().count(("sealed", rid)) == 1
    assert office.keyring.entry(rid).due_day == TODAY + 90


def test_a_withdrawn_recording_is_shredded_even_while_locked(office: Office) -> None:
    rid = office.seal(keep_open=True)
    writer = office.writers.pop()
    writer.withdraw(office.folders.withdrawn)
    office.records.take_up()
    assert rid not in office.keyring
    assert ("erasing", rid) in office.acts()
    assert ("sealed", rid) not in office.acts()
    office.clock.advance(31)
    office.records.tick()
    assert not office.file(rid).exists()
    assert not (office.folders.withdrawn / rid).exists()
    assert office.ask(ShowCertificate(rid)).ground == "in_call"
    assert office.ask(ShowCertificate(rid)).state == "erased"
    office.unlock()
    assert listed(office).pending == ()
    assert listed(office).calls == ()


def test_a_withdrawal_is_pending_until_it_is_shredded(office: Office) -> None:
    office.unlock()
    rid = office.seal(keep_open=True)
    office.writers.pop().withdraw(office.folders.withdrawn)
    assert listed(office).pending == (rid,)
    office.records.take_up()
    assert listed(office).pending == (rid,)
    office.clock.advance(31)
    office.records.tick()
    assert listed(office).pending == ()


def test_a_marker_cannot_destroy_a_finished_recording(office: Office) -> None:
    rid = office.record()
    leave_marker(office.folders.withdrawn, rid)
    office.records.take_up()
    assert rid in office.keyring
    assert (office.folders.withdrawn / rid).exists()  # nobody is there to tell
    office.unlock()
    office.records.take_up()
    assert rid in office.keyring
    assert ("withdrawal_void", rid) in office.acts()
    assert not (office.folders.withdrawn / rid).exists()


def test_a_withdrawal_reaches_the_cut_part_of_a_continued_call(office: Office) -> None:
    rid = office.record(ended=None)
    leave_marker(office.folders.withdrawn, rid)
    office.records.take_up()
    assert rid in office.keyring
    office.unlock()
    office.records.take_up()
    assert rid not in office.keyring
    assert listed(office).calls == ()


def test_the_first_part_of_a_call_waits_for_its_continuation(office: Office) -> None:
    first = office.seal(ended=None, call="aa" * 8)
    other = office.seal(ended=None, call="bb" * 8)
    second = office.seal(call="aa" * 8, keep_open=True)
    office.records.take_up()
    assert office.acts()[1:] == [("sealed", other)]
    office.writers.pop().close()
    office.records.take_up()
    assert {rid for _, rid in office.acts()[2:]} == {first, second}


def test_a_marker_without_a_key_is_just_removed(office: Office) -> None:
    leave_marker(office.folders.withdrawn, "ab" * 16)
    office.records.take_up()
    assert list(office.folders.withdrawn.iterdir()) == []
    assert office.acts() == [("first_run", None)]


def test_a_file_without_a_header_goes_once_nobody_writes_to_it(office: Office) -> None:
    rid = office.seal(seconds=0.1)
    path = office.file(rid)
    path.write_bytes(path.read_bytes()[:100])
    with path.open("ab"):
        office.records.take_up()
        assert path.exists()
        assert rid in office.keyring
    office.records.take_up()
    assert rid not in office.keyring
    office.clock.advance(31)
    office.records.tick()
    assert not path.exists()


def test_a_file_in_which_nothing_was_recorded_goes(office: Office) -> None:
    """The recorder was killed after the caller had agreed and before the first sample."""
    rid = office.seal(seconds=0, ended=None)
    office.records.take_up()
    office.clock.advance(31)
    office.records.tick()
    assert rid not in office.keyring
    assert not office.file(rid).exists()
    assert office.acts() == [("first_run", None), ("erasing", rid), ("erased", rid)]


@pytest.mark.parametrize("place", ["new", "recordings"])
def test_strangers_in_the_folder_are_left_alone(office: Office, place: str) -> None:
    folder: Path = getattr(office.folders, place)
    made = len(list(folder.iterdir()))
    (folder / "readme.txt").write_text("hello")
    (folder / ("ab" * 16)).write_bytes(bytes(5000))
    office.records.take_up()
    assert office.acts() == [("first_run", None)]
    assert len(list(folder.iterdir())) == made + 2


def test_an_unreadable_recording_is_kept_for_the_usual_period(office: Office) -> None:
    rid = office.seal()
    path = office.file(rid)
    path.write_bytes(path.read_bytes()[:1000] + bytes(3096) + path.read_bytes()[4096:])
    office.records.take_up()
    assert office.keyring.entry(rid).due_day == TODAY + 90
    office.unlock()
    assert listed(office).total == 0
    good = office.record()
    assert [call.recording for call in listed(office).calls] == [good]


def test_notes_are_counted_once_and_removed(office: Office) -> None:
    paths = [put_note(office, "aa"), put_note(office, "bb"), put_note(office, "cc", "no_answer")]
    foreign = [office.folders.notes / f"{name}.json" for name in ("dd", "ee", "ff")]
    foreign[0].write_text("{broken")
    foreign[1].write_bytes(paths[0].read_bytes().replace(b"2026-09-21", b"yesterday"))
    foreign[2].write_bytes(b"\xff" * 5000)
    half_written = office.folders.notes / ".ee"
    half_written.write_text("{")
    office.records.take_up()
    assert half_written.exists()
    office.records.take_up()
    assert not any(path.exists() for path in [*paths, *foreign])
    rows = office.ask(GetCounts(days=30)).rows
    assert rows == (
        ("Reception", "2026-09-21", "unrecorded", "no_answer", 1),
        ("Reception", "2026-09-21", "unrecorded", "refused", 2),
    )
    assert office.acts() == [("first_run", None)]


def test_counts_reach_back_as_far_as_asked(office: Office) -> None:
    put_note(office, "aa")  # the day that is today by the office's clock
    office.records.take_up()
    assert len(office.ask(GetCounts(days=1)).rows) == 1
    office.clock.advance(DAY)
    assert office.ask(GetCounts(days=1)).rows == ()
    assert len(office.ask(GetCounts(days=2)).rows) == 1


def test_an_unreadable_withdrawn_recording_is_erased_too(office: Office) -> None:
    rid = office.seal()
    path = office.file(rid)
    path.write_bytes(path.read_bytes()[:1000] + bytes(3096) + path.read_bytes()[4096:])
    office.records.take_up()
    leave_marker(office.folders.withdrawn, rid)
    office.unlock()
    office.records.take_up()
    assert rid not in office.keyring
