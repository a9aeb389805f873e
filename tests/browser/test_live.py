"""Let two people watch a call, a third without scripts; then kill the panel and return."""

import contextlib
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from http.client import HTTPConnection
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Response, expect

from tests.browser.box import (  # fmt: skip
    START_SECONDS,
    Box,
    chromium,
    log_in,
    place_call,
    set_up,
    wait_for_state,
)
from tests.rig.ports import free_port
from web.streams import MOST_EACH

pytestmark = [pytest.mark.browser, pytest.mark.system, pytest.mark.timeout(240)]

ASKING = "#asking-once-a-second"
"""Said where a page found no room for its stream."""

LEVEL = 'getComputedStyle(document.querySelector("[data-part=bar]")).getPropertyValue("--level")'


@dataclass
class Panel:
    """One more panel before the box's keeper, which can be killed without anything else."""

    data: Path
    port: int
    process: "subprocess.Popen[bytes] | None" = None

    def start(self) -> None:
        """Start it and wait until it listens."""
        command = [sys.executable, "-m", "web", "--data", str(self.data), "--port", str(self.port)]
        self.process = subprocess.Popen(command, start_new_session=True, stderr=subprocess.PIPE)
        assert self.process.stderr is not None
        assert b"The panel listens on" in self.process.stderr.readline()

    def kill(self) -> None:
        assert self.process is not None
        os.killpg(self.process.pid, signal.SIGKILL)  # its worker too
        self.process.communicate(timeout=10)


@contextlib.contextmanager
def second_panel(data: Path) -> Iterator[Panel]:
    panel = Panel(data, free_port())
    panel.start()
    try:
        yield panel
    finally:
        panel.kill()


@dataclass(frozen=True)
class Watchers:
    """Whoever looks at the line, each with a browser of their own."""

    owner: Page
    colleague: Page
    plain: Page  # without script

    @property
    def live(self) -> tuple[Page, Page]:
        return self.owner, self.colleague

    def all_see(self, state: str) -> None:
        for page in self.live:
            wait_for_state(page, state)


@pytest.fixture
def places(tmp_path: Path) -> Iterator[tuple[Box, Panel]]:
    with set_up(tmp_path / "data") as box, second_panel(tmp_path / "data") as panel:
        yield replace(box, url=f"http://127.0.0.1:{panel.port}/"), panel


@pytest.fixture
def watchers(places: tuple[Box, Panel]) -> Iterator[Watchers]:
    with chromium() as browser:
        yield _gather(browser, places[0])


def _gather(browser: Browser, box: Box) -> Watchers:
    def page(*, script: bool = True) -> Page:
        return browser.new_context(locale="en-GB", java_script_enabled=script).new_page()

    owner, colleague, plain = page(), page(), page(script=False)
    for each in (owner, colleague, plain):
        log_in(each, box)
    return Watchers(owner, colleague, plain)


def test_several_people_watch_one_line(watchers: Watchers, places: tuple[Box, Panel]) -> None:
    watchers.all_see("Ready")
    _lamps(watchers, "Green: ready.", green="steady")
    place_call(watchers.owner, "A caller who agrees")
    watchers.all_see("Ringing")
    _who(watchers, "Zofia Testowa", "incoming")
    watchers.all_see("Explaining")
    _lamps(watchers, "Yellow blinks: asking.", amber="blinking")
    _level_moves(watchers)
    watchers.all_see("Recording")
    _lamps(watchers, "Red: recording.", red="steady")
    _pause_by_one_is_seen_by_the_other(watchers)
    _private_without_script(watchers)
    _panel_comes_back(watchers, places[1])
    with _no_room_for(watchers.colleague, places[1]):
        _still_seen_and_steered(watchers)
    _log_out_elsewhere_is_noticed(watchers)


def _lamps(watchers: Watchers, said: str, **shining: str) -> None:
    for page in watchers.live:
        expect(page.locator("[data-part=front]")).to_have_text(said)
        for colour in ("green", "amber", "red"):
            light = page.locator(f"[data-light={colour}]")
            expect(light).to_have_class(f"light {colour} {shining.get(colour, 'off')}")


def _who(watchers: Watchers, who: str, way: str) -> None:
    for page in watchers.live:
        expect(page.locator("[data-part=who]")).to_have_text(who)
        expect(page.locator("[data-part=way]")).to_have_text(way)


def _level_moves(watchers: Watchers) -> None:
    for page in watchers.live:
        expect(page.get_by_role("meter", name="Level on the line")).to_be_visible()
        page.wait_for_function(f"Number({LEVEL}) > 0.5")  # our own words, above -28 dBm0
        page.wait_for_function(f"was => {LEVEL} !== was", arg=page.evaluate(LEVEL))
        said = page.get_by_role("meter")
        expect(said).to_have_attribute("aria-valuetext", re.compile("^(quiet|normal|loud)$"))


def _pause_by_one_is_seen_by_the_other(watchers: Watchers) -> None:
    watchers.colleague.get_by_role("button", name="Pause").click()
    watchers.all_see("Paused")
    _lamps(watchers, "Red blinks: paused.", red="blinking")
    expect(watchers.owner.get_by_role("button", name="Pause")).to_be_hidden()
    watchers.owner.get_by_role("button", name="Go on").click()
    watchers.all_see("Recording")


def _private_without_script(watchers: Watchers) -> None:
    plain = watchers.plain
    plain.goto(plain.url)
    expect(plain.locator("[data-part=name]")).to_have_text("Recording")
    expect(plain.locator("[data-part=who]")).to_have_text("Zofia Testowa")
    plain.get_by_role("button", name="Make private").click()
    watchers.all_see("Private")
    for page in watchers.live:
        expect(page.locator("[data-part=on]")).to_be_hidden()
        expect(page.locator("[data-line]")).not_to_contain_text("Zofia")
    watchers.all_see("Ready")


def _panel_comes_back(watchers: Watchers, panel: Panel) -> None:
    panel.kill()
    for page in watchers.live:
        expect(page.get_by_text("The device does not answer.")).to_be_visible()
        for clock in ("state-clock", "call-clock"):  # what went on would be untrue
            expect(page.locator(f"[data-part={clock}]").first).to_have_text("")
    panel.start()
    for page in watchers.live:
        expect(page.get_by_text("The device does not answer.")).to_be_hidden(timeout=20_000)


@contextlib.contextmanager
def _no_room_for(page: Page, panel: Panel) -> Iterator[None]:
    """Take every place for a stream that the other page leaves, and load this one: it has to ask.

    Its own place is free a moment after it was left, and must not be there for it again. The other
    page leaves its place, too, if it was not told anything for a while, as on a busy machine. What
    finds no room asks once, tries for a place again, and only then goes on asking: so the second
    answer to a question shows that there was no place.
    """
    there = page.url
    (cookie,) = [each for each in page.context.cookies() if each.get("name") == "zgoda"]
    headers = {"Cookie": f"zgoda={cookie.get('value')}"}
    deadline = time.monotonic() + START_SECONDS
    taken, answers = 0, 0

    def decided(answer: Response) -> bool:
        nonlocal answers
        answers += answer.url.endswith("/lines.json")
        return answers == 2 or (answer.url.endswith("/lines/events") and answer.status == 200)

    with contextlib.ExitStack() as held:
        while answers < 2:
            page.goto("about:blank")
            status, answers = 200, 0
            while status != 503 or taken < MOST_EACH - 1:
                assert time.monotonic() < deadline
                connection = HTTPConnection("127.0.0.1", panel.port)
                connection.request("GET", "/lines/events", headers=headers)
                status = connection.getresponse().status
                assert status in {200, 503}
                if status == 200:
                    held.callback(connection.close)
                    taken += 1
                else:
                    connection.close()  # the panel takes so many connections and no more
            with page.expect_response(decided):
                page.goto(there)
        expect(page.locator(ASKING)).to_be_visible()
        yield


def _still_seen_and_steered(watchers: Watchers) -> None:
    place_call(watchers.owner, "A caller who refuses")
    watchers.all_see("Ringing")
    watchers.colleague.get_by_role("button", name="Make private").click()
    watchers.all_see("Private")


def _log_out_elsewhere_is_noticed(watchers: Watchers) -> None:
    tab = watchers.colleague.context.new_page()
    tab.goto(watchers.colleague.url)
    tab.get_by_role("button", name="Log out").click()
    expect(watchers.colleague.get_by_role("button", name="Log in")).to_be_visible()
