"""Find the sample that is on the wires now, by the sound that comes out of the sink.

Between the far end and the wires are some 200 ms of buffers. The line monitor is on the wires, so
its bytes must go out with the sound of the same moment. The null sink changes no bit, and no two
stretches of a line's noise are alike: the output is looked up in the input.
"""

from collections.abc import Callable
from time import monotonic

_KEPT_SECONDS = 4.0
_FRESH = 0.1
"""Seconds without sound after which the line's time is taken from the clock."""


class Tap:
    """Compares both ends of a cable."""

    def __init__(self, rate: int, channels: int, clock: Callable[[], float] = monotonic) -> None:
        """Take a cable that carries ``channels`` of 16 bits at ``rate``."""
        self._rate = rate
        self._width = 2 * channels
        self._clock = clock
        self._sent = bytearray()
        self._sent_from = 0  # bytes put in before those kept
        self._seen: int | None = None  # bytes known to have come out
        self._seen_at = 0.0
        self.breaks = 0
        """How often what came out was not what should have come next, or silence between it."""
        self._astray = False  # since the last break

    def sent(self, data: bytes) -> None:
        """Know what was put in."""
        self._sent += data
        surplus = len(self._sent) - round(_KEPT_SECONDS * self._rate) * self._width
        if surplus > 0:
            del self._sent[:surplus]
            self._sent_from += surplus

    def came_out(self, data: bytes) -> None:
        """Know what came out."""
        if self._seen is not None and self._kept(self._seen, len(data)) == data:
            self._seen += len(data)
            self._seen_at, self._astray = self._clock(), False
            return
        if self._seen is not None and not self._astray:
            self.breaks += 1
        self._astray = True
        place = self._find(data)
        if place is None:
            return  # silence put in for what was late, or from before the cable was plugged in
        self._astray = False
        self._seen, self._seen_at = place + len(data), self._clock()

    def position(self) -> float | None:
        """Return how many seconds of what was put in have come out; None before the first."""
        if self._seen is None:
            return None
        late = self._clock() - self._seen_at
        seconds = self._seen / self._width / self._rate
        return seconds if late < _FRESH else seconds + late

    def _kept(self, place: int, count: int) -> bytes:
        at = place - self._sent_from
        return bytes(self._sent[at : at + count]) if at >= 0 else b""

    def _find(self, data: bytes) -> int | None:
        if not any(data):
            return None
        at = self._sent.find(data)
        while at >= 0 and (at + self._sent_from) % self._width:
            at = self._sent.find(data, at + 1)
        return None if at < 0 else at + self._sent_from
