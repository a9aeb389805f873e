"""The pages of every day break none of axe-core's rules, in both themes.

``make axe`` takes all pages, states, languages and widths.
"""

from collections.abc import Iterator
from typing import Literal

import pytest
from playwright.sync_api import Browser

from tests.browser.box import chromium
from tests.browser.filled import Filled, enter, filled
from tests.browser.places import places, play
from tests.browser.walked import axe

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]

Scheme = Literal["light", "dark"]

SOME = ("home", "phone", "calls", "erase")


@pytest.fixture(scope="module")
def box(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Filled]:
    with filled(tmp_path_factory.mktemp("filled"), calls=12) as served:
        yield served


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.mark.parametrize(("scheme", "language"), [("light", "pl"), ("dark", "de")])
def test_pages_break_no_rule(box: Filled, browser: Browser, scheme: Scheme, language: str) -> None:
    rules = axe.rules()
    page = enter(browser, box, color_scheme=scheme, locale=language, reduced_motion="reduce")
    broken = {}
    for name in SOME:
        page.goto(box.url + places(box)[name])
        broken[name] = axe.violations(page, rules)
    play(page, box)
    broken["player"] = axe.violations(page, rules)
    page.context.close()
    page = browser.new_context(color_scheme=scheme, locale=language).new_page()
    page.goto(box.url + "login")
    broken["login"] = axe.violations(page, rules)
    page.context.close()
    assert {name: found for name, found in broken.items() if found} == {}


def test_a_broken_rule_is_seen(box: Filled, browser: Browser) -> None:
    page = browser.new_context(locale="en").new_page()
    page.goto(box.url + "login")
    page.evaluate("document.querySelector('label[for=name]').remove()")
    (found,) = axe.violations(page, axe.rules())
    assert found.startswith("label: ")
    page.context.close()
