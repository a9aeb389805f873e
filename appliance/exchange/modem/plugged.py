"""Plug an emulated modem between a simulated line and a serial port that a driver opens."""

import secrets
import tempfile
from pathlib import Path
from typing import Protocol

from appliance.exchange.circuit.stage import Stage
from appliance.exchange.modem.line_side import ModemInput
from appliance.exchange.modem.modem import EmulatedModem, ModemOutput
from appliance.exchange.modem.port import ModemPort
from appliance.exchange.modem.profile import modem_profile


class SerialEnd(Protocol):
    """The modem's end of a serial port."""

    @property
    def name(self) -> Path:
        """Return its stable name."""

    def read(self, room: int) -> tuple[bytes, bool]:
        """Return at most ``room`` bytes of the host, and whether DTR has fallen; never wait."""

    def write(self, data: bytes) -> None:
        """Send to the host; never wait."""

    def plug(self) -> None:
        """Let the port appear; do nothing if it is there."""

    def unplug(self) -> None:
        """Let the port vanish; safe to call twice."""

    def wander(self) -> None:
        """Let the port vanish and return as another device, under the same name."""


class PluggedModem:
    """A modem with its two cables; the line's own thread calls ``step``, the others any."""

    def __init__(self, modem: EmulatedModem, port: SerialEnd, driven_as: str = "") -> None:
        """Take both; ``driven_as`` is the driver's profile where the modem cannot tell it."""
        self.modem = modem
        self.port = port
        self._driven_as = driven_as
        self._powered = True
        self._restarts = False

    @property
    def options(self) -> dict[str, str]:
        """Return what a configuration would say of it."""
        profile = {"profile": self._driven_as} if self._driven_as else {}
        return {"port": str(self.port.name), **profile}

    def start(self) -> None:
        """Plug it into the computer, for the first time or again."""
        self.port.plug()
        self._powered = True

    def pull(self) -> None:
        """Pull its USB plug: the port vanishes, and without power it lets the line go."""
        self._powered = False
        self.port.unplug()

    def wander(self) -> None:
        """Let it drop off the bus and return at once, as another device under the same name."""
        self._restarts = True
        self.port.wander()

    def step_on(self, stage: Stage) -> ModemOutput:
        """Pass 20 ms on a simulated line."""
        return self.step(seen_by_modem(stage))

    def step(self, seen: ModemInput) -> ModemOutput:
        """Pass 20 ms on a line that looks so."""
        if not self._powered or self._restarts:
            self._restarts = False
            self.modem.lose_power()
            return ModemOutput(b"", off_hook=False)
        data, dtr_fell = self.port.read(self.modem.room)
        if dtr_fell:
            self.modem.drop_dtr()
        done = self.modem.step(data, seen)
        self.port.write(done.to_host)
        return done

    def close(self) -> None:
        """Unplug it for good; safe to call twice."""
        self.port.unplug()


def seen_by_modem(stage: Stage) -> ModemInput:
    """Return how a modem on a line sees its last 20 ms."""
    loop = stage.loop
    return ModemInput(
        stage.wires.at_modem,
        loop.volts,
        loop.modem_milliamps,
        ringing=stage.ringing,
        phone=stage.off_hook,
    )


def plug_in(name: str, folder: Path | None = None, country: str = "PL") -> PluggedModem:
    """Make an emulated modem for this computer.

    Args:
        name: of its profile.
        folder: where its port appears at once; None lets it appear at the line's start, in a
            folder of its own below the temporary one.
        country: whose tones it knows.

    Raises:
        LineError: no modem has this name.
    """
    profile = modem_profile(name)
    own = Path(tempfile.gettempdir()) / f"zgoda-modem-{secrets.token_hex(8)}"
    port = ModemPort((folder or own) / profile.by_id, own_folder=folder is None)
    if folder is not None:
        port.plug()
    return PluggedModem(EmulatedModem(profile, country), port, profile.driven_as)
