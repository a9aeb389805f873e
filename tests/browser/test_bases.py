"""Each of the six bases and a mixed line, set up in a browser: what the caller then hears."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from appliance.config.settings import Basis, Purpose
from tests.browser.box import Box, chromium, fill_in, log_in, set_up
from tests.prompts.lines import EMERGENCY, FAULTS, ORDER, ORDERS, REPORT, TRAINING, ready

pytestmark = [pytest.mark.browser, pytest.mark.system, pytest.mark.timeout(300)]

AGREEMENTS = ready("agreements", Basis.CONTRACT)
WHY = "Callers often dispute what was reported, so we keep what was said for a month."

LINES: Mapping[str, tuple[list[Purpose], dict[str, Purpose | None], tuple[str, ...]]] = {
    "consent": ([TRAINING], {"1": TRAINING, "2": None}, ("zgod", "dwójk")),
    "contract": ([ORDER], {}, ("umow", "na piśmie, bez nagrania")),
    "legal obligation": ([ORDERS], {}, ("wymaga", "ustawa o obrocie")),
    "vital interests": ([EMERGENCY], {}, ("życi",)),
    "public task": ([REPORT], {"2": None}, ("zadani", "dwójk")),
    "legitimate interests": ([FAULTS], {"2": None}, ("prawnie uzasadniony interes", "dwójk")),
    "mixed": ([AGREEMENTS, TRAINING], {"1": TRAINING, "2": None}, ("umow", "zgod", "dwójk")),
}
"""Name -> purposes, keys with what each agrees to, and what the Polish words must hold."""


@pytest.fixture(scope="module")
def box(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Box]:
    with set_up(tmp_path_factory.mktemp("box") / "data") as started:
        yield started


@pytest.fixture(scope="module")
def owner(box: Box) -> Iterator[Page]:
    """The owner, with a purpose on each basis."""
    with chromium() as browser:
        page = browser.new_context(locale="en-GB").new_page()
        log_in(page, box)
        for purpose in (ORDER, ORDERS, EMERGENCY, REPORT, FAULTS, AGREEMENTS):
            _add(page, box, purpose)
        yield page


def _add(page: Page, box: Box, purpose: Purpose) -> None:
    page.goto(f"{box.url}settings/purposes/new")
    page.locator("#id").fill(purpose.id)
    page.locator(f"input[name=basis][value={purpose.basis}]").check()
    page.locator("#retention_days").fill(str(purpose.retention_days))
    forms = ("full", "short", "label", "law_says", "interest_says", "other_way_says")
    said = {form: getattr(purpose, form) for form in forms}
    fill_in(
        page,
        {f"{form}-{language}": words for form in forms for language, words in said[form].items()},
    )
    if purpose.basis.can_be_objected_to or purpose.retention_days > 180:
        page.locator("#justification").fill(WHY)
    page.get_by_role("button", name="Preview").click()
    for statement in page.locator("input[name=confirmed]").all():
        statement.check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_contain_text("from its next call on")


def _next_call(page: Page, box: Box, purposes: list[Purpose], keys: dict[str, Any]) -> str:
    """Fill the line's form, look at the preview, and leave everything as it was."""
    page.goto(f"{box.url}settings/lines/0")
    named = {purpose.id for purpose in purposes}
    for choice in page.locator("input[name=purposes]").all():
        choice.set_checked(choice.get_attribute("value") in named)
    rows = [*keys.items(), *[("", None)] * (6 - len(keys))]
    for row, (key, agreed) in enumerate(rows):
        page.locator(f"#key-{row}").select_option(key)
        for choice in page.locator(f"input[name=agrees-{row}]").all():
            choice.set_checked(agreed is not None and choice.get_attribute("value") == agreed.id)
    page.get_by_role("button", name="Preview").click()
    said = page.locator("blockquote[lang=pl]")
    expect(said).to_be_visible()
    return " ".join(said.inner_text().split())


@pytest.mark.parametrize("name", LINES)
def test_what_the_caller_hears_on_each_basis(box: Box, owner: Page, name: str) -> None:
    purposes, keys, words = LINES[name]
    text = _next_call(owner, box, purposes, keys)
    print(f"{name}: {text}")
    assert "Kancelaria Nowak w Warszawie" in text.split(".")[0] + text.split(".")[1]
    for purpose in purposes:
        assert purpose.full["pl"] in text, purpose.id
    for said in words:
        assert said in text, said
