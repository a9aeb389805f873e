"""Drive a serial line monitor as the hook source of a line.

Theory of operation. One thread owns the port. It reads, advances the parser's time every 20 ms and
sends the parser's queries. It stamps each event with the line's clock at the moment it read the
bytes, so that events and sound have one time.

    open ──► ask ──► read, ask … ──► the port fails ──► fault, hook unknown
     ▲                                                       │
     └────────────── wait 0.5 s, 1 s, 2 s, 4 s, 5 s … ◄──────┘

The driver finds the port again by its name in the configuration, such as one below
``/dev/serial/by-id``. It asks a port that comes back for the state of the line. About a call in
which the port was away it reports nothing more until the phone was on-hook.
"""

import logging
import threading
from collections.abc import Iterable, Mapping
from typing import Any

import serial

from appliance.clock import Clock
from appliance.errors import LineError, fault
from appliance.lines.base import Deliver, HookEvent, LineClock
from appliance.lines.monitor.lm1 import Lm1
from appliance.lines.plugged.port import Broken, Flow, ask, open_port, read
from appliance.lines.profiles import monitor_profile
from appliance.model.events import LineFault, LineRestored
from appliance.threads import NamedThread

log = logging.getLogger(__name__)

FIRST_WAIT = 0.5
"""Seconds before the first retry of a failed port; each further retry waits twice as long."""

LONGEST_WAIT = 5.0
"""Seconds within which a monitor that is plugged in again is found."""

_END_SECONDS = 3.0


class Monitor:
    """One line monitor on one serial port."""

    def __init__(
        self, name: str, options: Mapping[str, Any], line: LineClock, clock: Clock
    ) -> None:
        """Take the options; ``start`` opens the port.

        Args:
            name: of the line.
            options: ``dialect``, the name of a profile, and ``port``, the path of the device.
            line: stamps the events.
            clock: paces the attempts to open an absent port.

        Raises:
            LineError: no line monitor speaks this dialect.
        """
        self._profile = monitor_profile(str(options["dialect"]))
        self.lateness_ms = self._profile.lateness_ms
        self.sees_flash = self._profile.sees_flash
        self._name = name
        self._path = str(options["port"])
        self._line = line
        self._clock = clock
        self._parser = Lm1(self._profile)
        self._wait = FIRST_WAIT
        self._closing = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self, deliver: Deliver) -> None:
        """Begin to deliver events from its own thread; further calls do nothing.

        A port that cannot be opened, falls silent or vanishes is one ``LineFault``. The driver
        retries until the port is back.
        """
        if self._thread is None:
            self._thread = NamedThread(self._run, f"monitor {self._name}", (deliver,))
            self._thread.start()

    def close(self) -> None:
        """End the thread and release the port; safe to call twice."""
        self._closing.set()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join(_END_SECONDS)
            if self._thread.is_alive():  # the line's recordings must not wait for it
                log.error("line %s: %s cannot be closed", self._name, self._path)

    # -- the monitor's own thread -----------------------------------------------------------------

    def _run(self, deliver: Deliver) -> None:
        while not self._closing.is_set():
            try:
                self._attend(deliver)
            except LineError as error:
                self._lose(deliver, str(error))
            except Exception as error:  # our own fault must not end the line's hook for good
                log.error("line %s: the monitor's driver failed: %s", self._name, fault(error))
                self._lose(deliver, "the line monitor's driver failed; see the log")
            self._back_off()

    def _attend(self, deliver: Deliver) -> None:
        """Listen to the monitor until the port fails or the line is closed."""
        with open_port(self._path, self._profile.baud, "line monitor") as port:
            self._wait = FIRST_WAIT
            self._parser.opened(self._line.position())
            try:
                self._listen(port, deliver)
            except Broken:
                # Reported at once: a stuck port may take half a minute to close.
                self._lose(deliver, f"{self._path} has vanished; plug the line monitor in again")

    def _listen(self, port: serial.Serial, deliver: Deliver) -> None:
        flow = Flow(self._profile.baud)
        while not self._closing.is_set():
            query = self._parser.request()
            if query:
                ask(port, query)
            data = read(port)
            if flow.floods(len(data), self._clock.monotonic()):
                self._wait = LONGEST_WAIT
                raise LineError(f"{self._path} sends more than a line monitor can; replace it")
            self._tell(deliver, self._parser.receive(data, self._line.position()))

    def _lose(self, deliver: Deliver, reason: str) -> None:
        self._tell(deliver, self._parser.lost(reason, self._line.position()))

    def _tell(self, deliver: Deliver, events: Iterable[HookEvent]) -> None:
        for event in events:
            if isinstance(event, LineFault):
                log.warning("line %s: %s", self._name, event.reason)
            elif isinstance(event, LineRestored):
                log.info("line %s: the line monitor answers", self._name)
            deliver(event)

    def _back_off(self) -> None:
        """Wait before the next attempt, longer each time."""
        due = self._clock.monotonic() + self._wait
        self._wait = min(2 * self._wait, LONGEST_WAIT)
        while (left := due - self._clock.monotonic()) > 0:
            if self._closing.wait(left):
                return
