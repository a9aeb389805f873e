"""Have devices asked and choose a line by the keyboard; judge the step by axe-core."""

from collections.abc import Iterator

import pytest
from msgspec import structs
from playwright.sync_api import Browser, Page, expect

from appliance.config.kept import in_force
from appliance.config.read import trial_text
from appliance.config.settings import Line
from appliance.model.findings import find
from tests.browser.box import chromium
from tests.browser.filled import Filled, enter
from tests.browser.filled import served as shown
from tests.browser.places import faults
from tests.browser.walked import axe
from tests.keeper.boxes import set_up
from tests.web.conftest import PEOPLE, serve
from tests.web.setup.test_plugged import ASKED, SEEN, TAPPED

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]

BEST = f'[type=radio][value="found {TAPPED.key}"]'

LONG = find("lines.buy_sight", port="/dev/serial/by-id/usb-" + "Long_Name" * 8)

KEEP_WHAT_IS_SAID = """
const status = document.querySelector(".plugged [role=status]");
const keep = () => { sessionStorage.said = status.textContent; };
new MutationObserver(keep).observe(status, { childList: true });
"""
"""The page goes away with what it says: the next one can still be asked."""

WIDTHS = (320, 360, 768, 1366)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Filled]:
    """A box whose line may still get any device: it has not recorded."""
    folder = tmp_path_factory.mktemp("fresh") / "data"
    for panel in serve(set_up(folder, PEOPLE, seed_text=f"fresh = true\n{trial_text()}")):
        with shown(panel) as url:
            yield Filled(url, panel, [], "")


@pytest.fixture
def box(served: Filled) -> Filled:
    """The box before anything was asked."""
    served.panel.recorder.devices, served.panel.recorder.answered = SEEN, ASKED
    return served


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


def line(box: Filled) -> Line:
    return in_force(box.panel.box.folders, box.panel.box.seed).config.lines[0]


def press_until(page: Page, selector: str, key: str = "Tab") -> None:
    """Press a key until it has led to an element."""
    wanted = page.locator(selector)
    for _ in range(60):
        if wanted.evaluate("e => e === document.activeElement"):
            return
        page.keyboard.press(key)
    raise AssertionError(f"{key} does not lead to {selector}")


def test_from_the_keyboard_devices_are_asked_and_a_line_is_chosen(
    box: Filled, browser: Browser
) -> None:
    page = enter(browser, box, locale="en")
    page.goto(f"{box.url}setup/line")
    press_until(page, "#name")
    page.keyboard.press("Control+A")
    page.keyboard.type("Front desk")
    press_until(page, "[name=ask]")
    expect(page.locator("[name=ask]")).to_be_checked()
    press_until(page, "button[value=look]")
    page.keyboard.press("Enter")
    best = page.locator(BEST)
    expect(best).to_be_checked()
    expect(page.locator("#name")).to_have_value("Front desk")
    press_until(page, BEST)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    expect(best).to_be_checked()
    press_until(page, "#name", "Shift+Tab")
    page.keyboard.press("Enter")  # it saves, and does not ask again
    expect(page.locator(".steps [aria-current=step] a")).to_have_attribute(
        "href", "/setup/purposes"
    )
    assert (line(box).name, line(box).hook.driver) == ("Front desk", "modem")
    page.context.close()


def test_while_devices_are_asked_the_page_says_so(box: Filled, browser: Browser) -> None:
    page = enter(browser, box, locale="en")
    page.goto(f"{box.url}setup/line")
    page.evaluate(KEEP_WHAT_IS_SAID)
    page.locator("button[value=look]").click()
    expect(page.locator(BEST)).to_be_visible()
    assert page.evaluate("sessionStorage.said") == "The devices are being asked…"
    expect(page.locator(".plugged [role=status]")).to_have_text("")
    page.context.close()


@pytest.mark.parametrize(("scheme", "language"), [("light", "pl"), ("dark", "de"), ("light", "en")])
def test_the_step_breaks_no_rule_and_keeps_together(
    box: Filled, browser: Browser, scheme: str, language: str
) -> None:
    long = structs.replace(
        ASKED,
        proposals=tuple(structs.replace(each, why=LONG) for each in ASKED.proposals),
        lacks=(LONG,),
    )
    page = enter(browser, box, color_scheme=scheme, locale=language, reduced_motion="reduce")
    for devices in (SEEN, long):
        box.panel.recorder.devices = devices
        page.goto(f"{box.url}setup/line")
        page.locator("details").evaluate_all("all => all.forEach((each) => { each.open = true; })")
        assert axe.violations(page, axe.rules()) == []
        assert list(faults(page, WIDTHS)) == []
    page.context.close()
