"""Serve a panel whose box is full of calls, for a browser without time to wait for them.

The keeper, its vault and the panel are the real ones; the recorder is the stand-in of
``tests.web``, and calls are sealed at once. Time stands still, so that no session ends.
"""

import contextlib
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page

from appliance.config.read import trial
from appliance.link.client import Client
from appliance.link.requests.settings import NextCall
from tests.boxes import PASSWORD
from tests.keeper.boxes import OWNER, make_keeper, undecided
from tests.web.conftest import Panel, serve, set_up_box
from web.app import PanelSettings, create_app
from web.server import PanelServer as Served
from web.server import address, listen

ANNA = "+48221234567"
OTHERS = ("+48225550142", "+48585550107", None, "+48225550199", "+48125550111", "+48225550123")

SAYS = (
    "Dzień dobry, tu Kancelaria Nowak w Warszawie. Prosimy o zgodę na nagranie tej rozmowy.",
    "Na oba cele: jedynka.",
)

NEXT_CALL = NextCall(
    "Reception",
    "question",
    "pl",
    SAYS,
    ("training", "quality"),
    {"1": ("training", "quality"), "2": ()},
    days=90,
    words=SAYS,
)


@dataclass
class Filled:
    """Where the panel is, and what stands behind it."""

    url: str
    panel: Panel
    annas: list[str]
    """Recordings of one person's four calls."""
    erased: str
    """A recording that was erased, with its certificate."""


@contextlib.contextmanager
def filled(folder: Path, calls: int = 40) -> Iterator[Filled]:
    """Serve a box with this many calls, four of them one person's, on a port of its own."""
    for panel in serve(set_up_box(folder)):
        panel.recorder.next_calls, panel.recorder.phones_stay = (NEXT_CALL,), True
        annas = fill(panel, calls)
        erased = _erase(panel)
        _exempt(panel)
        with served(panel) as url:
            yield Filled(url, panel, annas, erased)


@contextlib.contextmanager
def fresh() -> Iterator[tuple[str, str]]:
    """Serve a box that nobody has set up; tell its address and one-time password."""
    with fresh_panel() as (url, panel):
        yield url, panel.box.code()


@contextlib.contextmanager
def fresh_panel() -> Iterator[tuple[str, Panel]]:
    """Serve a box that nobody has set up; tell its address, and give its panel."""
    with tempfile.TemporaryDirectory() as folder:
        for panel in serve(make_keeper(Path(folder) / "data", seed=undecided())):
            with served(panel) as url:
                yield url, panel


@contextlib.contextmanager
def served(panel: Panel) -> Iterator[str]:
    """Serve a panel on a port of its own; tell its address."""
    says = {purpose.id: purpose.label for purpose in trial().purposes}
    settings = PanelSettings(purposes=says, trial=True)
    app = create_app(Client(panel.box.folders.keeper_socket), settings, panel.box.clock)
    listener = listen("127.0.0.1", 0)
    server = Served(app, listener)
    thread = threading.Thread(target=server.serve)
    thread.start()
    try:
        yield address(listener)
    finally:
        server.stop()
        thread.join()


def fill(panel: Panel, calls: int) -> list[str]:
    """Record calls, ten minutes apart; return those of one person."""
    annas: list[str] = []
    for number in range(calls):
        panel.box.clock.advance(600)
        hers = number % (calls // 4) == 0 and len(annas) < 4
        rid = panel.record(number=ANNA if hers else OTHERS[number % len(OTHERS)])
        if hers:
            annas.append(rid)
    return annas


def _erase(panel: Panel) -> str:
    rid = panel.record()
    officer = panel.log_in()
    reason = {"ground": "consent_withdrawn", "reason": "The caller asked by letter.", "sure": "yes"}
    officer.send(f"/calls/{rid}/erase", **reason)
    panel.box.clock.advance(31)
    assert panel.box.keeper.box is not None
    panel.box.keeper.box.records.tick()
    officer.send("/logout")
    return rid


def _exempt(panel: Panel) -> None:
    officer = panel.log_in()
    for number in ("+48225550177", "+48585550188", "+48125550155"):
        officer.send("/never-recorded", act="add", number=number)
    officer.send("/logout")


def enter(browser: Browser, box: Filled, name: str = OWNER, **look: object) -> Page:
    """Return a page of a browser in which somebody is logged in."""
    return enter_at(browser, box.url, name, **look)


def enter_at(browser: Browser, url: str, name: str = OWNER, **look: object) -> Page:
    """Return a page of a browser in which somebody is logged in, at an address."""
    page = browser.new_context(accept_downloads=True, **look).new_page()  # type: ignore[arg-type]
    page.goto(url + "login")
    page.locator("#name").fill(name)
    page.locator("#password").fill(PASSWORD)
    page.locator("main form button.main").click()
    page.wait_for_url(url)
    return page
