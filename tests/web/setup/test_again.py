"""Answer the forms of the first steps by a redirect, with what was typed."""

import html
import re
from pathlib import Path

from tests.keeper.backup.copies import point_to
from tests.web.conftest import Browser, Panel
from web.again import ONCE_SECONDS, SECONDS, of

ADAM = "Adam Admin"
OFFICE = {"name": "Gabinet <Lipa>", "controller": "", "do": "save", "base": "0"}
SECRET = "correct horse battery staple"


def sent(browser: Browser, path: str, **form: str) -> str:
    """Send a form; return the address to which its answer leads."""
    data = {"csrf_token": browser.token(), **form}
    answer = browser.client.post(path, data=data)
    assert (answer.status_code, answer.data) == (303, b"")
    return answer.headers["Location"]


def test_a_mistake_in_the_wizard_waits_on_the_steps_page_with_what_was_typed(panel: Panel) -> None:
    adam = panel.log_in(ADAM)
    where = sent(adam, "/setup/office", **OFFICE)
    assert re.fullmatch(r"/setup/office\?again=[\w-]{22}", where)
    for _ in range(2):  # also after Back, or a reload
        answer = adam.get(where)
        assert answer.status_code == 400
        assert "Gabinet &lt;Lipa&gt;" in answer.text
        assert answer.headers["Cache-Control"] == "no-store"
    assert "Gabinet" not in adam.get("/setup/office?again=" + "x" * 22).text
    panel.box.clock.advance(SECONDS)
    of(panel.app).sweep()
    assert of(panel.app)._kept == {}


def test_it_waits_for_no_other_browser_person_or_page(panel: Panel) -> None:
    adam = panel.log_in(ADAM)
    where = sent(adam, "/setup/office", **OFFICE)
    for other in (panel.browser(), panel.log_in(ADAM)):
        assert "Gabinet" not in other.get(where).text
    assert "Gabinet" not in adam.get(where.replace("office", "line")).text
    adam.send("/logout")
    adam.send("/login", name="Pola Officer", password="correct horse battery")
    assert "Gabinet" not in adam.get(where).text


def test_the_first_run_keeps_the_name_and_no_password(fresh_panel: Panel) -> None:
    browser = fresh_panel.browser()
    form = {"code": "WRONG-ONE", "name": "Ewa Nowak", "password": SECRET, "repeated": SECRET}
    where = sent(browser, "/first-run", plain="yes", **form)
    page = html.unescape(browser.get(where).text)
    assert 'value="Ewa Nowak"' in page
    assert 'id="code-mistake"' in page
    assert SECRET not in page
    kept = list(of(fresh_panel.app)._kept.values())
    assert [SECRET.encode() in each.body for each in kept] == [False]


def test_what_a_sheet_may_stand_on_is_shown_once_and_soon_forgotten(
    fresh_panel: Panel, tmp_path: Path
) -> None:
    point_to(fresh_panel.box, tmp_path)
    browser, waiting = fresh_panel.browser(), of(fresh_panel.app)
    form = {"sheet": "AAAAA " * 13, "name": "Ewa", "password": "short"}
    where = sent(browser, "/first-run/restore", **form)
    assert browser.get(where).status_code == 400
    assert waiting._kept == {}
    assert browser.get(where).status_code == 200
    sent(browser, "/first-run/restore", **form)
    fresh_panel.box.clock.advance(ONCE_SECONDS)
    waiting.sweep()
    assert waiting._kept == {}
