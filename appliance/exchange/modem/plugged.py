"""Plug an emulated modem between a simulated line and a serial port that a driver opens."""

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from appliance.exchange.circuit.stage import Stage
from appliance.exchange.modem.line_side import Seen
from appliance.exchange.modem.modem import Done, Modem
from appliance.exchange.modem.port import ModemPort
from appliance.exchange.modem.profile import modem_profile


class Port(Protocol):
    """The modem's end of a serial port."""

    def read(self, room: int) -> tuple[bytes, bool]:
        """Return at most ``room`` bytes of the host, and whether DTR has fallen; never wait."""

    def write(self, data: bytes) -> None:
        """Send to the host; never wait."""

    def unplug(self) -> None:
        """Let the port vanish; safe to call twice."""


class PluggedModem:
    """A modem with its two cables; the line's own thread calls ``step``."""

    def __init__(self, modem: Modem, port: Port, at_end: Callable[[], None] = lambda: None) -> None:
        """Take both; ``at_end`` tidies up when the line closes."""
        self.modem = modem
        self.port = port
        self._at_end = at_end

    def step(self, stage: Stage) -> Done:
        """Pass 20 ms on a line."""
        data, dtr_fell = self.port.read(self.modem.room)
        if dtr_fell:
            self.modem.drop_dtr()
        loop = stage.loop
        done = self.modem.step(
            data,
            Seen(
                stage.wires.at_modem,
                loop.volts,
                loop.modem_milliamps,
                ringing=stage.ringing,
                phone=stage.off_hook,
            ),
        )
        self.port.write(done.to_host)
        return done

    def close(self) -> None:
        """Unplug it for good; safe to call twice."""
        self.port.unplug()
        self._at_end()


def plug_in(name: str, folder: Path | None = None, country: str = "PL") -> PluggedModem:
    """Plug an emulated modem into this computer, behind a pseudo-terminal.

    Args:
        name: of its profile.
        folder: where its port appears, as in ``/dev/serial/by-id``; None makes one.
        country: whose tones it knows.

    Raises:
        LineError: no modem has this name.
    """
    profile = modem_profile(name)
    own = Path(tempfile.mkdtemp(prefix="zgoda-modem-")) if folder is None else folder
    port = ModemPort(own / profile.by_id)
    port.plug()

    def tidy() -> None:
        if folder is None:
            shutil.rmtree(own, ignore_errors=True)

    return PluggedModem(Modem(profile, country), port, tidy)
