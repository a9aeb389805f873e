"""Every page holds together at every width, in three languages, and at 400 % zoom."""

import contextlib
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser
from werkzeug.exceptions import MethodNotAllowed

from tests.browser.box import chromium
from tests.browser.filled import Filled, enter, filled
from tests.browser.places import (  # fmt: skip
    LAID_OUT,
    LANGUAGES,
    WINDOW,
    ZOOMED,
    faults,
    places,
    play,
    zoom_faults,
)
from tests.browser.walked.states import states
from tests.deep import deep
from tests.small.media import told_apart

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]

MAIN = (
    "home",
    "phone",
    "calls",
    "call",
    "erase",
    "certificate",
    "audit",
    "people",
    "person",
    "settings",
)
"""The pages of every day. ``python -m tests.browser.walked.walk`` takes all of them."""

STYLE = "((what, style) => { document.querySelector(what).style.cssText = style; })"

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
    [("de", FEW), ("pl", EDGES), deep("en", EDGES), deep("pl", FEW), deep("en", FEW)],
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
        hidden = zoom_faults(page)
        if hidden:
            wrong[name, ZOOMED["width"]] = hidden
    play(page, box)
    wrong |= {("player", width): what for width, what in faults(page, widths)}
    assert wrong == {}
    assert complaints == []  # of the pages' scripts
    page.context.close()


def test_what_overlaps_or_leaves_the_page_is_seen(box: Filled, browser: Browser) -> None:
    page = enter(browser, box, locale="en", viewport={"width": 1366, "height": 800})
    page.goto(box.url + "calls")
    assert page.evaluate(LAID_OUT) == []
    page.evaluate("document.querySelector('#until').style.marginLeft = '-3rem'")
    assert page.evaluate(LAID_OUT) != []
    page.reload()
    page.evaluate("document.querySelector('h1').style.width = '2000px'")
    assert any("wider than the window" in what for what in page.evaluate(LAID_OUT))
    page.reload()
    page.evaluate(f"{STYLE}('header.top', 'position: sticky; top: 0; height: 200px')")
    assert any("bars take" in what for what in zoom_faults(page))
    page.reload()
    page.evaluate(f"{STYLE}('footer', 'position: fixed; inset: 0')")
    assert any("cannot be seen" in what for what in zoom_faults(page))
    page.context.close()


NO_PAGES = (".json", ".jsonl", ".wav", "/events", "/news", "/amiss", "/head")
"""Ends of addresses that nobody looks at."""


def test_every_state_holds_together_and_no_page_is_left_out(box: Filled, browser: Browser) -> None:
    """A new page belongs into ``places`` or ``states``, so that it is walked through, too."""
    addresses = box.panel.app.url_map.bind("panel")
    seen = {
        addresses.match("/" + path.partition("?")[0])[0]
        for name, path in places(box).items()
        if name != "nowhere"
    }
    wrong: dict[tuple[str, int], object] = {}
    with told_apart():  # as in the walk
        for name, page in states(browser, box, locale="de", viewport=WINDOW):
            wrong |= {(name, width): what for width, what in faults(page, (320, 768))}
            page.set_viewport_size(WINDOW)
            with contextlib.suppress(MethodNotAllowed):  # an answer to a form
                seen.add(addresses.match(urlsplit(page.url).path)[0])
    assert wrong == {}
    pages = {
        rule.endpoint
        for rule in box.panel.app.url_map.iter_rules()
        if "GET" in (rule.methods or set()) and not rule.rule.endswith(NO_PAGES)
    }
    assert pages - seen == {"static"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_header_takes_one_row_and_the_navigation_opens_from_a_button(
    box: Filled, browser: Browser, language: str
) -> None:
    """320 pixels are also what a window of 1280 has at 400 % zoom: the header takes one row."""
    page = enter(browser, box, locale=language, viewport=ZOOMED)
    page.goto(box.url + "calls")
    header = page.locator("header.top").bounding_box()
    assert header is not None
    assert header["height"] <= 64
    for width, height in ((360, 740), (768, 1024), (1366, 860)):
        page.set_viewport_size({"width": width, "height": height})
        wider = page.locator("header.top").bounding_box()
        assert wider is not None
        assert wider["height"] <= 64, width
    row = page.locator("li .call").first.bounding_box()  # on a tablet, in one line
    assert row is not None
    assert row["height"] <= 60
    page.set_viewport_size(ZOOMED)
    calls = page.locator(".top nav a[aria-current]")
    assert not calls.is_visible()
    page.keyboard.press("Tab")
    page.locator(".menu-button").focus()
    page.keyboard.press("Enter")
    calls.wait_for()
    page.keyboard.press("Escape")
    calls.wait_for(state="hidden")
    page.context.close()
