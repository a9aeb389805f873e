"""Show on the open first page what is taken up or answered late, in a real browser."""

import itertools
from collections.abc import Iterator

import pytest
from playwright.sync_api import APIResponse, Browser, Page, Route, expect

from appliance.model.findings import find
from appliance.model.records import LineStatus
from tests.browser.waiting.served import logged_in
from tests.web.conftest import Panel

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]

LATE = 60_000
"""Milliseconds after a call's end; a busy device may take so long until it has taken it up."""

CALLS = "#news a.call"


@pytest.fixture
def page(panel: Panel, browser: Browser) -> Iterator[Page]:
    with logged_in(panel, browser) as made:
        expect(made.locator("[data-line]")).to_have_attribute("data-state", "idle")
        yield made


def on_line(panel: Panel, page: Page, state: str) -> None:
    """Let the line come to a state, and the page show it."""
    panel.recorder.statuses = (LineStatus(line="Reception", state=state),)
    expect(page.locator("[data-line]")).to_have_attribute("data-state", state)


def answered(page: Page, path: str) -> None:
    """Return once a question was answered, and so those that the page asked before."""
    page.evaluate("(path) => fetch(path).then((answer) => answer.text())", path)


def test_a_call_that_is_taken_up_a_minute_after_its_end_is_listed(panel: Panel, page: Page) -> None:
    on_line(panel, page, "recording")
    on_line(panel, page, "idle")
    page.clock.fast_forward(LATE)
    answered(page, "/news")
    expect(page.locator(CALLS)).to_have_count(0)
    panel.record()
    expect(page.locator(CALLS)).to_have_count(1)


def test_a_call_is_listed_although_its_question_failed_once(panel: Panel, page: Page) -> None:
    page.route("**/news", lambda route: route.abort())
    with page.expect_event("requestfailed"):
        panel.record()
    page.unroute("**/news")
    page.clock.fast_forward(LATE)
    expect(page.locator(CALLS)).to_have_count(1)


def test_a_call_that_came_while_nobody_touched_the_page_is_listed_with_the_first_touch(
    panel: Panel, page: Page
) -> None:
    page.clock.fast_forward(6 * LATE)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    panel.record()
    on_line(panel, page, "recording")
    page.clock.fast_forward(LATE)
    assert [url for url in asked if url.endswith("/news")] == []
    page.mouse.move(5, 5)
    expect(page.locator(CALLS)).to_have_count(1)


def held(page: Page, path: str) -> list[tuple[Route, APIResponse]]:
    """Have the first answer to a question wait, as it is; one more passes, and none after it."""
    waiting: list[tuple[Route, APIResponse]] = []
    met = itertools.count()

    def meet(route: Route) -> None:
        match next(met):
            case 0:
                waiting.append((route, route.fetch()))
            case 1:
                route.continue_()
            case _:
                route.abort()

    page.route(path, meet)
    return waiting


def caught(page: Page, waiting: list[tuple[Route, APIResponse]]) -> tuple[Route, APIResponse]:
    """Return what waits, once it does."""
    while not waiting:
        page.evaluate("0")  # meanwhile the messages of the browser come in
    return waiting[0]


def test_no_older_list_takes_the_place_of_a_newer_one(panel: Panel, page: Page) -> None:
    waiting = held(page, "**/news")
    on_line(panel, page, "recording")
    panel.record()
    on_line(panel, page, "idle")
    route, older = caught(page, waiting)
    panel.record()
    page.clock.run_for(6000)
    answered(page, "/amiss")
    with page.expect_response("**/news"):
        route.fulfill(response=older)
    page.clock.run_for(6000)
    expect(page.locator(CALLS)).to_have_count(2)


def test_no_older_finding_takes_the_place_of_a_newer_one(panel: Panel, browser: Browser) -> None:
    refused, unsaid = find("panel.refused"), find("prompts.missing", line="Reception")
    panel.recorder.found = (refused, unsaid)
    panel.box.clock.advance(61)  # what was counted before is too old
    with logged_in(panel, browser) as page:
        heading = page.locator("#amiss h2")
        expect(heading).to_have_text("2 things must be fixed.")
        waiting = held(page, "**/amiss")
        page.clock.run_for(6000)
        route, older = caught(page, waiting)
        panel.recorder.found = ()
        panel.box.clock.advance(6)
        page.clock.run_for(7000)
        answered(page, "/news")
        with page.expect_response("**/amiss"):
            route.fulfill(response=older)
        expect(heading).to_have_count(0)
