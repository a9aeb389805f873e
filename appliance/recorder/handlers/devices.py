"""Say what is plugged in and what line it makes; ask devices what they are when wanted."""

from appliance.lines.modem.profile import modem_profiles
from appliance.lines.profiles import hook_dialects
from appliance.link.handlers import handles
from appliance.link.requests import devices as ask
from appliance.recorder.doctor.proposals import lacks, propose
from appliance.recorder.doctor.search import Search


class DevicesDesk:
    """The handlers of what is plugged in."""

    def __init__(self, search: Search) -> None:
        """Take who looks, at this machine or at a model of one."""
        self._search, self._tools = search, search.tools

    @handles(ask.FindDevices)
    def _find(self, operation: ask.FindDevices) -> ask.PluggedDevices:
        return self._found()

    @handles(ask.AskDevices)
    def _ask(self, operation: ask.AskDevices) -> ask.PluggedDevices:
        self._search.ask(operation.ports)
        return self._found()

    def _found(self) -> ask.PluggedDevices:
        cards = [card for card in self._tools.hardware.sound_cards() if card.hears]
        finds = self._search.finds()
        return ask.PluggedDevices(
            cards=tuple(
                ask.Card(card.id, card.name, card.capture or 0, card.speaks)
                for card in cards[: ask.MOST]
            ),
            ports=tuple(
                ask.Port(
                    each.port.device,
                    each.port.description,
                    each.says,
                    can_be_asked=each.can_be_asked,
                    ask=each.likely,
                )
                for each in self._search.ports()[: ask.MOST]
            ),
            dialects=hook_dialects(),
            profiles=modem_profiles(),
            isdn=tuple(self._tools.isdn_cards())[: ask.MOST],
            proposals=propose(finds),
            lacks=lacks(finds),
        )
