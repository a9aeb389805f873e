"""Read the time; all other code receives one of these clocks."""

import time
from datetime import date, datetime
from pathlib import Path
from typing import Protocol

from appliance.errors import ZgodaError

HOUR = 3600.0
DAY = 86_400
"""Seconds."""

EPOCH = date(1970, 1, 1)


def day_of(wall: float) -> int:
    """Return the day (UTC) of a time, in days since 1970-01-01."""
    return int(wall // DAY)


def local_day(wall: float) -> int:
    """Return the day of a time in the office's time zone, in days since 1970-01-01."""
    return (datetime.fromtimestamp(wall).date() - EPOCH).days


def zone_where_needed(wall: float) -> str:
    """Name the office's time zone in the hour that comes twice, when the clock is put back."""
    when = datetime.fromtimestamp(wall)
    twice = when.replace(fold=0).timestamp() != when.replace(fold=1).timestamp()
    return f" {when.astimezone():%Z}" if twice else ""


def local_minute(wall: float) -> str:
    """Write a time in the office's time zone: 2026-11-25 16:54."""
    return f"{datetime.fromtimestamp(wall):%Y-%m-%d %H:%M}{zone_where_needed(wall)}"


class Clock(Protocol):
    """The time of day, and a steady count of seconds."""

    def now(self) -> float:
        """Return seconds since the epoch, UTC."""

    def monotonic(self) -> float:
        """Return seconds that never go back."""

    def trusted(self) -> bool:
        """Say whether ``now`` was set from a second source since boot."""


class SystemClock:
    """The machine's own clock."""

    def now(self) -> float:
        """Return seconds since the epoch, UTC."""
        return time.time()

    def monotonic(self) -> float:
        """Return seconds since the boot, including those asleep."""
        return time.clock_gettime(time.CLOCK_BOOTTIME)

    def trusted(self) -> bool:
        """Trust any date after this software was written; a Pi without a clock starts in 1970."""
        return time.time() > 1_760_000_000


def read_boot_id(path: Path = Path("/proc/sys/kernel/random/boot_id")) -> str:
    """Return the first six hex digits of the kernel's boot id, as tickets carry them.

    Raises:
        ZgodaError: the kernel does not give it.
    """
    try:
        return path.read_text("ascii").replace("-", "")[:6]
    except OSError as error:
        raise ZgodaError(f"The boot id cannot be read at {path}; is /proc mounted?") from error
