"""The page on which somebody tries the recovery sheet on a backup."""

import re
from pathlib import Path

import pytest

from appliance.card.sticks import Sticks
from appliance.keeper.backup.drilling import DrillFailure, DrillProof, prove
from appliance.keeper.backup.medium import BackupFailed
from appliance.keeper.backup.preparing import prepare
from appliance.keeper.backup.refused import CODES
from appliance.keeper.handlers.backup import BackupDesk
from appliance.keeper.handlers.recovery.drill import DrillDesk
from appliance.link.requests.outside.backup import GetSticks
from appliance.link.requests.recovery.drill import TrySheet
from appliance.vault.opening.keys import new_secret, sheet_text
from tests.keeper.backup.copies import backups, point_to
from tests.web.conftest import Panel

ADAM = "Adam Admin"
PATH = "/backup/try"


@pytest.fixture
def stick(tmp_path: Path, panel: Panel) -> Path:
    """A backup of one call is plugged in."""
    folder = tmp_path / "stick"
    folder.mkdir()
    prepare(folder).close()
    point_to(panel.box, folder)
    panel.record()
    backups(panel.box).run()
    return folder


def test_the_page_of_the_backups_leads_there_where_there_is_a_folder(
    panel: Panel, stick: Path
) -> None:
    adam = panel.log_in(ADAM)
    assert f'href="{PATH}"' in adam.get("/backup").text
    point_to(panel.box, None)
    assert f'href="{PATH}"' not in adam.get("/backup").text
    answer = adam.send(PATH, sheet=panel.box.sheet)
    assert answer.status_code == 409


def test_a_sheet_that_fits_is_said_and_noted(panel: Panel, stick: Path) -> None:
    adam = panel.log_in(ADAM)
    answer = adam.send(PATH, sheet=panel.box.sheet)

    assert answer.status_code == 200, answer.text
    assert panel.box.sheet not in answer.text
    assert panel.box.acts()[-1] == "drill_done"
    assert "The sheet was last tried" in adam.get("/backup", Accept_Language="en").text


@pytest.mark.parametrize("sheet", ["", " ", "ABC", "x" * 5000, sheet_text(new_secret())])
def test_one_that_does_not_fit_is_said_and_not_shown_again(
    panel: Panel, stick: Path, sheet: str
) -> None:
    answer = panel.log_in(ADAM).send(PATH, sheet=sheet)

    assert answer.status_code == 400
    assert 'id="sheet-mistake"' in answer.text
    assert not sheet.strip() or sheet not in answer.text
    assert "drill_done" not in panel.box.acts()


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("language", ["en", "pl", "de"])
def test_each_backup_that_does_not_open_has_its_sentence(
    panel: Panel, stick: Path, code: str, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = panel.box.keeper._handlers[TrySheet].__self__  # type: ignore[attr-defined]
    assert isinstance(desk, DrillDesk)

    def failed(secret: bytearray, folder: Path) -> DrillProof:
        raise BackupFailed(code, "in English")

    desk.prove = failed
    adam = panel.log_in(ADAM)
    token_page = adam.get(PATH, Accept_Language=language)
    answer = adam.send(PATH, sheet=panel.box.sheet)
    assert token_page.status_code == 200
    assert answer.status_code == 409
    assert "in English" not in answer.text


def test_the_process_says_what_it_finds(panel: Panel, stick: Path, tmp_path: Path) -> None:
    assert isinstance(prove(tmp_path / "gone", bytearray(32)), DrillFailure)
    assert isinstance(prove(stick, bytearray(32)), DrillFailure)


def test_only_administrators_reach_it(panel: Panel, stick: Path) -> None:
    for name in ("Lena Listener", "Otto Operator", "Pola Officer"):
        other = panel.log_in(name)
        assert other.get(PATH).status_code == 403
        assert other.send(PATH, sheet=panel.box.sheet).status_code == 403
    assert "drill_done" not in panel.box.acts()


def test_a_card_says_how_a_medium_is_named_and_what_became_of_it(
    panel: Panel, tmp_path: Path
) -> None:
    point_to(panel.box, tmp_path / "nothing")
    desk = panel.box.keeper._handlers[GetSticks].__self__  # type: ignore[attr-defined]
    assert isinstance(desk, BackupDesk)
    adam = panel.log_in(ADAM)
    assert "ZGODABACKUP" not in adam.get("/backup").text, "no card"
    (tmp_path / "run").mkdir()
    (tmp_path / "devices" / "sda1").mkdir(parents=True)
    desk.sticks = Sticks(tmp_path / "run", tmp_path / "devices")
    assert (
        "Name an empty stick or disk ZGODABACKUP" in adam.get("/backup", Accept_Language="en").text
    )
    desk.sticks.tell("sda1", "second")
    assert "Two media for backups are plugged in." in adam.get("/backup", Accept_Language="en").text


def fields(page: str) -> list[str]:
    """Return what the thirteen fields of a page hold."""
    return re.findall(r'name="sheet" value="([^"]*)"', page)


def mistyped(sheet: str, *groups: int) -> list[str]:
    """Return a sheet's groups, some with a wrong letter, by their numbers from 1."""
    typed = sheet.split("-")
    for number in groups:
        letter = typed[number - 1][0]
        typed[number - 1] = ("2" if letter != "2" else "3") + typed[number - 1][1:]
    return typed


@pytest.mark.parametrize("wrong", [(5,), (1, 13), tuple(range(1, 14))])
@pytest.mark.parametrize("apart", [True, False], ids=["thirteen fields", "one field"])
def test_each_wrong_group_is_named_and_the_others_stay(
    panel: Panel, stick: Path, wrong: tuple[int, ...], apart: bool
) -> None:
    typed = mistyped(panel.box.sheet, *wrong)
    adam = panel.log_in(ADAM)
    answer = adam.send(PATH, sheet=typed if apart else "".join(typed).lower())
    assert answer.status_code == 400
    several = f"These groups are not as they stand on the sheet: {', '.join(map(str, wrong))}."
    one = f"Group {wrong[0]} is not as it stands on the sheet."
    assert (several if len(wrong) > 1 else one) in answer.text
    left = ["" if number in wrong else group for number, group in enumerate(typed, start=1)]
    assert fields(answer.text) == left
    assert answer.text.count('aria-invalid="true"') == len(wrong)
    assert fields(adam.get(PATH).text) == [""] * 13, "on no other page"
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_group_with_a_letter_too_few_is_named_and_not_counted(panel: Panel, stick: Path) -> None:
    typed = panel.box.sheet.split("-")
    typed[6] = typed[6][:4]
    answer = panel.log_in(ADAM).send(PATH, sheet=typed)
    assert "Group 7 is not as it stands on the sheet." in answer.text
    assert fields(answer.text) == [*typed[:6], "", *typed[7:]]


def test_it_is_offered_where_it_can_end(tmp_path: Path, panel: Panel) -> None:
    folder = tmp_path / "stick"
    folder.mkdir()
    prepare(folder).close()
    point_to(panel.box, folder)
    adam = panel.log_in(ADAM)
    for before, why in (
        (lambda: None, "Plug the backup in"),
        (backups(panel.box).run, "The backup holds no recording yet."),
    ):
        before()
        for path in ("/backup", PATH):
            page = adam.get(path).text
            assert why in page
            assert ('name="sheet"' in page, f'href="{PATH}"' in page) == (False, False)
    panel.record()
    backups(panel.box).ask()
    backups(panel.box).run()
    assert f'href="{PATH}"' in adam.get("/backup").text
    assert adam.send(PATH, sheet=panel.box.sheet).status_code == 200
