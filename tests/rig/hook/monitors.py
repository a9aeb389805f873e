"""Let a simulated line monitor tell the box of the hook."""

import os
import subprocess
from collections import deque
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

from appliance.exchange.monitor import SimulatedMonitor
from tests.rig.far_end import Moment
from tests.rig.monitors.optocouplers import pins
from tests.rig.monitors.whozz import SimulatedWhozz

_MODEM_LINES = Path(__file__).parent / "modem_lines.c"


class SerialCable(Protocol):
    """The monitor's end of a serial cable; ``Port`` says what each does."""

    def plug(self) -> None: ...
    def unplug(self) -> None: ...
    def read(self) -> bytes: ...
    def write(self, data: bytes) -> None: ...


class Monitor(Protocol):
    """A line monitor."""

    options: Mapping[str, str | int]
    """Of the box's configuration, beside driver and port."""

    shows_state: bool
    environment: Mapping[str, str]

    def see(self, moment: Moment, asked: bytes) -> bytes:
        """See 20 ms of the line, and what the box has sent; return what goes out."""


class MonitorHook:
    """A line monitor at its cable; its bytes go out as late as the scene says."""

    def __init__(self, monitor: Monitor, cable: SerialCable, name: Path) -> None:
        """Take both; ``name`` is the port's, as the box knows it."""
        self.part: Mapping[str, str | int] = {
            "driver": "monitor",
            "port": str(name),
            **monitor.options,
        }
        self.shows_state = monitor.shows_state
        self.environment = monitor.environment
        self._monitor = monitor
        self._cable = cable
        self._asked = b""  # by the box: the answer is owed
        self._late: deque[tuple[int, bytes]] = deque()  # when they go out

    def plug(self) -> None:
        self._cable.plug()

    def unplug(self) -> None:
        self._cable.unplug()

    def look(self, moments: Sequence[Moment], wires: int) -> None:
        self._asked += self._cable.read()
        for moment in moments:
            told = self._monitor.see(moment, self._asked)
            self._asked = b""
            self._late.append((moment.sample + moment.late, told))
        while self._late and self._late[0][0] <= wires:
            self._cable.write(self._late.popleft()[1])


class Lm1:
    """A monitor that speaks LM1."""

    options: Mapping[str, str | int] = {"dialect": "lm1"}
    shows_state = True
    environment: Mapping[str, str] = {}

    def __init__(self) -> None:
        self._monitor = SimulatedMonitor()

    def see(self, moment: Moment, asked: bytes) -> bytes:
        told = self._monitor.observe(moment.loop, moment.ringing, moment.sample)
        return told + (self._monitor.ask(moment.loop, moment.sample) if b"?" in asked else b"")


class Whozz:
    """The second line of a Whozz Calling unit that comes from the factory."""

    options: Mapping[str, str | int] = {"dialect": "whozz", "line": 2}
    shows_state = False
    environment: Mapping[str, str] = {}

    def __init__(self) -> None:
        self._unit = SimulatedWhozz(2)

    def see(self, moment: Moment, asked: bytes) -> bytes:
        answer = self._unit.take(asked, moment.sample)
        seen = (moment.loop, moment.ringing, moment.sample, moment.caller)
        return answer + self._unit.observe(*seen)


class Optocouplers:
    """Optocouplers: the pins go into a file, which stands for the adapter's modem lines."""

    options: Mapping[str, str | int] = {
        "dialect": "optocouplers",
        "off_hook": "not dcd",
        "ringing": "ri",
    }
    shows_state = True

    def __init__(self, folder: Path) -> None:
        """Make the file, and the library by which a pseudo-terminal has modem lines."""
        file, library = folder / "pins", folder / "modem_lines.so"
        self._file = os.open(file, os.O_WRONLY | os.O_CREAT, 0o600)
        os.pwrite(self._file, b"\0", 0)
        build = ["gcc", "-shared", "-fPIC", "-O1", "-o", str(library), str(_MODEM_LINES)]
        subprocess.run(build, check=True)
        self.environment: Mapping[str, str] = {
            "LD_PRELOAD": str(library),
            "RIG_PINS": str(file),
        }

    def see(self, moment: Moment, asked: bytes) -> bytes:
        os.pwrite(self._file, bytes((pins(moment.loop, moment.ringing),)), 0)
        return b""
