"""A voice modem at the other end of a pseudo-terminal: it answers by a table."""

import os
import select
import threading
from collections.abc import Callable
from pathlib import Path

from appliance.lines.modem.driver import Modem
from appliance.model.audio import RATE
from appliance.model.events import HookChanged
from appliance.model.terms import Hook
from tests.clocks import ManualClock
from tests.lines.serial_wire import BOUND, Inbox, Position, Wire

CONEXANT = {
    "AT": [],
    "ATI0": ["56000"],
    "ATI3": ["CX93001-EIS_V0.2013-V92"],
    "AT+FCLASS=?": ["0,1,8"],
    "AT+FCLASS=8": [],
    "AT+VSM=?": ['0,"SIGNED PCM",8,0,8000,0,0', '1,"UNSIGNED PCM",8,0,8000,0,0'],
    "AT+VLS=?": ['0,"",B0804100,B0804100,B0804100', '1,"T",0B8431C1,0B8431C1,0B8431C1'],
    "AT+VCID=1": [],
    "AT&V": ["ACTIVE PROFILE:", "B1 E0 L1 M0 N0 Q0 T V1 W0 X4 Y0 &C1 &D2 &G0"],
}
"""A command -> the lines before its OK; what is not in it is an ERROR."""
USR = {
    **CONEXANT,
    "ATI0": ["5601"],
    "ATI3": ["U.S. Robotics 56K FAX USB V1.2.23"],
    "AT+VSM=?": ['128,"8-BIT LINEAR",(7200,8000,11025)', '129,"16-BIT LINEAR",(7200,8000,11025)'],
}
TAKEN = ("ATE0V1Q0", "ATH0", "AT&D2", "AT&K3", "AT+IFC=2,2", "ATS0=0", "ATM0", "ATX4")


class ScriptedModem(Wire):
    """Answers each command at once, from a thread of its own, until it is unplugged."""

    def __init__(self, name: Path, answers: dict[str, list[str]] | None = None) -> None:
        super().__init__(name)
        self.answers = {**{text: [] for text in TAKEN}, **(answers or CONEXANT)}
        self.volts: float | None = 48.0
        self.heard: list[str] = []
        self.dumb = False
        self.before_answer: Callable[[str], bytes] = lambda text: b""
        """What comes by itself inside an answer."""
        self._polls = self._commands = 0
        self._polled = threading.Condition()
        self._gone = threading.Event()
        self._thread: threading.Thread | None = None

    def plug(self) -> None:
        super().plug()
        self._gone = threading.Event()
        assert self._ends is not None
        self._thread = threading.Thread(target=self._serve, args=(self._ends[0], self._gone))
        self._thread.start()

    def unplug(self) -> None:
        self._gone.set()
        if self._thread is not None:
            self._thread.join(BOUND)
        super().unplug()

    def wait_polled(self, count: int) -> None:
        """Wait until it was asked for the voltage so many times."""
        with self._polled:
            assert self._polled.wait_for(lambda: self._polls >= count, BOUND)

    def wait_heard(self, count: int) -> None:
        """Wait until it has heard so many commands."""
        with self._polled:
            assert self._polled.wait_for(lambda: self._commands >= count, BOUND)

    def pass_until(self, came: Callable[[], bool], step: Callable[[], None], most: int) -> None:
        """Take so many steps at most, with a moment for the driver after each."""
        for _ in range(most):
            with self._polled:
                if self._polled.wait_for(came, 0.1):
                    return
            step()
        raise AssertionError("it has not come")

    @property
    def polls(self) -> int:
        return self._polls

    def _serve(self, end: int, gone: threading.Event) -> None:
        line = b""
        while not gone.is_set():
            if not select.select([end], [], [], 0.01)[0]:
                continue
            try:
                line += os.read(end, 256)
            except OSError:  # the box has closed the port
                gone.wait(0.01)
                continue
            *whole, line = line.split(b"\r")
            for text in whole:
                self._answer(end, text.decode("latin-1"))

    def _answer(self, end: int, text: str) -> None:
        self.heard.append(text)
        if not self.dumb:
            os.write(end, self.reply(text))
        with self._polled:
            self._commands += 1
            self._polls += text in {"AT-TRV", "AT:R79"}
            self._polled.notify_all()

    def reply(self, text: str) -> bytes:
        """Return what it says to a command."""
        lines = self.answers.get(text)
        if text == "AT-TRV" and self.volts is not None:
            lines = [f"{self.volts:.2f}"]
        if text == "AT:R79" and "AT:R79" in self.answers and self.volts is not None:
            lines = [f"{min(31, round(self.volts / 2.75)):04X}"]
        inside = self.before_answer(text)
        if lines is None:
            return inside + b"\r\nERROR\r\n"
        said = b"".join(b"\r\n" + each.encode() + b"\r\n" for each in lines)
        return said + inside + b"\r\nOK\r\n"


class Kept:
    """The learnt voltage, in memory."""

    def __init__(self, volts: float | None = 48.0) -> None:
        self.volts = volts

    def load(self) -> float | None:
        return self.volts

    def save(self, volts: float) -> None:
        self.volts = volts


class ModemLine:
    """A driver and a modem that answers, with time that the test moves."""

    def __init__(
        self, folder: Path, answers: dict[str, list[str]] | None = None, **options: object
    ):
        self.modem = ScriptedModem(folder / "usb-modem", answers)
        self.clock, self.position, self.inbox = ManualClock(), Position(), Inbox()
        self.kept = Kept()
        all_options = {"port": str(self.modem.name), **options}
        self.driver = Modem("Line", all_options, self.position, self.clock, self.kept)

    def start(self) -> None:
        self.driver.start(self.inbox.deliver)

    def poll(self, volts: float | None = None, count: int = 1) -> None:
        """Let the voltage be read so many times, a quarter of a second apart."""
        if volts is not None:
            self.modem.volts = volts
        for _ in range(count):
            before = self.modem.polls
            self.position.pass_ms(250)
            self.clock.advance(0.25)
            self.modem.wait_polled(before + 1)
            self.position.pass_ms(0)

    def go_on_until(self, came: Callable[[], bool]) -> None:
        """Let a tenth of a second pass after the other, ten at most, until something has come."""
        self.modem.pass_until(came, lambda: self.clock.advance(0.1), 100)

    def pass_ms(self, ms: int) -> None:
        """Let time pass, less than to the next reading."""
        self.clock.advance(ms / 1000)
        self.position.pass_ms(ms)

    def at_rest(self) -> None:
        """Plug in, start, and be seen on-hook."""
        self.modem.plug()
        self.start()
        self.modem.wait_polled(2)  # the probe's question and the first reading
        self.position.pass_ms(0)
        self.poll(48.0, 2)
        changed = self.inbox.next()
        assert changed == HookChanged(changed.sample, Hook.ON)

    def talking(self) -> None:
        self.at_rest()
        self.poll(9.0, 2)
        changed = self.inbox.next()
        assert changed == HookChanged(changed.sample, Hook.OFF)

    def close(self) -> None:
        self.driver.close()
        self.modem.close()


def seconds(sample: int) -> float:
    return sample / RATE
