"""A backup and the sheet make a new box from nothing."""

from pathlib import Path

import pyotp
import pytest

from appliance.clock import DAY, day_of
from appliance.errors import WrongSecret
from appliance.keeper.backup import opened
from appliance.keeper.backup.medium import BackupFailed
from appliance.keeper.backup.preparing import prepare
from appliance.keeper.backup.refused import refused
from appliance.keeper.backup.wanted import is_ahead
from appliance.keeper.erasure.erase_all import EraseAll
from appliance.keeper.erasure.media import HOLDS
from appliance.keeper.people.second_person import WAIT_SECONDS
from appliance.link.requests.calls import ListCalls, ShowCall
from appliance.link.requests.login import EnterCode, LogIn
from appliance.link.requests.time import ConfirmTime, GetTime
from appliance.vault.opening import shard
from appliance.vault.opening.keys import new_secret, read_by_sheet, read_sheet, sheet_text
from appliance.vault.opening.unseal import Reader
from tests.boxes import PASSWORD
from tests.keeper.backup.copies import (
    answer,
    backed_up_box,
    backups,
    erase,
    keyring,
    manifest,
    point_to,
)
from tests.keeper.backup.restored import FRESH, begin_again, new_keeper
from tests.keeper.boxes import OWNER, KeeperBox
from tests.keeper.erasure.everything import OFFICER, SECOND, ask, confirm, pass_time, record
from tests.model.refusals import refuses
from tests.proofs import give_totp
from tests.tree import contents
from tests.vaults import change


def opens(box: KeeperBox, rid: str) -> bool:
    """Say whether everything is there that opens a recording, and its sound with it."""
    content = keyring(box).content
    reading = read_by_sheet(read_sheet(box.sheet), content.sheet.sealed, content.vault_id)
    with Reader.open(box.folders.recordings / rid, reading, keyring(box).private(rid)) as reader:
        return reader.samples > 0 and reader.survey.verdict == "complete"


def test_another_board_goes_on_where_the_copy_was_made(tmp_path: Path) -> None:
    old, medium = backed_up_box(tmp_path)
    rids = record(old, 3)
    backups(old).run()
    late = record(old)  # after the copy: lost with the board
    old.keeper.close()

    done = begin_again(old, medium, tmp_path / "new")
    assert (done.recordings, done.due, done.erased, done.bad, done.bad_papers) == (3, 0, 0, (), ())
    assert set(done.without_password) == {OFFICER, SECOND, "Lena Listener"}

    new = new_keeper(old, tmp_path / "new")
    assert new.sound_audit()
    assert new.acts().count("sealed") == 3
    assert new.acts()[-1] != "keys_lost"
    assert "restored" in new.acts()
    for rid in rids:
        assert opens(new, rid)
    assert late[0] not in keyring(new)
    assert keyring(new).lowest_level == "E0"
    for name in (OWNER, SECOND):
        with refuses("wrong_password"):
            new.ask(LogIn(name=name, password=PASSWORD))
        new.clock.advance(2)
    token = new.log_in(OWNER, FRESH)
    assert new.ask(ListCalls(), token).total == 1  # three recordings of one call
    assert new.ask(GetTime(), token).question == "wait"
    now = new.clock.now()
    new.ask(ConfirmTime(at=now, uptime=new.clock.monotonic(), password=FRESH), token)
    assert new.ask(GetTime(), token).question == "none"
    backups(new)._wanted = True
    assert backups(new).run(), backups(new).seen().trouble
    assert manifest(medium).number == 2
    assert set(manifest(medium).recordings) == set(rids)
    more = record(new)
    assert more[0] in keyring(new)
    assert opens(new, more[0])
    new.restart()
    assert new.sound_audit()
    new.keeper.close()


def test_authenticators_stay_and_backup_codes_do_not_come_back(tmp_path: Path) -> None:
    """The sheet stands for passwords alone; a backup code may have been used since the copy."""
    old, medium = backed_up_box(tmp_path)
    secret = pyotp.random_base32()
    assert old.keeper.box is not None
    with old.keeper.box.keyring.changing() as draft:
        entry = next(each for each in draft.operators.values() if each.name == OWNER)
        give_totp(entry, secret)
        entry.backup = (bytes(32),)
    backups(old).run()
    old.keeper.close()
    begin_again(old, medium, tmp_path / "new")
    new = new_keeper(old, tmp_path / "new")
    half = new.ask(LogIn(name=OWNER, password=FRESH))
    assert half.step == "code"
    assert (
        new.ask(EnterCode(half.token, pyotp.TOTP(secret).at(int(new.clock.now())))).step == "open"
    )
    assert not any(each.backup for each in keyring(new).content.operators.values())
    new.keeper.close()


def test_what_is_due_or_certified_erased_stays_away(tmp_path: Path) -> None:
    old, medium = backed_up_box(tmp_path)
    due, held, gone, stays = record(old, 4)
    today = day_of(old.clock.now())
    for rid, day in {due: 5, held: 5, gone: 50, stays: 50}.items():
        change(keyring(old), rid, due_day=today + day, held=rid == held)
    backups(old).run()
    erase(old, gone)  # after the copy; its certificate is at hand
    old.keeper.close()

    done = begin_again(old, medium, tmp_path / "new", today=today + 6, erased=frozenset({gone}))
    assert (done.due, done.erased, done.recordings) == (1, 1, 2)

    new = new_keeper(old, tmp_path / "new")
    for rid in (due, gone):
        assert rid not in keyring(new)
        assert not (new.folders.recordings / rid).exists()
        assert new.keeper.box is not None
        made = new.keeper.box.records.erasing.certificate_of(rid)
        assert made is not None
        assert made.state == "erased"
        assert "backups" in made.remains
    assert opens(new, held)
    assert opens(new, stays)
    assert "keys_lost" not in new.acts()
    assert new.sound_audit()
    new.keeper.close()


def test_what_was_taken_back_and_noted_stays_so(tmp_path: Path) -> None:
    old, medium = backed_up_box(tmp_path)
    ended, noted, both = record(old, 3)
    today = day_of(old.clock.now())
    change(keyring(old), ended, ended_purposes=1, ended_day=today)
    change(keyring(old), noted, has_note=True)
    change(keyring(old), both, ended_purposes=1, ended_day=today - 1, has_note=True)
    before = {rid: keyring(old).entry(rid) for rid in (ended, noted, both)}
    backups(old).run()
    old.keeper.close()
    begin_again(old, medium, tmp_path / "new")
    new = new_keeper(old, tmp_path / "new")
    assert {rid: keyring(new).entry(rid) for rid in before} == before
    token = new.log_in(password=FRESH)
    parts = new.ask(ShowCall(ended), token).parts  # of one call
    assert {part.call.recording: part.open_purposes for part in parts} == {
        **{ended: (), both: ()},
        noted: ("training",),
    }
    new.keeper.close()


@pytest.mark.parametrize("form", ["ledger", "shard"])
def test_a_copy_of_an_older_form_is_refused_in_one_sentence(
    tmp_path: Path, form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A later program sees this one's copy so."""
    old, medium = backed_up_box(tmp_path)
    record(old)
    backups(old).run()
    old.keeper.close()
    if form == "ledger":
        monkeypatch.setattr(opened, "LABEL", b"zgoda ledger v4")
    else:
        monkeypatch.setattr(shard, "_VERSION", shard._VERSION + 1)
    before = contents(medium)
    with pytest.raises(BackupFailed) as failed:
        begin_again(old, medium, tmp_path / "new")
    assert failed.value.code == "older"
    assert str(failed.value) == "An older Zgoda made the backup: restore it with that version."
    assert refused(failed.value).code == "backup_older"
    assert contents(medium) == before
    assert not (tmp_path / "new").exists()


def test_an_order_to_erase_everything_that_waited_ends(tmp_path: Path) -> None:
    """It may have been cancelled since, and would be carried out after the rest of its day."""
    old, medium = backed_up_box(tmp_path)
    (rid,) = record(old)
    order = ask(old)
    backups(old).run()
    old.keeper.close()

    assert begin_again(old, medium, tmp_path / "new").order_ended
    new = new_keeper(old, tmp_path / "new")
    assert keyring(new).content.erase_all is None
    assert new.keeper.box is not None
    ended = [one for one in new.keeper.box.audit.entries() if one.type == "erase_all_ended"]
    assert [(one.case, one.detail) for one in ended] == [(order, "restored")]
    pass_time(new, WAIT_SECONDS + 1)
    pass_time(new, WAIT_SECONDS + 1)
    assert opens(new, rid)
    assert new.sound_audit()
    new.keeper.close()


def test_an_order_to_erase_everything_that_was_decided_holds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, medium = backed_up_box(tmp_path)
    (rid,) = record(old)
    order = ask(old)
    with monkeypatch.context() as cut:
        cut.setattr(EraseAll, "_attempt", lambda *_: None)
        confirm(old, order)
        backups(old).run()
    old.keeper.close()

    assert not begin_again(old, medium, tmp_path / "new").order_ended
    new = new_keeper(old, tmp_path / "new")
    pass_time(new, 31)
    assert rid not in keyring(new)
    new.keeper.close()


def test_a_clock_that_was_ahead_makes_no_backup_useless(tmp_path: Path) -> None:
    old, medium = backed_up_box(tmp_path)
    (rid,) = record(old)
    backups(old).run()
    old.keeper.close()
    old.clock.jump(-40.0 * DAY)  # another board has the true time
    true = old.clock.now()
    done = begin_again(old, medium, tmp_path / "new", today=day_of(true))
    assert (done.recordings, done.due) == (1, 0)

    new = new_keeper(old, tmp_path / "new")
    token = new.log_in(OWNER, FRESH)
    assert new.ask(GetTime(), token).question == "wait"
    new.ask(ConfirmTime(at=true, uptime=new.clock.monotonic(), password=FRESH), token)
    assert new.ask(GetTime(), token).question == "none"
    assert opens(new, rid)
    new.keeper.close()


@pytest.mark.parametrize(("after", "ahead"), [(0, False), (1, False), (2, True), (-1, False)])
def test_the_day_of_the_place_may_be_another_than_that_of_utc(after: int, ahead: bool) -> None:
    assert is_ahead((1000 + after) * float(DAY), 1000) is ahead


def test_a_second_medium_is_named_until_the_restored_box_has_written_it_anew(
    tmp_path: Path,
) -> None:
    """The old box may have gone on writing to it: it may hold any key of the copy."""
    old, second = backed_up_box(tmp_path)
    answer(old, 31)
    backups(old).run()  # holds no recording
    (rid,) = record(old)
    first = tmp_path / "first"
    first.mkdir()
    prepare(first).close()
    point_to(old, first)
    assert backups(old).run()
    point_to(old, second)
    backups(old)._wanted = True
    assert backups(old).run()  # after the copy that is restored
    old.keeper.close()

    begin_again(old, first, tmp_path / "new")
    new = new_keeper(old, tmp_path / "new")
    assert {one.unknown for one in keyring(new).content.media.values()} == {True}
    point_to(new, first)
    assert backups(new).run()
    erase(new, rid)
    assert new.keeper.box is not None
    made = new.keeper.box.records.erasing.certificate_of(rid)
    assert made is not None
    assert HOLDS in made.remains, "the second one holds it"
    state = keyring(new).content.media
    assert [state[manifest(one).medium].unknown for one in (first, second)] == [False, True]
    new.keeper.close()


def test_a_vault_is_never_written_over(tmp_path: Path) -> None:
    box, medium = backed_up_box(tmp_path)
    (rid,) = record(box)
    backups(box).run()
    box.keeper.close()
    before = (box.folders.recordings / rid).read_bytes(), box.folders.keyring[0].read_bytes()
    with refuses("folder_not_empty") as refused:
        begin_again(box, medium, box.folders.data)
    assert refused.value.code == "folder_not_empty"
    after = (box.folders.recordings / rid).read_bytes(), box.folders.keyring[0].read_bytes()
    assert after == before
    assert not box.folders.restoring.exists()


def test_a_folder_with_anything_of_a_vault_is_not_empty(tmp_path: Path) -> None:
    box, medium = backed_up_box(tmp_path)
    backups(box).run()
    for number, left in enumerate(("rec/aa", "audit/2026-11.log", "ledger", "keys/x", "new/y")):
        there = tmp_path / str(number) / left
        there.parent.mkdir(parents=True)
        there.write_bytes(b"something of somebody's")
        with refuses("folder_not_empty"):
            begin_again(box, medium, tmp_path / str(number))
        assert there.read_bytes() == b"something of somebody's"


def test_another_sheet_opens_nothing(tmp_path: Path) -> None:
    box, medium = backed_up_box(tmp_path)
    backups(box).run()
    with pytest.raises(WrongSecret, match="another recovery sheet"):
        begin_again(box, medium, tmp_path / "new", sheet=sheet_text(new_secret()))
    assert not (tmp_path / "new").exists()


def test_name_and_password_are_checked_before_anything_is_written(tmp_path: Path) -> None:
    box, medium = backed_up_box(tmp_path)
    backups(box).run()
    with refuses("no_administrator_there"):
        begin_again(box, medium, tmp_path / "new", name=OFFICER)
    with refuses("password_short"):
        begin_again(box, medium, tmp_path / "new", password="short")
    assert not (tmp_path / "new").exists()


def test_a_keeper_opens_nothing_that_is_half_restored(tmp_path: Path) -> None:
    box, medium = backed_up_box(tmp_path)
    backups(box).run()
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "zgoda-restoring").touch()
    half = new_keeper(box, tmp_path / "new").keeper
    assert half.box is None
    half.close()
    begin_again(box, medium, tmp_path / "new")
    new_keeper(box, tmp_path / "new").keeper.close()


def test_an_altered_and_a_missing_recording_are_told_and_the_rest_is_there(
    tmp_path: Path,
) -> None:
    old, medium = backed_up_box(tmp_path)
    good, altered, missing = record(old, 3)
    backups(old).run()
    raw = bytearray((medium / "rec" / altered).read_bytes())
    raw[5000] ^= 1
    (medium / "rec" / altered).write_bytes(raw)
    (medium / "rec" / missing).unlink()
    old.keeper.close()
    done = begin_again(old, medium, tmp_path / "new")
    assert set(done.bad) == {altered, missing}
    new = new_keeper(old, tmp_path / "new")
    assert opens(new, good)
    assert not (new.folders.recordings / altered).exists()
    new.keeper.close()


def test_an_altered_copy_is_refused_whole(tmp_path: Path) -> None:
    box, medium = backed_up_box(tmp_path)
    record(box)
    backups(box).run()
    folder = medium / manifest(medium).folder
    shard = next((folder / "keys").iterdir())
    own = [folder / name for name in ("keyring.age", "index.age", "ledger")]
    for path in (medium / "manifest", shard, *own):
        good = path.read_bytes()
        bad = bytearray(good)
        bad[len(bad) // 2] ^= 1
        path.write_bytes(bad)
        with pytest.raises(BackupFailed, match="damaged") as refused:
            begin_again(box, medium, tmp_path / "new")
        assert refused.value.code == "damaged"
        path.unlink()
        with pytest.raises(BackupFailed):
            begin_again(box, medium, tmp_path / "new")
        path.write_bytes(good)
    assert not (tmp_path / "new").exists()
