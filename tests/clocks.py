"""Provide a clock that tests advance by hand, and the way into another time zone."""

from collections.abc import Callable

Move = Callable[[str], None]
"""What ``move`` of tests/keeper gives: it takes the box into a time zone, as ``CET-1``."""


class ManualClock:
    """A clock that tests advance by hand."""

    def __init__(self, now: float = 1_790_000_000.0, *, trusted: bool = True) -> None:
        self._now = now
        self._monotonic = 0.0
        self._trusted = trusted

    def now(self) -> float:
        """Return seconds since the epoch, UTC."""
        return self._now

    def monotonic(self) -> float:
        """Return seconds that never go back."""
        return self._monotonic

    def trusted(self) -> bool:
        """Say whether this clock was made a trusted one."""
        return self._trusted

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        self._now += seconds
        self._monotonic += seconds

    def jump(self, seconds: float) -> None:
        """Set the wall clock forward or back without time passing."""
        self._now += seconds
