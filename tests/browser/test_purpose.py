"""The form of a purpose asks what its basis needs, with and without a script."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from appliance.config.settings import Basis
from appliance.config.words.vocabulary import ONLY_ON
from tests.browser.box import Box, chromium, found, log_in, set_up

pytestmark = [pytest.mark.browser, pytest.mark.system]

WIDTHS = [360, 1366]


@pytest.fixture(scope="module")
def box(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Box]:
    with set_up(tmp_path_factory.mktemp("box") / "data") as started:
        yield started


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("script", [True, False])
def test_what_a_basis_does_not_need_is_not_asked(
    box: Box, browser: Browser, width: int, script: bool
) -> None:
    page = browser.new_context(
        locale="en-GB", java_script_enabled=script, viewport={"width": width, "height": 900}
    ).new_page()
    log_in(page, box)
    page.goto(f"{box.url}settings/purposes/new")
    for basis in Basis:
        found(page.locator(f"input[name=basis][value={basis}]")).check()
        for key, bases in ONLY_ON.items():
            asked = page.locator(f"[id^={key}]").first
            expect(asked).to_be_visible(visible=basis in bases)

    # What was typed for another basis is neither lost nor kept unseen.
    page.locator("input[name=basis][value=contract]").check()
    page.locator("#contract_to").select_option("perform")
    page.locator("input[name=basis][value=consent]").check()
    expect(page.locator("#contract_to")).to_be_hidden()
    page.get_by_role("button", name="Preview").click()
    expect(page.locator("#contract_to-mistake")).to_contain_text("leave this empty")
    expect(page.locator("#contract_to")).to_be_visible()
    expect(page.locator("#contract_to")).to_have_value("perform")
    expect(page.locator("#law_says-en")).to_be_hidden()
    page.locator("#contract_to").select_option("")
    page.get_by_role("button", name="Preview").click()
    expect(page.locator("#full-en")).to_be_visible()
    expect(page.locator("#contract_to")).to_be_hidden()
