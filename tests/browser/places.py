"""Name the panel's pages for whoever walks through them, and say how one is laid out."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, ViewportSize

from tests.browser.filled import Filled
from web.setup.steps import STEPS

LANGUAGES = ("en", "pl", "de")
WIDTHS = (320, 336, 360, 384, 400, 500, 520, 641, 656, 704, 718, 768, 816, 992, 1024, 1366, 1920)
"""CSS pixels; 320 is also what a window of 1280 has at 400 %. Between them lie the widths at which
the layout changes, and those at which it once broke."""

SWEEP = tuple(sorted({*range(320, 1921, 40), *WIDTHS}))

WINDOW: ViewportSize = {"width": 1366, "height": 800}

ZOOMED: ViewportSize = {"width": 320, "height": 256}
"""What a window of 1280 × 1024 has at 400 % zoom."""


def places(box: Filled) -> dict[str, str]:
    """Return name -> path of every page that an owner with all roles can open."""
    call, person = box.annas[0], _person(box)
    settings = ("office", "pause", "lines/0", "purposes/0", "history", "history/0")
    return {
        "home": "",
        "phone": "phone",
        "calls": "calls",
        "call": f"calls/{call}",
        "proof": f"calls/{call}/proof",
        "hold": f"calls/{call}/hold",
        "erase": f"calls/{call}/erase",
        "certificates": "calls/erased",
        "certificate": f"calls/{box.erased}/certificate",
        "chosen": "calls/chosen/erase?chosen=x",
        "chosen-copies": f"calls/chosen/hand-over?chosen={call}",
        "silences": "silences",
        "never-recorded": "never-recorded",
        "audit": "audit",
        "people": "people",
        "person": f"people/{person}",
        "me": "me",
        "settings": "settings",
        **{f"settings-{name.replace('/', '-')}": f"settings/{name}" for name in settings},
        "speakers": "speakers",
        "words": "words",
        "words-question": "words/Reception/question",
        "sheet": "sheet",
        "setup": "setup",
        **{f"setup-{step}": f"setup/{step}" for step in (one.name for one in STEPS)},
        "notice": "setup/notice/pl",
        "doctor": "doctor",
        "watch": "doctor/line",
        "time": "time",
        "erase-all": "erase-all",
        "backup": "backup",
        "drill": "backup/try",
        "sftp": "backup/sftp",
        "mail": "mail",
        "update": "update",
        "nowhere": "no-such-page",
    }


def _person(box: Filled) -> str:
    page = box.panel.log_in().get("/people").text
    found = re.search(r'href="/people/([0-9a-f]{8})"', page)
    assert found is not None
    return found[1]


def play(page: Page, box: Filled) -> None:
    """Open a call's player and wait for its drawing."""
    page.goto(f"{box.url}calls/{box.annas[1]}")
    page.locator("input[name=purpose]").first.check()
    page.locator("#player form button").click()
    page.locator("canvas:not([hidden])").wait_for()


LAID_OUT = Path(__file__).with_name("laid_out.js").read_text("utf-8")
"""Says what lies on something else or leaves the page; nothing if all is well."""


def faults(page: Page, widths: tuple[int, ...] = WIDTHS) -> Iterator[tuple[int, Any]]:
    """Yield each width at which a page is laid out badly, and what is wrong there."""
    for width in widths:
        page.set_viewport_size({"width": width, "height": 800})
        wrong = page.evaluate(LAID_OUT)
        if wrong:
            yield width, wrong


SEEN = Path(__file__).with_name("zoomed.js").read_text("utf-8")


def zoom_faults(page: Page) -> list[str]:
    """Return what a page hides at 400 % zoom, or lays out badly there."""
    page.set_viewport_size(ZOOMED)
    return [*page.evaluate(LAID_OUT), *page.evaluate(SEEN)]
