"""Bring the page about mail into its states: mistakes, set up, failed."""

from collections.abc import Iterator

from playwright.sync_api import Page

from tests.boxes import PASSWORD
from tests.browser.filled import Filled
from tests.keeper.mail.mailed import Mailed, change


def states(page: Page, box: Filled) -> Iterator[tuple[str, Page]]:
    """Yield the name of each state and the page that is in it, until the next is asked for."""
    kept = box.panel.box
    page.goto(box.url + "mail")
    page.locator("form[action='/mail'] button").click()
    page.locator(".mistake").first.wait_for()
    yield "mail-mistakes", page
    change(kept)
    page.goto(box.url + "mail?done=set")
    yield "mail-set-up", page
    one = Mailed(kept)
    one.take()
    one.tell("certificate")
    page.goto(box.url + "mail")
    yield "mail-failed", page
    page.locator("#stop-title").click()
    page.locator("#stop-password").fill(PASSWORD)
    page.locator("form[action='/mail/stop'] button").click()
    page.locator(".notice.good").wait_for()
    yield "mail-stopped", page
