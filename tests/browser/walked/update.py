"""Bring the page of the updates into its states: one waits, mistakes, one being installed."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Page

from appliance.card.update.ask import Updates
from appliance.card.update.story import Story, Update
from tests.browser.filled import Filled
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
    desk.updates = before
