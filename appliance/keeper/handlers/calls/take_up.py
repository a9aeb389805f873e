"""Take up finished recordings when a process of the box asks."""

from appliance.keeper.box import Box
from appliance.keeper.people.sessions import Caller
from appliance.link.handlers import handles
from appliance.link.operations import Done
from appliance.link.requests.processes.news import TakeUp


class TakeUpDesk:
    """The handler of a take-up that is asked for."""

    def __init__(self, box: Box) -> None:
        self._box = box

    @handles(TakeUp)
    def take_up(self, operation: TakeUp, who: Caller) -> Done:
        """Take up what is finished."""
        self._box.take_up()
        return Done()
