"""Tell the service manager that a process works, for as long as it does.

A process that is there and does nothing is worse than one that ended: nobody starts it again. So
each looks at its own work, and what it cannot vouch for it does not report. Without a keep-alive
for the time that its unit names (WatchdogSec=) the service manager starts it anew.
"""

import logging
import os
import threading
from collections.abc import Callable, Mapping

from appliance.link import notify
from appliance.threads import NamedThread

BEATS = 3
"""Keep-alives in the time that the service manager waits: one may be missing, two may be late."""

_log = logging.getLogger(__name__)


class Watchdog:
    """The keep-alives of a process."""

    def __init__(
        self, problem: Callable[[], str], surroundings: Mapping[str, str] = os.environ
    ) -> None:
        """Prepare; ``start`` begins.

        Args:
            problem: looks at the work, and returns what is wrong with it; empty if nothing is. It
                may take as long as ``every``.
            surroundings: what the service manager told this process.
        """
        self.every = interval(surroundings)
        self._problem = problem
        self._said = ""

    def start(self, stop: threading.Event) -> None:
        """Report in a thread of its own until ``stop`` is set, if anybody waits for it."""
        if self.every:
            NamedThread(self._run, "watchdog", (stop,)).start()

    def beat(self) -> None:
        """Look once; report that all is well, or log once what is not."""
        try:
            problem = self._problem()
        except Exception as error:
            problem = f"it could not be looked at ({type(error).__name__})"
        if not problem:
            notify.alive()
        elif problem != self._said:
            _log.error("No keep-alive goes to the service manager: %s.", problem)
        self._said = problem

    def _run(self, stop: threading.Event) -> None:
        while not stop.wait(self.every):
            self.beat()


def interval(surroundings: Mapping[str, str]) -> float:
    """Return the seconds between two keep-alives; 0 if no service manager wants any of us."""
    told = surroundings.get("WATCHDOG_USEC", "")
    pid = surroundings.get("WATCHDOG_PID", str(os.getpid()))
    return int(told) / 1e6 / BEATS if told.isdecimal() and pid == str(os.getpid()) else 0.0
