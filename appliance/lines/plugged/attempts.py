"""Try again and again to have a device that may vanish and return at any moment."""

import logging
import threading
from collections.abc import Callable

from appliance.clock import Clock
from appliance.errors import LineError, fault
from appliance.model.sentences.faults import device_fault, text_of

log = logging.getLogger(__name__)

FIRST_WAIT = 0.5
"""Seconds before the first retry; each further retry waits twice as long."""

LONGEST_WAIT = 5.0
"""Seconds within which a device that is plugged in again is found."""


class Pace:
    """The waits between attempts, in seconds: 0.5, 1, 2, 4, then 5 each time."""

    def __init__(self) -> None:
        """Begin with the shortest."""
        self._wait = FIRST_WAIT

    def next_wait(self) -> float:
        """Return the seconds to wait now."""
        wait, self._wait = self._wait, min(2 * self._wait, LONGEST_WAIT)
        return wait

    def begin_anew(self) -> None:
        """Know that the device was there: when it is lost, it is looked for at once."""
        self._wait = FIRST_WAIT

    def slow_down(self) -> None:
        """Know that the device itself is wrong, so that another attempt helps little."""
        self._wait = LONGEST_WAIT


class DriverAttempts:
    """The attempts of one driver, from its own thread."""

    def __init__(self, who: str, device: str, clock: Clock) -> None:
        """Take who tries, for the log, what it tries to have, in words, and the time."""
        self.pace = Pace()
        self._who = who
        self._device = device
        self._clock = clock

    def run(
        self,
        closing: threading.Event,
        attend: Callable[[], None],
        lose: Callable[[str], None],
        meanwhile: Callable[[], None] | None = None,
    ) -> None:
        """Attend to the device until ``closing``; tell why each attempt ended.

        Args:
            closing: set from any thread; ``attend`` returns soon after.
            attend: works with the device until it is lost, which it may tell itself, or closing.
            lose: takes the sentence of a ``LineError``, or that the driver itself failed.
            meanwhile: is done every 20 ms between two attempts.
        """
        while not closing.is_set():
            try:
                attend()
            except LineError as error:
                lose(text_of(error))
            except Exception as error:  # our own fault must not end the line for good
                log.error("%s: the %s's driver failed: %s", self._who, self._device, fault(error))
                lose(device_fault("driver_failed"))
            self._wait(closing, meanwhile)

    def _wait(self, closing: threading.Event, meanwhile: Callable[[], None] | None) -> None:
        due = self._clock.monotonic() + self.pace.next_wait()
        while (left := due - self._clock.monotonic()) > 0:
            if meanwhile is not None:
                meanwhile()
                left = min(left, 0.02)
            if closing.wait(left):
                return
