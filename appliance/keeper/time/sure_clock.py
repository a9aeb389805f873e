"""Decide whether retention may believe the clock.

After a jump ahead of more than a day nothing is erased until a second source vouches for the clock:
the kernel, if a time server keeps it, or an operator. Any other change of the clock has no effect:
time continues from what was believed before.
"""

import ctypes
import threading
from collections.abc import Callable
from pathlib import Path

from appliance.clock import DAY, Clock
from appliance.keeper.storage.ledger import Ledger, SureTime

_TIME_ERROR = 5
_TIMEX_BYTES = 512
"""More than ``struct timex`` takes on any of our machines; the call only reads."""


SYNCHRONISED = Path("/run/systemd/timesync/synchronized")
"""systemd-timesyncd's mark: a time server has answered since the boot."""


def kernel_synchronised(mark: Path = SYNCHRONISED) -> bool:
    """Say whether a time server keeps the kernel's clock.

    ``adjtimex`` knows, but ``ProtectClock`` forbids the keeper's unit to ask it; there
    systemd-timesyncd's mark decides.
    """
    state = int(ctypes.CDLL(None).adjtimex(ctypes.create_string_buffer(_TIMEX_BYTES)))
    return 0 <= state < _TIME_ERROR or mark.exists()


class SureClock:
    """The believed time, or its absence."""

    def __init__(
        self,
        clock: Clock,
        ledger: Ledger,
        boot_id: str,
        vouched: Callable[[], bool] = kernel_synchronised,
        not_before: float = 0.0,
    ) -> None:
        """Prepare.

        Args:
            clock: the box's; its ``monotonic`` counts from the boot.
            ledger: keeps the last believed time over restarts.
            boot_id: this boot's.
            vouched: says whether a second source keeps the clock now.
            not_before: a time (UTC) known to be past, for a ledger that was lost and begun anew;
                0 if none is known.
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
        """Believe the clock on an operator's word."""
        with self._lock:
            self._believe(self._clock.now(), vouched=True)

    def _judged(self, wall: float) -> float | None:
        """Return the time without a second source; None after a jump ahead.

        Within a boot the time is the last belief plus the seconds counted since, however the clock
        is set. Across a boot nothing counts them: up to a day ahead is believed.
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
