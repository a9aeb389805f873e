"""An owner's first hour, in a real browser before a real box, over TLS and its proxy."""

import io
import wave
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect

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
from tests.network.proxies import secured

pytestmark = [pytest.mark.browser, pytest.mark.system, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def box(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Box]:
    folder = tmp_path_factory.mktemp("box")
    config = secured(folder / "etc", 8470)
    with running(folder / "data", "--config", str(config)) as started:
        assert started.url.startswith("https://")
        yield started


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


def open_page(browser: Browser) -> tuple[Page, list[str]]:
    """Return a page, and what the browser complains about: scripts, policy, missing files."""
    page = browser.new_context(
        viewport={"width": 1280, "height": 900},
        locale="en-GB",
        accept_downloads=True,
        ignore_https_errors=True,
    ).new_page()
    complaints: list[str] = []

    def said(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            complaints.append(message.text)

    page.on("console", said)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    return page, complaints


def test_first_run_trial_call_play_download_erase(box: Box, browser: Browser) -> None:
    page, complaints = open_page(browser)
    fill_owner(page, box)
    page.get_by_role("button", name="Create the archive").click()
    expect(page.get_by_role("heading", name="Print the recovery sheet now")).to_be_visible()
    confirm_sheet(page)

    page.get_by_role("button", name="Log out").click()
    log_in(page, box)

    wait_for_state(page, "Ready")
    place_call(page, "A caller who agrees")
    wait_for_state(page, "Recording")
    wait_for_recording(page)
    expect(page.locator("#missing-title")).to_have_count(0)  # the test call was made
    wait_for_state(page, "Ready")

    page.locator("#news a.call").click()
    expect(page.locator("main > .lead")).to_contain_text("+48")
    expect(page.locator(".receipt")).to_contain_text("grade A")
    listen(page)
    _plays(page)
    _seeks(page)
    _downloads(page)
    other = _listens_elsewhere(page)
    _erases(page)
    expect(other.get_by_role("heading", name="Certificate of erasure")).to_be_visible()
    other.close()
    assert complaints == []
    _is_gone(page)


def _plays(page: Page) -> None:
    heard = page.evaluate(
        """async () => {
          const audio = document.querySelector("audio");
          await audio.play();
          while (!audio.error && audio.currentTime < 0.5)
            await new Promise((next) => audio.addEventListener("timeupdate", next, { once: true }));
          return { at: audio.currentTime, error: audio.error };
        }"""
    )
    assert heard["error"] is None
    assert heard["at"] >= 0.5


def _seeks(page: Page) -> None:
    """Jump near the end: the browser asks for that part, and goes on from there."""
    left = page.evaluate(
        """async () => {
          const audio = document.querySelector("audio");
          const landed = new Promise((next) => { audio.onseeked = next; });
          audio.currentTime = audio.duration - 1.5;
          await landed;
          await new Promise((next) => audio.addEventListener("ended", next, { once: true }));
          return audio.duration - audio.currentTime;
        }"""
    )
    assert left < 0.1


def _downloads(page: Page) -> None:
    page.get_by_text("The sound alone").click()
    with page.expect_download() as started:
        page.get_by_role("button", name="Download WAV").click()
    path = started.value.path()
    assert started.value.suggested_filename.endswith(".wav")
    with wave.open(io.BytesIO(Path(path).read_bytes())) as sound:
        assert sound.getframerate() == 8000
        assert sound.getnframes() > 8000
    with page.expect_download() as started:
        page.get_by_role("button", name="Download FLAC").click()
    assert Path(started.value.path()).read_bytes().startswith(b"fLaC")


def _listens_elsewhere(page: Page) -> Page:
    """Open the call in another tab and let it play on and on."""
    other = page.context.new_page()
    other.goto(page.url.partition("/listen")[0])
    listen(other)
    other.evaluate(
        """() => {
          const audio = document.querySelector("audio");
          audio.loop = true;
          return audio.play();
        }"""
    )
    return other


def _erases(page: Page) -> None:
    page.get_by_role("link", name="Erase …").click()
    page.get_by_label("The caller withdrew the consent").check()
    page.get_by_label("Reason").fill("The caller asked by letter.")
    page.get_by_label("I know that no key").check()
    page.get_by_role("button", name="Erase for good").click()
    expect(page.get_by_role("heading", name="Certificate of erasure")).to_be_visible()
    # The old root goes half a minute after the key; the page then says so by itself.
    expect(page.locator(".outcome .badge")).to_have_text("erased", timeout=60_000)
    expect(page.locator(".certificate")).to_contain_text("E0")


def _is_gone(page: Page) -> None:
    """Its page leads to the certificate, and no list names it."""
    page.goto(page.url.removesuffix("/certificate"))
    expect(page.get_by_role("heading", name="Certificate of erasure")).to_be_visible()
    expect(page.locator("main")).not_to_contain_text("+48")
    page.get_by_role("link", name="Calls", exact=True).click()
    expect(page.get_by_text("Nothing has been recorded yet.")).to_be_visible()
