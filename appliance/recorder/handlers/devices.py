"""Say what is plugged in, without opening any of it."""

from appliance.lines.plugged.hardware import Hardware
from appliance.lines.profiles import hook_dialects
from appliance.link.handlers import handles
from appliance.link.requests import devices as ask


class DevicesDesk:
    """The handler of what is plugged in."""

    def __init__(self, hardware: Hardware | None = None) -> None:
        """Look at this machine, or at a model of one."""
        self._hardware = hardware or Hardware()

    @handles(ask.FindDevices)
    def _find(self, operation: ask.FindDevices) -> ask.DevicesFound:
        cards = [card for card in self._hardware.sound_cards() if card.hears]
        ports = [port for port in self._hardware.serial_ports() if port.plugged]
        return ask.DevicesFound(
            cards=tuple(
                ask.Card(card.id, card.name, card.capture or 0, card.speaks)
                for card in cards[: ask.MOST]
            ),
            ports=tuple(ask.Port(port.device, port.description) for port in ports[: ask.MOST]),
            dialects=hook_dialects(),
        )
