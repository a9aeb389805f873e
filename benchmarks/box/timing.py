"""Time an act, again and again."""

import statistics
import time
from collections.abc import Callable


def times_ms(act: Callable[[], object], times: int) -> list[float]:
    """Return how long an act takes each time, in milliseconds."""
    took = []
    for _ in range(times):
        began = time.perf_counter()
        act()
        took.append((time.perf_counter() - began) * 1000)
    return took


def median_ms(act: Callable[[], object], times: int) -> float:
    """Return the median of an act's times, in milliseconds."""
    return statistics.median(times_ms(act, times))
