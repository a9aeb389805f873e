"""Be a voice modem beside the office's phone, at the other end of a USB serial cable."""

from pathlib import Path

from appliance.clock import SystemClock
from appliance.exchange.circuit.voices import PartyVoices
from appliance.exchange.driver import Exchange
from appliance.exchange.modem.modem import EmulatedModem
from appliance.exchange.modem.plugged import PluggedModem
from appliance.exchange.modem.profile import modem_profile
from appliance.prompts.speech import simulated_voices
from tests.vm.far.line import UsbPort
from tests.vm.prepare import FAR_MODEM

PROFILE = "conexant"


class UsbModemPort:
    """The modem's end of the cable, which carries bytes and no DTR."""

    name: Path = FAR_MODEM

    def __init__(self) -> None:
        """Open it."""
        self._port = UsbPort(FAR_MODEM)
        self._read = b""

    def read(self, room: int) -> tuple[bytes, bool]:
        """Return at most ``room`` bytes of the host; DTR never falls."""
        self._read += self._port.read()
        taken, self._read = self._read[:room], self._read[room:]
        return taken, False

    def write(self, data: bytes) -> None:
        """Send to the host."""
        self._port.write(data)

    def plug(self) -> None:
        """Do nothing: QEMU's cable is in."""

    def unplug(self) -> None:
        """Close it."""
        self._port.unplug()

    def wander(self) -> None:
        """Do nothing: it stays the same device."""


def modem_line() -> tuple[Exchange, EmulatedModem]:
    """Return a running line with an office phone and a modem on it; ``close`` ends it."""
    modem = EmulatedModem(modem_profile(PROFILE))
    plugged = PluggedModem(modem, UsbModemPort())
    voices = PartyVoices(*simulated_voices())
    line = Exchange("far end", 1, voices, clock=SystemClock(), modem=plugged)
    line.start(lambda _item: None)
    return line, modem
