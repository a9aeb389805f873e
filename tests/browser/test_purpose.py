"""A purpose is asked what its basis needs, with and without a script, by keys alone."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from appliance.config.settings import Basis
from appliance.config.words.vocabulary import ASKED_ON
from tests.browser.box import Box, chromium, found, log_in, set_up
from tests.browser.walked import axe

pytestmark = [pytest.mark.browser, pytest.mark.system]

WIDTHS = [360, 1366]
CARE = "care_reason"
"""Asked only where callers may speak of sensitive data, too."""


@pytest.fixture(scope="module")
def box(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Box]:
    with set_up(tmp_path_factory.mktemp("box") / "data") as started:
        yield started


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


def owner(box: Box, browser: Browser, width: int, script: bool = True) -> Page:
    """Return a page of the owner, logged in."""
    page = browser.new_context(
        locale="en-GB", java_script_enabled=script, viewport={"width": width, "height": 900}
    ).new_page()
    log_in(page, box)
    return page


def choose(page: Page, basis: str, of: str = "basis") -> None:
    found(page.locator(f"input[name={of}][value={basis}]")).check()


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("script", [True, False])
def test_what_a_basis_does_not_need_is_not_asked(
    box: Box, browser: Browser, width: int, script: bool
) -> None:
    page = owner(box, browser, width, script)
    page.goto(f"{box.url}settings/purposes/new")
    for basis in Basis:
        choose(page, basis)
        for health in (False, True):
            page.locator("#health").set_checked(health)
            for key, bases in ASKED_ON.items():
                asked = basis in bases and (health or key != CARE)
                expect(page.locator(f"[id^={key}]").first).to_be_visible(visible=asked)
    page.locator("#health").uncheck()

    # What was typed for another basis is neither lost nor kept unseen.
    choose(page, "contract")
    page.locator("#contract_to").select_option("perform")
    choose(page, "consent")
    expect(page.locator("#contract_to")).to_be_hidden()
    page.get_by_role("button", name="Preview").click()
    expect(page.locator("#contract_to-mistake")).to_contain_text("leave it empty here")
    expect(page.locator("#contract_to")).to_be_visible()
    expect(page.locator("#contract_to")).to_have_value("perform")
    expect(page.locator("#law_says-en")).to_be_hidden()
    # That no language has any words is said before the first, not below the last.
    expect(page.locator("#full-mistake + .field #full-pl")).to_be_visible()
    page.locator("#contract_to").select_option("")
    page.get_by_role("button", name="Preview").click()
    expect(page.locator("#full-en")).to_be_visible()
    expect(page.locator("#contract_to")).to_be_hidden()
    page.context.close()


def test_a_reason_that_was_typed_stays_in_sight(box: Box, browser: Browser) -> None:
    page = owner(box, browser, 768, script=False)
    page.goto(f"{box.url}settings/purposes/new")
    choose(page, "contract")
    page.locator("input[name=special][value=union]").check()
    for key in ("justification", CARE):
        page.locator(f"#{key}").fill("Callers rely on it.")
    page.locator("input[name=special][value=union]").uncheck()
    choose(page, "consent")
    for key in ("justification", CARE):
        expect(page.locator(f"#{key}")).to_be_visible()
        page.locator(f"#{key}").fill("")
        expect(page.locator(f"#{key}")).to_be_hidden()
    page.context.close()


def test_keys_alone_choose_a_basis_and_reach_what_it_asks(box: Box, browser: Browser) -> None:
    page = owner(box, browser, 1366)
    page.goto(f"{box.url}settings/purposes/new")
    page.locator("input[name=basis][value=consent]").focus()
    for _ in list(Basis)[1:]:
        page.keyboard.press("ArrowDown")
    expect(page.locator("input[name=basis][value=legitimate_interests]")).to_be_checked()
    met: list[str] = []
    while "preview" not in met:
        page.keyboard.press("Tab")
        met.append(page.evaluate("(at => at.id || at.value)(document.activeElement)"))
    assert met[:3] == [f"interest_says-{language}" for language in ("pl", "en", "de")]
    assert {key for key in ASKED_ON if any(each.startswith(key) for each in met)} == {
        "interest_says",
        "justification",
    }
    page.context.close()


@pytest.mark.parametrize("width", WIDTHS)
def test_the_wizard_asks_likewise(box: Box, browser: Browser, width: int) -> None:
    page = owner(box, browser, width, script=False)
    page.goto(f"{box.url}setup/purposes")
    for name in ("agreements", "orders"):
        page.locator(f"input[name=use][value={name}]").check()
    for basis in ("contract", "consent"):
        choose(page, basis, "basis-agreements")
        for key in ("contract_to", "justification"):
            asked = page.locator(f"#{key}-agreements")
            expect(asked).to_be_visible(visible=basis == "contract")
    expect(page.locator("#law_says-orders-pl")).to_be_visible()
    expect(page.locator("#justification-orders")).to_be_visible()
    expect(page.locator("[id$=-training]:is(textarea, select)")).to_have_count(0)
    page.context.close()


@pytest.mark.parametrize("width", WIDTHS)
def test_the_wizard_asks_about_sensitive_data(box: Box, browser: Browser, width: int) -> None:
    """One question for each purpose, which nobody has answered before; details only after yes."""
    page = owner(box, browser, width, script=False)
    page.goto(f"{box.url}setup/purposes")
    for name in ("agreements", "note"):
        page.locator(f"input[name=use][value={name}]").check()
        expect(page.locator(f"input[name=health-{name}]:checked")).to_have_count(0)
    choose(page, "contract", "basis-agreements")
    kinds = page.locator("[name=special-agreements]")
    reason = page.locator(f"#{CARE}-agreements")
    for answer in ("yes", "no"):
        choose(page, answer, "health-agreements")
        expect(kinds.first).to_be_visible(visible=answer == "yes")
        expect(reason).to_be_visible(visible=answer == "yes")
    page.locator("button[value=preview]").click()
    expect(page.locator("#health-note-mistake")).to_be_visible()
    expect(page.locator("#health-agreements-mistake")).to_have_count(0)
    page.locator("a[href='#health-note-mistake']").click()
    choose(page, "yes", "health-note")
    page.locator("input[name=special-note][value=health]").check()
    page.locator("button[value=preview]").click()
    expect(page.locator("#health-note-mistake")).to_have_count(0)
    page.context.close()


@pytest.mark.parametrize("path", ["settings/purposes/new", "setup/purposes"])
def test_the_forms_break_no_rule(box: Box, browser: Browser, path: str) -> None:
    page = owner(box, browser, 1366)
    page.goto(f"{box.url}{path}")
    for use in page.locator("input[name=use]").all():
        use.check()
    for basis in Basis:
        for choice in page.locator(f"input[name^=basis][value={basis}]:visible").all():
            choice.check()
        assert axe.violations(page, axe.rules()) == [], basis
    page.context.close()
