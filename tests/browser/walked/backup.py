"""Bring the page of the backups into its states: one made, mistakes, one being made."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Page

from appliance.keeper.backup.preparing import prepare
from appliance.keeper.backup.writing import Progress
from tests.browser.filled import Filled
from tests.keeper.backup.copies import backups, point_to
from tests.small.media import any_taken


def states(page: Page, box: Filled) -> Iterator[tuple[str, Page]]:
    """Yield the name of each state and the page that is in it, until the next is asked for."""
    kept = box.panel.box
    made = backups(kept)
    with tempfile.TemporaryDirectory() as folder, any_taken():
        prepare(Path(folder)).close()
        point_to(kept, Path(folder))
        made._wanted = True
        made.run()
        page.goto(box.url + "backup")
        yield "backup-made", page
        page.locator("summary").first.click()
        page.locator("form[action='/backup/forget'] button").first.click()
        page.locator(".mistake").first.wait_for()
        yield "backup-mistakes", page
        made._progress = Progress("recordings", done=12, total=340, bytes_done=4, bytes_total=9)
        page.goto(box.url + "backup")
        yield "backup-running", page
        made._progress = None
        point_to(kept, None)
