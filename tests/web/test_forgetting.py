"""The panel forgets what requests leave behind: after a logout, and by itself."""

import gc
import threading
import weakref
from collections.abc import Callable

from tests.web.conftest import Panel
from web.forgetting import CollectorThread, begin_with

SECONDS = 10.0
"""A collection that has not come by then never will."""


class Page:
    """What names itself, and so outlasts its request."""

    def __init__(self, gone: Callable[[], None]) -> None:
        self.own = self
        weakref.finalize(self, gone)


def test_it_collects_when_it_is_asked() -> None:
    gone = threading.Event()
    forgetting = CollectorThread(every=3600.0)
    Page(gone.set)
    gc.disable()
    try:
        forgetting.begin()
        forgetting.soon()
        assert gone.wait(SECONDS)
    finally:
        gc.enable()


def test_it_collects_again_and_again_by_itself() -> None:
    collected = threading.Semaphore(0)
    forgetting = CollectorThread(every=0.01, collect=collected.release)

    forgetting.begin()

    assert all(collected.acquire(timeout=SECONDS) for _ in range(3))


def test_it_begins_once_with_the_first_request(panel: Panel) -> None:
    begin_with(panel.app)
    before = running()
    panel.browser().get("/login")
    panel.browser().get("/login")

    assert running() == before + 1


def running() -> int:
    return [thread.name for thread in threading.enumerate()].count("forgetting")


def test_a_logout_has_the_panel_forget(panel: Panel) -> None:
    forgotten = threading.Event()
    panel.app.extensions["forgetting"] = forgetting = CollectorThread(3600.0, forgotten.set)
    forgetting.begin()
    browser = panel.log_in()
    browser.get("/")
    assert not forgotten.is_set()

    browser.send("/logout")

    assert forgotten.wait(SECONDS)
