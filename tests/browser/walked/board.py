"""Bring the page of the board's own key into its states, from none to whole."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page

from appliance.card.board.ask import Board
from appliance.card.board.note import KeyNote, KeyRequest
from appliance.link.requests.first_run import FOR_EVER
from tests.browser.filled import fresh_panel
from tests.keeper.desks import first_runs_of

State = tuple[str, Page]


def states(browser: Browser, **look: Any) -> Iterator[State]:
    """Find a place for a key, have one burnt, be cut off, and see it whole."""
    with fresh_panel() as (url, panel), tempfile.TemporaryDirectory() as folder:
        page = browser.new_context(**look).new_page()
        page.goto(f"{url}first-run/board")
        yield "board-none", page

        place = Path(folder)
        found = Board(place / "found", KeyNote(place / "note"), place, place / "chip")
        first_runs_of(panel.box.keeper).board = found
        found.told.write_text("blank\n")
        page.goto(url)
        yield "first-run-with-a-board", page
        found.chip_told.write_text("root\n")
        page.goto(url)
        yield "first-run-with-a-used-chip", page
        page.goto(f"{url}first-run/board")
        yield "board-blank", page
        page.locator("main form.card button.danger").click()
        page.locator(".mistake").first.wait_for()
        yield "board-mistakes", page

        page.locator("#code").fill(panel.box.code())
        page.locator("#word").fill(FOR_EVER["en"])
        page.locator("main form.card button.danger").click()
        page.locator("[data-again]").wait_for()
        yield "board-burning", page
        (place / "board-key").unlink()
        for state, outcome in (("part", "failed"), ("foreign", "none"), ("whole", "burnt")):
            found.told.write_text(f"{state}\n")
            found.note.write(KeyRequest(panel.box.clock.now(), outcome))
            page.goto(f"{url}first-run/board")
            yield f"board-{state}", page
        page.context.close()
