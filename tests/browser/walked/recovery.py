"""Bring the pages that open a backup into their states: a restore, a drill, a result."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page

from appliance.card.sticks import Sticks
from appliance.keeper.backup.preparing import prepare
from appliance.keeper.backup.restore import Restored
from appliance.keeper.backup.restoring import RestoreSeen
from appliance.keeper.handlers.recovery.restore import RestoreDesk
from appliance.keeper.handlers.recovery.sticks import StickDesk
from appliance.link.requests.recovery.restore import GetRestore
from appliance.link.requests.recovery.sticks import GetSticks
from tests.browser.filled import Filled, fresh_panel
from tests.keeper.backup.copies import backups, point_to
from tests.keeper.boxes import KeeperBox
from tests.small.media import any_taken


def restore_desk(box: KeeperBox) -> RestoreDesk:
    """Return the handlers of a restore."""
    desk = box.keeper._handlers[GetRestore].__self__  # type: ignore[attr-defined]
    assert isinstance(desk, RestoreDesk)
    return desk


def restores(browser: Browser, **look: Any) -> Iterator[tuple[str, Page]]:
    """Yield the states of a restore in place of the first run."""
    with fresh_panel() as (url, panel), tempfile.TemporaryDirectory() as folder:
        page, place = browser.new_context(**look).new_page(), Path(folder)
        page.goto(f"{url}first-run/restore")
        yield "restore-no-folder", page
        point_to(panel.box, place)
        desk = restore_desk(panel.box)
        desk.sticks = sticks_in(place, "not_empty")
        page.goto(f"{url}first-run/restore")
        yield "restore", page
        page.locator("main form.card button.main").click()
        page.locator(".mistake").first.wait_for()
        page.locator("details summary").last.click()
        yield "restore-mistakes", page
        desk.restoring.seen = RestoreSeen(running=True, done=12, total=340)
        page.goto(f"{url}first-run/restore")
        yield "restore-running", page
        desk.restoring.seen = RestoreSeen(code="damaged", trouble="in English")
        page.goto(f"{url}first-run/restore")
        yield "restore-failed", page
        page.context.close()


def sticks_in(folder: Path, word: str) -> Sticks:
    """Return a medium of which root says one word."""
    (folder / "run").mkdir()
    (folder / "devices" / "sda1").mkdir(parents=True)
    sticks = Sticks(folder / "run", folder / "devices")
    sticks.tell("sda1", word)
    return sticks


def states(page: Page, box: Filled) -> Iterator[tuple[str, Page]]:
    """Yield the states of a drill, and the backups of a card that was restored."""
    kept = box.panel.box
    sticks = kept.keeper._handlers[GetSticks].__self__  # type: ignore[attr-defined]
    assert isinstance(sticks, StickDesk)
    restoring, none = restore_desk(kept).restoring, sticks.sticks
    with tempfile.TemporaryDirectory() as folder, any_taken():
        place = Path(folder)
        sticks.sticks = sticks_in(place, "second")
        restoring.seen = RestoreSeen(
            result=Restored(
                recordings=338,
                bad=("0" * 32,),
                lost_shards=1,
                order_ended=True,
                without_password=("Lena Listener",),
                seed="there",
            )
        )
        point_to(kept, place)
        page.goto(box.url + "backup")
        yield "backup-of-a-card", page
        restoring.seen, sticks.sticks = RestoreSeen(), none
        prepare(place).close()
        backups(kept)._wanted = True
        backups(kept).run()
        page.goto(box.url + "backup/try")
        page.locator("main form.card button.main").click()
        page.locator(".mistake").first.wait_for()
        yield "drill-mistakes", page
        page.locator("#sheet").fill(kept.sheet)
        page.locator("main form.card button.main").click()
        page.locator(".notice.good").wait_for()
        yield "drill-done", page
        point_to(kept, None)
