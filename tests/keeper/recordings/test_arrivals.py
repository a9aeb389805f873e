"""Take up what is final, tell what is strange, and go on from wherever a power cut came."""

import contextlib
import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from appliance.clock import HOUR
from appliance.errors import VaultError
from appliance.keeper.recordings.arrivals import LONGEST_SECONDS, WHOLE_SECONDS
from appliance.link.requests.calls import EraseCall, Ground, ListCalls
from appliance.model.records import Verdict
from appliance.vault import pool
from appliance.vault.disk import Disk
from appliance.vault.lease import CLOSED
from appliance.vault.opening.keyring import Keyring
from appliance.vault.opening.refill import refill
from appliance.vault.pool import Pool
from appliance.vault.seal import leave_marker
from tests.keeper.office import TODAY, Office, make_office
from tests.vaults import change


def sealed(office: Office) -> list[str | None]:
    return [rid for act, rid in office.acts() if act == "sealed"]


def again(office: Office) -> None:
    """Start the keeper's records afresh and take up."""
    office.build()
    office.records.take_up()


def unused(office: Office) -> str:
    """Return a name whose file waits, and is not the next to be used."""
    return office.keyring.unused()[-1]


# -- what is final moves ---------------------------------------------------------------------------


def test_what_is_taken_up_lies_with_the_keeper_alone_and_closed(office: Office) -> None:
    rid = office.record()
    path = office.folders.recordings / rid
    assert path.stat().st_mode & 0o7777 == CLOSED
    assert not (office.folders.new / rid).exists()
    assert office.folders.recordings.stat().st_mode & 0o7777 == 0o700


def test_a_file_that_somebody_holds_open_waits_and_no_other_does(office: Office) -> None:
    held, other = office.seal(), office.seal()
    fd = os.open(office.folders.new / held, os.O_WRONLY)
    office.records.take_up()
    assert sealed(office) == [other]
    assert (office.folders.new / held).stat().st_mode & 0o7777 == CLOSED
    os.pwrite(fd, b"late", 4096 * 5)  # a frame of sound
    os.close(fd)
    office.records.take_up()
    assert sealed(office) == [other, held]
    office.unlock()
    assert office.ask(ListCalls()).total == 2


def test_a_recording_can_grow_while_the_keeper_looks_at_it(office: Office) -> None:
    rid = office.seal(keep_open=True)
    office.records.take_up()
    writer = office.writers.pop()
    writer.audio(8000, bytes(4000))
    writer.close()
    office.records.take_up()
    assert sealed(office) == [rid]
    office.unlock()
    call = office.ask(ListCalls()).calls[0]
    assert (call.verdict, call.seconds) == (Verdict.CUT, 1.5)


# -- held open -------------------------------------------------------------------------------------


def test_what_is_held_open_for_an_hour_is_told_once(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    rid = office.seal()
    arrivals = office.records.recordings.intake.arrivals
    fd = os.open(office.folders.new / rid, os.O_WRONLY)
    for passed in (0, HOUR - 1):
        office.clock.advance(passed)
        office.records.take_up()
        assert arrivals.held == ()
    office.clock.advance(1)
    for _ in range(3):
        office.records.take_up()
        assert arrivals.held == (rid,)
    assert office.acts().count(("held_open", rid)) == 1
    assert caplog.text.count("is held open") == 1
    os.close(fd)
    office.records.take_up()
    assert arrivals.held == ()
    assert sealed(office) == [rid]


def test_a_long_call_is_not_held_open_as_long_as_it_grows(office: Office) -> None:
    rid = office.seal(keep_open=True)
    writer = office.writers[0]
    arrivals = office.records.recordings.intake.arrivals
    for hour in range(30):
        writer.audio(8000 + hour * 4000, bytes(4000))
        office.clock.advance(HOUR - 1)
        office.records.take_up()
        assert arrivals.held == ()
    office.clock.advance(LONGEST_SECONDS)
    writer.audio(200_000, bytes(4000))
    office.records.take_up()
    assert arrivals.held == (rid,), "it grows, but no recording takes so long"


# -- what is no recording --------------------------------------------------------------------------


def _link(path: Path) -> None:
    path.symlink_to("/etc/passwd")


def _hard_link(path: Path) -> None:
    path.write_bytes(bytes(5000))
    os.link(path, path.parent.parent / "second")


STRANGE: dict[str, tuple[Callable[[Path], object], str]] = {
    "link": (_link, "no ordinary file"),
    "pipe": (os.mkfifo, "no ordinary file"),
    "folder": (Path.mkdir, "no ordinary file"),
    "hard link": (_hard_link, "a second name"),
}


@pytest.mark.parametrize("kind", STRANGE)
def test_something_strange_is_told_in_a_sentence_and_hurts_nobody(
    office: Office, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    make, why = STRANGE[kind]
    name = unused(office)
    path = office.folders.new / name
    path.unlink()
    make(path)
    about = path.lstat()
    rid = office.seal()
    for _ in range(3):
        office.records.take_up()
    assert sealed(office) == [rid]
    assert (path.lstat().st_ino, path.lstat().st_mode) == (about.st_ino, about.st_mode)
    told = [record.message for record in caplog.records if name in record.message]
    assert len(told) == 1
    assert why in told[0]
    assert "\n" not in told[0]
    assert list(office.records.recordings.intake.problems()) == [name]
    refill(office.keyring, office.folders, 12)
    assert name not in pool.load(office.folders.pool).keys, "nobody is to write there"
    assert name in office.keyring


@pytest.mark.parametrize("name", ["ab" * 16, "readme.txt", ".hidden", "AB" * 16, "ab\ncd"])
def test_a_file_of_no_key_is_told_and_never_removed(
    office: Office, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    path = office.folders.new / name
    path.write_bytes(bytes(5000))
    for _ in range(2):
        office.records.take_up()
        refill(office.keyring, office.folders, 12)
    again(office)
    assert path.read_bytes() == bytes(5000)
    told = [record.message for record in caplog.records if "No key of this box" in record.message]
    assert len(told) == 2, "by each keeper once"
    assert all("\n" not in message for message in told)
    path.unlink()
    office.records.take_up()
    assert office.records.recordings.intake.problems() == {}


def test_another_users_file_is_told(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    rid, uid = office.seal(), os.geteuid()
    with monkeypatch.context() as other:
        other.setattr(os, "geteuid", lambda: uid + 1)
        office.records.take_up()
    assert "another user" in office.records.recordings.intake.problems()[rid]
    assert sealed(office) == []
    office.records.take_up()
    assert sealed(office) == [rid]


def test_what_is_being_erased_is_not_strange(office: Office) -> None:
    rid = office.seal()
    leave_marker(office.folders.withdrawn, rid)
    office.records.take_up()
    assert rid not in office.keyring
    office.records.take_up()
    assert office.records.recordings.intake.problems() == {}
    office.clock.advance(31)
    office.records.tick()
    assert not (office.folders.new / rid).exists()


def test_the_two_folders_on_two_mounts_are_told(
    office: Office, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    rid = office.seal()

    def elsewhere(disk: Disk, source: Path, target: Path) -> None:
        raise OSError(errno.EXDEV, os.strerror(errno.EXDEV))

    with monkeypatch.context() as mounted:
        mounted.setattr(Disk, "rename", elsewhere)
        office.records.take_up()
        office.records.take_up()
    assert caplog.text.count("must be on one mount") == 1
    assert office.keyring.entry(rid).due_day is None
    office.records.take_up()
    assert office.keyring.entry(rid).due_day == TODAY + 90
    assert sealed(office) == [rid]


# -- wherever a power cut came ---------------------------------------------------------------------


def test_a_file_that_was_cut_during_the_call_is_taken_up_as_cut(office: Office) -> None:
    rid = office.seal(ended=None)
    os.truncate(office.folders.new / rid, (office.folders.new / rid).stat().st_size - 1000)
    again(office)
    office.unlock()
    (call,) = office.ask(ListCalls()).calls
    assert (call.recording, call.verdict) == (rid, Verdict.CUT)


@pytest.mark.parametrize("step", ["rename", "sync_folder", "keyring"])
def test_a_take_up_that_was_interrupted_goes_on(
    office: Office, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    rids = [office.seal(), office.seal()]

    def fails(*_: object) -> None:
        raise OSError(errno.EIO, "Input/output error")

    def fails_as_keyring(*_: object) -> None:
        raise VaultError("The keyring could not be written.")

    with monkeypatch.context() as broken:
        if step == "keyring":
            broken.setattr(Keyring, "change", fails_as_keyring)
        else:
            broken.setattr(Disk, step, fails)
        with contextlib.suppress(VaultError):
            office.records.take_up()
    assert [office.keyring.entry(rid).due_day for rid in rids] == [None, None]
    shown = pool.load(office.folders.pool).keys
    refill(office.keyring, office.folders, 12)
    assert not {*rids} & pool.load(office.folders.pool).keys.keys(), "no name is used twice"
    assert {*rids} <= shown.keys()
    again(office)
    assert {*sealed(office)} == {*rids}
    assert [office.keyring.entry(rid).due_day for rid in rids] == [TODAY + 90] * 2
    assert sorted(path.name for path in office.folders.recordings.iterdir()) == sorted(rids)
    assert office.acts().count(("sealed", rids[0])) == 1


def test_a_move_that_was_lost_is_made_again_and_its_day_stays(office: Office) -> None:
    rid = office.record()
    change(office.keyring, rid, due_day=TODAY + 7)
    (office.folders.recordings / rid).rename(office.folders.new / rid)
    again(office)
    assert (office.folders.recordings / rid).exists()
    assert not (office.folders.new / rid).exists()
    assert office.keyring.entry(rid).due_day == TODAY + 7
    assert sealed(office) == [rid]


def test_a_second_file_of_a_recording_is_told_and_the_first_one_stays(office: Office) -> None:
    rid = office.record()
    first = (office.folders.recordings / rid).read_bytes()
    (office.folders.new / rid).write_bytes(b"another")
    again(office)
    assert (office.folders.recordings / rid).read_bytes() == first
    assert (office.folders.new / rid).read_bytes() == b"another"
    assert list(office.records.recordings.intake.problems()) == [rid]


def test_a_file_closed_before_its_first_byte_was_stored_is_opened_again(office: Office) -> None:
    """The mode reached the medium, the bytes did not."""
    rid = unused(office)
    (office.folders.new / rid).chmod(CLOSED)
    again(office)
    refill(office.keyring, office.folders, 12)
    assert (office.folders.new / rid).stat().st_mode & 0o7777 == 0o620


def test_keys_thrown_away_take_their_empty_files_along(office: Office) -> None:
    gone = list(pool.load(office.folders.pool).keys)[:3]
    office.records.erasing.discard(gone)
    assert not any((office.folders.new / rid).exists() for rid in gone)
    assert {path.name for path in office.folders.new.iterdir()} == set(office.keyring.unused())


def test_an_erased_recording_that_was_never_moved_goes_too(office: Office) -> None:
    rid = office.record()
    (office.folders.recordings / rid).rename(office.folders.new / rid)
    office.unlock()
    office.ask(EraseCall(rid, Ground.UNLAWFUL, "A mistake"))
    office.clock.advance(31)
    office.records.tick()
    assert not (office.folders.new / rid).exists()
    assert ("erased", rid) in office.acts()


# -- without a keeper ------------------------------------------------------------------------------


def test_the_whole_pool_is_used_without_a_keeper_and_then_there_is_none(tmp_path: Path) -> None:
    office = make_office(tmp_path / "data", pool_ahead=20)
    rids = [office.seal(seconds=0.1) for _ in range(20)]
    taking = Pool(office.folders.pool, office.folders.new)
    assert not is_ready(taking), "a fault, as it always was"
    again(office)
    assert sealed(office) == sorted(rids)
    assert refill(office.keyring, office.folders, 20) == 20
    assert is_ready(taking)
    office.close()


def is_ready(taking: Pool) -> bool:
    return taking.ready


# -- what a look costs -----------------------------------------------------------------------------


def test_a_look_goes_no_further_than_the_files_that_come_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = make_office(tmp_path / "data", pool_ahead=600)
    office.records.take_up()
    first = office.seal()
    late = office.keyring.unused()[300]
    (office.folders.new / late).write_bytes(b"out of turn")
    looked = list[str]()
    real = Path.lstat

    def lstat(path: Path) -> os.stat_result:
        looked.append(path.name)
        return real(path)

    with monkeypatch.context() as counting:
        counting.setattr(Path, "lstat", lstat)
        office.records.take_up()
    assert sealed(office) == [first]
    assert len(looked) < 80
    assert late in office.keyring
    office.clock.advance(WHOLE_SECONDS)
    office.records.take_up()
    assert late not in office.keyring, "it holds nothing, and is found within ten minutes"
    office.close()
