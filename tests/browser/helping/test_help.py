"""The question mark opens the page's paragraph, by hand and by key, also without a script."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.box import chromium
from tests.browser.filled import Filled, enter, filled
from tests.browser.walked import axe

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]


@pytest.fixture(scope="module")
def box(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Filled]:
    with filled(tmp_path_factory.mktemp("filled"), calls=4) as served:
        yield served


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.mark.parametrize("width", [320, 1366])
def test_help_opens_and_closes_by_hand_and_by_key(
    box: Filled, browser: Browser, width: int
) -> None:
    page = enter(browser, box, locale="de", viewport={"width": width, "height": 800})
    page.goto(box.url + "calls")
    button = page.get_by_role("button", name="Hilfe zu dieser Seite")
    text = page.locator("#help")
    expect(text).to_be_hidden()
    button.click()
    expect(text).to_contain_text("jedes aufgenommene Gespräch")
    expect(text).to_be_in_viewport(ratio=1)
    assert axe.violations(page, axe.rules()) == []
    page.keyboard.press("Escape")
    expect(text).to_be_hidden()
    button.focus()
    page.keyboard.press("Enter")
    expect(text).to_be_visible()
    text.get_by_role("button", name="Schließen").click()
    expect(text).to_be_hidden()
    page.context.close()


def test_help_needs_no_script_and_no_other_host(box: Filled, browser: Browser) -> None:
    signed_in = enter(browser, box, locale="pl")
    cookies = signed_in.context.cookies()
    signed_in.context.close()
    plain = browser.new_context(locale="pl", java_script_enabled=False)
    plain.add_cookies([dict(one) for one in cookies])  # type: ignore[misc]
    page = plain.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(box.url + "time")
    page.get_by_role("button", name="Pomoc do tej strony").click()
    expect(page.locator("#help")).to_contain_text("Terminy usunięcia")
    assert asked
    assert all(url.startswith(box.url) for url in asked)
    plain.close()


def test_a_case_from_outside_unfolds_and_leads_on(box: Filled, browser: Browser) -> None:
    page = enter(browser, box, locale="en")
    page.goto(box.url + "calls")
    case = page.locator(".cases details").filter(has_text="The police came")
    expect(case.get_by_role("listitem").first).to_be_hidden()
    case.locator("summary").click()
    expect(case.get_by_role("listitem")).to_have_count(3)
    case.get_by_role("link", name="Silences").click()
    page.wait_for_url("**/silences")
    page.context.close()
