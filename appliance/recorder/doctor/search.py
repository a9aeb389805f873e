"""Look what is plugged in: guess by names, ask what may be asked, remember the answers.

Theory of operation. To look opens nothing. Only ``ask`` opens ports, because an administrator wants
it: each in a thread of its own, one question after the other, and no port that a line has, that is
left alone, or that is still being asked. An answer belongs to the very device that gave it: it is
forgotten when the device is gone, or was plugged in anew.
"""

import logging
import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from appliance.clock import Clock
from appliance.config.drivers.driver import DeviceKind
from appliance.config.drivers.known import devices
from appliance.config.settings import Line
from appliance.errors import LineError, Refused, fault
from appliance.lines.device import Answer, Device, Finds, IsSilent, NoAnswer, Options, UnaskedDevice
from appliance.lines.plugged.hardware import SerialPort
from appliance.model.findings import Finding, find
from appliance.model.sentences.faults import device_fault, text_of
from appliance.recorder.doctor.guess import CABLE, LEFT, UNKNOWN, guess
from appliance.recorder.doctor.tools import DoctorTools
from appliance.recorder.drivers import BY_DRIVER, DEVICES
from appliance.threads import NamedThread

log = logging.getLogger(__name__)

ASK_SECONDS = 25.0
"""A port that answers nothing takes 15: start and patience of each kind of monitor, and a modem's
three attempts."""

MOST_AT_ONCE = 8
"""Ports that are asked in one go."""

_MAY_BE: Mapping[str, str] = {
    CABLE: "serial.may_be_anything",
    UNKNOWN: "serial.may_be_unknown",
    LEFT: "serial.left_alone",
}


@dataclass(frozen=True, slots=True)
class KnownPort:
    """A plugged-in port, as it is known now."""

    port: SerialPort
    key: tuple[object, ...]  # another one for each device that is plugged in
    guess: str  # a driver, or a word of ``guess``
    user: str = ""  # the line that has it
    answer: Answer | None = None

    @property
    def can_be_asked(self) -> bool:
        """Say whether the box may open it."""
        return not self.user and self.guess != LEFT

    @property
    def recognised(self) -> bool:
        """Say whether it says itself that it is what a line needs."""
        return self.guess in BY_DRIVER

    @property
    def likely(self) -> bool:
        """Say whether what a line needs may hang on it, and it has not answered yet."""
        answered = self.answer is not None and self.answer.known
        return self.can_be_asked and self.guess != UNKNOWN and not answered

    @property
    def says(self) -> Finding:
        """Return what it is, or seems to be."""
        if self.user:
            return find("serial.in_use", line=self.user)
        if self.answer is not None:
            return self.answer.says
        return find(_MAY_BE.get(self.guess, f"serial.may_be_{self.guess}"))


class Search:
    """What is plugged in, and what it has answered. Any thread may use it."""

    def __init__(
        self,
        tools: DoctorTools,
        clock: Clock,
        lines: Callable[[], Sequence[Line]] = tuple,
        busy: Callable[[], bool] = lambda: False,
        *,
        seconds: float = ASK_SECONDS,
    ) -> None:
        """Begin without an answer.

        Args:
            tools: look at the machine, and ask.
            clock: measures how long answers take.
            lines: returns the lines whose devices are theirs.
            busy: says whether a call is on that must not be disturbed.
            seconds: that all ports together may take.
        """
        self.tools, self._clock = tools, clock
        self._lines, self._busy = lines, busy
        self._seconds = seconds
        self._lock = threading.Lock()
        self._answers: dict[tuple[object, ...], Answer] = {}  # by the keys of the devices
        self._open: set[str] = set()  # ports that are being asked, perhaps for ever
        self._asking = threading.Lock()

    def ports(self) -> list[KnownPort]:
        """Return the plugged-in ports, without opening any."""
        hardware = self.tools.hardware
        uses = [
            (path, line.name) for line in self._lines() for path in _named(line, DeviceKind.PORT)
        ]
        ports = [port for port in hardware.serial_ports() if port.plugged]
        keys = [(port.device, *hardware.identity(port)) for port in ports]
        with self._lock:
            self._answers = {key: each for key, each in self._answers.items() if key in keys}
            known = dict(self._answers)
        return [
            KnownPort(
                port,
                key,
                guess(port.description, hardware.usb(port)),
                next((line for path, line in uses if hardware.leads_to(path, port)), ""),
                known.get(key),
            )
            for port, key in zip(ports, keys, strict=True)
        ]

    def finds(self) -> Finds:
        """Return what is plugged in and serves no line: what lines can be made of."""
        cards = {name for line in self._lines() for name in _named(line, DeviceKind.CARD)}
        buses = {name for line in self._lines() for name in _named(line, DeviceKind.BUS)}
        free = {each.port.device: each.answer for each in self.ports() if each.can_be_asked}
        return Finds(
            {device: answer for device, answer in free.items() if answer is not None},
            [device for device, answer in free.items() if answer is None],
            [c for c in self.tools.hardware.sound_cards() if not cards & set(c.answers)],
            [card for card in self.tools.isdn_cards() if card.name not in buses],
        )

    def ask(self, wanted: Collection[str]) -> None:
        """Ask ports what they are, as far as they may be asked, and remember the answers.

        Raises:
            Refused: ``call_on``, ``asking_devices``.
        """
        if self._busy():
            raise Refused("call_on")
        if not self._asking.acquire(blocking=False):
            raise Refused("asking_devices")
        try:
            ports = [each for each in self.ports() if each.can_be_asked]
            self._ask_all([each for each in ports if each.port.device in wanted][:MOST_AT_ONCE])
        finally:
            self._asking.release()

    def _ask_all(self, ports: Sequence[KnownPort]) -> None:
        threads = []
        for each in ports:
            with self._lock:
                if each.port.device in self._open:
                    continue  # still being asked from before
                self._open.add(each.port.device)
            threads.append(NamedThread(self._ask, "plugged", (each,)))
            threads[-1].start()
        until = self._clock.monotonic() + self._seconds
        for thread in threads:
            thread.join(max(0.0, until - self._clock.monotonic()))
        for each in ports:
            with self._lock:
                late = each.port.device in self._open
            if late:
                self._keep(
                    each, UnaskedDevice(device_fault("asked_in_vain", path=each.port.device))
                )

    def _ask(self, seen: KnownPort) -> None:
        """Ask one port, in its own thread."""
        answer: Answer
        try:
            answer = self._answer(seen)
        except LineError as error:
            answer = UnaskedDevice(text_of(error))
        except Exception as error:  # our own fault must not hide the other devices
            log.error("%s could not be asked: %s", seen.port.device, fault(error))
            answer = UnaskedDevice(device_fault("asking_failed", path=seen.port.device))
        self._keep(seen, answer)
        with self._lock:
            self._open.discard(seen.port.device)

    def _keep(self, seen: KnownPort, answer: Answer) -> None:
        with self._lock:
            self._answers[seen.key] = answer

    def _answer(self, seen: KnownPort) -> Answer:
        """Ask what a port seems to be first, then everything else that can be asked."""
        path = seen.port.device
        users = self.tools.hardware.port_users(seen.port)
        if users:
            raise LineError(device_fault("used_by", path=path, program=", ".join(users)))
        if not self.tools.hardware.may_use(path):
            raise LineError(device_fault("port_denied", path=path))
        for ask in self._questions(seen.guess):
            if self._busy():
                raise LineError(device_fault("asking_stopped"))
            answer = ask(path)
            if answer is not None:
                return answer
        maybe = (look(path) for look in self.tools.silent)
        return next((each for each in maybe if each.sees_hook), IsSilent())

    def _questions(self, guessed: str) -> list[Callable[[str], Answer | None]]:
        """Return what to ask, of the guessed driver first; one known by its name is sure."""
        first = [each for each in DEVICES if each.driver == guessed]
        sure = any(device.named is not None for device in first)
        others = [] if sure else [each for each in DEVICES if each.driver != guessed]
        return [
            partial(self._question, device, options)
            for device in (*first, *others)
            if device.driver in self.tools.probes
            for options in device.variants()
        ]

    def _question(self, device: Device, options: Options, path: str) -> Answer | None:
        try:
            return self.tools.probes[device.driver](path, options, self._clock)
        except NoAnswer:
            return None


def _named(line: Line, kind: DeviceKind) -> Iterator[str]:
    """Return the devices of a kind that a line names."""
    for role, part in line.parts.items():
        for _, is_a, name in devices(role, part):
            if is_a is kind:
                yield name
