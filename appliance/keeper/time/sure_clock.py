"""Whether the clock can be believed when it is asked what is due.

A clock that jumps ahead by more than a day erases nothing until a second source vouches for it:
the kernel, when the network keeps its time, or an operator. A clock that is moved otherwise
changes nothing: time then goes on from what was believed before.
"""

import ctypes
import threading
from collections.abc import Callable
from pathlib import Path

from appliance.clock import DAY, Clock
from appliance.keeper.storage.ledger import Ledger, SureTime

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
            wall: float | None = self._clock.now()
            vouched = self._vouched()
            if not vouched:
                wall = self._judged(self._clock.now())
            if wall is not None:
                self._believe(wall, vouched=vouched)
            return wall

    def confirm(self) -> None:
        """Believe the clock as it is: an operator has looked at it."""
        with self._lock:
            self._believe(self._clock.now(), vouched=True)

    def _judged(self, wall: float) -> float | None:
        """Return the time that it is if nobody vouches for the clock; None after a jump ahead.

        Within a boot the seconds since the last belief are counted, whatever the clock is set to.
        Over a boot nobody counts: up to a day is taken on trust.
        """
        last = self._ledger.sure_time()
        here = last is not None and last.boot == self._boot_id
        expected = self._not_before if last is None else last.wall
        if last is not None and here:
            expected += max(self._clock.monotonic() - last.uptime, 0.0)
        if expected and wall > expected + DAY:
            return None
        return expected if here else max(wall, expected)

    def _believe(self, wall: float, *, vouched: bool) -> None:
        time = SureTime(wall, self._boot_id, self._clock.monotonic())
        self._ledger.believe(time, vouched=vouched)
