"""Find one person's calls among many, hand over, erase: clicks and pages are counted."""

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Frame, Locator, Page, expect

from tests.boxes import PASSWORD
from tests.browser.box import chromium
from tests.browser.filled import ANNA, Filled, filled
from tests.keeper.boxes import OWNER

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]

SPOKEN = "22 123 45 67"


@pytest.fixture(scope="module")
def box(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Filled]:
    with filled(tmp_path_factory.mktemp("filled")) as served:
        yield served


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@dataclass
class Counted:
    """A person at a page, whose pages and clicks of the mouse count from the login on.

    Typing does not count; a click into the field does, wherever the page does not put the focus.
    """

    page: Page
    clicks: int = 0
    pages: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("framenavigated", self._arrived)

    def _arrived(self, frame: Frame) -> None:
        path = frame.url.partition("?")[0]
        if frame is self.page.main_frame and (not self.pages or self.pages[-1] != frame.url):
            assert SPOKEN.replace(" ", "") not in frame.url
            self.pages.append(frame.url if "?" in frame.url else path)

    def click(self, what: Locator) -> None:
        self.clicks += 1
        what.click()


def at_the_login(browser: Browser, box: Filled) -> Counted:
    page = browser.new_context(
        viewport={"width": 1280, "height": 900}, locale="en-GB", accept_downloads=True
    ).new_page()
    page.goto(box.url + "login")
    expect(page.locator("#name")).to_be_focused()  # by the page, with its first frame drawn
    page.keyboard.type(OWNER)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    return Counted(page)


def find_anna(person: Counted) -> Page:
    page = person.page
    person.click(page.get_by_role("button", name="Log in"))
    person.click(page.get_by_role("link", name="Calls", exact=True))
    person.click(page.get_by_label("Number or name"))
    page.keyboard.type(SPOKEN)
    person.click(page.get_by_role("button", name="Search"))
    expect(page.get_by_role("heading", name="4 calls")).to_be_visible()
    return page


def test_copies_of_one_persons_four_calls_take_few_clicks_and_pages(
    box: Filled, browser: Browser, tmp_path: Path
) -> None:
    person = at_the_login(browser, box)
    page = find_anna(person)
    person.click(page.get_by_label("All on this page"))
    person.click(page.get_by_role("button", name="Hand over …"))
    page.get_by_label("For whom?").select_option("caller")
    page.get_by_label("Who exactly").fill("Anna Nowak")
    with page.expect_download() as started:
        person.click(page.get_by_role("button", name="Download the copies"))
    started.value.save_as(tmp_path / "copies.zip")
    with zipfile.ZipFile(tmp_path / "copies.zip") as file:
        names = file.namelist()
        assert file.testzip() is None
    assert sum(name.endswith(".wav") for name in names) == len(box.annas) == 4
    assert all(any(rid[:8] in name for name in names) for rid in box.annas)
    print(f"copies of four calls: {person.clicks} clicks, {len(person.pages)} pages")
    assert person.clicks <= 7, "one of them for the page that asks for whom exactly"
    assert len(person.pages) <= 5
    page.context.close()


def test_enter_on_a_chosen_call_does_nothing(box: Filled, browser: Browser) -> None:
    """A form's first button is what Enter means; that was a copy for the caller."""
    page = find_anna(at_the_login(browser, box))
    page.wait_for_load_state("networkidle")  # its icon comes last
    where, sent = page.url, []
    page.on("request", lambda request: sent.append(request.url))
    for choice in (page.get_by_label("All on this page"), page.locator("[name=recording]").first):
        choice.focus()
        page.keyboard.press("Space")
        page.keyboard.press("Enter")
    page.get_by_role("button", name="Hold …").wait_for()
    assert (page.url, sent) == (where, [])
    page.context.close()


def test_back_from_a_call_leads_to_the_search_without_a_question(
    box: Filled, browser: Browser
) -> None:
    page = find_anna(at_the_login(browser, box))
    page.locator("a.call").first.click()
    expect(page.locator("main > .lead")).to_contain_text("+48 22 123 45 67")
    page.go_back()
    expect(page.get_by_role("heading", name="4 calls")).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", name="4 calls")).to_be_visible()
    assert ANNA[3:] not in page.url
    page.get_by_role("link", name="Oldest first").click()
    expect(page.locator("a.call").first).to_have_attribute("href", f"/calls/{box.annas[0]}")
    page.context.close()


def test_on_a_phone_what_was_found_comes_before_the_search(box: Filled, browser: Browser) -> None:
    page = at_the_login(browser, box).page
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Calls", exact=True).click()
    found, field = page.locator("a.call").first, page.get_by_label("Number or name")
    expect(field).to_be_visible()  # where there is room nothing has to be opened
    page.set_viewport_size({"width": 360, "height": 640})
    expect(field).to_be_hidden()
    place = found.bounding_box()
    assert place is not None
    assert place["y"] + place["height"] < 640, "the first call is on the first screen"
    page.get_by_text("Search and filters").click()
    field.fill(SPOKEN)
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_role("heading", name="4 calls")).to_be_visible()
    expect(field).to_be_visible()  # what the list is cut by is seen
    page.context.close()


def test_erasing_one_persons_four_calls_takes_few_clicks_and_pages(
    box: Filled, browser: Browser
) -> None:
    person = at_the_login(browser, box)
    page = find_anna(person)
    person.click(page.get_by_label("All on this page"))
    person.click(page.get_by_role("button", name="Erase …"))
    expect(page.get_by_role("heading", name="Erase 4 calls")).to_be_visible()
    person.click(page.get_by_label("The caller withdrew the consent"))
    person.click(page.get_by_label("Reason"))
    page.keyboard.type("The caller asked by letter.")
    person.click(page.get_by_label("I know that no key"))
    person.click(page.get_by_role("button", name="Erase for good"))
    expect(page.get_by_role("heading", name="5 erased recordings")).to_be_visible()
    print(f"erasing four calls: {person.clicks} clicks, {len(person.pages)} pages")
    assert person.clicks <= 10
    assert len(person.pages) <= 5
    page.context.close()
