"""Pages that wait for something look again by themselves, in a real browser."""

import itertools

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.waiting.served import logged_in
from tests.web.conftest import Panel
from tests.web.pages.test_calls import erase
from tests.web.pages.test_erase_all import ADAM, POLA, ask, confirm, order, settle

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]

SECOND = 1000

LOOKS = 3500
"""Milliseconds in which a page looks again."""

PATIENCE = 15_000
"""Milliseconds after which no answer is taken for one."""


def test_a_certificate_that_is_not_final_becomes_so_though_the_box_was_gone_meanwhile(
    panel: Panel, browser: Browser
) -> None:
    rid = panel.record()
    place = erase(panel, rid)
    with logged_in(panel, browser) as page:
        page.goto(str(place))
        expect(page.locator("article .badge")).to_have_text("not finished")

        page.route("**/certificate", lambda route: route.abort())
        with page.expect_event("requestfailed"):
            page.clock.run_for(LOOKS)
        page.unroute("**/certificate")
        settle(panel)
        page.clock.run_for(LOOKS)

        expect(page.locator("article .badge")).to_have_text("erased")


def test_a_question_that_nobody_answers_is_asked_again(panel: Panel, browser: Browser) -> None:
    """A cable that was pulled: the browser waits, and hears nothing."""
    rid = panel.record()
    place = erase(panel, rid)
    with logged_in(panel, browser) as page:
        page.goto(str(place))
        page.route("**/certificate", lambda route: None)
        with page.expect_request("**/certificate"):
            page.clock.run_for(LOOKS)
        settle(panel)
        with page.expect_event("requestfailed"):
            page.clock.run_for(PATIENCE)
        page.unroute("**/certificate")
        page.clock.run_for(LOOKS)

        expect(page.locator("article .badge")).to_have_text("erased")


def test_lines_of_which_nothing_is_heard_are_not_shown_as_they_were(
    panel: Panel, browser: Browser
) -> None:
    """Also by a page that found no room for a stream, and asks.

    It asks, tries for a stream once more, and only after the second answer is it on its own. The
    browser's clock runs on by itself, so what comes before must not count as silence.
    """
    with logged_in(panel, browser) as page:
        page.route("**/lines/events", lambda route: route.fulfill(status=503))
        answers = itertools.count(1)
        with page.expect_response(
            lambda answer: answer.url.endswith("/lines.json") and next(answers) == 2
        ):
            page.goto("/")
        page.route("**/lines.json", lambda route: None)
        with page.expect_request("**/lines.json"):
            page.clock.run_for(SECOND)
        expect(page.locator("#panel-away")).to_be_hidden()

        with page.expect_event("requestfailed"):
            page.clock.run_for(PATIENCE)
        page.unroute("**/lines.json")
        page.route("**/lines.json", lambda route: route.abort())
        page.clock.run_for(LOOKS)
        expect(page.locator("#panel-away")).to_be_visible()

        page.unroute("**/lines.json")
        with page.expect_response("**/lines.json"):
            page.clock.run_for(SECOND)
        expect(page.locator("#panel-away")).to_be_hidden()


def test_the_page_on_which_everything_is_erased_becomes_the_certificate(
    panel: Panel, browser: Browser
) -> None:
    panel.record()
    ask(panel.log_in(ADAM))
    pola = panel.log_in(POLA)
    confirm(pola, order(pola.get("/erase-all").text))
    with logged_in(panel, browser) as page:
        page.goto("/erase-all")
        expect(page.locator("#order-title")).to_have_text("All recordings are being erased")

        settle(panel)
        page.clock.run_for(LOOKS)

        expect(page.locator("#done-title")).to_be_visible()
