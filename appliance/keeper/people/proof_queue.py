"""Let one password proof run at a time: those we know first, few strangers waiting.

An Argon2id takes 64 MiB and most of a second of a core. Two at once would exhaust a small box's
memory, and a line of strangers would hold up the people who are known.
"""

import contextlib
import threading
from collections import deque
from collections.abc import Iterator

from appliance.errors import Refused

MOST_WAITING = 4
"""Strangers who may wait; one more is refused at once."""


class ProofQueue:
    """The queue before the one proof that may run. Threads may share it."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._running = False
        self._known: deque[object] = deque()
        self._strangers: deque[object] = deque()

    @contextlib.contextmanager
    def turn(self, *, known: bool = True) -> Iterator[None]:
        """Wait for one's turn and hold it.

        Args:
            known: goes before every stranger, and always waits.

        Raises:
            Refused: ``busy``: as many strangers as may wait are waiting.
        """
        line, mine = self._known if known else self._strangers, object()
        with self._changed:
            if not known and len(line) >= MOST_WAITING:
                raise Refused("busy")
            line.append(mine)
            try:
                self._changed.wait_for(lambda: not self._running and self._next() is mine)
                self._running = True
            finally:
                line.remove(mine)
        try:
            yield
        finally:
            with self._changed:
                self._running = False
                self._changed.notify_all()

    @property
    def waiting(self) -> tuple[int, int]:
        """Return how many wait: those we know, and strangers."""
        with self._changed:
            return len(self._known), len(self._strangers)

    def _next(self) -> object:
        return self._known[0] if self._known else self._strangers[0]
