"""A port of the bus in memory, which a test fills, empties and breaks."""

from dataclasses import dataclass, field

from appliance.errors import LineError
from appliance.lines.isdn.ports import PortInput
from appliance.lines.plugged.connection import UNKNOWN, Attachment
from appliance.model.sentences.faults import device_fault


@dataclass
class DummyPort:
    """One side, without a network."""

    name: str
    waiting: list[PortInput] = field(default_factory=list)
    sent: list[PortInput] = field(default_factory=list)
    opened: bool = False
    opens: int = 0
    gone: bool = False  # it cannot be opened, read or written
    away: str = ""
    full: bool = False
    connection: Attachment = UNKNOWN

    def open(self) -> None:
        self.opens += 1
        if self.gone:
            raise LineError(device_fault("isdn_away", card=self.name))
        self.opened = True

    def filenos(self) -> list[int]:
        return [0] if self.opened else []

    def receive(self, now: float) -> list[PortInput]:
        self._check()
        taken, self.waiting = self.waiting, []
        return taken

    def send(self, channel: int, data: bytes, base: int, now: float) -> None:
        self._check()
        self.sent.append(PortInput(channel, data, base))

    def missing(self, now: float) -> str:
        return self.away

    def close(self) -> None:
        self.opened = False

    def _check(self) -> None:
        if self.gone:
            raise LineError(device_fault("isdn_vanished", card=self.name))
