"""Talk with one modem over its port: ask, wait for the answer, pass on the rest."""

import os
import termios
from collections.abc import Callable
from contextlib import suppress

import serial

from appliance.clock import Clock
from appliance.errors import LineError
from appliance.lines.modem.probe import Capabilities, prepare
from appliance.lines.modem.profile import GENERIC, modem_profile
from appliance.lines.modem.release import BREAK_OFF, HANG_UP
from appliance.lines.modem.v253 import V253, Ask, Item, LineSound, Mode, Reply, command, shielded
from appliance.lines.plugged.flow import MOST_EVENTS, Flow, wire_flow
from appliance.lines.plugged.port import Broken, open_port, read
from appliance.model.sentences.faults import device_fault

Hears = Callable[[Item], None]


class Closed(Exception):
    """The line was closed while an answer was awaited."""


_FAREWELL_READS = 15
"""Reads of 20 ms that the last words may take to go out."""

_MOST = 4
"""Times its wire's rate that a modem may send for a second: over USB the rate is nominal, each 0x10
of sound comes twice, and a busy machine reads late."""

FULL_SECONDS = 2.0
"""A port that takes nothing for so long is stuck."""


class Silent(LineError):
    """A modem that does not answer any more."""


class Talk:
    """One modem on one open port. The driver's thread alone."""

    def __init__(
        self,
        port: serial.Serial,
        path: str,
        clock: Clock,
        hears: Hears,
        due: Callable[[], None] = lambda: None,
    ) -> None:
        """Talk to the modem behind a port.

        Args:
            port: opened.
            path: of the port, as the configuration names it.
            clock: measures how long answers take.
            hears: takes what the modem says beside its answers, at once.
            due: is called after each 20 ms of listening.
        """
        self._port = port
        self._path = path
        self._clock = clock
        self._hears = hears
        self._due = due
        self._codec = V253()
        self._flow = wire_flow(_MOST * port.baudrate)
        self._events = Flow(MOST_EVENTS)
        self._replies: list[Reply] = []
        hang_up_at_closing(port)

    @property
    def mode(self) -> Mode:
        """What the modem sends now."""
        return self._codec.mode

    def listen(self) -> None:
        """Take what comes within 20 ms, and pass it on.

        Raises:
            LineError: it sends more than a modem can.
            OSError: the port is gone.
        """
        data = read(self._port)
        now = self._clock.monotonic()
        items = self._codec.receive(data, now)
        events = sum(not isinstance(item, LineSound) for item in items)
        if self._flow.floods(len(data), now) or self._events.floods(events, now):
            raise LineError(device_fault("modem_floods", path=self._path))
        for item in items:
            if isinstance(item, Reply):
                self._replies.append(item)
            else:
                self._hears(item)
        self._due()

    def ask(self, ask: Ask) -> Reply:
        """Send a command and wait for its answer, which has no final word if time ran out."""
        while not self._codec.may_ask(self._clock.monotonic()):
            self.listen()
        self._replies.clear()
        self.send(self._codec.ask(ask, self._clock.monotonic()))
        while not self._replies:
            self.listen()
        return self._replies.pop()

    def say(self, text: str, wants: str | None = None, seconds: float = 2.0) -> Reply:
        """Ask a line of text."""
        return self.ask(command(text, wants, seconds))

    def send(self, data: bytes) -> None:
        """Send bytes as the port takes them, listening meanwhile.

        Raises:
            Silent: it takes none for too long.
        """
        left, until = data, self._clock.monotonic() + FULL_SECONDS
        while left:
            with suppress(BlockingIOError):
                left = left[os.write(self._port.fileno(), left) :]
            if left and self._clock.monotonic() > until:
                raise Silent(device_fault("modem_deaf", path=self._path))
            if left:
                self.listen()

    def end_stream(self, codes: bytes) -> bool:
        """End what plays or records with one DLE before each code, then three; say if it did."""
        for dles in (1, 3):
            if self.ask(Ask(shielded(codes, dles))).ok:
                break
        else:
            self._codec.give_up_stream()
            return False
        self._codec.give_up_stream()
        return True

    def farewell(self) -> None:
        """Hang up without waiting for an answer: the port is about to be closed."""
        with suppress(*Broken):
            self._port.reset_output_buffer()
            os.write(self._port.fileno(), BREAK_OFF + HANG_UP)
            for _ in range(_FAREWELL_READS):
                if self._port.out_waiting:
                    read(self._port)


def hang_up_at_closing(port: serial.Serial) -> None:
    """Let the kernel drop DTR when the port's last user closes it, be it by ``kill -9``.

    A modem told ``AT&D2`` then goes on-hook by itself.
    """
    with suppress(*Broken):
        figures = termios.tcgetattr(port.fileno())
        figures[2] |= termios.HUPCL
        termios.tcsetattr(port.fileno(), termios.TCSANOW, figures)


def ask_what_it_can(path: str, profile: str | None, clock: Clock) -> Capabilities:
    """Ask the modem on a port that nobody uses what it can do; the line stays untouched.

    Args:
        path: of the port.
        profile: the name that the settings give; None lets the modem's words choose.
        clock: measures how long answers take.

    Raises:
        LineError: the port cannot be opened, nothing answers, or there is no such profile.
    """
    declared = modem_profile(profile or GENERIC)
    with open_port(path, declared.baud, "modem", handshake=declared.handshake) as port:
        try:
            return prepare(Talk(port, path, clock, lambda item: None).ask, profile)[1]
        except Broken as error:
            raise LineError(device_fault("went_away", path=path)) from error
