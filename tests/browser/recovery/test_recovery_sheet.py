"""A lone administrator comes back in by the recovery sheet, then makes a new one."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser import box as trial

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]

FRESH = "quite another set of words"


def groups_of(page: Page) -> list[str]:
    """Read the sheet as a person does."""
    return trial.found(page.locator(".groups code")).all_inner_texts()


def type_back(page: Page, groups: list[str]) -> None:
    for field in page.locator("input[name^=group-]").all():
        name = field.get_attribute("name") or ""
        field.fill(groups[int(name.removeprefix("group-"))])
    page.get_by_role("button", name="Confirm").click()


def enter(page: Page, box: trial.Box, groups: list[str], password: str) -> None:
    page.goto(box.url + "login")
    page.get_by_text("Forgotten the password?").click()
    page.get_by_role("link", name="Get in with the recovery sheet").click()
    page.get_by_label("Your name").fill(trial.OWNER)
    page.get_by_label("Group 1", exact=True).fill(" ".join(groups).lower())
    page.get_by_label("New password", exact=True).fill(password)
    page.get_by_label("New password again").fill(password)
    page.get_by_role("button", name="Choose this password and log in").click()


def test_a_lone_administrator_back_in_by_the_sheet(tmp_path: Path) -> None:
    with trial.running(tmp_path / "data") as box, trial.chromium() as browser:
        page = browser.new_page(locale="en-GB")
        trial.fill_owner(page, box)
        page.get_by_role("button", name="Create the archive").click()
        first = groups_of(page)
        sheet = page.locator("section.sheet")
        expect(sheet).to_contain_text("Zgoda recovery sheet no. 1")
        expect(sheet).to_contain_text("Kancelaria Nowak sp. k., Warszawa")
        expect(sheet).to_contain_text(re.compile(r"Made on \d{1,2} \w+ 20\d\d"))
        expect(sheet).to_contain_text("What it is for")
        expect(sheet).to_contain_text("an administrator makes a new one under People")
        page.goto(box.url)
        assert groups_of(page) == first, "loading the page again makes no other sheet"
        type_back(page, ["AAAAA"] * 13)
        expect(page.get_by_text("That is not what the sheet says.")).to_be_visible()
        assert groups_of(page) == first, "a wrong type-back hides nothing"
        trial.confirm_sheet(page)
        page.get_by_role("button", name="Log out").click()

        # Neither password nor telephone; nobody else may help.
        enter(page, box, first, FRESH)
        expect(page.get_by_text("You are in by the recovery sheet")).to_be_visible()
        page.get_by_role("link", name="Line", exact=True).click()
        expect(page.get_by_text("was let in by the recovery sheet")).to_be_visible()

        # Somebody may have seen it.
        page.get_by_role("link", name="People").click()
        page.get_by_role("link", name="Recovery sheet").click()
        page.get_by_label("Your own password").fill(FRESH)
        page.get_by_role("button", name="Make a new sheet").click()
        expect(page.get_by_text("Zgoda recovery sheet no. 2")).to_be_visible()
        second = groups_of(page)
        page.reload()
        assert groups_of(page) == second != first
        type_back(page, first)
        expect(page.get_by_text("That is not what the sheet says.")).to_be_visible()
        type_back(page, second)
        expect(page.get_by_text("Sheet no. 2 is in force.")).to_be_visible()
        page.get_by_role("button", name="Log out").click()

        enter(page, box, first, "a thief's choice of words")
        expect(page.get_by_text("That is not the sheet in force")).to_be_visible()
        enter(page, box, second, trial.PASSWORD)
        expect(page.get_by_text("You are in by the recovery sheet")).to_be_visible()
        page.get_by_role("link", name="Activity log").click()
        for act in ("Let in by the recovery sheet", "Recovery sheet replaced"):
            expect(page.get_by_text(act).first).to_be_visible()
