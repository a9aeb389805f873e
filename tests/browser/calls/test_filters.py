"""The script of the list of calls: what it sends, keeps out of addresses, and tells."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, Request, expect

from appliance.model.records import RecordingMark
from tests.browser.box import chromium
from tests.browser.filled import Filled, enter, filled

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]

SPOKEN = "22 123 45 67"


@pytest.fixture(scope="module")
def box(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Filled]:
    with filled(tmp_path_factory.mktemp("filled"), calls=8) as served:
        took_back = RecordingMark(kind="withdrawn", sample=800, purposes=("quality",))
        served.panel.record(marks=(took_back,))
        yield served


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture
def page(box: Filled, browser: Browser) -> Iterator[Page]:
    """The list of calls; whatever a policy of the page forbids is a failure."""
    page = enter(browser, box, locale="en-GB", viewport={"width": 1366, "height": 768})
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text))
    page.goto(f"{box.url}calls")
    yield page
    assert [said for said in complaints if "status of 400" not in said] == []
    page.context.close()


def statuses(page: Page) -> list[str]:
    """Return what each live region of the list says."""
    return page.locator("main [role=status], main [aria-live]").all_inner_texts()


def heading(page: Page) -> Locator:
    return page.get_by_role("heading", name="call", exact=False).nth(1)


def test_one_live_region_says_how_many_calls_a_filter_leaves(page: Page) -> None:
    assert statuses(page) == [""]
    page.get_by_label("Answer").select_option("one purpose or more ended during the call")
    page.get_by_role("button", name="Filter").click()
    expect(heading(page)).to_have_text("1 call")
    assert statuses(page) == ["1 call"]
    page.get_by_role("link", name="Answer: one purpose or more ended during the call").click()
    expect(heading(page)).to_have_text("9 calls")
    assert statuses(page) == [""]


def test_the_address_has_the_filters_that_are_chosen_and_no_empty_one(page: Page) -> None:
    page.get_by_label("Hold").select_option("not held")
    page.get_by_role("button", name="Filter").click()
    expect(page.get_by_role("link", name="Hold: not held")).to_be_visible()
    assert page.url.partition("?")[2] == "hold=not_held"
    page.go_back()
    fields = page.locator("form[data-filters]").locator("select, input")
    assert [field.is_disabled() for field in fields.all()] == [False] * fields.count()
    expect(page.get_by_label("Purpose")).to_be_enabled()


def test_what_is_typed_goes_with_a_filter_and_never_into_an_address(page: Page) -> None:
    sent: list[Request] = []

    def keep(request: Request) -> None:
        sent.append(request)

    page.on("request", keep)
    page.get_by_label("Number or name").fill(SPOKEN)
    page.get_by_label("Hold").select_option("not held")
    page.get_by_role("button", name="Filter").click()
    expect(heading(page)).to_have_text("5 calls")
    assert statuses(page) == ["5 calls"]
    chips = page.locator(".chip > span:first-child").all_inner_texts()
    assert chips == [f"Number or name: {SPOKEN}", "Hold: not held"]
    digits = SPOKEN.replace(" ", "")
    assert [one.url for one in sent if digits in one.url or "22+123" in one.url] == []
    posted = [one.post_data or "" for one in sent if one.method == "POST"]
    assert len(posted) == 1
    assert "hold=not_held" in posted[0]
    page.get_by_role("link", name="Number or name").click()
    expect(heading(page)).to_have_text("9 calls")
    assert page.url.partition("?")[2] == "hold=not_held"


def test_a_filter_that_no_call_has_is_told_at_its_field_and_nothing_is_listed(
    page: Page, box: Filled
) -> None:
    page.goto(f"{box.url}calls?purpose=marketing")
    told = page.locator("form[data-filters] .mistake")
    expect(told).to_have_text("There is no call with this purpose.")
    assert page.get_by_label("Purpose").get_attribute("aria-invalid") == "true"
    assert page.locator("a.call").count() == 0
