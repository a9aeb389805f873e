"""Forget what requests leave behind: after a logout, and every minute.

A request's parts may name each other, so that they outlast it: a page with callers' numbers, a
form with a password. Python collects such parts only now and then, and in a quiet office never.
Sessions also end by themselves, without a request: hence every minute.
"""

import gc
import threading
from collections.abc import Callable

from flask import Flask, current_app

from appliance.threads import NamedThread
from web import again, kept_forms
from web.lists import kept

EVERY_SECONDS = 60.0


class CollectorThread:
    """The thread that collects, in the process that serves."""

    def __init__(
        self, every: float = EVERY_SECONDS, collect: Callable[[], object] = gc.collect
    ) -> None:
        """Prepare; ``begin`` starts the thread.

        Args:
            every: seconds between two collections that nobody asked for.
            collect: collects.
        """
        self._every = every
        self._collect = collect
        self._asked = threading.Event()
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None

    def begin(self) -> None:
        """Start the thread, unless it runs; a process that was forked has none."""
        with self._starting:
            if self._thread is None or not self._thread.is_alive():
                self._thread = NamedThread(self._run, "forgetting")
                self._thread.start()

    def soon(self) -> None:
        """Have the thread collect now."""
        self._asked.set()

    def _run(self) -> None:
        while True:
            self._asked.wait(self._every)
            self._asked.clear()
            self._collect()


def install(app: Flask) -> None:
    """Install an application's forgetting; it has no thread until ``begin_with`` was called."""
    searches, forms, answers = kept.of(app), kept_forms.of(app), again.of(app)

    def collect() -> None:
        searches.sweep()
        forms.sweep()
        answers.sweep()
        gc.collect()

    app.extensions["forgetting"] = CollectorThread(collect=collect)


def begin_with(app: Flask) -> None:
    """Begin with the first request, in whichever process then serves."""
    app.before_request(app.extensions["forgetting"].begin)


def soon() -> None:
    """Have the panel forget now."""
    current_app.extensions["forgetting"].soon()
