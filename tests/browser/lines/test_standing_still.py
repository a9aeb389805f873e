"""Watch Home in Chromium while recorder, keeper or panel stands still: it says so in 5 s."""

import time
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.box import PASSWORD, Box, chromium, log_in
from tests.system.processes import Running, office, standing_still

pytestmark = [pytest.mark.browser, pytest.mark.system, pytest.mark.timeout(240)]

MOST_SECONDS = 5.0
NOTES = ("recorder", "keeper", "panel")
LIT = '.light:not(.off), .lamp[class*="-"]'
"""A lamp that shines, drawn or as the dot of a line."""


def noted(page: Page, part: str) -> None:
    """Wait until the page says of this part alone that it does not answer."""
    expect(page.locator(f"#{part}-away")).to_be_visible(timeout=2 * MOST_SECONDS * 1000)
    for other in {*NOTES} - {part}:
        expect(page.locator(f"#{other}-away")).to_be_hidden()


def stands_still_and_goes_on(page: Page, one: Running, part: str) -> None:
    """Let a process stand still: the page says so, shows no light, and is back after it."""
    expect(page.locator(LIT)).to_have_count(2)  # green, and the dot of the line
    with standing_still(one):
        began = time.monotonic()
        noted(page, part)
        assert time.monotonic() - began < MOST_SECONDS, part
        expect(page.locator(LIT)).to_have_count(0)
    expect(page.locator(f"#{part}-away")).to_be_hidden()
    expect(page.locator(LIT)).to_have_count(2)


def test_home_says_within_5_s_which_part_stands_still(tmp_path: Path) -> None:
    with office(tmp_path, PASSWORD) as box, chromium() as browser:
        page = browser.new_context(locale="en-GB").new_page()
        log_in(page, Box(f"http://127.0.0.1:{box.port}/", "", box.folders.data))
        stands_still_and_goes_on(page, box.recorder, "recorder")
        stands_still_and_goes_on(page, box.keeper, "keeper")
        stands_still_and_goes_on(page, box.panel, "panel")
