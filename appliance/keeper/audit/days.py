"""Count the audit's days: they follow trusted clocks and never go back.

The log's order outranks the clock. A clock that nobody vouches for begins no day, except the first.
"""

import time


def day_name(now: float) -> str:
    """Return the day (UTC) of a time, such as 2026-11-25."""
    return time.strftime("%Y-%m-%d", time.gmtime(now))


def day_after(day: str, now: float, *, trusted: bool) -> str:
    """Return the day of an entry.

    Args:
        day: that of the entry before it; empty for the first entry.
        now: the entry's time, UTC.
        trusted: whether its clock was.
    """
    if not day:
        return day_name(now)
    return max(day, day_name(now)) if trusted else day
