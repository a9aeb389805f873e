"""Every page holds together at every width, in three languages, and at 400 % zoom."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser.box import chromium
from tests.browser.filled import Filled, enter, filled
from tests.browser.places import LAID_OUT, LANGUAGES, faults, places, play
from tests.deep import deep

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]

MAIN = ("home", "calls", "call", "erase", "certificate", "audit", "people", "person", "settings")
"""The pages of every day. ``python -m tests.browser.walk`` takes all of them."""

FEW = (320, 344, 400, 520, 656, 718, 768, 992, 1366, 1920)
EDGES = (320, 656, 718, 992)
"""The narrowest page, and the first widths of each wider layout, where it is tightest."""


@pytest.fixture(scope="module")
def box(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Filled]:
    with filled(tmp_path_factory.mktemp("filled"), calls=28) as served:
        yield served


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.mark.parametrize(
    ("language", "widths"),
    [("de", FEW), ("pl", EDGES), ("en", EDGES), deep("pl", FEW), deep("en", FEW)],
)
def test_nothing_overlaps_or_leaves_the_page_at_any_width(
    box: Filled, browser: Browser, language: str, widths: tuple[int, ...]
) -> None:
    page = enter(browser, box, locale=language)
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    wrong: dict[tuple[str, int], object] = {}
    for name in MAIN:
        page.goto(box.url + places(box)[name])
        wrong |= {(name, width): what for width, what in faults(page, widths)}
    play(page, box)
    wrong |= {("player", width): what for width, what in faults(page, widths)}
    assert wrong == {}
    assert complaints == []  # of the pages' scripts
    page.context.close()


def test_what_overlaps_or_leaves_the_page_is_seen(box: Filled, browser: Browser) -> None:
    page = enter(browser, box, locale="en", viewport={"width": 1366, "height": 800})
    page.goto(box.url + "calls")
    assert page.evaluate(LAID_OUT) == []
    page.evaluate("document.querySelector('#since').style.marginLeft = '-3rem'")
    assert page.evaluate(LAID_OUT) != []
    page.reload()
    page.evaluate("document.querySelector('h1').style.width = '2000px'")
    assert any("wider than the window" in what for what in page.evaluate(LAID_OUT))
    page.context.close()


NO_PAGES = (".json", ".wav", "/events", "/news", "/login", "/login/code", "/first-run", "/recovery")
"""Ends of addresses that a person with a login does not look at."""

ANSWERED = {"playback.player", "words.draft", "exempt.confirm", "holds.ask_many"}
"""Pages that need something of an earlier one, and are those of others in their looks."""


def test_the_walk_knows_every_page(box: Filled) -> None:
    """A new page belongs into ``places``, so that it is walked through, too."""
    addresses = box.panel.app.url_map.bind("panel")
    walked = {
        addresses.match("/" + path.partition("?")[0])[0]
        for name, path in places(box).items()
        if name != "nowhere"
    }
    pages = {
        rule.endpoint
        for rule in box.panel.app.url_map.iter_rules()
        if "GET" in (rule.methods or set()) and not rule.rule.endswith(NO_PAGES)
    }
    assert pages - walked - ANSWERED == {"static"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_navigation_of_a_narrow_page_opens_from_a_button(
    box: Filled, browser: Browser, language: str
) -> None:
    """320 pixels are also what a window of 1280 has at 400 % zoom: the header takes one row."""
    page = enter(browser, box, locale=language, viewport={"width": 320, "height": 256})
    page.goto(box.url + "calls")
    header = page.locator("header.top").bounding_box()
    assert header is not None
    assert header["height"] <= 64
    calls = page.locator(".top nav a[aria-current]")
    assert not calls.is_visible()
    page.keyboard.press("Tab")
    page.locator(".menu-button").focus()
    page.keyboard.press("Enter")
    calls.wait_for()
    page.keyboard.press("Escape")
    calls.wait_for(state="hidden")
    page.context.close()
