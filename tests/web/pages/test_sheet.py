"""The pages of the recovery sheet: replaced when it leaked, and the way back in."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from werkzeug.test import TestResponse

from appliance.commands.main import zgoda
from appliance.errors import EraserFailed
from appliance.keeper.erasure.batch import GRACE_SECONDS
from appliance.vault.opening.erasers.file import FileEraser
from tests.boxes import PASSWORD
from tests.keeper.boxes import OWNER
from tests.web.conftest import Browser, Panel
from tests.web.pages.recovery.test_drill import fields, mistyped
from tests.web.pages.test_people import give_app

FRESH = "another four words entirely"


def enter(panel: Panel, **changes: str) -> tuple[Browser, TestResponse]:
    """Send the entrance's form, and read the answer in English."""
    browser = panel.browser()
    browser.get("/recovery")
    asked = {"name": OWNER, "sheet": panel.box.sheet, "password": FRESH, "repeated": FRESH}
    form = asked | changes | {"csrf_token": browser.token()}
    return browser, browser.client.post("/recovery", data=form, headers={"Accept-Language": "en"})


def test_the_login_leads_to_it(panel: Panel) -> None:
    text = panel.browser().get("/login", Accept_Language="en").text
    assert "Forgotten the password?" in text
    assert 'href="/recovery"' in text


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"name": ""}, "Type the name"),
        ({"sheet": " "}, "Type what stands on the sheet."),
        ({"password": "short"}, "at least 15"),
        ({"repeated": "something else entirely"}, "not the same"),
        ({"sheet": "AAAAA"}, "A recovery sheet has 65 letters and digits; these are 5."),
        ({"name": "Somebody Else"}, "No administrator has this name."),
        ({"password": "a" * 20, "repeated": "a" * 20}, "The password repeats itself."),
    ],
)
def test_each_mistake_is_said_and_nothing_secret_comes_back(
    panel: Panel, changes: dict[str, str], why: str
) -> None:
    _, answer = enter(panel, **changes)
    assert answer.status_code == 400
    assert why in answer.text
    assert panel.box.sheet not in answer.text
    assert FRESH not in answer.text


def test_a_wrong_group_is_named_and_the_others_stay_typed(panel: Panel) -> None:
    typed = mistyped(panel.box.sheet, 4)
    _, answer = enter(panel, sheet=" ".join(typed))
    assert "Group 4 is not as it stands on the sheet." in answer.text
    assert fields(answer.text) == [*typed[:3], "", *typed[4:]]


def test_from_another_computer_a_code_from_the_box_is_asked(panel: Panel) -> None:
    browser = panel.browser()
    away = browser.client.get("/recovery", environ_base={"REMOTE_ADDR": "192.0.2.7"})
    assert 'name="let_in"' in away.text
    assert 'name="let_in"' not in browser.get("/recovery").text


def test_in_by_the_sheet_one_is_told_what_is_left_to_do(panel: Panel) -> None:
    browser, answer = enter(panel)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/me?done=sheet")
    mine = browser.get("/me?done=sheet", Accept_Language="en").text
    assert "You are in by the recovery sheet" in mine
    others = panel.log_in("Lena Listener").get("/", Accept_Language="en").text
    assert "was let in by the recovery sheet" in others


def test_a_code_is_asked_there_of_whoever_logs_in_with_codes(panel: Panel) -> None:
    app = give_app(panel, OWNER)
    _, without = enter(panel)
    assert without.status_code == 400
    assert "Logins of this account ask for a code." in without.text
    _, wrong = enter(panel, code="000000")
    assert wrong.status_code == 400
    assert "That code is wrong" in wrong.text
    panel.box.clock.advance(60)
    browser, answer = enter(panel, code=app.at(int(panel.box.clock.now())))
    assert answer.status_code == 303
    assert "ask for no code" not in browser.get("/me?done=sheet", Accept_Language="en").text


def test_whoever_lost_the_app_as_well_gets_in_and_is_told_to_set_one_up(panel: Panel) -> None:
    give_app(panel, OWNER)
    browser, answer = enter(panel, app_lost="yes")
    assert answer.status_code == 303
    mine = browser.get("/me?done=sheet", Accept_Language="en").text
    assert "Your logins ask for no code: set up an authenticator app." in mine


def test_a_wrong_type_back_shows_the_same_sheet_again(panel: Panel) -> None:
    browser = panel.log_in()
    browser.send("/sheet", password=PASSWORD)
    page = browser.get("/sheet", Accept_Language="en").text
    groups = re.findall(r"<code>(\w{5})</code>", page)
    assert len(groups) == 13
    asked = [int(at) for at in re.findall(r'name="group-(\d+)"', page)]
    wrong = browser.send("/sheet/confirm", **{f"group-{at}": "AAAAA" for at in asked})
    assert wrong.status_code == 400
    assert re.findall(r"<code>(\w{5})</code>", wrong.text) == groups
    right = browser.send("/sheet/confirm", **{f"group-{at}": groups[at] for at in asked})
    assert right.headers["Location"] == "/sheet?done=yes"
    after = browser.get("/sheet?done=yes", Accept_Language="en").text
    assert "Sheet no. 2 is in force." in after
    assert groups[0] not in after


def replace(panel: Panel) -> Browser:
    """Put a new sheet in force, in the panel."""
    browser = panel.log_in()
    browser.send("/sheet", password=PASSWORD)
    page = browser.get("/sheet").text
    confirm(browser, "/sheet/confirm", page)
    return browser


def settle(panel: Panel) -> None:
    """Let the half minute pass after which the old root goes."""
    panel.box.clock.advance(GRACE_SECONDS)
    panel.box.keeper.chores().run_due()
    assert panel.box.keeper.box is not None
    panel.box.keeper.box.records.tick()


def test_the_older_sheets_are_called_useless_once_they_are(panel: Panel) -> None:
    browser = replace(panel)
    going = browser.get("/sheet?done=yes", Accept_Language="en").text
    assert "Sheet no. 2 is in force." in going
    assert "they open nothing" not in going
    assert "is being made useless" in going
    settle(panel)
    gone = browser.get("/sheet?done=yes", Accept_Language="en").text
    assert "they open nothing on this device any more" in gone
    assert "being made useless" not in gone


def test_an_older_sheet_that_stays_good_is_told(
    panel: Panel, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stuck(eraser: FileEraser, generation: int) -> None:
        raise EraserFailed("The old root could not be overwritten: it is stuck.")

    browser = replace(panel)
    monkeypatch.setattr(FileEraser, "wipe_others", stuck)
    settle(panel)
    settle(panel)
    for path in ("/sheet?done=yes", "/sheet"):
        page = browser.get(path, Accept_Language="en").text
        assert "could not be made useless" in page
        assert "they open nothing" not in page


def test_the_paper_says_what_else_is_needed_where_the_root_key_is_guarded(panel: Panel) -> None:
    browser = panel.log_in()
    browser.send("/sheet", password=PASSWORD)
    page = browser.get("/sheet", Accept_Language="en").text
    assert "a copy of that board key, or of the chip" in page


def proof_key(page: str) -> str:
    """Read the fingerprint of the proof key on a sheet, as a person types it: in groups."""
    after = page[page.index("Proof key") :]
    found = re.search(r'<code class="audit-key">([0-9a-f ]+)</code>', after)
    assert found is not None
    return found[1].strip()


def verified(file: Path, fingerprint: str) -> tuple[int, str]:
    """Check a proof where the box is not."""
    done = CliRunner().invoke(zgoda, ["verify-proof", str(file), "--fingerprint", fingerprint])
    return done.exit_code, done.output


def test_the_fingerprint_on_the_first_sheet_and_a_new_one_checks_a_proof(
    fresh_panel: Panel, tmp_path: Path
) -> None:
    browser, box = fresh_panel.browser(), fresh_panel.box
    form = {
        "code": box.code(),
        "name": OWNER,
        "password": PASSWORD,
        "repeated": PASSWORD,
        "plain": "yes",
    }
    page = browser.send("/first-run", **form).text
    first = proof_key(page)
    confirm(browser, "/first-run/sheet", page)
    rid = fresh_panel.record()
    file = tmp_path / "call.proof.jsonl"
    file.write_bytes(browser.send(f"/calls/{rid}/proof").data)
    code, said = verified(file, first)
    assert code == 0, said
    assert "the device of this fingerprint signed it" in said

    browser.send("/sheet", password=PASSWORD)
    page = browser.get("/sheet", Accept_Language="en").text
    second = proof_key(page)
    confirm(browser, "/sheet/confirm", page)
    later = tmp_path / "later.proof.jsonl"
    later.write_bytes(browser.send(f"/calls/{rid}/proof").data)
    for each in (file, later):
        assert verified(each, second)[0] == 0
    other = f"{'0' * 8}{first[8:]}"
    assert verified(file, other)[0] == 1


def confirm(browser: Browser, path: str, page: str) -> None:
    groups = re.findall(r"<code>(\w{5})</code>", page)
    asked = [int(at) for at in re.findall(r'name="group-(\d+)"', page)]
    browser.send(path, **{f"group-{at}": groups[at] for at in asked})
