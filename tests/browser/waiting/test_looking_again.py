"""Pages that wait for something look again by themselves, in a real browser."""

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.waiting.served import logged_in
from tests.web.conftest import Panel
from tests.web.pages.test_calls import erase
from tests.web.pages.test_erase_all import ADAM, POLA, ask, confirm, order, settle

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]

LOOKS = 3500
"""Milliseconds in which a page looks again."""


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
