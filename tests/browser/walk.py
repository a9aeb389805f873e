"""Walk through every page: with axe-core's rules, and at every width.

``python -m tests.browser.walk build/axe`` (``make axe``) takes each page in both themes, three
languages and two widths through the rules of WCAG 2.2 AA and axe-core's best practices, and lays it
out at every width. It prints what is wrong; its exit code is 1 if anything is. Names behind the
folder choose pages. The folder holds axe-core, which nobody needs who does not run this.
"""

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

from playwright.sync_api import Browser, Page

from tests.browser.box import chromium
from tests.browser.filled import Filled, enter, filled
from tests.browser.places import LANGUAGES, faults, places, play

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

EXPERIMENTAL = ["label-content-name-mismatch"]
"""A rule of WCAG (2.5.3) that axe-core asks for by name alone."""

RUN = Path(__file__).with_name("run_axe.js").read_text("utf-8")

SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


def main(folder: Path, *names: str) -> int:
    """Print what is wrong, on the named pages or all; return the exit code."""
    (source,) = folder.rglob("axe.min.js")
    rules, wrong, walked = source.read_text("utf-8"), 0, 0
    with tempfile.TemporaryDirectory() as data, filled(Path(data)) as box, chromium() as browser:
        for where, found in _walk(browser, box, rules, names):
            walked += 1
            wrong += len(found)
            for what in found:
                print(f"{where}: {what}", flush=True)
    print(f"{walked} states of pages, {wrong} faults")
    return 1 if wrong or not walked else 0


def _walk(
    browser: Browser, box: Filled, rules: str, names: tuple[str, ...]
) -> Iterator[tuple[str, list[str]]]:
    for language in LANGUAGES:
        for scheme in SCHEMES:
            look: dict[str, Any] = {"locale": language, "color_scheme": scheme}
            page = browser.new_context(**look).new_page()
            for outside in ("login", "recovery"):
                page.goto(box.url + outside)
                yield from _both(page, f"{outside} {language} {scheme}", rules)
            page.context.close()
            page = enter(browser, box, **look, reduced_motion="reduce")
            for name, path in places(box).items():
                if names and name not in names:
                    continue
                page.goto(box.url + path)
                yield from _both(page, f"{name} {language} {scheme}", rules)
            play(page, box)
            yield from _both(page, f"player {language} {scheme}", rules)
            page.context.close()


def _both(page: Page, where: str, rules: str) -> Iterator[tuple[str, list[str]]]:
    for width in (1366, 360):
        page.set_viewport_size({"width": width, "height": 800})
        yield f"{where} {width}", _axe(page, rules)
    if "light" in where:
        yield f"{where}, widths", [f"{width} px: {what}" for width, what in faults(page)]


def _axe(page: Page, rules: str) -> list[str]:
    page.evaluate(rules)
    found: list[str] = page.evaluate(RUN, [RULES, EXPERIMENTAL])
    return found


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), *sys.argv[2:]))
