"""Say what root made of media that offer themselves for backups."""

from appliance.card.sticks import Sticks
from appliance.keeper.people.sessions import Caller
from appliance.link.handlers import handles
from appliance.link.requests.recovery.sticks import GetSticks, SticksStanding


class StickDesk:
    """The handler of media that are taken by their name."""

    def __init__(self, sticks: Sticks) -> None:
        self.sticks = sticks

    @handles(GetSticks)
    def seen(self, operation: GetSticks, who: Caller) -> SticksStanding:
        """Return what became of them."""
        return SticksStanding(possible=self.sticks.possible, words=self.sticks.seen())
