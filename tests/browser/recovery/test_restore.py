"""A person restores a backup on a fresh box, in a browser, and tries the sheet on it."""

import time
from datetime import datetime
from pathlib import Path

import pytest
from playwright.sync_api import expect

from appliance.clock import day_of
from tests.browser import box as trial
from tests.keeper.backup.copies import backed_up_box, backups, keyring
from tests.keeper.backup.restored import FRESH
from tests.keeper.erasure.everything import record
from tests.prompts.short import short_text
from tests.vaults import change

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]


def test_a_box_that_is_gone_comes_back(tmp_path: Path) -> None:
    old, medium = backed_up_box(tmp_path / "old")
    old.clock.advance(time.time() - old.clock.now())
    for rid in record(old, 2):
        change(keyring(old), rid, due_day=day_of(old.clock.now()) + 30)
    assert backups(old).run()
    old.keeper.close()
    config = tmp_path / "zgoda.toml"
    config.write_text(f'{short_text()}\n[backup]\nfolder = "{medium.parent}"\n', "utf-8")

    with (
        trial.running(tmp_path / "data", "--config", str(config)) as box,
        trial.chromium() as browser,
    ):
        page = browser.new_page(locale="en-GB")
        page.goto(box.url)
        page.get_by_role("link", name="Restore it instead").click()
        page.get_by_label("One-time password").fill(box.code)
        page.get_by_label("Group 1", exact=True).fill(old.sheet.lower())
        page.get_by_label("Your name").fill(trial.OWNER)
        page.get_by_label("New password", exact=True).fill(FRESH)
        page.get_by_label("New password again").fill(FRESH)
        page.get_by_role("button", name="Restore the backup").click()
        expect(page.get_by_text("Say that this is today's date.")).to_be_visible()
        expect(page.get_by_label("Group 13", exact=True)).to_have_value(old.sheet.split("-")[12])

        page.get_by_label("One-time password").fill(box.code)
        page.get_by_label("New password", exact=True).fill(FRESH)
        page.get_by_label("New password again").fill(FRESH)
        today = datetime.now().astimezone().date()
        page.get_by_label("Today's date", exact=True).fill(today.isoformat())
        page.get_by_label("This is today's date.").check()
        page.get_by_label("The main key is on the memory card (protection level E0).").check()
        page.get_by_role("button", name="Restore the backup").click()
        expect(page.get_by_text("This device is set up")).to_be_visible(timeout=60_000)
        page.get_by_role("link", name="Log in").first.click()
        page.get_by_label("Name").fill(trial.OWNER)
        page.get_by_label("Password").fill(FRESH)
        page.get_by_role("button", name="Log in").click()

        page.goto(f"{box.url}backup")
        expect(page.get_by_role("heading", name="Restored from a backup")).to_be_visible()
        expect(page.get_by_text("They need new passwords:")).to_be_visible()
        page.get_by_role("link", name="Try the sheet").click()
        page.get_by_label("Group 1", exact=True).fill(old.sheet)
        page.get_by_role("button", name="Try it").click()
        expect(page.get_by_text("The sheet opens backup 1")).to_be_visible(timeout=60_000)
