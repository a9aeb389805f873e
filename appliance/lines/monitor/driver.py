"""Drive a serial line monitor as the hook source of a line.

A monitor has one line, or several as a Whozz Calling unit has. ``Units`` knows which ports are
shared, so that each is opened once. About a call in which the port was away nothing is reported
any more until the phone was on-hook.
"""

import threading
from collections.abc import Mapping
from typing import Any

from appliance.clock import Clock
from appliance.errors import LineError
from appliance.lines.base import Deliver, LineClock
from appliance.lines.monitor.dialects import speak
from appliance.lines.monitor.unit import Listener, Unit
from appliance.lines.plugged.beside import callers_alone
from appliance.lines.plugged.connection import Attachment
from appliance.lines.profiles import NetCallerIdProfile
from appliance.model.sentences.faults import device_fault


class Units:
    """The line monitors of a box."""

    def __init__(self, clock: Clock) -> None:
        """Begin with none.

        Args:
            clock: paces the attempts to open an absent port.
        """
        self._clock = clock
        self._lock = threading.Lock()
        self._shared: dict[tuple[str, str], Unit] = {}

    def unit(self, options: Mapping[str, Any]) -> Unit:
        """Return the monitor that some options name: the same one for all lines that share it.

        Raises:
            LineError: no line monitor speaks this dialect, or an option is not its.
        """
        path, spoken = str(options["port"]), speak(options, self._clock)
        if spoken.lines == 1:
            return Unit(path, spoken, self._clock)  # a second one finds the port in use
        with self._lock:
            known = (path, spoken.profile.dialect)
            return self._shared.setdefault(known, Unit(path, spoken, self._clock))


class Monitor:
    """One line of a line monitor."""

    def __init__(
        self, name: str, options: Mapping[str, Any], line: LineClock, clock: Clock, units: Units
    ) -> None:
        """Take the options; ``start`` opens the port.

        Args:
            name: of the line.
            options: ``dialect``, the name of a profile; ``port``, the path of the device; ``line``,
                its number on a device of several; ``off_hook`` and ``ringing``, the pins of
                optocouplers; ``caller_port``, the path of a NetCallerID beside it.
            line: stamps the events.
            clock: paces the attempts to open an absent port.
            units: the box's monitors.

        Raises:
            LineError: no line monitor speaks this dialect, or an option is not its.
        """
        unit = units.unit(options)
        profile, number = unit.spoken.profile, int(options.get("line", 1))
        if isinstance(profile, NetCallerIdProfile):
            raise LineError(device_fault("line_unusable"))
        if not 1 <= number <= unit.spoken.lines:
            raise LineError(device_fault("line_unusable"))
        self.lateness_ms = profile.lateness_ms
        self.sees_flash = profile.sees_flash
        self._name = name
        self._line = line
        self._parts = [(unit, number, False)]
        if options.get("caller_port"):
            beside = {"dialect": "netcallerid", "port": options["caller_port"]}
            self._parts.append((units.unit(beside), 1, True))
        self._listeners: list[tuple[Unit, Listener]] = []
        self._started = False

    def start(self, deliver: Deliver) -> None:
        """Begin to deliver events from the monitor's own thread; further calls do nothing.

        A port that cannot be opened, falls silent or vanishes is a ``LineFault``, one for each
        reason. The driver retries until the port is back.
        """
        if self._started:
            return
        self._started = True
        for unit, number, caller_alone in self._parts:
            to = callers_alone(deliver) if caller_alone else deliver
            listener = Listener(self._name, unit.spoken.parser(number), self._line, to)
            self._listeners.append((unit, listener))
            unit.add(listener)

    def connected(self) -> Attachment:
        """Return by what it is connected; who only tells the caller is no part of it."""
        return self._parts[0][0].connection

    def close(self) -> None:
        """End the delivery, and release the port unless other lines use it; safe to call twice."""
        while self._listeners:
            unit, listener = self._listeners.pop()
            unit.remove(listener)
