"""Consent of the staff in Germany, in a real browser before a real box that then records."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.box import Box, chromium, found, log_in, set_up, wait_for_state
from tests.browser.test_demo_phone import REACTION_MS, display, do, hang_up
from tests.prompts.short import short_text

pytestmark = [pytest.mark.browser, pytest.mark.system, pytest.mark.timeout(300)]

ANNA, BERT = "Anna <b>Żółć", "Bert Braun"
ASKS_NOBODY = "everybody who speaks on this line has to agree first"
NOTHING = "Nobody vouches for this list, so the line records nothing."


@pytest.fixture(scope="module")
def box(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Box]:
    folder = tmp_path_factory.mktemp("box")
    config = folder / "zgoda.toml"
    config.write_text(re.sub(r'(?m)^country = "PL"$', 'country = "DE"', short_text()), "utf-8")
    with set_up(folder / "data", "--config", str(config)) as started:
        yield started


@pytest.fixture
def page(box: Box) -> Iterator[Page]:
    with chromium() as browser:
        opened = browser.new_context(locale="en-GB").new_page()
        complaints: list[str] = []
        opened.on("pageerror", lambda error: complaints.append(str(error)))
        log_in(opened, box)
        yield opened
        assert complaints == []


def lists(page: Page, box: Box) -> None:
    """Open the page of the lists."""
    page.goto(f"{box.url}speakers")


def add(page: Page, name: str, day: str) -> None:
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("Agreed in writing on").fill(day)
    page.get_by_role("button", name="Add a person").click()


def told(page: Page, sentence: str) -> None:
    expect(page.get_by_role("status").filter(has_text=sentence)).to_be_visible()


def next_call(page: Page, box: Box, says: str) -> None:
    """See on the demo phone what the next caller will hear."""
    page.goto(f"{box.url}phone")
    expect(page.locator("[data-part=sentence]")).to_contain_text(says)


def test_a_line_records_while_somebody_vouches_for_all_who_speak_on_it(
    page: Page, box: Box
) -> None:
    next_call(page, box, ASKS_NOBODY)
    lists(page, box)
    expect(page.get_by_text(NOTHING)).to_be_visible()
    expect(page.get_by_role("button", name="Vouch for the list")).to_have_count(0)
    add(page, ANNA, "2026-09-01")
    told(page, "The person is on the list.")
    add(page, BERT, "2026-09-02")
    expect(page.locator(".numbers .who")).to_have_text([ANNA, BERT])
    add(page, BERT, "2026-09-02")
    expect(page.locator("#name-1-mistake")).to_be_visible()
    expect(page.locator(".numbers .who")).to_have_text([ANNA, BERT])
    next_call(page, box, ASKS_NOBODY)

    lists(page, box)
    page.get_by_role("button", name="Vouch for the list").click()
    expect(page.get_by_text("Tick this if it is so.")).to_be_visible()
    expect(page.get_by_text(NOTHING)).to_be_visible()
    page.get_by_label("Nobody else speaks on this line.").check()
    page.get_by_role("button", name="Vouch for the list").click()
    told(page, "You vouch for the list now.")
    expect(page.get_by_text("Ewa Nowak has vouched for this list since")).to_be_visible()
    expect(page.get_by_text(NOTHING)).to_have_count(0)
    _records(page, box)

    lists(page, box)
    page.get_by_role("button", name=f"Remove {BERT}").click()
    told(page, "The person was taken off the list.")
    expect(page.get_by_text(NOTHING)).to_be_visible()
    expect(page.locator(".numbers .who")).to_have_text([ANNA])
    next_call(page, box, ASKS_NOBODY)


def _records(page: Page, box: Box) -> None:
    """Call, agree, and see in the sheet for the office who spoke on the line."""
    next_call(page, box, "The next caller will be asked.")
    do(page, "caller", "Call the office")
    expect(display(page, "office")).to_contain_text("It rings")
    do(page, "office", "Answer")
    wait_for_state(page, "Waiting for the key")
    do(page, "caller", "1", REACTION_MS)
    wait_for_state(page, "Recording")
    hang_up(page)
    page.get_by_role("link", name="Open the recording").click()
    page.locator("a.button", has_text="Proof sheet").click()
    assert ANNA not in found(page.locator("article.proof")).inner_text()
    page.get_by_role("link", name="for the office").click()
    told_of = found(page.get_by_role("heading", name="Who spoke on the line for the office"))
    expect(told_of).to_be_visible()
    sheet = page.locator("article.proof").inner_text()
    assert f"{ANNA}, agreed on 1 September 2026" in sheet
    assert f"{BERT}, agreed on 2 September 2026" in sheet
