"""A session that ends leads back to where one was; a page warns before, and lets one stay."""

import pytest

from tests.boxes import PASSWORD
from tests.web.conftest import Browser, Panel

LENA, OTTO = "Lena Listener", "Otto Operator"


def log_in(browser: Browser, name: str) -> str:
    answer = browser.send("/login", name=name, password=PASSWORD)
    assert answer.status_code == 303
    return answer.headers["Location"]


def idle(panel: Panel) -> None:
    panel.box.clock.advance(15 * 60)


@pytest.mark.parametrize("place", ["/calls", "/calls?page=2", "/me"])
def test_after_the_lock_one_is_back_where_one_was(panel: Panel, place: str) -> None:
    browser = panel.log_in(LENA)
    idle(panel)
    answer = browser.get(place)
    assert answer.headers["Location"] == "/login"
    assert log_in(browser, LENA) == place
    browser.send("/logout")
    assert log_in(browser, LENA) == "/"


def test_somebody_else_begins_at_the_first_page(panel: Panel) -> None:
    browser = panel.log_in(LENA)
    idle(panel)
    browser.get("/calls")
    assert log_in(browser, OTTO) == "/"


def test_a_page_asked_for_before_the_login_is_shown_after_it(panel: Panel) -> None:
    browser = panel.browser()
    browser.get("/calls")
    assert log_in(browser, LENA) == "/calls"


@pytest.mark.parametrize(
    "place", ["/lines.json", "/nowhere", "/calls?text=" + "x" * 400, "/login/code"]
)
def test_what_is_no_page_is_not_led_back_to(panel: Panel, place: str) -> None:
    browser = panel.browser()
    browser.get(place)
    assert log_in(browser, LENA) == "/"


@pytest.mark.parametrize("kind", ["empty", "audio", "image"])
def test_what_a_page_asks_by_itself_is_not_led_back_to(panel: Panel, kind: str) -> None:
    browser = panel.browser()
    browser.get("/calls", Sec_Fetch_Dest="document")
    browser.get("/news", Sec_Fetch_Dest=kind)
    assert log_in(browser, LENA) == "/calls"


def test_nothing_of_it_stands_in_an_address(panel: Panel) -> None:
    rid = panel.record()
    answer = panel.browser().get(f"/calls/{rid}")
    assert answer.headers["Location"] == "/login"


def test_a_page_knows_how_long_it_may_stay_and_asking_keeps_nothing_awake(panel: Panel) -> None:
    browser = panel.log_in(LENA)
    page = browser.get("/calls").text
    assert 'data-idle="900"' in page
    assert 'data-here="/calls"' in page
    assert '<dialog id="idle"' in page
    panel.box.clock.advance(840)
    for _ in range(3):
        assert browser.get("/me/session.json").json == {"left": 60, "ends": 12 * 3600 - 840}
    stayed = browser.client.post("/me/stay", data={"csrf_token": browser.token()})
    assert stayed.json == {"left": 900, "ends": 12 * 3600 - 840}
    idle(panel)
    answer = browser.get("/me/session.json")
    assert (answer.status_code, (answer.json or {})["code"]) == (401, "not_logged_in")


def test_after_twelve_hours_everybody_logs_in_again(panel: Panel) -> None:
    browser = panel.log_in(LENA)
    for _ in range(12 * 6):
        assert browser.get("/calls").status_code == 200
        panel.box.clock.advance(600)
    assert browser.get("/calls").headers["Location"] == "/login"


def test_a_stranger_is_not_warned(panel: Panel) -> None:
    page = panel.browser().get("/login").text
    assert "stay.js" not in page
    assert "<dialog" not in page
