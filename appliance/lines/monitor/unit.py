"""Own a line monitor's port, for all lines that the monitor watches.

Theory of operation. One thread owns the port. It reads, advances the parsers' time every 20 ms and
sends their queries. It stamps each event with its line's clock at the moment it read the bytes, so
that events and sound have one time.

    open ──► ask ──► read, ask … ──► the port fails ──► fault, hook unknown
     ▲                                                       │
     └────────────── wait 0.5 s, 1 s, 2 s, 4 s, 5 s … ◄──────┘

The port is found again by its name in the configuration, such as one below ``/dev/serial/by-id``.
What comes back is asked for the state of the line, if it can be asked.
"""

import logging
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial

import serial

from appliance.clock import Clock
from appliance.errors import LineError
from appliance.lines.base import Deliver, HookEvent, LineClock
from appliance.lines.monitor.dialects import Parser, PortDialect
from appliance.lines.plugged.attempts import DriverAttempts
from appliance.lines.plugged.connection import UNKNOWN, Kernel
from appliance.lines.plugged.flow import MOST_EVENTS, Flow, wire_flow
from appliance.lines.plugged.port import Broken, ask, open_port, vanished
from appliance.model.events import LineFault, LineRestored
from appliance.model.sentences.faults import FaultText, device_fault
from appliance.threads import NamedThread

log = logging.getLogger(__name__)

_END_SECONDS = 3.0


@dataclass(slots=True, eq=False)
class Listener:
    """One line of a monitor, and where its events go."""

    name: str
    parser: Parser
    line: LineClock
    deliver: Deliver
    fresh: bool = True  # its parser does not know yet that the port is open


class Unit:
    """One monitor on one serial port."""

    def __init__(self, path: str, spoken: PortDialect, clock: Clock) -> None:
        """Take the port; the first listener opens it.

        Args:
            path: of the port.
            spoken: the monitor's dialect.
            clock: paces the attempts to open an absent port.
        """
        self.path = path
        self.spoken = spoken
        self.connection = UNKNOWN
        """By what it is connected, as the kernel said when the port was last opened."""
        self._clock = clock
        self._attempts = DriverAttempts(path, "line monitor", clock)
        self._lock = threading.RLock()  # guards the listeners
        self._listeners: list[Listener] = []
        self._closing = threading.Event()
        self._thread: threading.Thread | None = None

    def add(self, listener: Listener) -> None:
        """Deliver to a listener, too, from the unit's own thread."""
        with self._lock:
            self._listeners.append(listener)
            if self._thread is None:
                self._closing = threading.Event()
                self._thread = NamedThread(self._run, f"monitor {listener.name}", (self._closing,))
                self._thread.start()

    def remove(self, listener: Listener) -> None:
        """Deliver nothing more to a listener; the last one releases the port."""
        with self._lock:
            if listener in self._listeners:
                self._listeners.remove(listener)
            if self._listeners or self._thread is None:
                return
            thread, self._thread = self._thread, None
            self._closing.set()
        if thread is not threading.current_thread():
            thread.join(_END_SECONDS)
            if thread.is_alive():  # the line's recordings must not wait for it
                log.error("line %s: %s cannot be closed", listener.name, self.path)

    # -- the monitor's own thread -----------------------------------------------------------------

    def _run(self, closing: threading.Event) -> None:
        self._attempts.run(closing, partial(self._attend, closing), partial(self._lose, closing))

    def _attend(self, closing: threading.Event) -> None:
        """Listen to the monitor until the port fails or the unit is closed."""
        with open_port(self.path, self.spoken.baud, "monitor") as port:
            self.connection = Kernel().port(port.fileno(), self.path)
            self._attempts.pace.begin_anew()
            for listener in self._now():
                listener.fresh = True
            try:
                self._listen(port, closing)
            except LineError:
                self._attempts.pace.slow_down()
                raise
            except Broken:
                # Reported at once: a stuck port may take half a minute to close.
                self._lose(closing, vanished(self.path, "monitor"))

    def _listen(self, port: serial.Serial, closing: threading.Event) -> None:
        flow, told = wire_flow(self.spoken.baud), Flow(MOST_EVENTS)
        while not closing.is_set():
            for listener in self._now():
                if listener.fresh:
                    listener.parser.opened(listener.line.position())
                    listener.fresh = False
                query = listener.parser.request()
                if query:
                    ask(port, query)
            data = self.spoken.read(port)
            now = self._clock.monotonic()
            if flow.floods(len(data), now):
                raise LineError(self._too_much)
            if told.floods(self._deliver(data), now):
                raise LineError(self._too_much)

    def _deliver(self, data: bytes) -> int:
        """Let every line take what was read; return how many events came of it."""
        count = 0
        with self._lock:
            for listener in self._listeners:
                if not listener.fresh:
                    events = listener.parser.receive(data, listener.line.position())
                    _tell(listener, events)
                    count += len(events)
        return count

    @property
    def _too_much(self) -> FaultText:
        return device_fault("monitor_floods", path=self.path)

    def _lose(self, closing: threading.Event, reason: str) -> None:
        with self._lock:
            if closing.is_set():
                return  # a port that was given back late; the listeners have another one
            for listener in self._listeners:
                _tell(listener, listener.parser.lost(reason, listener.line.position()))

    def _now(self) -> list[Listener]:
        with self._lock:
            return list(self._listeners)


def _tell(listener: Listener, events: Iterable[HookEvent]) -> None:
    for event in events:
        if isinstance(event, LineFault):
            log.warning("line %s: %s", listener.name, event.reason)
        elif isinstance(event, LineRestored):
            log.info("line %s: the line monitor answers", listener.name)
        listener.deliver(event)
