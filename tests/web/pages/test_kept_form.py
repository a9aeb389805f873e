"""Keep what a person typed over a login that came in between, for them alone."""

import pytest

from tests.boxes import PASSWORD
from tests.web.conftest import Browser, Panel
from web import kept_forms
from web.kept_forms import LONGEST, MOST, SECONDS, KeptForms

ADAM, LENA = "Adam Admin", "Lena Listener"
TYPED = "Maria Przykładowa"


def log_in(browser: Browser, name: str) -> str:
    answer = browser.send("/login", name=name, password=PASSWORD)
    assert answer.status_code == 303
    return answer.headers["Location"]


def lose(panel: Panel) -> None:
    """End all sessions, as a restart of the keeper does."""
    panel.box.keeper._box.sessions.close_all()


def send(browser: Browser) -> None:
    answer = browser.send("/people", name=TYPED, role="operator", password="a secret of Adam's own")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/login")


def test_a_form_sent_without_a_session_comes_back_filled_in(panel: Panel) -> None:
    browser = panel.log_in(ADAM)
    lose(panel)
    send(browser)
    login = browser.get("/login", Accept_Language="en").text
    assert "Your session has ended" in login
    assert "What you typed is kept" in login
    assert TYPED not in login
    assert log_in(browser, ADAM) == "/people"
    page = browser.get("/people").text
    assert 'data-action="/people"' in page
    assert "Przyk" in page
    assert "secret of Adam" not in page
    assert "kept-form" not in browser.get("/people").text, "shown once"


def test_somebody_else_gets_nothing_of_it(panel: Panel) -> None:
    browser = panel.log_in(ADAM)
    lose(panel)
    send(browser)
    log_in(browser, "Pola Officer")
    assert "kept-form" not in browser.get("/people").text
    browser.send("/logout")
    log_in(browser, ADAM)
    assert "kept-form" not in browser.get("/people").text


def test_it_waits_on_its_own_page(panel: Panel) -> None:
    browser = panel.log_in(ADAM)
    lose(panel)
    send(browser)
    log_in(browser, ADAM)
    assert "kept-form" not in browser.get("/").text
    assert "kept-form" in browser.get("/people").text


def test_a_page_that_leaves_by_itself_keeps_what_was_typed(panel: Panel) -> None:
    browser = panel.log_in(ADAM)
    lose(panel)
    fields = {"page": "/people", "action": "/people", "field:name": TYPED, "field:password": "x"}
    assert browser.send("/kept-form", **fields).status_code == 204
    browser.get("/people")
    assert log_in(browser, ADAM) == "/people"
    assert "kept-form" in browser.get("/people").text


@pytest.mark.parametrize("place", ["//elsewhere.example/x", "https://elsewhere.example/"])
def test_it_leads_nowhere_else(panel: Panel, place: str) -> None:
    browser = panel.log_in(ADAM)
    fields = {"page": place, "action": place, "field:name": TYPED}
    browser.send("/kept-form", **fields)
    (kept,) = panel.app.extensions["kept_forms"]._kept.values()
    assert (kept.page, kept.action) == ("/", "/")


def test_a_stranger_fills_no_memory(panel: Panel) -> None:
    browser = panel.browser()
    browser.get("/login")
    answer = browser.send("/kept-form", page="/", action="/people", **{"field:name": TYPED})
    assert answer.status_code == 202
    assert not panel.app.extensions["kept_forms"]._kept


def test_a_login_without_a_lost_session_says_nothing(panel: Panel) -> None:
    browser = panel.log_in(LENA)
    browser.send("/logout")
    assert "Your session has ended" not in browser.get("/login", Accept_Language="en").text


class TestKeptForms:
    def test_secrets_and_confirmations_are_never_kept(self, panel: Panel) -> None:
        kept = KeptForms(panel.box.clock)
        secret = [(name, "x") for name in ("password", "old", "code", "sheet", "group-3", "sure")]
        secret += [("confirmed", "words"), ("confirmed", "purpose")]
        assert kept.keep("adam", "/people", "/people", secret) == ""
        name = kept.keep("adam", "/people", "/people", [*secret, ("name", TYPED)])
        form = kept.take_form(name, "adam", "/people")
        assert form is not None
        assert form.fields == (("name", TYPED),)

    @pytest.mark.parametrize("action", kept_forms.NEVER)
    def test_some_forms_are_never_kept(self, panel: Panel, action: str) -> None:
        assert KeptForms(panel.box.clock).keep("adam", "/", action, [("name", TYPED)]) == ""

    def test_they_are_few_short_and_young(self, panel: Panel) -> None:
        kept = KeptForms(panel.box.clock)
        assert kept.keep("adam", "/", "/x", [("reason", "x" * LONGEST)]) == ""
        names = [kept.keep("adam", "/", "/x", [("reason", str(n))]) for n in range(MOST + 1)]
        assert [kept.has(name) for name in names] == [False] + [True] * MOST
        panel.box.clock.advance(SECONDS)
        assert not any(kept.has(name) for name in names)

    def test_half_an_hour_later_they_are_gone_unasked(self, panel: Panel) -> None:
        kept = panel.app.extensions["kept_forms"]
        kept.keep("adam", "/", "/x", [("reason", TYPED)])
        panel.box.clock.advance(SECONDS - 1)
        panel.app.extensions["forgetting"]._collect()
        assert len(kept._kept) == 1
        panel.box.clock.advance(1)
        panel.app.extensions["forgetting"]._collect()
        assert not kept._kept
