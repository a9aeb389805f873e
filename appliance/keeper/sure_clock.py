"""Whether the clock can be believed when it is asked what is due.

A clock that jumps ahead by more than a day erases nothing until a second source vouches for it:
the kernel, when the network keeps its time, or an operator. A clock that is put back extends
nothing: time then goes on from what was believed before.
"""

import ctypes
import threading
from collections.abc import Callable
from pathlib import Path

from appliance.clock import Clock
from appliance.keeper.ledger import Ledger, SureTime

DAY = 86_400

_TIME_ERROR = 5
_TIMEX_BYTES = 512
"""More than ``struct timex`` takes on any of our machines; it is only read."""


SYNCHRONISED = Path("/run/systemd/timesync/synchronized")
"""systemd-timesyncd's mark: a time server has answered in this boot."""


def kernel_synchronised(mark: Path = SYNCHRONISED) -> bool:
    """Say whether the kernel's clock is kept by a time server.

    ``adjtimex`` tells, but a service that must not set the clock may not even ask it
    (``ProtectClock``); there systemd-timesyncd's mark tells.
    """
    state = int(ctypes.CDLL(None).adjtimex(ctypes.create_string_buffer(_TIMEX_BYTES)))
    return 0 <= state < _TIME_ERROR or mark.exists()


class SureClock:
    """Tells the time, or that it cannot be told."""

    def __init__(
        self,
        clock: Clock,
        ledger: Ledger,
        boot_id: str,
        vouched: Callable[[], bool] = kernel_synchronised,
        not_before: float = 0.0,
    ) -> None:
        """Take what it judges by.

        Args:
            clock: the box's; its ``monotonic`` counts from the boot.
            ledger: keeps the last believed time over restarts.
            boot_id: of this boot.
            vouched: says whether a second source keeps the clock right now.
            not_before: a time (UTC) that is known to be over, for a ledger that was lost and
                begun anew; 0: none is known.
        """
        self._clock = clock
        self._ledger = ledger
        self._boot_id = boot_id
        self._vouched = vouched
        self._not_before = not_before
        self._lock = threading.Lock()

    def now(self) -> float | None:
        """Return the believed time (UTC); None while the clock has to be vouched for."""
        with self._lock:
            if not self._clock.trusted():
                return None
            wall, expected = self._clock.now(), self._expected()
            if expected is not None and not self._vouched():
                if wall > expected + DAY:
                    return None
                wall = max(wall, expected)
            self._believe(wall)
            return wall

    def confirm(self) -> None:
        """Believe the clock as it is: an operator has looked at it."""
        with self._lock:
            self._believe(self._clock.now())

    def _expected(self) -> float | None:
        """Return the earliest that it can be by now, or None if nothing is known of the time."""
        last = self._ledger.sure_time()
        if last is None:
            return self._not_before or None
        passed = self._clock.monotonic() - last.uptime if last.boot == self._boot_id else 0.0
        return last.wall + max(passed, 0.0)

    def _believe(self, wall: float) -> None:
        self._ledger.believe(SureTime(wall, self._boot_id, self._clock.monotonic()))
