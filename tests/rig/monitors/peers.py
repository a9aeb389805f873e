"""Play the hook source at the far end's serial cable: a monitor that the box knows."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Protocol

from appliance.exchange.monitors.lm1 import SimulatedMonitor
from appliance.exchange.monitors.optocouplers import pins
from appliance.exchange.monitors.whozz import SimulatedWhozz
from tests.rig.far_end import Moment


class Peer(Protocol):
    """A line monitor as the rig drives it."""

    options: str
    """The hook's options in the box's configuration, beside driver and port."""

    def see(self, moment: Moment, asked: bytes) -> bytes:
        """See 20 ms of the line, and what the box has sent; return what goes out."""


class Lm1Peer:
    """A monitor that speaks LM1."""

    options = 'dialect = "lm1"'

    def __init__(self) -> None:
        self._monitor = SimulatedMonitor()

    def see(self, moment: Moment, asked: bytes) -> bytes:
        told = self._monitor.observe(moment.loop, moment.ringing, moment.sample)
        return told + (self._monitor.ask(moment.loop, moment.sample) if b"?" in asked else b"")


class WhozzPeer:
    """The second line of a Whozz Calling unit that comes from the factory."""

    options = 'dialect = "whozz", line = 2'

    def __init__(self) -> None:
        self.unit = SimulatedWhozz(2)

    def see(self, moment: Moment, asked: bytes) -> bytes:
        answer = self.unit.take(asked, moment.sample)
        seen = (moment.loop, moment.ringing, moment.sample, moment.caller)
        return answer + self.unit.observe(*seen)


class OptocouplersPeer:
    """Optocouplers: the pins go into a file, which stands for the adapter's modem lines."""

    options = 'dialect = "optocouplers", off_hook = "not dcd", ringing = "ri"'

    def __init__(self, file: Path) -> None:
        self._file = os.open(file, os.O_WRONLY | os.O_CREAT, 0o600)
        os.pwrite(self._file, b"\0", 0)

    def see(self, moment: Moment, asked: bytes) -> bytes:
        os.pwrite(self._file, bytes((pins(moment.loop, moment.ringing),)), 0)
        return b""


PEERS: Mapping[str, Callable[[Path], Peer]] = {
    "lm1": lambda folder: Lm1Peer(),
    "whozz": lambda folder: WhozzPeer(),
    "optocouplers": lambda folder: OptocouplersPeer(folder / PINS_FILE),
}
"""Dialect -> its peer; it may keep a file in a folder."""

PINS_FILE = "pins"
