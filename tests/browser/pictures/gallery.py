"""Take a picture of every page and state in three languages at three widths.

``python -m tests.browser.pictures.gallery build/screenshots`` (part of
``make screenshots``). Nothing of it is committed; the
documentation's pictures are taken by ``tests.browser.pictures.screenshots``.
"""

import sys
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from tests.browser.box import chromium
from tests.browser.filled import enter, filled
from tests.browser.places import LANGUAGES, WINDOW, places
from tests.browser.walked.states import states

WIDTHS = {360: 740, 768: 1024, 1366: 860}
"""Of a telephone, a tablet and a desktop, with their heights."""


def main(folder: Path) -> None:
    """Take all pictures."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as data, filled(Path(data)) as box, chromium() as browser:
        for language in LANGUAGES:
            look: dict[str, Any] = {
                "locale": language,
                "reduced_motion": "reduce",
                "viewport": WINDOW,
            }
            page = enter(browser, box, **look)
            for name, path in places(box).items():
                page.goto(box.url + path)
                _take(page, folder, f"{name}-{language}")
            page.context.close()
            for name, page in states(browser, box, **look):
                _take(page, folder, f"{name}-{language}")
                page.set_viewport_size(WINDOW)


def _take(page: Page, folder: Path, name: str) -> None:
    for width, height in WIDTHS.items():
        page.set_viewport_size({"width": width, "height": height})
        page.screenshot(path=folder / f"{name}-{width}.png", full_page=True, animations="disabled")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
