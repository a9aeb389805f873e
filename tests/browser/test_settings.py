"""Change settings in a real browser: without scripts, at every width, in three languages."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.box import Box, chromium, log_in, set_up
from tests.deep import deep

pytestmark = [pytest.mark.browser, pytest.mark.system, pytest.mark.timeout(300)]

PAGES = ("", "/office", "/lines/0", "/purposes/0", "/languages", "/front", "/network", "/history")
WIDTHS = (320, 768, 1366)


@pytest.fixture(scope="module")
def box(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Box]:
    with set_up(tmp_path_factory.mktemp("box") / "data") as started:
        yield started


@pytest.fixture(scope="module")
def owner(box: Box) -> Iterator[tuple[Page, Browser]]:
    """The owner, logged in."""
    with chromium() as browser:
        page = browser.new_context(locale="en-GB").new_page()
        log_in(page, box)
        yield page, browser


def test_a_setting_is_changed_previewed_and_taken_back_without_scripts(
    box: Box, owner: tuple[Page, Browser]
) -> None:
    _, browser = owner
    page = browser.new_context(locale="en-GB", java_script_enabled=False).new_page()
    log_in(page, box)
    page.get_by_role("link", name="Settings", exact=True).click()
    page.get_by_role("link", name="Pause").click()
    page.get_by_label("Minutes until recording goes on").fill("ninety")
    page.get_by_role("button", name="Preview").click()
    summary = page.get_by_role("alert")
    expect(summary).to_contain_text("Write a whole number from 1 to 30.")
    page.get_by_label("Minutes until recording goes on").fill("9")
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_role("heading", name="What the next caller meets")).to_be_visible()
    expect(page.get_by_text("The next caller is asked")).to_be_visible()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_contain_text("from its next call on")
    page.get_by_role("link", name="History").click()
    page.get_by_role("link", name="Settings version 1").click()
    page.get_by_role("button", name="Go back to this version").click()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_contain_text("from its next call on")


@pytest.mark.parametrize("language", [deep("pl"), deep("en"), "de"])
def test_no_page_is_wider_than_its_window(
    box: Box, owner: tuple[Page, Browser], language: str
) -> None:
    page, _ = owner
    page.goto(f"{box.url}settings")
    page.locator(f"button[name=language][value={language}]").click()
    for path in PAGES:
        page.goto(f"{box.url}settings{path}")
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            wide = page.evaluate("document.documentElement.scrollWidth")
            assert wide <= width, (path, language, width)
            narrow = page.evaluate(
                "[...document.querySelectorAll('main input, main select, main button')]"
                ".filter(e => e.type !== 'hidden' && e.offsetParent && e.offsetWidth < 16).length"
            )
            assert narrow == 0, (path, language, width)


def test_who_receives_recordings_is_asked_unless_it_is_nobody_and_a_mistake_is_seen(
    box: Box, owner: tuple[Page, Browser]
) -> None:
    page, _ = owner
    page.goto(f"{box.url}settings/office")
    receives, named = page.locator("#recipients"), page.locator("#recipients_say-pl")
    receives.select_option("these")
    expect(named).to_be_visible()
    named.fill("Biuro Rachunkowe Lipowa")
    receives.select_option("nobody")
    expect(named).to_be_hidden()
    page.locator("main form.card button.main").last.click()
    expect(page.locator("fieldset:has(#recipients_say-pl) .mistake").first).to_be_visible()
    expect(named).to_have_value("Biuro Rachunkowe Lipowa")
