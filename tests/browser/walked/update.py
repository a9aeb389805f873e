"""Bring the pages of the updates into their states: found, fetched, installed, wrong."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Page

from appliance.card.update.ask import CardUpdates
from appliance.card.update.story import Story, Update
from appliance.keeper.errands import AWAY
from tests.boxes import PASSWORD
from tests.browser.filled import Filled
from tests.keeper.desks import updates_of
from tests.keeper.update.fetched import Fetched, described
from web.words.update import OUTCOMES


def states(page: Page, box: Filled) -> Iterator[tuple[str, Page]]:
    """Yield the name of each state and the page that is in it, until the next is asked for."""
    desk = updates_of(box.panel.box.keeper)
    before = desk.updates
    with tempfile.TemporaryDirectory() as folder:
        desk.updates = CardUpdates(Story(Path(folder), Path(folder)), "A", Path(folder))
        desk._asked = desk._fetched = None  # of an earlier walk, whose story was the same
        for outcome in OUTCOMES:
            desk.updates.story.append(Update(1_795_000_000.0, "0.2.0", "B", outcome))
        page.goto(box.url + "update")
        yield "update-waits", page
        page.locator("form[action='/update/restart'] button").click()
        page.locator(".mistake").first.wait_for()
        yield "update-mistakes", page
        page.goto(f"{box.url}update?done=restarts")
        yield "update-restarts", page
        desk.updates.story.show(42)
        page.goto(f"{box.url}update?done=started")
        yield "update-running", page
        page.goto("about:blank")  # the page would load itself again
        desk.updates.story.hide()
        desk.updates.story.settle("runs")
        yield from _network(page, box, Fetched(box.panel.box, desk.updates))
    desk.updates = before


def _network(page: Page, box: Filled, one: Fetched) -> Iterator[tuple[str, Page]]:
    address = box.url + "update/network"
    page.goto(address)
    page.locator("form[action='/update/network'] button").click()
    page.locator(".mistake").first.wait_for()
    yield "update-network-mistakes", page
    one.change()
    page.goto(f"{address}?done=set")
    yield "update-network-set", page
    page.goto("about:blank")  # the page would load itself again
    one.look(code="certificate")
    page.goto(address)
    yield "update-network-failed", page
    one.ask_look()
    one.look(described(version="9.9.9"))
    errands = one.fetches._errands
    errands.heard = (errands.heard or 0.0) - AWAY
    page.goto(address)
    yield "update-network-found", page  # and the courier away
    yield from _fetch(page, address, one)
    one.change("")
    page.goto(f"{address}?done=off")
    yield "update-network-off", page


def _fetch(page: Page, address: str, one: Fetched) -> Iterator[tuple[str, Page]]:
    one.ask_fetch("9.9.9")
    errand = one.take()
    one.bring(errand, upto=700_000)
    page.goto(f"{address}?done=fetches")
    yield "update-network-fetching", page
    page.goto("about:blank")  # the page would load itself again
    one.tell(errand, "closed")
    page.goto(address)
    yield "update-network-cut", page
    page.goto("about:blank")
    page.goto(address)
    page.locator("form[action='/update/network/stop'] button").click()
    page.locator(".notice.good").wait_for()
    yield "update-network-stopped", page
    one.ask_fetch("9.9.9")
    one.fetches.drop("full")
    page.goto(address)
    yield "update-network-full", page
    one.ask_fetch("9.9.9")
    while (errand := one.take()).address:
        one.bring(errand)
        one.tell(errand)
    page.goto(address)
    yield "update-network-checking", page
    page.goto("about:blank")
    one.fetches.check()
    page.goto(address)
    yield "update-network-fetched", page
    page.locator("#password-install").fill(PASSWORD)
    page.locator("form[action='/update/network/install'] button").click()
    page.wait_for_url("**/update?done=started")
    yield "update-asked", page
    page.goto("about:blank")
    page.goto(address)
    yield "update-network-installing", page
