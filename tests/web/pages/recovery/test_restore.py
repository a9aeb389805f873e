"""The page that restores a backup in place of the first run, from the form to the login."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from appliance.card.sticks import Sticks
from appliance.config.outside import Backup
from appliance.errors import Refused
from appliance.keeper.backup.refused import CODES
from appliance.keeper.backup.restoring import RestoreStanding
from appliance.keeper.handlers.recovery.restore import RestoreDesk
from appliance.link.requests.recovery.restore import LONGEST_LIST, GetRestore
from appliance.model.sentences.refusals import REFUSALS
from tests.keeper.backup.copies import backed_up_box, backups
from tests.keeper.backup.restored import FRESH
from tests.keeper.boxes import OWNER, KeeperBox, make_keeper
from tests.keeper.erasure.everything import SECOND, record
from tests.web.conftest import Browser, Panel, serve
from tests.web.pages.recovery.test_drill import fields, mistyped
from web.words.recovery import STICKS

PATH = "/first-run/restore"


@dataclass
class Bench:
    """A fresh box with its panel, and what another one has left."""

    old: KeeperBox
    rids: list[str]
    medium: Path
    panel: Panel

    @property
    def desk(self) -> RestoreDesk:
        handler = self.panel.box.keeper._handlers[GetRestore]
        desk = handler.__self__  # type: ignore[attr-defined]
        assert isinstance(desk, RestoreDesk)
        return desk

    def form(self, **changes: str) -> dict[str, str]:
        said = {
            "code": self.panel.box.code(),
            "sheet": self.old.sheet,
            "name": OWNER,
            "password": FRESH,
            "repeated": FRESH,
            "today": datetime.fromtimestamp(self.old.clock.now(), UTC).date().isoformat(),
            "today_sure": "yes",
            "plain": "yes",
        }
        return said | changes

    def wait(self) -> None:
        thread = self.desk.restoring.thread
        assert thread is not None
        thread.join()


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    old, medium = backed_up_box(tmp_path / "old")
    rids = record(old, 2)
    backups(old).run()
    old.keeper.close()
    for panel in serve(make_keeper(tmp_path / "new")):
        box = panel.box
        box.config = replace(box.config, backup=Backup(str(medium.parent), "day"))
        box.keeper._around.config = box.config
        yield Bench(old, rids, medium, panel)


def shown(browser: Browser, path: str = PATH, language: str = "en") -> str:
    return browser.get(path, Accept_Language=language).text


def test_the_first_page_leads_there_and_back(bench: Bench) -> None:
    browser = bench.panel.browser()
    assert f'href="{PATH}"' in shown(browser, "/first-run")
    page = shown(browser)
    assert "Restore the backup" in page
    assert "No backup is plugged in." not in page
    assert 'href="/first-run"' in page


def test_a_restored_box_asks_for_a_login_and_says_what_has_come_back(bench: Bench) -> None:
    browser = bench.panel.browser()
    form = bench.form()
    sent = browser.send(PATH, **form)
    assert (sent.status_code, sent.location) == (303, PATH)
    bench.wait()
    page = shown(browser)
    assert 'data-state="done"' in page
    assert "log in with your new password" in page
    assert browser.get("/first-run").status_code == 303
    assert browser.send(PATH, **form).status_code == 303
    assert browser.send("/login", name=OWNER, password=FRESH).status_code == 303
    page = shown(browser, "/backup")
    assert "Restored from a backup" in page
    assert SECOND in page


def test_an_open_page_follows_it(bench: Bench) -> None:
    bench.desk.restoring.seen = RestoreStanding(running=True, done=12, total=340)
    browser = bench.panel.browser()
    page = shown(browser)
    assert "12 of 340 recordings" in page
    assert "data-again" in page
    assert '<form class="card' not in page.partition("<main")[2]
    assert browser.get("/first-run").location == PATH
    assert browser.send(PATH, **bench.form()).status_code == 409


FIELDS = {
    "code": ({"code": ""}, {"code": "AAAA-AAAA"}),
    "sheet": ({"sheet": " "}, {"sheet": "A" * 65}, {"sheet": "x" * 5000}),
    "name": ({"name": " "}, {"name": "Nobody"}),
    "password": (
        {"password": "short"},
        {"password": "x" * 300},
        {"password": "a" * 17, "repeated": "a" * 17},
    ),
    "repeated": ({"repeated": "another four words"},),
    "today": ({"today": "yesterday"}, {"today": ""}, {"today_sure": ""}),
    "ahead": ({"today": "2001-01-01"},),
    "plain": ({"plain": ""},),
    "erased": ({"erased": "the one of Monday"},),
}


@pytest.mark.parametrize("field", FIELDS)
def test_a_mistake_stands_at_its_field_and_no_secret_comes_back(bench: Bench, field: str) -> None:
    browser = bench.panel.browser()
    for changes in FIELDS[field]:
        answer = browser.send(PATH, **bench.form(**changes))
        assert answer.status_code in {400, 409}, changes
        assert f'id="{field}-mistake"' in answer.text, changes
        for secret in (bench.old.sheet, FRESH, bench.panel.box.code().strip()):
            assert secret not in answer.text
        bench.panel.box.clock.advance(600)
    assert not bench.panel.box.folders.restoring.exists()
    assert bench.panel.box.keeper.box is None


@pytest.mark.parametrize("changes", [{}, {"name": "Nobody"}, {"password": "short"}])
def test_the_groups_that_are_right_stay_typed(bench: Bench, changes: dict[str, str]) -> None:
    browser = bench.panel.browser()
    typed = mistyped(bench.old.sheet, 2, 11) if not changes else bench.old.sheet.split("-")
    form: dict[str, str | list[str]] = {**bench.form(**changes), "sheet": typed}
    answer = browser.send(PATH, **form)
    assert ("stand on the sheet: 2, 11." in answer.text) is (not changes)
    left = ["" if number in {1, 10} and not changes else one for number, one in enumerate(typed)]
    assert fields(answer.text) == left
    for other in (browser, bench.panel.browser()):
        assert fields(other.get(PATH).text) == [""] * 13


def test_a_clock_that_was_ahead_is_passed_over_by_a_second_word(bench: Bench) -> None:
    browser = bench.panel.browser()
    early = bench.form(today="2001-01-01")
    assert 'name="ahead"' in browser.send(PATH, **early).text
    assert browser.send(PATH, **early, ahead="yes").status_code == 303
    bench.wait()
    assert bench.desk.restoring.seen.result is not None


def test_pasted_certificates_keep_their_recordings_away(bench: Bench) -> None:
    browser = bench.panel.browser()
    pasted = f"Löschbescheinigung\nAufnahme {bench.rids[0].upper()}\n\n{bench.rids[0]}"
    assert browser.send(PATH, **bench.form(erased=pasted)).status_code == 303
    bench.wait()
    assert not (bench.panel.box.folders.recordings / bench.rids[0]).exists()
    assert (bench.panel.box.folders.recordings / bench.rids[1]).exists()


def test_strangers_cannot_guess_the_one_time_password(bench: Bench) -> None:
    browser = bench.panel.browser()
    codes = [browser.send(PATH, **bench.form(code="AAAA-AAAA")).status_code for _ in range(20)]
    assert codes[0] == 400
    assert codes[-1] == 429


def test_where_no_folder_is_set_up_it_names_the_command(bench: Bench) -> None:
    bench.panel.box.keeper._around.config = replace(
        bench.panel.box.config, backup=Backup("", "day")
    )
    page = shown(bench.panel.browser())
    assert "zgoda restore /media/zgoda/backup" in page
    assert "Restore the backup" not in page


def test_a_medium_that_is_not_there_is_said(bench: Bench, tmp_path: Path) -> None:
    bench.medium.parent.rename(bench.medium.parent.with_name("drawer"))
    browser = bench.panel.browser()
    assert f"mounted here: <code>{bench.medium.parent}</code>" in shown(browser)
    (tmp_path / "run").mkdir()
    (tmp_path / "devices" / "sda1").mkdir(parents=True)
    bench.desk.sticks = Sticks(tmp_path / "run", tmp_path / "devices")
    assert "Plug the medium into the device" in shown(browser)
    answer = browser.send(PATH, **bench.form())
    assert answer.status_code == 409
    assert "No prepared medium is plugged in." in answer.text


@pytest.mark.parametrize("language", ["en", "pl", "de"])
def test_what_root_left_as_it_was_is_told_in_a_sentence_of_its_own(
    bench: Bench, tmp_path: Path, language: str
) -> None:
    (tmp_path / "devices" / "sda1").mkdir(parents=True)
    bench.desk.sticks = Sticks(tmp_path / "run", tmp_path / "devices")
    browser, said = bench.panel.browser(), set()
    for word in STICKS:
        bench.desk.sticks.tell("sda1", word)
        (found,) = re.findall(
            r'<p class="notice warn" role="status">(.+?)</p>', shown(browser, PATH, language)
        )
        said.add(found)
    assert len(said) == len(STICKS)
    bench.desk.sticks.tell("sda1", "ready")
    assert "notice warn" not in shown(browser, PATH, language)


def test_one_that_was_cut_is_said_and_leaves_no_other_way(bench: Bench) -> None:
    bench.panel.box.folders.restoring.touch()
    browser = bench.panel.browser()
    assert browser.get("/first-run").location == PATH
    page = shown(browser)
    assert "A restore was cut off before its end." in page
    assert "begin anew" not in page
    form = {
        "code": bench.panel.box.code(),
        "name": OWNER,
        "password": FRESH,
        "repeated": FRESH,
        "plain": "yes",
    }
    sent = browser.send("/first-run", **form)
    assert (sent.status_code, sent.location) == (303, PATH)
    assert browser.send(PATH, **bench.form()).status_code == 303
    bench.wait()
    assert 'data-state="done"' in shown(browser)


@pytest.mark.parametrize("code", [*CODES.values(), "restore_failed", "chip_taken"])
def test_one_that_failed_says_why(bench: Bench, code: str) -> None:
    bench.desk.restoring.seen = RestoreStanding(why=Refused(code, said="<b>because</b>"))
    page = shown(bench.panel.browser())
    assert "The backup was not restored to the end." in page
    assert "<b>because" not in page
    assert REFUSALS[code].sentence in page
    assert ('<span lang="en">&lt;b&gt;because' in page) is (code == "restore_failed")


def test_a_box_that_is_set_up_restores_nothing(panel: Panel) -> None:
    browser = panel.browser()
    before = panel.box.folders.keyring[0].read_bytes()
    page = shown(browser)
    assert "This device is set up" in page
    assert '<form class="card' not in page.partition("<main")[2]
    assert browser.get("/first-run").status_code == 303
    with pytest.raises(Refused) as told:
        panel.box.ask(GetRestore())
    assert told.value.code == "set_up_already"
    assert panel.box.folders.keyring[0].read_bytes() == before


def test_a_day_that_leaves_recordings_away_takes_a_second_word(bench: Bench) -> None:
    browser = bench.panel.browser()
    assert 'name="today" type="date" value=""' in shown(browser), "nobody confirms it unread"
    late = bench.form(today="2036-01-01")
    page = browser.send(PATH, **late).text
    assert "The retention period of 2 recordings is over on this day" in page
    assert 'name="due" value="2"' in page
    assert browser.send(PATH, **late, due="1").status_code == 409
    assert browser.send(PATH, **late, due="²").status_code == 409
    assert not bench.panel.box.folders.restoring.exists()
    assert browser.send(PATH, **late, due="2").status_code == 303
    bench.wait()
    assert bench.desk.restoring.seen.result is not None


def test_a_name_that_the_backup_does_not_know_takes_a_second_word(bench: Bench) -> None:
    browser, wrong = bench.panel.browser(), "0" * 31 + "7"
    typed = bench.form(erased=f"{bench.rids[0]}\n{wrong}", today="2036-01-01")
    page = browser.send(PATH, **typed)
    assert page.status_code == 409
    assert f"Names of erased recordings that the backup does not know: 1 ({wrong})" in page.text
    assert re.search('name="unknown" value="1" aria-describedby', page.text), "not ticked yet"
    assert not bench.panel.box.folders.restoring.exists()

    page = browser.send(PATH, **typed, unknown="1")
    assert 'name="due" value="1"' in page.text, "the day was wrong, too"
    assert 'name="unknown" value="1" checked' in page.text, "what was said stays said"
    assert browser.send(PATH, **typed, unknown="1", due="1").status_code == 303
    bench.wait()
    assert bench.desk.restoring.seen.result is not None


def test_many_pasted_certificates_are_taken_whole(bench: Bench) -> None:
    browser = bench.panel.browser()
    other = "Certificate of erasure\nRecording {}\nWhat may still hold a copy: nothing\n"
    pasted = "".join(other.format(f"{number:032x}") for number in range(6000))
    pasted += other.format(bench.rids[0])
    assert len(pasted) > 10 * 2**16 // 2
    assert "maxlength" not in shown(browser).partition('id="erased"')[2].partition(">")[0]
    answer = browser.send(PATH, **bench.form(erased=pasted), unknown="6000")
    assert answer.status_code == 303
    bench.wait()
    assert not (bench.panel.box.folders.recordings / bench.rids[0]).exists()
    assert (bench.panel.box.folders.recordings / bench.rids[1]).exists()


def test_a_list_too_long_is_refused_and_never_cut(bench: Bench) -> None:
    browser = bench.panel.browser()
    pasted = "\n".join(f"{number:032x}" for number in range(LONGEST_LIST // 33 + 2))
    answer = browser.send(PATH, **bench.form(erased=pasted))
    assert answer.status_code == 400
    assert "takes no list so long" in answer.text
    assert not bench.panel.box.folders.restoring.exists()


def test_a_mistyped_name_is_told_with_its_line(bench: Bench) -> None:
    browser = bench.panel.browser()
    pasted = f"{bench.rids[0]}\n{bench.rids[1][:-1]}"
    answer = browser.send(PATH, **bench.form(erased=pasted))
    assert answer.status_code == 400
    assert "Look at line 2" in answer.text
    assert not bench.panel.box.folders.restoring.exists()
