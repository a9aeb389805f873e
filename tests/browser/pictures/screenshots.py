"""Take pictures of the real panel for the documentation.

Run ``python -m tests.browser.pictures.screenshots``. It starts a trial box in a temporary
folder, lets every kind of caller ring, and shows each page in light and dark, on a desktop and
on a phone. They go into ``build/pictures``, from where a release takes them.
"""

import contextlib
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, Page, expect

from tests.browser.box import (  # fmt: skip
    Box,
    chromium,
    confirm_sheet,
    fill_owner,
    listen,
    log_in,
    place_call,
    running,
    wait_for_recording,
    wait_for_state,
)

FOLDER = Path(__file__).parents[3] / "build" / "pictures"
"""A release copies them to where the documents show them."""


@dataclass(frozen=True)
class Look:
    """One way to see the panel."""

    name: str
    width: int
    height: int
    scheme: Literal["light", "dark"]


LOOKS = (
    Look("desktop-light", 1366, 860, "light"),
    Look("desktop-dark", 1366, 860, "dark"),
    Look("phone-light", 360, 740, "light"),
    Look("phone-dark", 360, 740, "dark"),
)


def main(folder: Path = FOLDER) -> None:
    """Take all pictures."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as data, running(Path(data) / "data") as box:
        with chromium() as browser:
            page = _page(browser, LOOKS[0])
            _set_up(page, box, folder)
            watched_call(browser, page, box, folder)
            _calls(page, folder)
            demo_phone(browser, box, folder)
            for look in LOOKS:
                _tour(_page(browser, look), box, folder, look.name)


def _page(browser: Browser, look: Look) -> Page:
    context = browser.new_context(
        viewport={"width": look.width, "height": look.height},
        color_scheme=look.scheme,
        locale="en-GB",
        reduced_motion="reduce",
    )
    return context.new_page()


def _shoot(page: Page, folder: Path, name: str) -> None:
    page.screenshot(path=folder / f"{name}.png", full_page=True, animations="disabled")


def _set_up(page: Page, box: Box, folder: Path) -> None:
    fill_owner(page, box)
    _shoot(page, folder, "first-run-desktop-light")
    page.get_by_role("button", name="Create the archive").click()
    page.locator(".groups").wait_for()
    _shoot(page, folder, "recovery-sheet-desktop-light")
    confirm_sheet(page)


def watched_call(browser: Browser, page: Page, box: Box, folder: Path) -> None:
    """Let four browsers watch one call, each with its own look."""
    watching = [(_page(browser, look), look.name) for look in LOOKS]
    for each, _ in watching:
        log_in(each, box)
    wait_for_state(page, "Ready")
    place_call(page, "A caller who agrees")
    for state in ("Explaining", "Recording"):
        for each, look in watching:
            wait_for_state(each, state)
            each.locator(".meter:not(.silent) .figure:not(:empty)").wait_for()
            _shoot(each, folder, f"live-{state.lower()}-{look}")
    for each, _ in watching:
        each.context.close()
    wait_for_recording(page)


def _calls(page: Page, folder: Path) -> None:
    """Let each other caller ring."""
    wait_for_state(page, "Ready")
    for caller in ("A caller who refuses", "A caller who says nothing", "A caller who hands over"):
        wait_for_state(page, "Ready")
        state = page.locator("[data-part=name]").first
        while state.inner_text() == "Ready":
            place_call(page, caller)  # refused while the call before it is being put away
            with contextlib.suppress(AssertionError):
                expect(state).not_to_have_text("Ready", timeout=10_000)
        wait_for_state(page, "Explaining")
    wait_for_recording(page, 2)
    wait_for_state(page, "Ready")


def demo_phone(browser: Browser, box: Box, folder: Path) -> None:
    """Be a caller who is asked and refuses, while four browsers look."""
    looking = [(_page(browser, look), look.name) for look in LOOKS]
    for each, _ in looking:
        log_in(each, box)
        each.goto(box.url + "phone")
        wait_for_state(each, "Ready")
    page = looking[0][0]
    caller, office = (page.locator(f"[data-party={party}]") for party in ("caller", "office"))
    caller.get_by_role("button", name="Call the office").click()
    office.get_by_role("button", name="Answer").click()
    for each, look in looking:
        wait_for_state(each, "Explaining")
        each.locator(".transcript").wait_for()
        _shoot(each, folder, f"phone-asking-{look}")
    caller.locator('[data-key="2"]').click()
    wait_for_state(page, "Refused")
    for phone in (office, caller):
        phone.get_by_role("button", name="Hang up").click()
    wait_for_state(page, "Ready")
    for each, _ in looking:
        each.context.close()


def _tour(page: Page, box: Box, folder: Path, look: str) -> None:
    """Show every page that a call's life touches."""
    page.goto(box.url + "login")
    _shoot(page, folder, f"login-{look}")
    log_in(page, box)
    _shoot(page, folder, f"line-{look}")
    page.goto(box.url + "calls")
    _shoot(page, folder, f"calls-{look}")
    page.locator("a.call").last.click()
    listen(page)
    page.evaluate(
        """async () => {
          const audio = document.querySelector("audio");
          const landed = new Promise((next) => { audio.onseeked = next; });
          audio.currentTime = audio.duration * 0.4;
          await landed;
        }"""
    )
    _shoot(page, folder, f"call-{look}")
    page.get_by_role("link", name="Erase …").click()
    page.get_by_label("The caller withdrew the consent").check()
    page.get_by_label("Reason").fill("The caller asked by letter of 24 November.")
    _shoot(page, folder, f"erase-{look}")
    if look == LOOKS[-1].name:
        page.get_by_label("I know that no key").check()
        page.get_by_role("button", name="Erase for good").click()
        page.locator(".outcome .badge.complete").wait_for(timeout=60_000)
        _shoot(page, folder, f"certificate-{look}")
    page.goto(box.url + "audit")
    _shoot(page, folder, f"audit-{look}")
    page.goto(box.url + "doctor")
    _shoot(page, folder, f"doctor-{look}")
    page.context.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
