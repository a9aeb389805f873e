"""Check that an untouched page locks after 15 minutes: clocks moved, a real browser."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from playwright.sync_api import Error as Left

from tests.boxes import PASSWORD
from tests.browser.waiting.served import logged_in
from tests.keeper.boxes import OWNER
from tests.web.conftest import Panel

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]

MINUTE = 60
LIMIT = 15 * MINUTE
PATIENCE = 16
"""Seconds after which a box that says nothing has not answered."""


@pytest.fixture
def page(panel: Panel, browser: Browser) -> Iterator[Page]:
    with logged_in(panel, browser) as made:
        yield made


def passes(panel: Panel, page: Page, seconds: float) -> None:
    """Let time pass for box and browser alike."""
    panel.box.clock.advance(seconds)
    page.clock.run_for(round(seconds * 1000))


def wait_out(panel: Panel, page: Page) -> None:
    """Touch nothing until the page has locked."""
    panel.box.clock.advance(0.6)  # answers are whole seconds, and the end lies between two
    passes(panel, page, LIMIT - MINUTE)
    expect(page.get_by_role("dialog", name="Are you still there?")).to_be_visible()
    for _ in range(MINUTE + 12):
        try:
            passes(panel, page, 1)
            # What the page asks meanwhile is answered before the next second.
            page.evaluate("() => fetch('/me/session.json').then((answer) => answer.status)")
        except Left:  # in the middle of a step
            break
        if "/login" in page.url:
            break
    expect(page.get_by_role("heading", name="Log in")).to_be_visible()


def log_in_again(page: Page) -> None:
    page.get_by_label("Name").fill(OWNER)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()


@pytest.mark.parametrize("path", ["/", "/calls"])
def test_an_untouched_page_locks_and_never_keeps_itself_awake(
    panel: Panel, page: Page, path: str
) -> None:
    rid = panel.record()
    page.goto(path)
    wait_out(panel, page)
    assert rid not in page.content()
    sessions = panel.box.keeper._box.sessions
    sessions.expire()
    assert sessions.empty


def test_nothing_stays_on_the_screen_while_the_box_says_nothing(panel: Panel, page: Page) -> None:
    """A cable that was pulled: the browser waits for an answer that never comes."""
    rid = panel.record()
    page.goto("/calls")
    passes(panel, page, LIMIT - MINUTE)
    expect(page.get_by_role("dialog", name="Are you still there?")).to_be_visible()
    expect(page.locator("main")).to_be_visible()
    page.route("**/me/session.json", lambda route: None)
    passes(panel, page, MINUTE + 1)
    expect(page.locator("main")).to_be_hidden()
    passes(panel, page, PATIENCE)
    expect(page.get_by_role("heading", name="Log in")).to_be_visible()
    assert rid not in page.content()


def test_a_hold_that_was_being_typed_outlasts_the_lock(panel: Panel, page: Page) -> None:
    path = f"/calls/{panel.record()}/hold"
    page.goto(path)
    page.locator("[name=ground][value=claims]").check()
    page.get_by_label("Reason").fill("A claim of 12 May.")
    wait_out(panel, page)
    assert "A claim" not in page.content()
    expect(page.get_by_text("What you typed is kept")).to_be_visible()
    log_in_again(page)
    page.wait_for_url(f"**{path}")
    expect(page.get_by_label("Reason")).to_have_value("A claim of 12 May.")
    expect(page.locator("[name=ground][value=claims]")).to_be_checked()
    assert "held" not in panel.box.acts(), "nothing was held by itself"


def test_what_was_typed_comes_back_after_a_logout_elsewhere(panel: Panel, page: Page) -> None:
    page.goto("/people")
    page.locator("input[name=name]").fill("Maria Przykładowa")
    page.locator("input[name=role][value=operator]").check()
    panel.box.keeper._box.sessions.close_all()
    passes(panel, page, 61)
    page.keyboard.press("Tab")  # somebody is there; the page asks the box, and leaves
    page.wait_for_url("**/login")
    expect(page.get_by_text("What you typed is kept")).to_be_visible()
    log_in_again(page)
    page.wait_for_url("**/people")
    expect(page.get_by_text("The form is filled in as you left it")).to_be_visible()
    expect(page.locator("input[name=name]")).to_have_value("Maria Przykładowa")
    expect(page.locator("input[name=role][value=operator]")).to_be_checked()


def test_a_button_of_another_form_fills_no_form_in(panel: Panel, page: Page) -> None:
    number, other = "221234567", "221234568"
    page.goto("/never-recorded")
    for each in (number, other):
        page.get_by_label("Telephone number").fill(each)
        page.get_by_role("button", name="Add").click()
        expect(page.get_by_text("The number is on the list.")).to_be_visible()
    page.goto("/never-recorded")
    panel.box.keeper._box.sessions.close_all()
    page.get_by_role("button", name="Take off").first.click()
    page.wait_for_url("**/login")
    log_in_again(page)
    page.wait_for_url("**/never-recorded")
    expect(page.locator("#kept-form")).to_have_count(1)
    expect(page.get_by_label("Telephone number")).to_have_value("")
    expect(page.get_by_text("The form is filled in as you left it")).to_be_hidden()

    page.goto("/never-recorded")
    panel.box.keeper._box.sessions.close_all()
    page.get_by_label("Telephone number").fill("221234569")
    page.get_by_role("button", name="Add").click()
    page.wait_for_url("**/login")
    log_in_again(page)
    page.wait_for_url("**/never-recorded")
    expect(page.get_by_label("Telephone number")).to_have_value("221234569")
    expect(page.get_by_text("The form is filled in as you left it")).to_be_visible()
