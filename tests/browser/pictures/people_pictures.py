"""Take pictures of people, oneself and the second step, for the documentation.

Run ``python -m tests.browser.pictures.people_pictures``. They need no call, so they are
taken separately.
"""

import re
import sys
import tempfile
from pathlib import Path

import pyotp
from playwright.sync_api import Browser, Page

from appliance.clock import SystemClock
from tests.boxes import PASSWORD, make_box
from tests.browser.box import OWNER, Box, chromium, running
from tests.browser.pictures.screenshots import FOLDER, LOOKS, Look

PEOPLE = {
    "Jan Kowalski": ("Listening", "Line desk"),
    "Lena Wiśniewska": ("Listening",),
    "Pola Zielińska": ("Data protection",),
}


def main(folder: Path = FOLDER) -> None:
    """Take all pictures."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as data:
        make_box(Path(data) / "data")
        with running(Path(data) / "data", set_up=True) as box, chromium() as browser:
            page = _log_in(browser, box, LOOKS[0])
            for name, roles in PEOPLE.items():
                _add(page, box, name, roles)
            _shoot(page, folder, "one-time-password-desktop-light")
            page.context.close()
            for look in LOOKS:
                page = _page(browser, look)
                page.goto(box.url + "login")
                _shoot(page, folder, f"login-{look.name}")
                page.context.close()
                page = _log_in(browser, box, look)
                for path in ("people", "me"):
                    page.goto(f"{box.url}{path}")
                    _shoot(page, folder, f"{path}-{look.name}")
                if page.locator(".menu-button").is_visible():
                    page.locator(".menu-button").click()
                page.get_by_role("button", name="Log out", exact=True).click()
                page.context.close()
            _with_app(browser, box, folder)


def _page(browser: Browser, look: Look) -> Page:
    return browser.new_context(
        viewport={"width": look.width, "height": look.height},
        color_scheme=look.scheme,
        locale="en-GB",
        reduced_motion="reduce",
    ).new_page()


def _log_in(browser: Browser, box: Box, look: Look) -> Page:
    page = _page(browser, look)
    page.goto(box.url + "login")
    page.get_by_label("Name").fill(OWNER)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    return page


def _shoot(page: Page, folder: Path, name: str) -> None:
    page.screenshot(path=folder / f"{name}.png", full_page=True, animations="disabled")


def _add(page: Page, box: Box, name: str, roles: tuple[str, ...]) -> None:
    page.goto(box.url + "people")
    page.get_by_label("Their name").fill(name)
    page.get_by_label("Listening").uncheck()
    for role in roles:
        page.get_by_label(role).check()
    page.get_by_label("Your own password").fill(PASSWORD)
    page.get_by_role("button", name="Add them").click()
    page.locator(".once").wait_for()


def _with_app(browser: Browser, box: Box, folder: Path) -> None:
    """Set an app up, and log in with it in every look."""
    page = _log_in(browser, box, LOOKS[0])
    page.goto(box.url + "me")
    page.locator("form[action='/me/totp']").get_by_label("Password now").fill(PASSWORD)
    page.get_by_role("button", name="Set up an app").click()
    page.locator(".qr svg").wait_for()
    _shoot(page, folder, "app-desktop-light")
    app = pyotp.TOTP(re.sub(r"\s", "", page.locator("code.key").inner_text()))
    page.get_by_label("Code from the app").fill(app.at(int(SystemClock().now())))
    page.get_by_role("button", name="Ask for codes from now on").click()
    page.get_by_text("From now on every login asks").wait_for()
    for look in LOOKS:
        page = _log_in(browser, box, look)
        page.get_by_role("heading", name="Code from the app").wait_for()
        _shoot(page, folder, f"login-code-{look.name}")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
