"""Tell a device that reports from one that never stops."""

_SECONDS = 1.0

_SELDOM_MORE = 11_520
"""Bytes a second of the fastest wire in use; a slow one may arrive late, all at once."""

MOST_EVENTS = 400
"""Events within a second that a line's thread can follow at ease: a dial of 20 pulses a second
makes some sixty, and nothing on a line makes more."""


class Flow:
    """A count of what comes, within each second."""

    def __init__(self, most: int) -> None:
        """Set the limit."""
        self._most = most
        self._since = -_SECONDS
        self._count = 0

    def floods(self, count: int, now: float) -> bool:
        """Count what came; say whether that is more than the limit in this second."""
        if now - self._since >= _SECONDS:
            self._since, self._count = now, 0
        self._count += count
        return self._count > self._most


def wire_flow(baud: int) -> Flow:
    """Return a measure of bytes that a wire of ``baud`` cannot carry."""
    return Flow(max(baud // 10, _SELDOM_MORE))
