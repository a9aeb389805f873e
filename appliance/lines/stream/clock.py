"""Keep a card's line clock: count its samples, use the machine's clock where they lack.

Blocks arrive late by as much as the machine was busy, never early. So the earliest arrivals of
late show which sample is on the wires at a moment of the machine's clock. Blocks that stay behind
that for a while, with nothing waiting to be read, tell that sound was lost: a card or a sound
server throws away what nobody fetched, and does not always say so.
"""

import threading
from collections import deque

from appliance.model.audio import RATE

_LEAK = 0.002
"""Seconds a second that the earliest arrival is forgotten by: more than a card's clock is off, or
a slow one would seem to lose sound every minute."""

_LATE_SECONDS = 0.02
"""So far behind for so long is lost, not late."""

_LATE_FOR = 0.2


class SoundClock:
    """Counts 8,000 a second; the reader's thread steers it, any thread asks it."""

    def __init__(self, now: float) -> None:
        """Start at 0, at a moment of the machine's clock."""
        self._lock = threading.Lock()
        self._ahead = -now  # line clock in seconds minus the machine's, at the earliest arrival
        self._seen = now
        self._told = 0
        self._base = 0.0  # seconds: line clock of the first sample since the card was opened
        self._behind: deque[tuple[float, float]] = deque()

    def position(self, now: float) -> int:
        """Return the count of the sample on the wires at a moment; never less than before."""
        with self._lock:
            self._told = max(self._told, round((self._ahead + now) * RATE))
            return self._told

    def opened(self, seconds: float, now: float, earliest: int) -> int:
        """Take note of a card's first sound, which has just come, and return where it begins.

        Args:
            seconds: how much it is, what waits to be read included.
            now: by the machine's clock.
            earliest: where it may begin at the earliest: after what was heard before.
        """
        with self._lock:
            self._behind.clear()
            self._seen = now
            begins = max(earliest, round((self._ahead + now - seconds) * RATE))
            self._base = begins / RATE
            return begins

    def arrived(self, seconds: float, now: float) -> int:
        """Take note that so much sound has come since the card was opened; return what was lost.

        Args:
            seconds: of all sound since ``opened``, what waits to be read included.
            now: by the machine's clock.

        Returns:
            Samples that are missing before what comes next; the clock has jumped over them.
        """
        with self._lock:
            ahead = self._base + seconds - now
            leaked = self._ahead - _LEAK * max(0.0, now - self._seen)
            self._ahead, self._seen = max(leaked, ahead), now
            self._behind.append((now, self._ahead - ahead))
            while self._behind[0][0] < now - _LATE_FOR:
                self._behind.popleft()
            if now - self._behind[0][0] < _LATE_FOR * 0.8:
                return 0
            lost = min(late for _, late in self._behind)
            if lost < _LATE_SECONDS:
                return 0
            self._behind.clear()
            samples = int(lost * RATE)
            self._base += samples / RATE
            return samples
