"""Say when the next attempt may begin, after failures in a row."""

from appliance.clock import HOUR

PAUSES = (60.0, 300.0, 900.0, HOUR, 4.0 * HOUR)
"""Seconds after each failure in a row until the next attempt; the last holds on."""


class Attempts:
    """When the next attempt may begin."""

    def __init__(self, now: float) -> None:
        """Begin: the first may begin at once.

        Args:
            now: monotonic.
        """
        self.not_before, self._failures = now, 0

    def fail(self, now: float) -> None:
        """Wait the longer, the more attempts failed in a row."""
        self.not_before = now + PAUSES[min(self._failures, len(PAUSES) - 1)]
        self._failures += 1
