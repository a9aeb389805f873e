"""Walk through every page and state: with axe-core's rules, and at every width.

``python -m tests.browser.walked.walk`` (``make axe``) takes each page in both themes, three
languages and two widths through the rules of WCAG 2.2 AA and axe-core's best practices. In the
light theme it lays each out every 40 pixels from 320 to 1920, and at 400 % zoom. It prints what is
wrong; its exit code is 1 if anything is. Names choose pages and languages; where it is goes to
stderr.
"""

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

from playwright.sync_api import Browser, Page

from tests.browser.box import chromium
from tests.browser.filled import Filled, enter, filled
from tests.browser.places import LANGUAGES, SWEEP, WINDOW, faults, places, zoom_faults
from tests.browser.walked import axe
from tests.browser.walked.entering import State
from tests.browser.walked.states import states

SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


def main(*names: str) -> int:
    """Print what is wrong, on the named pages and languages or all; return the exit code."""
    rules, wrong, walked = axe.rules(), 0, 0
    with tempfile.TemporaryDirectory() as data, filled(Path(data)) as box, chromium() as browser:
        for where, found in _walk(browser, box, rules, names):
            print(where, file=sys.stderr, flush=True)
            walked += 1
            wrong += len(found)
            for what in found:
                print(f"{where}: {what}", flush=True)
    print(f"{walked} states of pages, {wrong} faults")
    return 1 if wrong or not walked else 0


def _walk(
    browser: Browser, box: Filled, rules: str, names: tuple[str, ...]
) -> Iterator[tuple[str, list[str]]]:
    pages = set(names) - set(LANGUAGES)
    for language in [one for one in LANGUAGES if one in names] or LANGUAGES:
        for scheme in SCHEMES:
            look: dict[str, Any] = {
                "locale": language,
                "color_scheme": scheme,
                "reduced_motion": "reduce",
                "viewport": WINDOW,
            }
            for name, page in _all(browser, box, **look):
                if not pages or name in pages:
                    yield from _judged(page, f"{name} {language} {scheme}", rules)
                    page.set_viewport_size(WINDOW)


def _all(browser: Browser, box: Filled, **look: Any) -> Iterator[State]:
    page = enter(browser, box, **look)
    for name, path in places(box).items():
        page.goto(box.url + path)
        yield name, page
    page.context.close()
    yield from states(browser, box, **look)


def _judged(page: Page, where: str, rules: str) -> Iterator[tuple[str, list[str]]]:
    for width in (1366, 360):
        page.set_viewport_size({"width": width, "height": 800})
        yield f"{where} {width}", axe.violations(page, rules)
    if "light" in where:
        yield f"{where}, widths", [f"{width} px: {what}" for width, what in faults(page, SWEEP)]
        yield f"{where}, 400 %", zoom_faults(page)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
