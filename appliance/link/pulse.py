"""Feel whether the process behind a socket goes on: one that hangs never says so.

Its beats come over a connection of their own, so that nothing else that is asked of it holds them
up. Every client that is given ``silent`` waits for an answer while they come, however long the work
takes, and no longer: whatever a page asks, and however many questions that is, a process that
stands still keeps it waiting once.
"""

import threading
import time
from pathlib import Path

from appliance.errors import LinkError, Refused
from appliance.link.client import Client
from appliance.link.requests.processes.beats import WatchBeats
from appliance.threads import NamedThread

SILENCE_SECONDS = 3.0
"""After so long without a beat a process stands still: six of them did not come."""

RETRY_SECONDS = 0.5
"""Between two attempts to reach a process that is away."""


class Pulse:
    """The beats of one process."""

    def __init__(self, path: Path, *, process: str = "keeper", uid: int | None = None) -> None:
        """Prepare; until ``start`` nothing is known.

        Args:
            path: the process's socket.
            process: its name.
            uid: its user; None for this process's own.
        """
        self._client = Client(path, process=process, uid=uid)
        self._name = process
        self._heard: float | None = None  # monotonic; None: it is away, and whoever asks is told

    def start(self, stop: threading.Event) -> None:
        """Listen from now on, in a thread of its own, until ``stop`` is set."""
        NamedThread(self._listen, f"{self._name} beats", (stop,)).start()

    def silent(self) -> bool:
        """Say whether the process is there and stands still."""
        heard = self._heard
        return heard is not None and time.monotonic() - heard > SILENCE_SECONDS

    def _listen(self, stop: threading.Event) -> None:
        while not stop.is_set():
            self._heard = time.monotonic()  # it has as long for its first beat
            try:
                for beat in self._client.watch(WatchBeats()):
                    if stop.is_set():
                        return
                    if beat is not None:
                        self._heard = time.monotonic()
            except (LinkError, Refused):
                pass  # whoever asks it something says why
            self._heard = None
            stop.wait(RETRY_SECONDS)
