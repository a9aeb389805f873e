"""Bring the pages of the updates into their states: found, fetched, installed, wrong."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Page

from appliance.card.update.ask import Updates
from appliance.card.update.story import Story, Update
from tests.browser.filled import Filled
from tests.keeper.update.fetched import Fetched, described
from web.words.update import OUTCOMES


def states(page: Page, box: Filled) -> Iterator[tuple[str, Page]]:
    """Yield the name of each state and the page that is in it, until the next is asked for."""
    desk = box.panel.box.keeper._updates
    before = desk.updates
    with tempfile.TemporaryDirectory() as folder:
        desk.updates = Updates(Story(Path(folder), Path(folder)), "A", Path(folder))
        for outcome in OUTCOMES:
            desk.updates.story.append(Update(1_795_000_000.0, "0.2.0", "B", outcome))
        page.goto(box.url + "update")
        yield "update-waits", page
        page.locator("form[action='/update/restart'] button").click()
        page.locator(".mistake").first.wait_for()
        yield "update-mistakes", page
        desk.updates.story.show(42)
        page.goto(box.url + "update")
        yield "update-running", page
        desk.updates.story.hide()
        yield from _network(page, box, Fetched(box.panel.box, desk.updates))
    desk.updates = before


def _network(page: Page, box: Filled, one: Fetched) -> Iterator[tuple[str, Page]]:
    address = box.url + "update/network"
    page.goto(address)
    page.locator("form[action='/update/network'] button").click()
    page.locator(".mistake").first.wait_for()
    yield "update-network-mistakes", page
    one.change()
    one.look(code="certificate")
    page.goto(address)
    yield "update-network-failed", page
    one.ask_look()
    one.look(described(version="9.9.9"))
    page.goto(address)
    yield "update-network-found", page
    one.ask_fetch("9.9.9")
    errand = one.take()
    one.bring(errand, upto=700_000)
    page.goto(f"{address}?done=fetches")
    yield "update-network-fetching", page
    page.goto("about:blank")  # the page would load itself again
    one.tell(errand, "closed")
    one.fetch()
    page.goto(address)
    yield "update-network-fetched", page
    one.change("")
