"""Bring the pages that open a backup into their states: a restore, a drill, a result."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page

from appliance.errors import Refused
from appliance.keeper.backup.preparing import prepare
from appliance.keeper.backup.restoring import RestoreStanding
from appliance.keeper.handlers.recovery.restore import RestoreDesk
from appliance.link.requests.recovery.restore import GetRestore, RestoredBox
from tests.boxes import PASSWORD
from tests.browser.box import fill_in
from tests.browser.filled import Filled, fresh_panel
from tests.browser.walked.sticks import sticks_in, told_by_root
from tests.keeper.backup.copies import backups, point_to
from tests.keeper.boxes import OWNER, KeeperBox
from tests.small.media import any_taken


def restore_desk(box: KeeperBox) -> RestoreDesk:
    """Return the handlers of a restore."""
    desk = box.keeper._handlers[GetRestore].__self__  # type: ignore[attr-defined]
    assert isinstance(desk, RestoreDesk)
    return desk


def restores(browser: Browser, box: Filled, **look: Any) -> Iterator[tuple[str, Page]]:
    """Yield the states of a restore in place of the first run, of a copy of a full box."""
    with fresh_panel() as (url, panel), tempfile.TemporaryDirectory() as folder, any_taken():
        page, place = browser.new_context(**look).new_page(), Path(folder)
        address = f"{url}first-run/restore"
        page.goto(address)
        yield "restore-no-folder", page
        desk = restore_desk(panel.box)
        point_to(panel.box, place / "absent")
        page.goto(address)
        yield "restore-no-medium", page
        desk.sticks = sticks_in(place, "not_empty")
        page.goto(address)
        yield "restore-no-medium-of-a-card", page
        _copy(box.panel.box, place)
        point_to(panel.box, place)
        yield from _typed(page, address, panel.box.code(), box.panel.box.sheet)
        desk.restoring.seen = RestoreStanding(running=True, done=12, total=340)
        page.goto(address)
        yield "restore-running", page
        page.goto("about:blank")  # the page would load itself again
        desk.restoring.seen = RestoreStanding(why=Refused("backup_damaged"))
        page.goto(address)
        yield "restore-failed", page
        desk.restoring.seen = RestoreStanding()
        panel.box.folders.restoring.touch()
        page.goto(address)
        yield "restore-cut", page
        page.goto(f"{box.url}first-run/restore")
        yield "restored", page
        page.context.close()


def _copy(kept: KeeperBox, place: Path) -> None:
    """Make a copy of a box onto a medium that is prepared for it."""
    prepare(place).close()
    point_to(kept, place)
    backups(kept)._wanted = True
    backups(kept).run()
    point_to(kept, None)
    backups(kept).moved()


def _typed(page: Page, address: str, code: str, sheet: str) -> Iterator[tuple[str, Page]]:
    page.goto(address)
    page.locator("main form.card button.main").click()
    page.locator(".mistake").first.wait_for()
    page.locator("details summary").last.click()
    yield "restore-mistakes", page
    for name, today in (("ahead", "2020-01-02"), ("due", "2099-12-31")):
        page.goto(address)
        typed = {"code": code, "sheet": sheet, "name": OWNER, "today": today}
        fill_in(page, typed | {"password": PASSWORD, "repeated": PASSWORD})
        page.locator("[name=today_sure]").check()
        page.locator("[name=plain]").check()
        page.locator("main form.card button.main").click()
        page.locator(f"#{name}-mistake").wait_for()
        yield f"restore-{name}", page


def states(page: Page, box: Filled) -> Iterator[tuple[str, Page]]:
    """Yield the states of a drill, and the backups of a card that was restored."""
    kept = box.panel.box
    restoring = restore_desk(kept).restoring
    with tempfile.TemporaryDirectory() as folder, any_taken():
        place = Path(folder)
        restoring.seen = RestoreStanding(
            result=RestoredBox(
                known=True,
                recordings=338,
                bad=("0" * 32,),
                lost_keys=1,
                order_ended=True,
                without_password=("Lena Listener",),
                seed=True,
            )
        )
        point_to(kept, place)
        with told_by_root(kept, sticks_in(place, "second")):
            page.goto(box.url + "backup")
            yield "backup-of-a-card", page
        restoring.seen = RestoreStanding()
        page.goto(box.url + "backup/try")
        page.locator(".notice.warn").wait_for()
        yield "drill-no-medium", page
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
