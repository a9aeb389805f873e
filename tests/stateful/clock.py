"""Provide a clock that can be set wrong, and the true time that nobody in the box knows."""

START = 1_790_000_000.0


class LyingClock:
    """What the box reads, and what is so."""

    def __init__(self) -> None:
        self.true = START
        self.lie = 0.0
        """Seconds by which the wall clock is ahead."""
        self._uptime = 60.0

    def now(self) -> float:
        """Return what the wall clock says."""
        return self.true + self.lie

    def monotonic(self) -> float:
        """Return seconds since the boot."""
        return self._uptime

    def trusted(self) -> bool:
        """Say that somebody has set it: a liar does."""
        return True

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        self.true += seconds
        self._uptime += seconds

    def reboot(self, off: float) -> None:
        """Let the power be away for some time, and begin to count again."""
        self.true += off
        self._uptime = 60.0
