"""Start a box as its owner does, with ``zgoda run`` in a fresh folder, and a browser."""

import atexit
import contextlib
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page, Playwright, expect, sync_playwright

from tests.boxes import make_box
from tests.prompts.short import short_text
from tests.rig.ports import free_port

PASSWORD = "four unrelated words here"
OWNER = "Ewa Nowak"
START_SECONDS = 60.0
CALL_SECONDS = 120.0
"""A trial call takes its real time: ringing, question, key, talk."""

SHELL = "/usr/bin/chromium-headless-shell"
"""Chromium without windows, as Debian packages it: the same pages for two thirds of the work."""

CHROMIUM = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
)

expect.set_options(timeout=10_000)


@dataclass(frozen=True)
class Box:
    """Where the panel is, the password that was printed, and the data folder."""

    url: str
    code: str
    data: Path


@contextlib.contextmanager
def running(data: Path, *options: str, set_up: bool = False) -> Iterator[Box]:
    """Start a trial and wait for the lines that tell how to begin; no code if it is set up.

    Its prompts take 4 s at most, unless ``options`` name a configuration.
    """
    if "--config" not in options:
        short = data.with_name(f"{data.name}.toml")
        short.write_text(short_text(), "utf-8")
        options = ("--config", str(short), *options)
    command = [sys.executable, "-m", "appliance", "run", "--data", str(data), *options]
    process = subprocess.Popen(
        [*command, "--port", str(free_port())],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    assert process.stdout is not None
    lines: queue.Queue[str] = queue.Queue()
    stdout = process.stdout

    def read() -> None:
        for line in stdout:
            lines.put(line)

    reader = threading.Thread(target=read)
    reader.start()
    try:
        url = _told(lines, "Panel: ")
        yield Box(url, "" if set_up else _told(lines, "One-time password: "), data)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)
        reader.join()
        stdout.close()


def _told(lines: "queue.Queue[str]", label: str) -> str:
    deadline = time.monotonic() + START_SECONDS
    while True:
        line = lines.get(timeout=max(0.1, deadline - time.monotonic()))
        if line.startswith(label):
            return line.removeprefix(label).strip()


@contextlib.contextmanager
def set_up(data: Path, *options: str) -> Iterator[Box]:
    """Start a trial that is set up as by the first run; its owner logs in by ``log_in``."""
    make_box(data, password=PASSWORD)
    with running(data, *options, set_up=True) as box:
        yield box


@contextlib.contextmanager
def chromium(*options: str) -> Iterator[Browser]:
    """Give a headless Chromium that speaks to nobody but the panel.

    Without options it is one for the whole run, of which every context is closed in the end.
    """
    browser = _launched(*options) if options else _shared()
    before = browser.contexts
    try:
        yield browser
    finally:
        for context in browser.contexts:
            if context not in before:
                context.close()
        if options:
            browser.close()


@cache
def _playwright() -> Playwright:
    started = sync_playwright().start()
    atexit.register(started.stop)
    return started


@cache
def _shared() -> Browser:
    return _launched()


def _launched(*options: str) -> Browser:
    return _playwright().chromium.launch(executable_path=SHELL, args=[*CHROMIUM, *options])


def fill_owner(page: Page, box: Box) -> None:
    """Fill the first page of the first run."""
    page.goto(box.url)
    page.get_by_label("One-time password").fill(box.code)
    page.get_by_label("Your name").fill(OWNER)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("Password again").fill(PASSWORD)
    page.get_by_label("Date and time are right.").check()


def found(sought: Locator) -> Locator:
    """Return what a click leads to, once the page on which it stands is there whole.

    Reading does not wait as an assertion does, and a click does not wait for the page it opens.
    """
    sought.first.wait_for(state="attached")
    sought.page.wait_for_load_state()
    return sought


def confirm_sheet(page: Page) -> None:
    """Type back the asked groups, read from the sheet as a person reads them."""
    groups = found(page.locator(".groups code")).all_inner_texts()
    for field in page.locator("input[name^=group-]").all():
        name = field.get_attribute("name") or ""
        field.fill(groups[int(name.removeprefix("group-"))])
    page.get_by_role("button", name="Confirm").click()
    expect(page.locator("[data-line]").first).to_be_visible()


def log_in(page: Page, box: Box) -> None:
    """Log in by the login page."""
    page.goto(box.url + "login")
    page.get_by_label("Name").fill(OWNER)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    expect(page.locator("[data-line]").first).to_be_visible()


def fill_in(page: Page, values: Mapping[str, str]) -> None:
    """Fill many fields, named by their ids, at once: as a browser does that knows them already."""
    page.evaluate(
        """(values) => {
          for (const [id, text] of Object.entries(values)) {
            const field = document.getElementById(id);
            field.value = text;
            field.dispatchEvent(new Event("input", { bubbles: true }));
          }
        }""",
        dict(values),
    )


def place_call(page: Page, caller: str) -> None:
    """Press one of the trial's buttons."""
    page.get_by_role("button", name=caller).click()


def wait_for_state(page: Page, state: str) -> None:
    """Wait until the page says by itself that the line is in a state."""
    shown = page.locator("[data-part=name]").first
    expect(shown).to_have_text(state, timeout=CALL_SECONDS * 1000)


def wait_for_recording(page: Page, count: int = 1) -> None:
    """Wait until the list of the first page shows so many recordings, without a reload."""
    expect(page.locator("#news a.call")).to_have_count(count, timeout=CALL_SECONDS * 1000)


def listen(page: Page) -> None:
    """Open the player of the call that is shown, for its first purpose."""
    page.locator("input[name=purpose]").first.check()
    page.locator("#player").get_by_role("button", name="Listen").click()
    expect(page.locator("audio")).to_be_visible()
    expect(page.locator("canvas")).to_be_visible()
    page.evaluate(
        """async () => {
          const audio = document.querySelector("audio");
          if (!audio.duration) await new Promise((next) => { audio.onloadedmetadata = next; });
        }"""
    )
