"""The page of the backups: how they stand, one begun by hand, a medium forgotten."""

from pathlib import Path

import pytest
from msgspec import structs

from appliance.keeper.backup.preparing import prepare
from appliance.keeper.backup.writing import Progress
from appliance.keeper.doctor.backup import DRILL_AFTER
from appliance.vault.opening.content import SftpState
from tests.boxes import PASSWORD
from tests.keeper.backup.copies import answer, backups, keyring, point_to
from tests.small.media import told_apart
from tests.web.conftest import Browser, Panel

ADAM = "Adam Admin"
KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHjJWVWMd5TgUnPcYWhlBkHKoBeQjgYyqBOVYqPVGTLA"


@pytest.fixture
def stick(tmp_path: Path, panel: Panel) -> Path:
    folder = tmp_path / "stick"
    folder.mkdir()
    prepare(folder).close()
    point_to(panel.box, folder)
    return folder


def shown(browser: Browser, done: str = "") -> str:
    return browser.get(f"/backup?done={done}", Accept_Language="en").text


def wait(panel: Panel) -> None:
    thread = backups(panel.box)._thread
    assert thread is not None
    thread.join()


FIELD = "/settings/office#backup_days"


def test_a_second_medium_asks_the_office_on_home_and_here(panel: Panel, stick: Path) -> None:
    adam = panel.log_in(ADAM)
    assert backups(panel.box).run()
    stick.rename(stick.with_name("drawer"))
    stick.mkdir()
    prepare(stick).close()
    assert not backups(panel.box).run()
    for page in (shown(adam), adam.get("/", Accept_Language="en").text):
        assert "The medium that is plugged in gets no backup yet" in page
        assert page.count(f'href="{FIELD}"') == 1
    assert 'id="backup_days"' in adam.get(FIELD.partition("#")[0]).text
    answer(panel.box, 31)
    assert backups(panel.box).run()
    assert FIELD not in shown(adam)


def test_without_a_folder_it_says_how(panel: Panel) -> None:
    page = shown(panel.log_in(ADAM))
    assert "No backups are set up." in page
    assert "zgoda backup prepare" in page
    assert "Make a backup now" not in page


def test_with_a_server_whose_key_was_accepted_backups_are_set_up(panel: Panel) -> None:
    with keyring(panel.box).changing() as draft:
        draft.sftp = SftpState("backup.office.example", 22, "zgoda", "", "day", bytes(32))
    adam = panel.log_in(ADAM)
    assert "No backups are set up." in shown(adam), "nothing goes there before its key is accepted"
    with keyring(panel.box).changing() as draft:
        assert draft.sftp is not None
        draft.sftp = structs.replace(draft.sftp, host_key=KEY)
    page = shown(adam)
    assert "No backups are set up." not in page
    assert "zgoda drill FOLDER" in page


def test_a_backup_is_begun_and_shown(panel: Panel, stick: Path) -> None:
    adam = panel.log_in(ADAM)
    assert "Nobody has tried the sheet on a backup yet." in shown(adam)
    sent = adam.send("/backup")
    assert sent.status_code == 303
    wait(panel)
    page = shown(adam, done="started")
    assert "You may close this page" in page
    assert "number 1" in page
    assert "plugged in" in page


def test_a_backup_before_is_claimed_only_where_one_was_finished(panel: Panel, stick: Path) -> None:
    adam, made = panel.log_in(ADAM), backups(panel.box)
    made.run()
    box = panel.box.keeper.box
    assert box is not None
    finished = box.keyring.content.media
    made._progress = Progress("recordings", done=1, total=3)
    assert "The backup before this one is good" in shown(adam)
    made._older = True  # another one lay there
    assert "The backup before this one is good" not in shown(adam)
    made._older = False
    with box.keyring.changing() as draft:
        draft.media = {"0" * 32: next(iter(finished.values()))}  # finished on another medium
    page = shown(adam)
    assert "Calls go on as usual." in page
    assert "The backup before this one is good" not in page


def test_of_a_restored_box_nothing_is_claimed_about_a_medium(panel: Panel, stick: Path) -> None:
    adam, made = panel.log_in(ADAM), backups(panel.box)
    made.run()
    box = panel.box.keeper.box
    assert box is not None
    with box.keyring.changing() as draft:
        draft.media = {
            name: structs.replace(one, number=0, unknown=True) for name, one in draft.media.items()
        }
    page = shown(adam)
    assert "does not know what this medium holds now" in page
    assert "No backup was finished on it." not in page
    assert "is not finished" not in page
    assert "nie wie, co jest teraz" in adam.get("/backup", Accept_Language="pl").text
    made.run()
    assert "does not know what this medium holds now" not in shown(adam), "written anew"


def made_waiting(panel: Panel, *, far: bool = False) -> None:
    """Make a copy, restore from it on a day that left recordings away; it may be a server's."""
    assert backups(panel.box).run()
    with keyring(panel.box).changing() as draft:
        draft.media = {
            name: structs.replace(one, unknown=True, waits=True, far=far)
            for name, one in draft.media.items()
        }


def test_a_medium_that_waits_for_a_person_is_not_said_to_begin_by_itself(
    panel: Panel, stick: Path
) -> None:
    adam = panel.log_in(ADAM)
    made_waiting(panel)
    stick.rename(stick.with_name("drawer"))
    backups(panel.box).run()
    page = shown(adam)
    assert "No prepared medium is plugged in." in page
    assert "begins by itself" not in page
    assert "No backup is made by itself: the restore left out recordings" in page
    stick.with_name("drawer").rename(stick)
    backups(panel.box).run()
    assert shown(adam).count("No backup is made by itself") == 1, "said once, above"


@pytest.mark.parametrize(("every", "begins"), [("day", True), ("week", True), ("hand", False)])
def test_what_comes_next_without_a_medium_is_said_as_it_was_set(
    panel: Panel, stick: Path, every: str, *, begins: bool
) -> None:
    point_to(panel.box, stick.with_name("drawer"), every)
    page = shown(panel.log_in(ADAM))
    assert ("begins by itself when it is due" in page) is begins
    assert ("Plug it in, then make a backup." in page) is not begins


def test_nobody_plugs_a_server_in_or_destroys_it(panel: Panel, stick: Path) -> None:
    adam = panel.log_in(ADAM)
    made_waiting(panel, far=True)
    page = shown(adam)
    assert "No backup goes to the server by itself" in page
    for waits, unknown, said in (
        (False, True, "does not know what this server holds now"),
        (False, False, "A later backup was begun and is not finished."),
    ):
        with keyring(panel.box).changing() as draft:
            draft.media = {
                name: structs.replace(one, waits=waits, unknown=unknown, begun=one.number + 1)
                for name, one in draft.media.items()
            }
        page = shown(adam)
        assert said in page
    assert "It goes on by itself." not in page, "it is a server that is set up no more"
    assert "I know that it was removed from the server." in page
    assert "this medium was destroyed" not in page
    assert "plug the medium in" not in page


def test_a_medium_that_is_not_there_is_said_and_no_backup_is_claimed(
    panel: Panel, stick: Path
) -> None:
    stick.rename(stick.with_name("drawer"))
    adam = panel.log_in(ADAM)
    adam.send("/backup")
    wait(panel)
    page = shown(adam, done="started")
    assert "No prepared medium is plugged in." in page
    assert "You may close this page" not in page
    assert "number 1" not in page


def test_another_boxs_medium_is_said_in_the_readers_language(panel: Panel, stick: Path) -> None:
    adam = panel.log_in(ADAM)
    adam.send("/backup")
    wait(panel)
    box = panel.box.keeper.box
    assert box is not None
    with box.keyring.changing() as draft:
        draft.vault_id, draft.media = bytes(16), {}
    adam.send("/backup")
    wait(panel)
    assert "The medium holds another device" in shown(adam)
    assert "innego urządzenia" in adam.get("/backup", Accept_Language="pl").text


def test_a_folder_on_the_boxs_own_disk_is_said_in_the_readers_language(
    panel: Panel, stick: Path
) -> None:
    adam = panel.log_in(ADAM)
    with told_apart():
        adam.send("/backup")
        wait(panel)
    page = shown(adam, done="started")
    assert f"{stick} lies on the device's own memory card or disk" in page
    assert "You may close this page" not in page
    assert "leży na karcie pamięci" in adam.get("/backup", Accept_Language="pl").text
    assert "liegt auf der Speicherkarte" in adam.get("/backup", Accept_Language="de").text


def test_a_destroyed_medium_is_forgotten_with_password_and_word(panel: Panel, stick: Path) -> None:
    adam = panel.log_in(ADAM)
    adam.send("/backup")
    wait(panel)
    box = panel.box.keeper.box
    assert box is not None
    (medium,) = box.keyring.content.media
    page = adam.send("/backup/forget", medium=medium, password=PASSWORD)
    assert page.status_code == 400
    assert adam.send("/backup/forget", medium=medium, sure="yes").status_code == 400
    assert box.keyring.content.media
    wrong = adam.send("/backup/forget", medium=medium, sure="yes", password="x" * 20)
    assert wrong.status_code == 400
    panel.box.clock.advance(60)
    done = adam.send("/backup/forget", medium=medium, sure="yes", password=PASSWORD)
    assert done.status_code == 303
    assert box.keyring.content.media == {}
    assert "backup_forgotten" in panel.box.acts()
    unknown = adam.send("/backup/forget", medium=medium, sure="yes", password=PASSWORD)
    assert unknown.status_code == 409


def test_home_reminds_an_administrator_of_the_drill_twice_a_year(panel: Panel, stick: Path) -> None:
    panel.record()
    adam = panel.log_in(ADAM)
    adam.send("/backup")
    wait(panel)
    reminder = "Try the recovery sheet on a backup"
    assert reminder not in adam.get("/", Accept_Language="en").text
    panel.box.clock.advance(DRILL_AFTER)
    again = panel.log_in(ADAM)
    assert reminder in again.get("/", Accept_Language="en").text
    assert "run zgoda drill" in again.get("/doctor", Accept_Language="en").text
    assert reminder not in panel.log_in("Pola Officer").get("/", Accept_Language="en").text


def test_only_administrators_reach_it(panel: Panel, stick: Path) -> None:
    for name in ("Lena Listener", "Otto Operator", "Pola Officer"):
        other = panel.log_in(name)
        assert other.get("/backup").status_code == 403
        assert other.send("/backup").status_code == 403
        assert other.send("/backup/forget", medium="0" * 32).status_code == 403
    assert backups(panel.box)._thread is None
