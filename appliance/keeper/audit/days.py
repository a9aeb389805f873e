"""Count the audit's days, which follow trusted clocks alone; read days that people type.

The log's order outranks the clock. A clock that nobody vouches for begins no day, except the first.
"""

import time
from datetime import datetime, timedelta

from appliance.errors import Refused


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


def midnight(day: str, *, days_later: int = 0) -> float | None:
    """Return the beginning of a day in the box's own time zone; None if it is empty.

    Args:
        day: such as 2026-11-25.
        days_later: of the day after it, 1, and so on.

    Raises:
        Refused: ``no_day``.
    """
    if not day:
        return None
    try:
        at = datetime.strptime(day, "%Y-%m-%d") + timedelta(days=days_later)
        return at.timestamp()
    except (ValueError, OverflowError, OSError) as error:
        raise Refused("no_day", day=day) from error
